"""Data: shapes, classes and the same bits for the same seed; the digits; IDX files; splits that lose nothing."""

import gzip
import struct
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlib
from nnlib import datasets, train_test_split
from nnlib.datasets import blobs, checkerboard, circles, digits, moons, read_idx, spirals, xor

DATA = Path(nnlib.__file__).parent / "data"

MAKERS = {
    "spirals": (spirals, 2),
    "moons": (moons, 2),
    "circles": (circles, 2),
    "xor": (xor, 2),
    "checkerboard": (checkerboard, 2),
    "blobs": (blobs, 2),
    "spirals, 3 arms": (lambda n=200, **o: spirals(n, arms=3, **o), 3),
    "blobs, 5 classes": (lambda n=200, **o: blobs(n, classes=5, **o), 5),
    "checkerboard, 3 squares": (lambda n=400, **o: checkerboard(n, squares=3, **o), 2),
}
every = pytest.mark.parametrize(("make", "classes"), MAKERS.values(), ids=MAKERS)


# ---- made data


@every
@pytest.mark.parametrize("n", [60, 61, 200])
def test_a_maker_gives_n_points_in_the_plane_with_class_indices(make, classes, n):
    X, y = make(n)
    assert X.shape == (n, 2) and X.dtype == np.float64 and np.isfinite(X).all()
    assert y.shape == (n,) and y.dtype.kind == "i"
    np.testing.assert_array_equal(np.unique(y), np.arange(classes))


@pytest.mark.parametrize("name", MAKERS)
def test_classes_have_fair_shares(name):
    make, classes = MAKERS[name]
    counts = np.bincount(make(601)[1])
    if name.startswith(("xor", "checkerboard")):  # points of random place
        np.testing.assert_allclose(counts / 601, 0.5, atol=0.1)
    else:
        assert counts.max() - counts.min() == (601 % classes > 0)


@every
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(make, classes):
    first, second, other = make(rng=7), make(rng=7), make(rng=8)
    assert first[0].tobytes() == second[0].tobytes() and first[1].tobytes() == second[1].tobytes()
    assert first[0].tobytes() != other[0].tobytes()
    assert make()[0].tobytes() == make(rng=0)[0].tobytes()


@every
def test_rng_may_be_a_generator_which_then_moves_on(make, classes):
    rng = np.random.default_rng(7)
    first, second = make(rng=rng), make(rng=rng)
    np.testing.assert_array_equal(first[0], make(rng=7)[0])
    assert not np.array_equal(first[0], second[0])


@every
def test_no_global_generator_is_touched(make, classes):
    before = np.random.get_state()[1].copy()  # noqa: NPY002  the point of the test
    make()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize(("make", "classes"), [case for name, case in MAKERS.items() if not name.startswith("checker")])
def test_noise_moves_the_points_and_never_the_labels(make, classes):
    calm, loud = make(rng=3, noise=0), make(rng=3, noise=0.4)
    np.testing.assert_array_equal(calm[1], loud[1])
    assert np.abs(calm[0] - loud[0]).max() > 0.1


def test_the_reference_spiral_equals_its_formula_with_the_legacy_seed_42():
    """The data of the deep binary reference network, written as its source writes it."""
    legacy, X, y = np.random.RandomState(42), [], []
    for j in range(2):
        r = np.linspace(0, 1, 100)
        t = np.linspace(4 * j, 4 * (j + 1), 100) + legacy.randn(100) * 0.2
        X.append(np.c_[r * np.sin(t), r * np.cos(t)])
        y += [j] * 100
    made, labels = spirals(200, arms=2, noise=0.2, rng=np.random.RandomState(42))
    np.testing.assert_array_equal(made, np.vstack(X))
    np.testing.assert_array_equal(labels, y)


def test_the_spiral_by_default_is_200_points_on_2_arms():
    np.testing.assert_array_equal(spirals()[0], spirals(200, arms=2, noise=0.2, rng=0)[0])


@pytest.mark.parametrize("arms", [1, 2, 3, 5])
def test_noise_of_a_spiral_turns_points_and_leaves_their_radius(arms):
    X, y = spirals(20 * arms, arms=arms)
    for j in range(arms):
        np.testing.assert_allclose(np.hypot(*X[y == j].T), np.linspace(0, 1, 20), atol=1e-15)


