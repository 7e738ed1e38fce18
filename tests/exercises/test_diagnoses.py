"""Each general diagnosis fires where it should and stays silent where it should; unforeseen mistakes are named, and nothing wrong passes."""

import math
import time

import numpy as np
import pytest
import reported
import unforeseen

from nnlib.activations import sigmoid
from nnlib.exercises import EXERCISES, check, checker, diagnoses
from nnlib.exercises.checker import diagnose, examine
from nnlib.exercises.exercise import find
from nnlib.exercises.slips import outside_data, own_random, prints_for_return, python_slip, unused_arguments

# ---- the diagnoses, one by one


def draw(rng):
    """X (m, n), W (n, n), y, a number c: sizes vary."""
    m, n = int(rng.integers(4, 7)), int(rng.integers(3, 5))
    return rng.standard_normal((m, n)), rng.standard_normal((n, n)), rng.integers(0, 3, m), float(rng.uniform(0.2, 0.8))


def product(X, W, y, c):
    return c * (X @ W)


def entries(X, W, y, c):
    return np.where(X > 0, X * c, 0.5 * X + 1)


def column_sums(X, W, y, c):
    return X.sum(axis=0)


def shares(X, W, y, c):
    return np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)


def centred(X, W, y, c):
    return X - X.mean(axis=0)


def pairs(X, W, y, c):
    """How often a label stands beside one of the row before."""
    C = np.zeros((3, 3))
    np.add.at(C, (y, np.roll(y, 1)), 1)
    return C


def lined(X, W, y, c):
    return X.mean(axis=0) ** 2 - 1


def count(X, W, y, c):
    return int((X > 0).sum())


def two(X, W, y, c):
    return X.sum(axis=0), X.max(axis=0)


def case_of(reference, answer, seed=0):
    returns = {"A": None, "B": None} if reference is two else {"A": None}
    question = type("Question", (), {"reference": staticmethod(reference), "inputs": staticmethod(draw), "returns": returns})
    arguments = draw(np.random.default_rng(seed))
    case = diagnoses.Case(question, answer, arguments, None, None, ["X", "W", "y", "c"], seed)
    case.got, case.expected = case.ask(arguments), case.right(arguments)
    return case


def spoiled(reference, change):
    return lambda X, W, y, c: change(reference(X, W, y, c), X, W, y, c)


def random_error(A, X, *_):
    """Wrong everywhere, without a pattern: no diagnosis may fire."""
    return A + np.sin(37 * A) * np.cos(3 * A + 1)


