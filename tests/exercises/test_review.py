"""Review: items with right keys, a schedule that is kept, tests before and after, and a progress file that loses nothing.

Two items of each family here; ten thousand: python tests/exercises/review_faults.py 10000
"""

import datetime
import json
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from review_faults import faults

from nnlib.exercises import after, before, check, progress, review, solution
from nnlib.exercises.exercise import EXERCISES, TASKS
from nnlib.exercises.progress import session
from nnlib.exercises.review import choosing, daily, forms, memory
from nnlib.exercises.review.course import NOTEBOOKS, notebook_of
from nnlib.exercises.review.families import FAMILIES
from nnlib.exercises.review.family import KINDS, by_reference
from nnlib.exercises.review.item import exact, shown, typed

NOTEBOOK_FOLDER = Path(__file__).parents[2] / "notebooks"
ONE_TEXT = {"case_1_to_5", "case_6_to_11"}  # the clinic's sentences
START = datetime.date(2026, 1, 5)


class Days:
    """The calendar, moved by hand."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def go_on(self, days):
        self.now += datetime.timedelta(days)


@pytest.fixture(autouse=True)
def days(monkeypatch):
    """A kernel that has just been started, on the first day."""
    calendar = Days()
    for module in (memory, choosing, daily, forms):
        monkeypatch.setattr(module, "today", calendar)
    new_kernel()
    return calendar


def new_kernel():
    for known in (session, memory.kept, daily.open_cards, forms.open_tests, forms.taken):
        known.clear()


# ---- the items


def headings(key):
    """block/heading of each heading of a notebook, and the lines under "You will be able to"."""
    cells = json.loads((NOTEBOOK_FOLDER / NOTEBOOKS[key].file).read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    block, found = "1", {}  # block/heading -> whether its cell is a deeper one
    tagged = [
        (c, marks, heading)
        for c in cells
        if c["cell_type"] == "markdown"
        for marks, heading in re.findall(r"^(#{2,3}) (.*)", "".join(c["source"]), re.M)
    ]
    for cell, marks, heading in tagged:
        if marks == "##" and (number := re.match(r"(\d+) ", heading)):
            block = number[1]
        found[f"{block}/{heading}"] = "deeper" in cell["metadata"].get("tags", ())
    return found, re.findall(r"^- ", next(text for text in texts if "You will be able to" in text), re.M)


@pytest.mark.parametrize("key", NOTEBOOKS)
def test_every_concept_of_every_notebook_is_met_in_its_core_and_every_place_to_reread_exists(key):
    places, bullets = headings(key)
    families = [f for f in FAMILIES.values() if f.notebook == key]
    assert len(NOTEBOOKS[key].concepts) == len(bullets)
    assert {f.concept for f in families if not f.deeper} == set(range(len(bullets))), "met without the deeper blocks"
    assert [f.place for f in families if f.place not in places] == []
    assert [f.name for f in families if f.deeper != places[f.place]] == []


def test_there_are_a_hundred_families_of_every_kind():
    assert len(FAMILIES) >= 100 and {f.kind for f in FAMILIES.values()} == set(KINDS)


@pytest.mark.parametrize("name", FAMILIES)
def test_items_have_the_right_key_and_distinct_options(name):
    for seed in (1, 2):
        assert faults(FAMILIES[name].item(seed)) == []


def test_no_family_asks_for_an_exercise_of_a_later_notebook():
    order = list(NOTEBOOKS)
    for family in FAMILIES.values():
        if family.of:
            assert order.index(notebook_of(family.of, EXERCISES)) <= order.index(family.notebook), family.name


STORED_MESSAGES = {
    "probability_of_score",
    "relu_of_row",
    "sigmoid_gate",
    "relative_error_by_hand",
}  # an exercise's own warn of a later word


def test_no_question_needs_a_word_that_is_introduced_later():
    glossary = pytest.importorskip("nnlib.exercises.glossary")
    order = [notebook.file.removesuffix(".ipynb") for notebook in NOTEBOOKS.values()]
    words = {name.lower(): entry.notebook for entry in glossary.entries()[::-1] if entry.kind == "word" for name in entry.names}
    later = []
    for name, family in FAMILIES.items():
        place = order.index(NOTEBOOKS[family.notebook].file.removesuffix(".ipynb"))
        items = [family.item(seed) for seed in range(3)]
        shown_texts = [part for i in items for part in (i.text, i.why, *i.letters.values(), *(reason for _, reason in i.wrong))]
        text = " ".join(shown_texts).lower() if name not in STORED_MESSAGES else " ".join(i.text for i in items).lower()
        used = set(re.findall(r"[a-z][\w-]*", text))
        later += [
            f"{name}: {word}"
            for word, notebook in words.items()
            if notebook in order and order.index(notebook) > place and (word in used if " " not in word else f" {word}" in text)
        ]
    assert later == []


def test_every_task_belongs_to_the_notebook_in_which_it_stands():
    for key, notebook in NOTEBOOKS.items():
        text = (NOTEBOOK_FOLDER / notebook.file).read_text(encoding="utf-8")
        asked = set(re.findall(r'(?:check|derive)\((?:\\n"?,?\s*"?\s*)?\\"([\w.]+)\\"', text)) & set(TASKS)
        assert {id for id in asked if notebook_of(id, EXERCISES) != key} == set()


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - ONE_TEXT))
def test_another_try_brings_other_numbers(name):
    texts = {(item.text, item.options) for item in map(FAMILIES[name].item, range(8))}
    assert len(texts) >= 3


def test_the_same_seed_brings_the_same_item():
    assert all(f.item(3).options == f.item(3).options and f.item(3).text == f.item(3).text for f in list(FAMILIES.values())[::7])


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (0.5, Fraction(1, 2)), ("1/2", Fraction(1, 2)), ("0.50", Fraction(1, 2)), (" -3 ", Fraction(-3)), ("\u22123", Fraction(-3)),
        ("(3, 1)", (3, 1)), ("[3 1]", (3, 1)), ("3, 1", (3, 1)), ((3, 1), (3, 1)), (np.array([3, 1]), (3, 1)), ("(4,)", (4,)),
    ],
)  # fmt: skip
def test_an_answer_can_be_typed_in_any_form(answer, value):
    assert typed(answer) == value


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (1 / 3, "1/3"), (7, "7"), (1.25, "5/4"), ((2, 0.5), "(2, 0.5)"), (0.001, "0.001")]
)
def test_numbers_are_shown_as_one_writes_them_on_paper(value, text):
    assert shown(exact(value)) == text


@pytest.mark.parametrize("value", [0.123, np.pi, 137, np.nan, np.inf, [1, np.pi], list(range(9))])
def test_what_is_no_number_for_pencil_and_paper_is_refused(value):
    assert exact(value) is None


def test_a_typed_answer_that_equals_a_mistake_is_named_as_check_names_it():
    messages = set(EXERCISES["week2.dense_backward"].messages)
    item = FAMILIES["entry_of_dW"].item(5)
    named = [(value, reason) for value, reason in item.wrong if reason in messages]
    assert named and all(reason in item.verdict(shown(value))[1] for value, reason in named)
    assert item.verdict("-77") == (False, f"The answer: {shown(item.key)}. Why: {item.why}")


@pytest.mark.parametrize("name", ["best_momentum", "folded_weight", "p_minus_y_row", "momentum_step", "entry_of_dW", "honest_number"])
def test_a_reason_does_not_praise_or_order_values_that_were_not_asked_for(name):
    reasons = {reason for seed in range(8) for _, reason in FAMILIES[name].item(seed).wrong}
    assert not [reason for reason in reasons if re.search(r"^[\w, ]+ (is|are) right\b|order: return|swapped: return", reason)]


def test_a_truth_value_is_no_number_of_a_mistake():
    """(Z <= 0).all() of a whole table is False, and no count of 0."""
    _, wrong = by_reference("week3.count_dead", (np.array([[1.0, -1.0], [2.0, -3.0]]),))
    assert wrong and not any(isinstance(value, bool | np.bool_) for value, _ in wrong)


@pytest.mark.parametrize("answer", ["z", "", None, True, "two", "1/0", "(a, b)"])
def test_what_is_no_answer_is_told_what_to_write(answer):
    with pytest.raises(ValueError, match=r"letter|number"):
        FAMILIES["entry_of_dW"].item(5).verdict(answer)


# ---- the schedule


def due_in(name):
    return (datetime.date.fromisoformat(memory.remembered()[name]["due"]) - memory.today()).days


def test_what_is_right_comes_back_after_1_3_7_and_21_days_and_a_miss_the_same_day(days):
    waits = []
    for _ in range(5):
        memory.remember("entry_of_dW", True)
        waits.append(due_in("entry_of_dW"))
        days.go_on(waits[-1])
    assert waits == [1, 3, 7, 21, 21]
    memory.remember("entry_of_dW", False)
    assert due_in("entry_of_dW") == 0
    memory.remember("entry_of_dW", True)
    assert due_in("entry_of_dW") == 1


def answered(card, right):
    """Answer every question of a card: right[number] or not."""
    for number, item in enumerate(card.items, 1):
        wrong = next(option for option in item.options if option != item.key)
        card.judge(number, shown(item.key if right(number) else wrong))


def test_a_miss_is_asked_again_the_same_day_in_other_numbers(capsys):
    first = review(through="week2b")
    answered(first, lambda number: number != 2)
    missed = first.items[1]
    again = review(through="week2b")
    assert [item.family for item in again.items] == [missed.family]
    assert again.items[0].text != missed.text and repr(again).startswith("Review: 1 question, 1 due")
    answered(again, lambda number: True)
    assert repr(review(through="week2b")) == "Nothing is due today. Next: 5 tomorrow."


def test_neighbours_come_from_different_notebooks_and_nothing_from_later_ones(days):
    seen = set()
    for _ in range(12):
        card = review(through="week3")
        assert len(card.items) <= 5
        notebooks = [item.family.notebook for item in card.items]
        if len(set(notebooks)) > 2:
            assert all(a != b for a, b in zip(notebooks, notebooks[1:]))
        seen |= set(notebooks)
        answered(card, lambda number: True)
        days.go_on(1)
    assert seen == {"start_here", "week1a", "week1b", "week2a", "week2b", "week3"}


def test_what_was_studied_is_read_from_the_exercises_that_passed():
    assert review().items == [] and "Nothing to review yet" in repr(review())
    new_kernel()
    for id in ("week0.column_means", "week0.centre_and_scale", "week0.row_distances"):
        check(id, EXERCISES[id].reference)
    assert {item.family.notebook for item in review().items} == {"start_here"}
    new_kernel()
    check("week1.decision_function", EXERCISES["week1.decision_function"].reference)
    assert choosing.studied() == ["start_here"]  # week 1a has only begun
    assert choosing.studied() and review(before="week1b").items


def test_review_says_what_was_kept_and_what_to_read_again(days, capsys):
    answered(review(through="week2b"), lambda number: True)
    days.go_on(1)
    card = review(through="week2b")
    for number, item in enumerate(card.items, 1):
        card.answer(number, shown(item.key if number > 1 else next(o for o in item.options if o != item.key)))
    said = capsys.readouterr().out
    assert "Kept 4 of 5 that were due." in said and "asks it again today" in said and "Traceback" not in said
    file, heading = card.items[0].family.reread()
    assert f"Read again: {heading} ({file})" in said
    progress()
    assert re.search(r"memory: \d of \d questions right last time", capsys.readouterr().out)


def test_only_the_first_answer_to_a_question_counts():
    card = review(through="start_here")
    for letter in ("a", "b", "c", "a"):
        card.judge(1, letter)
    assert memory.remembered()[card.items[0].family.name]["tries"] == 1


def test_the_card_stays_until_it_is_answered_and_is_new_the_next_day(days):
    card = review(through="week1a")
    assert review(through="week1a") is card
    card.judge(1, "a")
    assert review(through="week1a") is card
    days.go_on(1)
    assert review(through="week1a") is not card


@pytest.mark.parametrize("call", [dict(through="week9"), dict(before="week9"), dict(before="start_here")])
def test_an_unknown_notebook_is_named(call):
    with pytest.raises(ValueError, match="notebook"):
        review(**call)


@pytest.mark.parametrize("id", [id for id in TASKS if id.endswith(("dense_backward", "dense_dW", "adam_path"))])
def test_whoever_saw_a_solution_gets_fresh_numbers(id, capsys):
    card = review(id)
    assert all(item.family.of == id for item in card.items)
    solution(id)
    assert (f'review("{id}")' in capsys.readouterr().out.replace("'", '"')) == bool(card.items)
    assert card.items or "no questions of this kind" in repr(card)


def test_three_questions_for_the_head_of_a_notebook_are_the_same_for_everybody_at_first():
    texts = []
    for key in list(NOTEBOOKS)[1:-1]:
        new_kernel()
        text = repr(review(before=key))
        texts += [item.text for item in review(before=key).items]
        new_kernel()
        earlier = list(NOTEBOOKS)[: list(NOTEBOOKS).index(key)]
        assert repr(review(before=key)) == text and len(review(before=key).items) == 3
        assert {item.family.notebook for item in review(before=key).items} <= set(earlier)
    assert len(set(texts)) > 0.8 * len(texts), "a notebook does not ask what the one before it has asked"


def test_a_notebook_has_three_questions_at_its_head_whatever_was_asked_that_day(days):
    answered(review(through="week8"), lambda number: number > 2)
    assert len(review(before="week1b").items) == 3
    for name in [f.name for f in FAMILIES.values() if f.notebook in ("start_here", "week1a")]:
        memory.remember(name, True)
    daily.open_cards.clear()
    card = review(before="week1b")
    assert {item.family.notebook for item in card.items} <= {"start_here", "week1a"} and len(card.items) == 3


# ---- the file


def test_rows_of_others_stay_and_two_kernels_lose_nothing(tmp_path):
    file = tmp_path / "progress.json"
    foreign = {
        "week9.x": {"passed": "2026-01-01", "tries": 1, "hints": 0},
        "settings": {"dark": True},
        "review.from_a_newer_course": {"tries": 3, "stage": 2},
    }
    file.write_text(json.dumps(foreign))
    memory.remember("entry_of_dW", True)
    first = dict(memory.kept)
    new_kernel()
    memory.remember("entry_of_db", False)
    check("week4.mse", EXERCISES["week4.mse"].reference)
    new_kernel()
    memory.kept.update(first)  # the first kernel goes on
    memory.remember("entry_of_dW", True)
    rows = json.loads(file.read_text())
    assert {name: rows[name] for name in foreign} == foreign
    assert rows["review.entry_of_dW"]["tries"] == 2 and rows["review.entry_of_db"]["tries"] == 1 and rows["week4.mse"]["passed"]


def test_an_older_file_without_a_memory_is_taken_as_it_is(tmp_path):
    old = {"week4.mse": {"passed": "2026-01-01T10:00:00+00:00", "tries": 2, "hints": 1}}
    (tmp_path / "progress.json").write_text(json.dumps(old))
    answered(review(through="week4"), lambda number: True)
    rows = json.loads((tmp_path / "progress.json").read_text())
    assert rows["week4.mse"] == old["week4.mse"] and sum(id.startswith("review.") for id in rows) == 5


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("},", "}", 1),
        lambda text: "[" + text + "]",
        lambda text: text + "\n<<<<<<< HEAD",
        lambda text: "\ufeff" + text,
    ],
    ids=["half", "a missing comma", "in a list", "something behind", "a mark in front"],
)
def test_a_damaged_file_keeps_every_row_that_can_be_read(spoil, tmp_path):
    file = tmp_path / "progress.json"
    for name in list(FAMILIES)[:6]:
        memory.remember(name, True)
    text = spoil(file.read_text())
    whole = [name for name in list(FAMILIES)[:6] if re.search(rf'"review.{name}": {{[^}}]*}}', text)]
    file.write_text(text, encoding="utf-8")
    new_kernel()
    memory.remember("entry_of_dW", True)
    rows = json.loads(file.read_text())
    assert whole and all(rows[f"review.{name}"]["stage"] == 1 for name in whole)
    assert "review.entry_of_dW" in rows


@pytest.mark.parametrize(
    "row",
    [
        3, None, [], {}, {"tries": "x"}, {"tries": -1}, {"tries": 2, "stage": 99, "due": "never", "seen": 7},
        {"tries": 1, "due": "9999-12-31"}, {"tries": True}, {"tries": 1, "right": 50, "first": None},
        {"tries": 1, "seen": "2026-01-01", "due": "9999-12-31"}, {"tries": 1, "seen": "2999-01-01", "due": "2999-01-02"},
    ],
)  # fmt: skip
def test_no_row_whatever_stands_in_it_stops_a_review(row, tmp_path, days, monkeypatch):
    monkeypatch.setattr(choosing, "NEW_A_DAY", 999)
    (tmp_path / "progress.json").write_text(json.dumps({"review.entry_of_dW": row, "review.before": row, "review.after": row}))
    answered(review(through="week2b"), lambda number: False)
    progress()
    days.go_on(21)
    assert "entry_of_dW" in {f.name for f in choosing.chosen(999, list(NOTEBOOKS))[0]}, "not even a wrong clock hides a question for ever"
    assert forms.exported() == []


def test_without_a_file_the_memory_lasts_as_long_as_the_kernel(monkeypatch):
    monkeypatch.setenv("NNLIB_PROGRESS", "off")
    answered(review(through="start_here"), lambda number: True)
    assert len(memory.remembered()) == 5 and repr(review(through="start_here")).startswith("Nothing is due today.")
    memory.remember("entry_of_dW", True)
    assert memory.remember("entry_of_dW", True)["tries"] == 2


# ---- the card


def clicked(box, kind, description=None):
    found = [w for w in box.children if type(w).__name__ == kind and description in (None, getattr(w, "description", None))]
    for child in box.children:
        found += clicked(child, kind, description) if hasattr(child, "children") else []
    return found


def test_the_card_says_by_buttons_what_the_plain_text_says():
    card = review(through="week2b")
    box = card.widget()
    letters = clicked(box, "Button")
    assert all(option in repr(card).replace("\n", " ") for item in card.items for option in item.letters.values() if len(option) < 40)
    place = 0
    for item in card.items:
        buttons = [b for b in letters if b.description in item.letters][place : place + len(item.letters)]
        assert [b.tooltip for b in buttons] == [f"{letter}) {option}" for letter, option in item.letters.items()]
        place += len(item.letters)
    wrong = next(letter for letter, option in zip("abcd", card.items[0].options) if option != card.items[0].key)
    for letter, words in ((wrong, "Not yet:"), ("abcd"[card.items[0].options.index(card.items[0].key)], "Right:")):
        letters["abcd".index(letter)].click()
        said = [w.value for w in clicked(box, "HTML") if 'role="alert"' in w.value]
        assert len(said) == 1 and words in said[0]
    assert max(map(len, repr(card).splitlines())) <= 104


def test_a_number_can_be_typed_into_the_card_and_nonsense_gets_an_answer():
    card = review(through="start_here")
    number = next(n for n, item in enumerate(card.items) if not isinstance(item.key, str))
    box = card.widget()
    typable = [n for n, item in enumerate(card.items) if not isinstance(item.key, str)]
    field, button = clicked(box, "Text")[typable.index(number)], clicked(box, "Button", "Check")[typable.index(number)]
    field.value = "what?"
    button.click()
    assert "or type the number itself" in "".join(w.value for w in clicked(box, "HTML"))
    field.value = shown(card.items[number].key)
    button.click()
    assert "Right:" in "".join(w.value for w in clicked(box, "HTML"))


def test_what_to_read_again_is_a_link_to_its_heading():
    from nnlib.exercises.review.card import linked

    assert 'href="week2b_x.ipynb#With-indices"' in linked("Read again: With indices (week2b_x.ipynb)")


# ---- before and after


def test_the_two_forms_ask_the_same_families_in_other_numbers_and_every_notebook_is_in_them():
    first, second = (forms.items_of(form) for form in ("before", "after"))
    assert [item.family for item in first] == [item.family for item in second] and len(first) == 20
    assert all(a.text != b.text for a, b in zip(first, second))
    assert {item.family.notebook for item in first} == set(NOTEBOOKS) - {"playground"}


def test_a_random_clicker_gains_nothing_and_the_forms_are_equally_difficult():
    """300 clickers, and 300 learners who know a random half and guess the rest."""
    rng = np.random.default_rng(0)
    pairs = [[forms.items_of(form, seed) for form in ("before", "after")] for seed in range(4)]

    def score(items, known):
        return np.mean([k or item.is_right(item.options[rng.integers(len(item.options))]) for item, k in zip(items, known)])

    def gain(pair, known):
        return score(pair[1], known) - score(pair[0], known)

    clickers = [gain(pairs[n % 4], np.zeros(20, bool)) for n in range(300)]
    halves = [gain(pairs[n % 4], rng.permutation(20) < 10) for n in range(300)]
    assert abs(np.mean(clickers)) < 0.05 and abs(np.mean(halves)) < 0.05


def test_before_says_what_to_skip_and_after_what_was_gained(capsys):
    card = before()
    for number, item in enumerate(card.items, 1):
        card.answer(number, shown(item.key) if number <= 4 else "?")
    said = capsys.readouterr().out
    assert "4 of 20 right." in said and "Start here, block 2: broadcasting and its slopes" in said and "Begin with Week 1b" in said
    assert "Right" not in said, "no verdict before the end"
    new_kernel()
    card = after()
    for number, item in enumerate(card.items, 1):
        wrong = next((value for value, reason in item.wrong if value in item.options), None)
        card.answer(number, shown(item.key if number <= 14 else wrong))
    said = capsys.readouterr().out
    assert "14 of 20 right. Before it was 4: a gain of +0.50." in said and "The most frequent wrong idea:" in said
    assert Counter(re.findall(r"^   (gained|known before|not yet|lost) ", said, re.M)) == {"gained": 10, "known before": 4, "not yet": 6}


def test_a_test_can_be_ended_early_and_is_exported(tmp_path, capsys):
    card = before()
    card.answer(1, shown(card.items[0].key))
    card.finish()
    assert "1 of 20 right." in capsys.readouterr().out
    rows = [row for row in json.loads(progress.export(tmp_path / "me.json").read_text()) if row["id"].startswith("review.")]
    assert len(rows) == 20 and sum(bool(row["passed"]) for row in rows) == 1


# ---- does it help?


def test_a_learner_who_forgets_ends_thirty_days_clearly_above_the_same_one_without_review(days):
    """Memory of a family: e^(-days / strength). Each time it is asked, it is learned again, and a success makes it 2.5 times as strong."""
    rng = np.random.default_rng(0)
    last, strength = dict.fromkeys(FAMILIES, START), dict.fromkeys(FAMILIES, 4.0)

    def chance(name, day):
        return np.exp(-(day - last[name]).days / strength[name])

    asked = set()
    for _ in range(30):
        for _ in range(2):  # what was missed comes back the same day
            card = review(through="week1a")
            for number, item in enumerate(card.items, 1):
                name = item.family.name
                right = rng.random() < chance(name, days.now)
                card.judge(number, shown(item.key if right else next(o for o in item.options if o != item.key)))
                strength[name] *= 2.5 if right and last[name] < days.now else 1.0
                last[name] = days.now
                asked.add(name)
        days.go_on(1)
    families = [f.name for f in FAMILIES.values() if f.notebook in ("start_here", "week1a")]
    with_review = np.mean([chance(name, days.now) for name in families])
    without = np.exp(-30 / 4.0)
    assert asked == set(families) and with_review > 0.6 and without < 0.01