def test_calm_moons_are_half_circles():
    X, y = moons(100, noise=0)
    np.testing.assert_allclose(np.hypot(*X[y == 0].T), 1)
    np.testing.assert_allclose(np.hypot(*(X[y == 1] - [1, 0.5]).T), 1)
    assert X[y == 0][:, 1].min() > -1e-12 and X[y == 1][:, 1].max() < 0.5 + 1e-12


def test_calm_moons_equal_scikit_learns():
    make = pytest.importorskip("sklearn.datasets").make_moons
    X, y = moons(101, noise=0)
    theirs, labels = make(n_samples=(51, 50), shuffle=False)
    np.testing.assert_allclose(X, theirs, atol=1e-12)
    np.testing.assert_array_equal(y, labels)


def test_calm_circles_are_rings_of_radius_1_and_ratio():
    X, y = circles(100, noise=0, ratio=0.3)
    np.testing.assert_allclose(np.hypot(*X.T), np.where(y == 0, 1, 0.3))
    assert len(np.unique(X.round(9), axis=0)) == 100  # no point twice


def test_xor_labels_say_whether_the_signs_differ():
    X, y = xor(300)
    np.testing.assert_array_equal(y, np.sign(X[:, 0]) != np.sign(X[:, 1]))
    assert np.abs(X).max() <= 1


def test_neighbouring_squares_of_the_checkerboard_differ():
    X, y = checkerboard(2000, squares=4)
    column, row = np.floor((X.T + 1) * 2).astype(int)
    np.testing.assert_array_equal(y, (column + row) % 2)
    assert np.abs(X).max() <= 1 and len(set(zip(column, row))) == 16


def test_blobs_stand_evenly_on_a_circle_of_radius_2():
    X, y = blobs(4000, classes=4, noise=0.5)
    centres = np.array([X[y == k].mean(axis=0) for k in range(4)])
    np.testing.assert_allclose(centres, [[2, 0], [0, 2], [-2, 0], [0, -2]], atol=0.08)
    np.testing.assert_allclose([X[y == k].std(axis=0) for k in range(4)], 0.5, rtol=0.1)


# ---- digits


def test_digits_are_1797_images_of_64_pixels_from_0_to_1():
    X, y = digits()
    assert X.shape == (1797, 64) and X.dtype == np.float64
    assert y.shape == (1797,) and y.dtype.kind == "i"
    assert X.min() == 0 and X.max() == 1
    np.testing.assert_array_equal(X * 16, np.round(X * 16))  # 17 grey levels
    np.testing.assert_array_equal(np.bincount(y), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])  # the source's own table


def test_digits_equal_scikit_learns_copy():
    X, y = pytest.importorskip("sklearn.datasets").load_digits(return_X_y=True)
    ours, labels = digits()
    np.testing.assert_array_equal(ours * 16, X)
    np.testing.assert_array_equal(labels, y)


def test_digits_are_a_new_array_each_time():
    X, y = digits()
    X[:], y[:] = 0, 0
    assert digits()[0].any() and digits()[1].any()


def test_the_digits_file_is_small_holds_no_pickle_and_has_its_source_and_licence_beside_it():
    assert (DATA / "digits.npz").stat().st_size < 100_000
    with np.load(DATA / "digits.npz", allow_pickle=False) as file:
        assert {file[name].dtype for name in file.files} == {np.dtype("uint8")}
    text = " ".join(path.read_text(encoding="utf-8") for path in DATA.iterdir() if path.suffix in (".md", ".txt", ""))
    for word in ("Alpaydin", "Kaynak", "1998", "CC BY 4.0", "10.24432/C50P49", "creativecommons.org/licenses/by/4.0"):
        assert word in text
    for word in ("Alpaydin", "Kaynak", "CC BY 4.0"):
        assert word in digits.__doc__


# ---- splits


@given(m=st.integers(2, 60), share=st.floats(0.05, 0.95), seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=60, derandomize=True)
def test_a_split_is_a_partition_and_no_row_is_lost(m, share, seed):
    X, y = np.arange(2 * m).reshape(m, 2), np.arange(m)
    if not 0 < round(share * m) < m:
        with pytest.raises(ValueError, match="empty"):
            train_test_split(X, y, test_size=share, rng=seed)
        return
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=share, rng=seed)
    assert len(y_test) == round(share * m)
    np.testing.assert_array_equal(np.sort(np.concatenate([y_train, y_test])), y)
    np.testing.assert_array_equal(X_train, X[y_train])  # rows stay with their labels
    np.testing.assert_array_equal(X_test, X[y_test])


