"""Quizzes, ordering problems and predictions: complete, and the widget and the plain text say the same."""

import asyncio
from html import escape

import ipywidgets
import pytest

from nnlib.exercises import cards, quiz
from nnlib.exercises.cards import PARSONS, QUIZZES, Parsons, Quiz, predict


@pytest.mark.parametrize("id", QUIZZES)
def test_every_option_of_every_question_has_its_reason(id, capsys):
    card = quiz(id)
    for number, question in enumerate(QUIZZES[id], 1):
        assert question.right in question.options and len(question.options) >= 3
        assert all(len(reason) > 15 for reason in question.options.values())
        for letter, option in zip("abcdef", question.options):
            card.answer(number, letter)
            assert capsys.readouterr().out.startswith("Right: " if option == question.right else "No: ")
    lines = repr(card).splitlines()
    words = " ".join(map(str.strip, lines))
    assert all(question.text in words and all(option in words for option in question.options) for question in QUIZZES[id])
    assert max(map(len, lines)) <= 104


@pytest.mark.parametrize("id", PARSONS)
def test_the_given_order_is_right_and_every_forbidden_swap_is_named(id):
    lines = PARSONS[id]
    card, order = Parsons(lines), list(range(len(lines.lines)))
    assert card.verdict(order).startswith("Right") and card.order != order
    for i, needs in lines.prerequisites.items():
        for j in needs:
            swapped = [j if n == i else i if n == j else n for n in order]
            assert card.verdict(swapped).startswith("Not yet")


def clicked(box, kind, description=None):
    """The first widget of a kind (and description) inside a box."""
    for child in box.children:
        if type(child).__name__ == kind and description in (None, getattr(child, "description", None)):
            return child
        if hasattr(child, "children") and (found := clicked(child, kind, description)):
            return found
    return None


def test_the_widgets_say_what_the_plain_text_says():
    card = quiz("week2b")
    box, question = card.widget(), card.questions[0]
    assert clicked(box, "RadioButtons").value is None, "no option is chosen beforehand"
    clicked(box, "RadioButtons").value = question.right
    assert "Right:" in "".join(child.value or "" for child in box.children if type(child).__name__ == "HTML")

    ordering = Parsons(PARSONS["week2.backward_order"])
    box = ordering.widget()
    rows, check_button, said = box.children[1:-2], box.children[-2], box.children[-1]
    check_button.click()
    assert "Not yet" in said.value
    for _ in rows:  # bubble sort, by clicks on Down
        for row, below in zip(rows, rows[1:]):
            places = [next(i for i, line in enumerate(ordering.problem.lines) if escape(line) in r.children[2].value) for r in (row, below)]
            if places[0] > places[1]:
                row.children[1].click()
    check_button.click()
    assert "Right" in said.value


def test_a_prediction_is_committed_and_revealed(capsys):
    guess = predict("What is the first loss?")
    guess.reveal(1.0986)
    box = guess.widget()
    clicked(box, "Text").value = "1.1"
    clicked(box, "Button", "Commit").click()
    guess.reveal(1.0986)
    assert capsys.readouterr().out == "No guess was made. It is 1.1.\nYou said 1.1. It is 1.1.\n"
    with pytest.raises(ValueError, match="one of"):
        predict("Which?", ["up", "down"]).commit("left")


def test_a_press_waits_for_what_was_typed_before_it_or_for_a_page_that_never_answers(monkeypatch):
    button, field, seen = ipywidgets.Button(), ipywidgets.Text("old"), []
    cards.on_press(button, field, lambda: seen.append(field.value))
    monkeypatch.setattr(cards, "ECHO_SECONDS", 0.05)

    async def press_and_answer():
        button.click()  # the click is there before the last keys
        assert seen == [] and button.presses == 1
        field.set_state({"presses": 1, "value": "new"})  # as one field's messages come from the browser
        await asyncio.sleep(0.1)
        assert seen == ["new"]
        button.click()
        await asyncio.sleep(0.1)
        assert seen == ["new", "new"]

    asyncio.run(press_and_answer())
    button.click()  # in no event loop
    assert seen == ["new"] * 3


@pytest.mark.parametrize("card", [Quiz(QUIZZES["week2b"]), Parsons(PARSONS["week2.backward_order"]), predict("How many?")])
def test_every_card_has_a_plain_text_form_beside_its_widget(card):
    bundle = card._repr_mimebundle_()
    assert bundle["text/plain"] == repr(card) and "application/vnd.jupyter.widget-view+json" in bundle