FIRES = [
    # diagnosis, reference, wrong answer, words, another wrong answer on which it keeps silent
    ("constant", product, lambda A, *_: 0 * A + 2, "every entry of A is 2", random_error),
    ("constant", column_sums, lambda A, *_: np.arange(len(A)), "0, 1, 2", lambda A, *_: np.arange(len(A)) + 0.5),
    ("swapped", two, lambda AB, *_: AB[::-1], "what B should be", lambda AB, *_: (AB[0] + AB[1], AB[1])),
    ("swapped", product, lambda A, X, *_: X, "the argument X, unchanged", lambda A, X, *_: X + 1),
    ("factor", product, lambda A, *_: -A, "right except for its sign", random_error),
    ("factor", product, lambda A, X, *_: A * len(X), "should be a mean", lambda A, X, *_: A * len(X) + 1),
    ("factor", product, lambda A, X, W, y, c: A / c, "a factor c is missing", lambda A, X, W, y, c: A / (c + X[0])),
    ("factor", product, lambda A, X, *_: A / np.sqrt(X.shape[1]), "the root of X.shape[1]", lambda A, X, *_: A / np.abs(X[:, :1])),
    ("factor", product, lambda A, *_: A / np.log(2), "np.log2", lambda A, *_: A / np.log(2) + 1e-3),
    ("factor", lambda X, W, y, c: X.mean(), lambda A, X, *_: A * len(X) / X.shape[1], "len(X) / X.shape[1]", lambda A, X, *_: A + X[0, 0]),
    ("transpose", lambda X, W, y, c: W @ W.T @ W, lambda A, *_: A.T, "the transpose", random_error),
    ("rounded", product, lambda A, *_: A.round(2), "rounding to 2 digits", lambda A, *_: A.round(2) + 0.01),
    ("rounded", product, lambda A, *_: np.floor(10 * A), "all numbers of A are whole", lambda A, *_: 10 * A),
    (
        "rounded",
        column_sums,
        lambda A, X, *_: X.astype(int).sum(axis=0) / len(X),
        "whole when multiplied by len(X)",
        lambda A, *_: 1e-17 * A,
    ),
    ("rounded", lambda X, W, y, c: 10 * X, lambda A, *_: np.trunc(A), "cut off to whole numbers", lambda A, *_: np.trunc(A) + 0.5),
    ("reordered", product, lambda A, *_: A[::-1], "rows are in reverse order", random_error),
    ("reordered", column_sums, lambda A, *_: np.sort(A), "another order", lambda A, *_: np.sort(A) + 1),
    ("lines_of_their_own", product, lambda A, X, W, *_: A * W[0], "a factor of its own", lambda A, X, *_: A * X),
    ("lines_of_their_own", product, lambda A, X, W, *_: A + np.sin(W[0]), "an amount of its own", lambda A, X, *_: A + np.sin(X)),
    ("where_wrong", entries, lambda A, X, *_: np.where(X < 0, 0, A), "just where X < 0", random_error),
    ("where_wrong", product, lambda A, *_: np.vstack([A[:-1], A[-1:] + 1]), "the last row", random_error),
    ("where_wrong", product, lambda A, *_: np.hstack([A[:, :1], A[:, 1:] ** 2]), "only the first column of A is right", lambda A, *_: A**2),
    ("where_wrong", product, lambda A, X, W, y, c: A + (y == 0)[:, None], "just where y = 0", lambda A, X, *_: A + (X > 0.3)),
    ("entry_factor", entries, lambda A, X, *_: A * X, "an extra factor X", random_error),
    ("entry_factor", entries, lambda A, X, *_: A / X, "a factor X is missing", lambda A, X, *_: A / (X + 9)),
    ("transformed", product, lambda A, *_: A**2, "the square of", lambda A, *_: A**2 + 0.1),
    ("transformed", product, lambda A, *_: np.abs(A), "the absolute value of", random_error),
    ("transformed", product, lambda A, *_: 1 - A, "1 minus", lambda A, *_: 1.1 - A),
    ("amount", product, lambda A, *_: A + 0.25, "off by 0.25 everywhere", random_error),
    ("amount", product, lambda A, X, *_: A + X, "too large by X", lambda A, X, *_: A + np.sin(X)),
    ("amount", count, lambda A, *_: A + 1, "one too large", lambda A, X, *_: A + len(X)),
    ("part_of_the_formula", product, lambda A, X, *_: A - 0.3 * X, "a multiple of X", lambda A, X, *_: A - np.sin(X)),
    ("one_argument_changed", product, lambda A, X, W, y, c: c * (X @ W.T), "W.T for W", random_error),
    (
        "one_argument_changed",
        entries,
        lambda A, X, W, y, c: entries(X, W, y, 1 - c),
        "1 - c for c",
        lambda A, X, W, y, c: entries(X, W, y, c**3),
    ),
    ("one_argument_changed", product, lambda A, X, W, y, c: 0.9 * (X @ W), "c = 0.9 hard-coded", lambda A, X, W, y, c: 0.87 * (X @ W)),
    ("one_line_changed", lined, lambda A, X, *_: np.median(X, axis=0) ** 2 - 1, "the median instead of the mean", random_error),
    (
        "one_line_changed",
        lined,
        lambda A, X, *_: X.mean(axis=0) - 1,
        "a square or another power left out",
        lambda A, X, *_: X.mean(axis=0) - 2,
    ),
    ("about", product, lambda A, *_: 0.5 * A + 1e-3 * np.abs(A), "about 0.5 times", lambda A, *_: A + 1e-3),
    ("influence", entries, lambda A, X, W, y, c: np.where(X > 0, X, 0.5 * X + 2), "does not change with c", random_error),
    ("influence", column_sums, lambda A, X, W, y, c: A + c, "should not depend on c", lambda A, *_: A + np.sin(A)),
    ("fixed_sums", shares, lambda A, X, *_: np.exp(X) / np.exp(X).sum(), "each row of A must add up to 1", lambda A, *_: A[:, ::-1] ** 1),
    ("fixed_sums", centred, lambda A, X, *_: X - X.mean(), "each column of A must add up to 0", lambda A, *_: A * 3),
    ("fixed_sums", pairs, lambda A, *_: A + 1, "must add up to len(X)", lambda A, *_: A.T),
    ("mixing", entries, lambda A, X, *_: A + X.sum(axis=0), "yours also changes with the other rows", random_error),
    ("scaling", product, lambda A, X, W, y, c: c * (X @ W) * np.abs(X).sum(), "becomes 4 times as large", random_error),
    (
        "scaling",
        product,
        lambda A, X, W, y, c: c * (X @ W) + 1,
        "must double, but yours does not",
        lambda A, X, W, y, c: A * np.sign(W.sum()),
    ),
    ("shifting", lambda X, W, y, c: X - X.mean(), lambda A, X, *_: X - X.mean() + X[0, 0], "must not change", lambda A, *_: A * 3),
]