def test_a_split_is_shuffled_repeatable_and_a_copy():
    X, y = np.arange(100.0)[:, None], np.arange(100)
    first, second, other = (train_test_split(X, y, rng=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second))
    assert not np.array_equal(first[1], other[1])
    assert not np.array_equal(first[3], np.arange(20)) and not np.array_equal(first[3], np.arange(80, 100))
    first[0][:] = -1
    np.testing.assert_array_equal(X[:, 0], y)


def test_a_split_takes_a_generator_lists_and_targets_of_any_shape():
    X, y = [[1], [2], [3], [4], [5]], [[1, 0], [0, 1], [1, 0], [0, 1], [1, 0]]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, rng=np.random.default_rng(0))
    assert (X_train.shape, X_test.shape, y_train.shape, y_test.shape) == ((3, 1), (2, 1), (3, 2), (2, 2))


def test_a_split_holds_out_a_fifth_by_default():
    X_train, X_test, *_ = train_test_split(*digits())
    assert (len(X_train), len(X_test)) == (1438, 359)


# ---- IDX files, the format of MNIST

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
IMAGES = np.arange(24).reshape(2, 3, 4)


def idx_bytes(array, code=0x08, shape=None):
    shape = np.shape(array) if shape is None else shape
    header = bytes([0, 0, code, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)
    return header + np.asarray(array).astype(TYPES[code]).tobytes()


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("code", TYPES, ids=hex)
def test_every_type_of_idx_file_is_read(code, zipped, tmp_path):
    values = IMAGES * (-1 if code != 0x08 else 1)
    content = idx_bytes(values, code)
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(gzip.compress(content) if zipped else content)
    array = read_idx(path)
    np.testing.assert_array_equal(array, values)
    assert array.dtype == np.dtype(TYPES[code]).newbyteorder("=") and array.dtype.isnative
    assert array.flags.writeable and array.flags.c_contiguous


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (1, 1, 2, 3), (0,), (0, 28, 28), ()])
def test_idx_files_of_any_number_of_axes_are_read(shape, tmp_path):
    values = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    (tmp_path / "x").write_bytes(idx_bytes(values))
    np.testing.assert_array_equal(read_idx(tmp_path / "x"), values)
    assert read_idx(str(tmp_path / "x")).shape == shape


WHOLE = idx_bytes(IMAGES)
ZIPPED = gzip.compress(WHOLE)
NO_IDX = ["not an IDX file"]
NOT_IDX = {
    "empty": (b"", NO_IDX),
    "one byte": (b"\0", NO_IDX),
    "header cut in its first bytes": (WHOLE[:3], NO_IDX),
    "header cut in its shape": (WHOLE[:10], NO_IDX),
    "header alone": (WHOLE[:16], ["40", "16", "(2, 3, 4)"]),
    "cut by one byte": (WHOLE[:-1], ["40", "39", "(2, 3, 4)"]),
    "one byte too many": (WHOLE + b"\0", ["40", "41"]),
    "a shape far beyond the file": (idx_bytes(IMAGES, shape=(2**32 - 1,) * 3), ["4294967295", "40"]),
    "a shape whose product overflows to its true size": (idx_bytes([], shape=(2**31, 2**31, 4)), ["2147483648"]),
    "an unknown type": (bytes([0, 0, 0x0A, 1, 0, 0, 0, 1, 5]), NO_IDX),
    "first bytes not zero": (b"\1" + WHOLE[1:], NO_IDX),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), NO_IDX),
    "text": (b"label,pixel0,pixel1\n", NO_IDX),
    "a NumPy file": (b"\x93NUMPY" + bytes(100), NO_IDX),
    "a zip": (b"PK\3\4" + bytes(100), NO_IDX),
    "a web page for an error": (b"<html>404 Not Found</html>", NO_IDX),
    "gzip cut short": (ZIPPED[:-12], ["gzip"]),
    "gzip without its check sum": (ZIPPED[:-8], ["gzip"]),
    "gzip header alone": (ZIPPED[:5], ["gzip"]),
    "gzip with a wrong check sum": (ZIPPED[:-8] + b"\0\0\0\0" + ZIPPED[-4:], ["gzip"]),
    "gzip with a flipped byte": (ZIPPED[:20] + bytes([ZIPPED[20] ^ 0xFF]) + ZIPPED[21:], []),
    "gzip with something behind": (ZIPPED + b"more", ["gzip"]),
    "gzip of something else": (gzip.compress(b"hello, world"), NO_IDX),
    "gzip of a file that was cut": (gzip.compress(WHOLE[:-1]), ["40", "39"]),
}


@pytest.mark.parametrize(("content", "words"), NOT_IDX.values(), ids=NOT_IDX)
def test_a_truncated_foreign_or_damaged_idx_file_is_refused_by_name(content, words, tmp_path):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        read_idx(path)
    message = str(caught.value)
    assert str(path) in message
    assert [word for word in words if word not in message.replace(",", "") and word not in message] == []


def test_an_idx_file_that_is_not_there_is_a_file_not_found_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "none")


@pytest.mark.parametrize("cut", range(0, len(ZIPPED), 3))
def test_a_gzipped_file_cut_anywhere_is_refused(cut, tmp_path):
    (tmp_path / "x").write_bytes(ZIPPED[:cut])
    with pytest.raises(ValueError):
        read_idx(tmp_path / "x")


# ---- bad input

X4, Y4 = np.ones((4, 2)), np.arange(4)
BAD = {
    "no points": (lambda: spirals(0), ["n", "1 or larger", "0"]),
    "a negative number of points": (lambda: moons(-5), ["n", "-5"]),
    "half a point": (lambda: xor(10.5), ["n", "10.5"]),
    "points in words": (lambda: circles("100"), ["n", "'100'"]),
    "True points": (lambda: checkerboard(True), ["n", "True"]),
    "fewer points than classes": (lambda: blobs(2, classes=3), ["n", "3", "2"]),
    "one point for two arms": (lambda: spirals(1), ["n", "2", "1"]),
    "no arms": (lambda: spirals(arms=0), ["arms", "0"]),
    "half an arm": (lambda: spirals(arms=2.5), ["arms", "2.5"]),
    "no classes": (lambda: blobs(classes=0), ["classes", "0"]),
    "no squares": (lambda: checkerboard(squares=0), ["squares", "0"]),
    "half a square": (lambda: checkerboard(squares=1.5), ["squares", "1.5"]),
    "ratio NaN": (lambda: circles(ratio=float("nan")), ["ratio", "nan"]),
    "ratio negative": (lambda: circles(ratio=-0.5), ["ratio", "-0.5"]),
    "ratio a word": (lambda: circles(ratio="half"), ["ratio", "'half'"]),
    "split: rows that do not match": (lambda: train_test_split(X4, Y4[:3]), ["(4, 2)", "(3,)", "same number of rows"]),
    "split: a number": (lambda: train_test_split(1.0, 2.0), ["()", "rows"]),
    "split: nothing to hold out": (lambda: train_test_split(X4, Y4, test_size=0.01), ["4 rows", "0.01", "empty"]),
    "split: one row": (lambda: train_test_split(X4[:1], Y4[:1]), ["1 rows", "empty"]),
    "split: no rows": (lambda: train_test_split(X4[:0], Y4[:0]), ["0 rows"]),
    "split: everything": (lambda: train_test_split(X4, Y4, test_size=1.0), ["test_size", "below 1", "1.0"]),
    "split: a count": (lambda: train_test_split(X4, Y4, test_size=2), ["test_size", "2", "test_size=0.2"]),
    "split: nothing": (lambda: train_test_split(X4, Y4, test_size=0), ["test_size", "above 0", "0"]),
    "split: NaN": (lambda: train_test_split(X4, Y4, test_size=float("nan")), ["test_size", "nan"]),
    "split: in words": (lambda: train_test_split(X4, Y4, test_size="20 %"), ["test_size", "'20 %'"]),
    "split: ragged": (lambda: train_test_split([[1], [2, 3]], [0, 1]), ["X", "different lengths"]),
    "split: ragged labels": (lambda: train_test_split([[1], [2]], [[0], [1, 2]]), ["y", "different lengths"]),
    "split: hidden numbers": (lambda: train_test_split(np.ma.masked_array(X4, X4 > 0), Y4), ["X", "mask", "filled"]),
    "split: hidden labels": (lambda: train_test_split(X4, np.ma.masked_array(Y4, Y4 > 2)), ["y", "mask"]),
    "more squares than any picture shows": (lambda: checkerboard(squares=10**19), ["squares", "1,000,000"]),
    "squares beyond all floats": (lambda: checkerboard(squares=10**400), ["squares", "1,000,000"]),
    "points beyond all floats": (lambda: moons(10**400), ["n, the number of points", "inf"]),
    "noise beyond all floats": (lambda: moons(noise=10**400), ["noise", "inf"]),
    "split: rng": (lambda: train_test_split(X4, Y4, rng=None), ["rng", "None"]),
}
for wrong in (-0.1, float("nan"), "loud", None, float("inf"), 1j):
    BAD[f"noise {wrong!r}"] = (lambda wrong=wrong: moons(noise=wrong), ["noise", repr(wrong)])