@pytest.mark.parametrize("name, reference, change, words, other", FIRES, ids=[f"{k}-{row[0]}" for k, row in enumerate(FIRES)])
def test_a_diagnosis_fires_and_keeps_silent(name, reference, change, words, other):
    diagnosis = getattr(diagnoses, name)
    with np.errstate(all="ignore"):
        said = diagnosis(case_of(reference, spoiled(reference, change)), 0)
        assert said and words in said, said
        silent = diagnosis(case_of(reference, spoiled(reference, other)), 0)
        assert silent is None or words not in silent, silent


def test_every_diagnosis_has_a_row():
    tested = {row[0] for row in FIRES}
    assert tested == {f.__name__ for group in (diagnoses.FIRST, diagnoses.SECOND, diagnoses.THIRD) for f in group}


@pytest.mark.parametrize("reference", [product, entries, column_sums], ids=["product", "entries", "column_sums"])
def test_no_diagnosis_speaks_of_an_error_in_no_pattern(reference):
    case = case_of(reference, spoiled(reference, random_error))
    said = [f(case, 0) for f in (*diagnoses.FIRST, *diagnoses.SECOND)]
    assert not any(said), said


# ---- slips of Python

outside_number, outside_array = 3, np.ones(2)


def reads_outside(X):
    return X * outside_number + outside_array


def reads_functions_only(X):
    return product(X, X.T, None, 1.0) + np.pi


def chained(P, y):
    return P > 0.5 == y


def between(P, y):
    return (0 < P[0] < 1) == y


def power(X):
    return X ^ 2


def where_length(X):
    return len(np.where(X > 0))


def where_first(X):
    return len(np.where(X > 0)[0])


def same_object(p, y):
    return p is y


def is_none(p, y):
    return p is None


def product_compared(a, b):
    return a * b > 0


def factor_compared(a, b):
    return a * (b > 0)


def returns_early(X):
    for row in X:
        total = row
        return total


def returns_if_found(X):
    for row in X:
        if row.any():
            return row


def overwrites(X):
    total = 0
    for row in X:
        total = row.sum()
    return total


def adds_up(X):
    total = 0
    for row in X:
        total = total + row.sum()
    return total


def sum_of_rows(X):
    return X / sum(np.exp(X))


def sum_of_numbers(X):
    return sum(x**2 for x in X)