for wrong in (None, -1, 1.5, True, "0", [0]):
    BAD[f"rng {wrong!r}"] = (lambda wrong=wrong: spirals(rng=wrong), ["rng", repr(wrong), "rng=0"])


@pytest.mark.parametrize("case", BAD)
def test_bad_input_raises_a_value_error_that_says_what_came_and_what_to_write(case):
    call, words = BAD[case]
    with pytest.raises(ValueError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == []


def test_a_mask_that_hides_nothing_is_split_like_an_array():
    plain, masked = (train_test_split(X, Y4, rng=0) for X in (X4, np.ma.masked_array(X4)))
    assert all(np.array_equal(a, b) for a, b in zip(plain, masked)) and type(masked[0]) is np.ndarray


@every
@pytest.mark.parametrize("options", [{"noise": -1}, {"rng": None}, {"n": 0}], ids=str)
def test_every_maker_checks_its_arguments(make, classes, options):
    with pytest.raises(ValueError):
        make(**options)


def test_every_maker_is_reached_from_the_top():
    assert nnlib.datasets is datasets and nnlib.train_test_split is datasets.train_test_split


# ---- the writers of the digits


def one_writer_per_form(y, writers):
    """For each writer: do the labels follow the one form, with at most 8 of its 130 missing and one changed?"""
    form = y[:130].tolist()
    follows = []
    for k in range(14):
        labels = y[writers == k].tolist()
        matched = sum(block.size for block in SequenceMatcher(None, form, labels, autojunk=False).get_matching_blocks())
        follows.append(122 <= len(labels) <= 130 and matched >= len(labels) - 1)
    return follows


def test_the_digits_come_writer_after_writer_in_14_groups_and_without_writers_nothing_changes():
    X, y, writers = digits(writers=True)
    np.testing.assert_array_equal(X, digits()[0])
    np.testing.assert_array_equal(y, digits()[1])
    assert writers.shape == (1797,) and writers.dtype.kind == "i"
    assert (np.diff(writers) >= 0).all() and set(writers) == set(range(14))
    assert [int(np.bincount(y[writers == k], minlength=10).min()) > 0 for k in range(14)] == [True] * 14  # each wrote every digit


def test_every_writer_filled_in_the_same_form_and_moving_a_boundary_shows():
    _, y, writers = digits(writers=True)
    assert one_writer_per_form(y, writers) == [True] * 14
    moved = writers.copy()
    moved[906:915] = 6  # the boundary at 915, as scikit-learn's course has it
    assert one_writer_per_form(y, moved) == [True] * 6 + [False, False] + [True] * 6


def test_images_of_one_writer_resemble_each_other():
    X, y, writers = digits(writers=True)
    gaps = (X**2).sum(axis=1)[:, None] + (X**2).sum(axis=1) - 2 * X @ X.T
    gaps[y[:, None] != y] = np.inf
    np.fill_diagonal(gaps, np.inf)
    nearest = gaps.argmin(axis=1)  # the nearest image of the same digit
    assert 0.5 < np.mean(writers[nearest] == writers) < 0.6  # by chance it would be 1 in 14
    assert not np.isin(nearest[906:915], range(776, 906)).any()  # those nine rows resemble nothing before them