@pytest.mark.parametrize(
    "slip, words, innocent",
    [
        (chained, "is a chain", between),
        (power, "** for it", adds_up),
        (where_length, "length of a tuple", where_first),
        (same_object, "same object", is_none),
        (product_compared, "a * (b > 0)", factor_compared),
        (returns_early, "inside the loop", returns_if_found),
        (overwrites, "only the last round counts", adds_up),
        (sum_of_rows, "goes over the rows", sum_of_numbers),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_slip_is_read_off_the_code(slip, words, innocent):
    assert words in python_slip(slip)
    assert python_slip(innocent) is None


def test_data_from_outside_is_distinguished_from_functions():
    assert list(outside_data(reads_outside)) == ["outside_number", "outside_array"]
    assert outside_data(reads_functions_only) == {} and outside_data(find("week2.dense_backward").reference) == {}


def test_what_a_code_draws_prints_or_never_reads():
    def draws(X):
        return np.random.rand(3)  # noqa: NPY002

    def given(X, rng):
        return rng.random(3)

    def prints(X):
        print(X)

    def prints_and_returns(X):
        print(X)
        return X

    assert own_random(draws, ["X"]) and not own_random(given, ["X", "rng"])
    assert prints_for_return(prints) and not prints_for_return(prints_and_returns)
    assert unused_arguments(lambda a, b: a) == ["b"] and unused_arguments(lambda a, b: [a for _ in range(b)]) == []


# ---- the plain interface


def mean_square(x):
    return float((x**2).mean())


def numbers(rng):
    return (rng.standard_normal(int(rng.integers(3, 6))),)


def test_any_two_functions_can_be_compared():
    assert diagnose(mean_square, lambda x: (x @ x) / len(x), numbers).passed
    verdict = diagnose(mean_square, lambda x: (x**2).sum(), numbers)
    assert (verdict.stage, "should be a mean" in verdict.message) == ("diagnosis", True)
    mistakes = [("the root is not needed.", lambda x: np.sqrt((x**2).mean()))]
    assert diagnose(mean_square, lambda x: np.linalg.norm(x) / len(x) ** 0.5, numbers, mistakes).message == mistakes[0][0]
    assert diagnose(two, lambda X, W, y, c: X.sum(axis=0), draw, returns={"A": "(n,)", "B": "(n,)"}).stage == "returned"


def test_a_stored_mistake_is_claimed_only_if_it_equals_the_answer_on_a_dozen_further_inputs():
    mistakes = [("you took the first.", lambda x: float(x[0]))]

    def first_of_few(x):
        return float(x[0]) if len(x) < 5 or abs(x[0]) < 0.5 else 0.0

    assert diagnose(mean_square, lambda x: float(x[0]), numbers, mistakes).stage == "known mistake"
    assert diagnose(mean_square, first_of_few, numbers, mistakes).stage != "known mistake"


def test_the_failing_call_is_kept_and_is_small(capsys):
    def relu_layer(Z, dA):
        return np.maximum(Z, 0), np.where(Z > 0, dA, 1.0)

    check("week3.relu_layer", relu_layer)
    Z, _ = check.last
    assert Z.shape == (1, 1) and not np.array_equal(relu_layer(*check.last)[1], find("week3.relu_layer").reference(*check.last)[1])
    assert repr(check.last).startswith("relu_layer(Z=np.array([[")
    Z += 1
    assert not np.array_equal(Z, next(iter(check.last)))  # each time fresh copies
    check("week3.relu_layer", find("week3.relu_layer").reference)
    assert check.last is None


def test_a_long_call_is_printed_in_rows_and_can_be_typed():
    verdict = examine(find("week2.dense_backward"), lambda dZ, X, W: (dZ @ W.T, X @ dZ.T, dZ.sum(axis=0, keepdims=True)))
    lines = repr(verdict.call).split("\n")
    assert lines[0] == "dense_backward(" and lines[-1] == ")" and len(lines) == 7 + 7 + 4 + 2 and max(map(len, lines)) < 112
    typed = eval(repr(verdict.call), {"np": np, "dense_backward": lambda **arguments: arguments})
    assert all(np.allclose(typed[name], value, atol=1e-4) for name, value in zip(("dZ", "X", "W"), verdict.call))
    params = examine(find("week1.forward_pass"), lambda X, params: X).call
    assert len(eval(repr(params), {"np": np, "forward_pass": lambda X, params: params})) == len(list(params)[1])


def test_a_small_number_is_not_shown_as_0():
    assert checker.written_short(2.34567e-5) == "2.346e-05" and checker.written_short(np.array([0.5, 1e-7])) == "np.array([5.e-01, 1.e-07])"
    assert checker.written_short(12.345678) == "12.35" and checker.written_short(np.array([1, 20000])) == "np.array([    1, 20000])"


def test_the_call_kept_for_a_known_mistake_is_small_too():
    verdict = examine(find("week3.relu_layer"), lambda Z, dA: (np.maximum(Z, 0), dA * np.maximum(Z, 0)))
    assert verdict.stage == "known mistake" and next(iter(verdict.call)).shape == (1, 1)


@pytest.mark.parametrize("slope", [lambda dout, a, b: dout * a / max(a, b), lambda dout, a, b: dout, lambda dout, a, b: dout * np.tanh(a)])
def test_the_smallest_call_of_a_max_gate_is_no_kink(slope):
    """max(a, b) has no slope at a = b."""
    _, a, b = examine(find("week2.max_backward"), lambda dout, a, b: (slope(dout, a, b), slope(dout, b, a))).call
    assert a != b


def test_a_smallest_call_keeps_what_its_numbers_are():
    verdict = examine(find("week3.softmax_backward"), lambda P, dP: P * dP + np.sin(40 * dP))
    P, dP = verdict.call
    assert P.shape == dP.shape and np.allclose(P.sum(axis=1), 1)


# ---- what general rules say of single answers


def five_written_in(dA, Xhat, gamma, var):
    dgamma, dbeta = (dA * Xhat).sum(axis=0, keepdims=True), dA.sum(axis=0, keepdims=True)
    return gamma / np.sqrt(var + 1e-5) * (dA - dbeta / 5 - Xhat * dgamma / 5), dgamma, dbeta


def batch_norm(old=0.9, bessel=lambda m: m / (m - 1)):
    def answer(X, gamma, beta, running_mean, running_var):
        A, _, _ = find("week7.batch_norm_forward").reference(X, gamma, beta, running_mean, running_var)
        mean, var = X.mean(axis=0, keepdims=True), X.var(axis=0, keepdims=True)
        return A, old * running_mean + (1 - old) * mean, 0.9 * running_var + 0.1 * var * bessel(len(X))

    return answer


def three_layers(X, params):
    (W1, b1), (W2, b2), (W3, b3) = params
    return np.maximum(np.maximum(X @ W1 + b1, 0) @ W2 + b2, 0) @ W3 + b3


NAMED = [
    ("week0.one_hot", lambda y, k: np.eye(len(y))[y], "10 is len(y)."),
    ("week0.one_hot", lambda y, k: (y == np.arange(k)).astype(float), "make one a column: [:, None]"),
    ("week2.dense_backward", lambda dZ, X, W: (dZ @ W.T, X @ dZ.T, dZ.sum(axis=0, keepdims=True)), "7 is len(dZ) or len(X)."),
    ("week3.softmax_backward", lambda P, dP: P * (dP - (P * dP).sum(axis=1)[:-1]), "cannot be combined entry by entry."),
    ("week1.relu", lambda Z: np.max(Z, 0, keepdims=True), "np.max(a, 0) does, np.maximum(a, 0) does not."),
    ("week8.uncertainty", lambda scores, n: (scores.mean(), scores, scores), "(6,) is the shape of scores."),
    ("week1.forward_pass", three_layers, "more parts than the 3 names on the left"),
    (
        "week4.baseline_losses",  # as many classes as the labels show
        lambda y, k: find("week4.baseline_losses").reference(y, y.max() + 1),
        "where the last class does not occur",
    ),
    ("week3.relu_layer", lambda Z, dA: (np.maximum(Z, 0), dA * np.tanh(Z)), "dZ must not change, but yours does:"),  # but Z matters
    ("week3.stable_sigmoid", lambda Z: np.array([[1 / (1 + math.exp(-z)) for z in row] for row in Z]), "larger than any float64"),
    ("week7.batch_norm_backward", five_written_in, "right where dA has 5 rows, wrong elsewhere: is that number written in?"),
    (
        "week6.momentum_step",
        lambda theta, g, v, lr, beta: (theta - lr * (1 - beta) * (beta * v + g), beta * v + g),
        "(1 - beta) * lr for lr",
    ),
    ("week7.batch_norm_forward", batch_norm(old=0.1), "0.9 and 0.1 exchanged"),
    ("week7.batch_norm_forward", batch_norm(bessel=lambda m: (m - 1) / m), "a fraction turned over"),
    ("week8.uncertainty", lambda scores, n: (scores.mean(), scores.std(ddof=1) / len(scores) ** 0.5, 0.02), "Your code never reads n."),
]


@pytest.mark.parametrize("id, answer, words", NAMED, ids=[words for _, _, words in NAMED])
def test_general_words_reach_the_learner(id, answer, words):
    message = examine(find(id), answer).message
    assert words in message, message


def test_single_numbers_need_a_dozen_inputs_for_a_diagnosis():
    """The answer is right or 0 here, as if dout were not used; on other inputs it is not."""
    question = find("week2.max_backward")
    case = diagnoses.Case(
        question, question.reference, question.inputs(np.random.default_rng(0)), (1.0, 0.0), (1.0, 0.0), ["dout", "a", "b"]
    )
    assert len(case.more()) == 12


# ---- all cases


@pytest.fixture(autouse=True)
def empty_lists():
    unforeseen.seen.clear(), reported.collected.clear()


WRONG = [*unforeseen.WRONG, *reported.REPORTED]
FALSE = ("(error ", "of the largest.", "argument number", "nan times", "None")  # words of the old sentences, and of accidents


@pytest.mark.parametrize("id, what, answer", WRONG, ids=[f"{id}: {what}" for id, what, _ in WRONG])
def test_nothing_wrong_passes_and_every_message_is_a_sentence_in_good_time(id, what, answer):
    start = time.process_time()
    verdict = examine(find(id), answer)
    assert time.process_time() - start < 1.0  # under 0.5 s where it was written
    assert not verdict.passed, verdict
    assert len(verdict.message) > 20 and verdict.message.rstrip().endswith((".", "?", ")", '".')), verdict
    if verdict.stage in ("number", "diagnosis", "shape"):
        assert not any(words in verdict.message for words in FALSE), verdict


@pytest.mark.parametrize("id, what, answer", unforeseen.RIGHT, ids=[f"{id}: {what}" for id, what, _ in unforeseen.RIGHT])
def test_a_right_answer_in_unusual_form_passes(id, what, answer):
    verdict = examine(find(id), answer)
    assert verdict.passed and "But it reads" not in verdict.message, verdict


def scored_by(predicted, y):
    return predicted, np.mean(predicted == y)


def shifted_by(Z, c):
    return c + np.log(np.exp(Z - c).sum(axis=1, keepdims=True))


def shifted_by_the_smallest(Z, y):
    logs = shifted_by(Z, Z.min(axis=1, keepdims=True))[:, 0]
    return (logs - Z[np.arange(len(y)), y]).mean(), find("week4.softmax_cross_entropy").reference(Z, y)[1]


def one_power_less(G, beta):
    m, rows = 0, []
    for t, g in enumerate(G, 1):
        m = beta * m + (1 - beta) * g
        rows.append(m / np.float64(1 - beta ** (t - 1)))
    return np.array(rows)


def real_root_only(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    return (np.abs(b) + np.sqrt(np.maximum(b**2 - 4 * beta, 0))) / 2


def dropped_by(kept):
    def answer(X, rate, rng):
        mask = kept(X, rate, rng) / (1 - rate) * np.ones_like(X)
        return X * mask, mask

    return answer


keep = dropped_by(lambda X, rate, rng: rng.random(X.shape) >= rate)


def set_to_one(y, predicted, k):
    C = np.zeros((k, k), dtype=int)
    for truth, answer in zip(y, predicted):
        C[truth, answer] = 1
    return C


def surest(P, y):
    wrong = np.flatnonzero(P.argmax(axis=1) != y)
    return wrong[np.argsort(-P[wrong].max(axis=1))]


def two_units(W1, b1, W2):
    return lambda X: np.maximum(X @ np.array(W1) + b1, 0) @ np.array(W2)


def differences(stored, slope=lambda f, up, down, h: (f(up) - f(down)) / (2 * h)):
    """An answer that fills the places of ``stored`` alone."""

    def answer(f, x, h):
        gradient = np.zeros_like(x)
        for index in stored(x):
            up, down = x.copy(), x.copy()
            up[index] += h
            down[index] -= h
            gradient[index] = slope(f, up, down, h)
        return gradient

    return answer


def changes_in_the_sorted_list(W, b):
    units = np.vstack([W, b]).T.round(6)
    return int(np.diff(units[np.lexsort(units.T)], axis=0).any(axis=1).sum())


def squared_error(Z, y):
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return (P - np.eye(Z.shape[1])[y]) / len(y) * P * (1 - P)


def over_a_large_power(Z):
    u = 1 / np.exp(np.abs(Z))
    return np.where(Z >= 0, 1, u) / (1 + u)


def gradients_forward(d, widths, variances):
    u = [d]
    for l in reversed(range(1, len(variances))):
        u.append(u[-1] * widths[l + 1] * variances[l] / 2)
    return np.array(u)


@pytest.mark.parametrize(
    "id, answer, guess",
    [
        ("week1.xor_by_hand", lambda X: X.sum(axis=1, keepdims=True) ** 2, "sign of the last weight"),
        ("week1.xor_by_hand", lambda X: np.maximum(2 - X.sum(axis=1, keepdims=True), 0), "around the hidden layer"),
        ("week1.predict_and_score", lambda X, y, w, b: scored_by(sigmoid(X @ w + b)[:, 0].astype(int), y), "so argmax"),
        ("week1.predict_and_score", lambda X, y, w, b: scored_by(sigmoid(X @ w + b)[:, 0], y), "is right, but"),
        ("week1.logistic_output", lambda X, w, b: 1 + np.exp(-(X @ w + b)), "division comes first"),
        ("week1.parameter_count", lambda sizes: np.sum((sizes + 1) * np.roll(sizes, -1)), "the loop starts"),
        ("week1.relu", lambda Z: np.where(Z < 0, Z, 0), "np.minimum"),
        ("week4.column_mse", lambda Z, y: (Z - y) ** 2, "you turned y"),
        ("week4.logsumexp", lambda Z: shifted_by(Z, np.median(Z, axis=1, keepdims=True)), "c is the smallest"),
        ("week1.forward_pass", lambda X, params: find("week1.forward_pass").reference(X, params[-2:]), "X again:"),
        ("week4.binary_cross_entropy", lambda z, y: np.minimum(np.logaddexp(0, z) - y * z, -np.log(1e-12)), "log: no nan"),
        ("week4.binary_cross_entropy_gradient", lambda z, y: (np.sign(z) - y) / len(z), "what is added up"),
        ("week4.softmax_cross_entropy", shifted_by_the_smallest, "is the log of"),
        ("week7.dropout_forward", dropped_by(lambda X, rate, rng: rng.random(X.shape) >= rate / (1 - rate)), "Draw one number"),
        ("week6.adam_path", lambda theta, G, lr: theta - lr * np.cumsum(np.sign(G), axis=0), "at every step, so"),
        ("week6.corrected_averages", one_power_less, "t starts at 0"),
        ("week6.momentum_rate", real_root_only, "you took"),
        ("week7.dropout_forward", dropped_by(lambda X, rate, rng: rng.binomial(1, int(1 - rate), X.shape)), "same units"),
        ("week7.dropout_forward", dropped_by(lambda X, rate, rng: rng.random(X.shape) >= 0.5 if rate else 1.0), "whatever the rate"),
        ("week7.dropout_forward", lambda X, rate, rng: (keep(X, rate, rng)[0], keep(X, rate, rng)[1]), "the scale is missing"),
        ("week7.paired_difference", lambda a, b: ((a - b).mean(), (a - b).var(ddof=1) / len(a)), "std in place"),
        ("week8.uncertainty", lambda s, n: (s.mean(), s.var(ddof=1) / len(s), (s.mean() * (1 - s.mean()) / n) ** 0.5), "instead of"),
        ("week8.baseline_accuracy", lambda y_train, y_test: np.mean(y_test == y_train.max()), "is a count, not a class"),
        ("week8.confusion", set_to_one, "` adds"),
        ("week8.most_confident_errors", lambda P, y, n: surest(P, y)[::-1][:n], "Put a minus"),
        ("your_data.fill_missing", lambda *X: tuple(np.where(x == np.nan, np.nanmean(X[0], axis=0), x) for x in X), "X_train.mean"),
        ("your_data.balanced_accuracy", lambda y, predicted: np.mean(y == predicted) / 3, "each share"),
        ("week1.xor_by_hand", two_units(np.eye(2), 0, [[1.0], [1.0]]), "second hidden unit does not act"),
        ("week1.xor_by_hand", two_units([[1.0, -1.0], [-1.0, 1.0]], 0, [[1.0], [-1.0]]), "one unit"),
        ("week1.xor_by_hand", two_units([[1.0, 1.0], [1.0, 1.0]], -1.0, [[1.0], [-2.0]]), "-0.5"),
        ("week1.xor_by_hand", two_units(np.eye(2), 0, [[-1.0], [-1.0]]), "the same"),
        ("week1.forward_pass", lambda X, params: X @ params[0][0] + params[0][1], "loop"),
        ("week1.forward_pass", lambda X, params: X @ params[-1][0] + params[-1][1], "every layer"),
        ("week4.binary_cross_entropy", lambda z, y: y * np.log1p(np.exp(-z)) + (1 - y) * np.log1p(np.exp(z)), "sigmoid"),
        ("week4.binary_cross_entropy", lambda z, y: -np.log(np.where(y == 1, sigmoid(z), 1 - sigmoid(z))), "overflows"),
        ("week4.binary_cross_entropy", lambda z, y: (1 - y) * z - np.log(sigmoid(z)), "overflows"),
        ("week0.accuracy", lambda P, y: 1 - np.abs((P > 0.5) * 1.0 - y).mean(), "=="),
        ("week0.accuracy", lambda P, y: ((P[:, 0] <= 0.5) == y).mean(), "where you have !="),
        ("week0.accuracy", lambda P, y: int(((P[:, 0] > 0.5) == y).sum()) // len(y), "no example counts as right"),
        ("week0.accuracy", lambda P, y: y.mean(), "you predict"),
        ("week0.accuracy", lambda P, y: (y == 0).mean(), "example is predicted"),
        ("week0.one_hot", lambda y, k: np.eye(4)[y], "taken from the labels"),
        ("week0.predicted_classes", lambda Z: (-Z).argmax(axis=1), "not argmin"),
        ("week0.predicted_classes", lambda Z: (Z**2).argmax(axis=1), "absolute"),
        ("week0.row_distances", lambda X, c: np.abs((X - c).sum(axis=1, keepdims=True)), "the root"),
        ("week2.square_backward", lambda dout, a: dout * 2 * a**2, "the square of dout"),
        ("week2.central_differences", differences(lambda x: []), "are the same array"),
        ("week2.central_differences", differences(lambda x: [(0, 0)]), "inside the loop"),
        ("week2.central_differences", lambda f, x, h: sum(differences(lambda x: np.ndindex(x.shape))(f, x, h).flat), "the sum"),
        ("week2.relative_error", lambda a, n: np.abs(a - n).max() // max(np.abs(a).max(), np.abs(n).max()), "whether the two agree"),
        ("week2.relu_backward", lambda dA, Z: dA * np.heaviside(Z, 0.5), ">="),
        ("week2.softmax_cross_entropy_backward", squared_error, "second time"),
        ("week3.count_dead", lambda Z: (np.maximum(Z, 0) < 0).all(axis=0).sum(), ".all() of everything"),
        ("week3.count_dead", lambda Z: Z.shape[1], "you counted"),
        ("week3.sigmoid_layer", lambda Z, dA: ((A := 1 * (1 + np.exp(-Z))), dA * A * (1 - A)), "parentheses in A: 1 / 1"),
        ("week3.relu_layer", lambda Z, dA: (np.maximum(Z, 0), dA * 1), "blocked: A is"),
        ("week3.stable_sigmoid", over_a_large_power, "but np.where"),
        ("week3.stable_sigmoid", lambda Z: over_a_large_power(np.clip(Z, -700, 700)) + 1e-15, "is cut off"),
        ("week3.stable_sigmoid", lambda Z: 1 / (1 + np.exp(Z)), "two sides are swapped"),
        ("week3.stable_sigmoid", lambda Z: np.exp(-Z) / (1 + np.exp(-Z)), "np.exp(np.abs"),
        ("week3.tanh_layer", lambda Z, dA: (np.tanh(Z / 2), dA / np.cosh(Z / 2) ** 2), "A is 2 sigmoid"),
        ("week5.count_distinct_units", changes_in_the_sorted_list, "left out"),
        ("week5.critical_gain", lambda g, xi: 1 / np.sqrt((g(xi) ** 2).mean() - g(xi).mean() ** 2), "np.std subtracts"),
        ("week5.predicted_gradient_mean_squares", gradients_forward, "this runs from the first"),
    ],
)
def test_a_message_claims_no_cause_that_other_code_with_the_same_numbers_has_not(id, answer, guess):
    verdict = examine(find(id), answer)
    assert not verdict.passed and guess not in verdict.message, verdict


def test_inf_or_nan_on_the_way_to_right_numbers_is_noted():
    def both_branches(z, y):
        return np.where(z >= 0, z - y * z + np.log1p(np.exp(-z)), -y * z + np.log1p(np.exp(z)))

    verdict = examine(find("week4.binary_cross_entropy"), both_branches)
    assert verdict.passed and "something becomes infinite or nan" in verdict.message
    assert "nan" not in examine(find("week4.binary_cross_entropy"), find("week4.binary_cross_entropy").reference).message

    def skips_nan(y, k):  # 0 * log 0, and no exp that overflows
        q = np.bincount(y, minlength=k) / len(y)
        return np.log(k), -np.nansum(q * np.log(q))

    verdict = examine(find("week4.baseline_losses"), skips_nan)
    assert verdict.passed and "infinite or nan" in verdict.message and "overflow" not in verdict.message


def variant(exercise, rng):
    """The reference with rounding noise, another memory order, Python numbers, or a list for the tuple."""
    noise, order, plain, as_list = rng.random() < 0.7, rng.random() < 0.3, rng.random() < 0.3, rng.random() < 0.3

    def dressed(value):
        array = np.asarray(value)
        if noise and array.dtype.kind == "f" and not np.array_equal(array, np.rint(array)):
            array = array * (1 + 1e-14 * np.random.default_rng(array.size).standard_normal(array.shape))
        if array.ndim == 0:
            return array.item() if plain else array
        return np.asfortranarray(array) if order else array

    def answer(*arguments):
        value = exercise.reference(*arguments)
        if len(exercise.returns) == 1:
            return dressed(value)
        return (list if as_list else tuple)(map(dressed, value))

    return answer


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_eleven_right_variants_of_each_exercise_raise_no_alarm(exercise):
    rng = np.random.default_rng(len(exercise.id))
    for _ in range(11):  # 1,023 in all
        verdict = examine(exercise, variant(exercise, rng))
        assert verdict.passed, verdict
