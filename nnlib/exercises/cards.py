"""Cards to answer in the notebook: a quiz, a prediction, lines to bring into order.

All work by keyboard alone, with Tab, Space and Enter: JupyterLab keeps the arrow keys for itself.

Each card is a widget where widgets render, and plain text where they do not; ``answer`` (or ``commit``) does by code what
the widget does by hand.
"""

import asyncio
import random
import re
import textwrap
from dataclasses import dataclass
from html import escape

from .catalogue import QUIZZES, Catalogue, letters, orderings_of
from .progress import record_answer, record_prediction

PARSONS = Catalogue(orderings_of)  # id -> OrderingProblem
ECHO_SECONDS = 20  # a page that has not answered by then has no link to answer with


@dataclass(frozen=True)
class Question:
    """A question, its options with a reason for each (why it is right, or why it is not), and the right option."""

    text: str
    options: dict
    right: str


@dataclass(frozen=True)
class OrderingProblem:
    """Lines of code in a correct order; ``prerequisites`` names, for a line, the lines that must come before it (by index)."""

    title: str
    lines: tuple
    prerequisites: dict


def fold(mark, text):
    """Wrap at 104 characters with a hanging indent; the mark goes before the first line."""
    room = " " * len(mark)
    return textwrap.fill(text, 104, initial_indent=mark, subsequent_indent=room, break_long_words=False, break_on_hyphens=False)


def html_of(text):
    """A message as HTML: `code` as code, line breaks kept."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text)).replace("\n", "<br>")


def spoken(html):
    """HTML that a screen reader reads aloud as soon as it appears."""
    return f'<div role="alert" style="line-height: 20px">{html}</div>'


def on_press(button, field, act):
    """Call ``act()`` after a press of the button, once ``field.value`` holds all that was typed before the press.

    A click alone may be handled before the last keys: the browser keeps keys back until the kernel has answered those before
    them, and ipykernel 7.4 may handle the field and the button in two threads. So the kernel counts the press, the browser copies the
    count into the field, and the messages of one field stay in order.
    """
    import ipywidgets as widgets
    import traitlets

    for widget in (button, field):
        widget.add_traits(presses=traitlets.Int(0).tag(sync=True))
    button.copy_to_field = widgets.jsdlink((button, "presses"), (field, "presses"))

    def count(_):
        button.presses += 1
        asked = button.presses
        try:
            asyncio.get_running_loop().call_later(ECHO_SECONDS, lambda: field.presses < asked and act())
        except RuntimeError:  # no event loop: pressed by code, nothing can be on its way
            act()

    button.on_click(count)
    field.observe(lambda _: act(), "presses")


class Card:
    """Shows a widget where widgets render, and ``repr`` everywhere else."""

    def _repr_mimebundle_(self, **kwargs):
        bundle = {"text/plain": repr(self)}
        try:
            return self.widget()._repr_mimebundle_(**kwargs) | bundle
        except ImportError:
            return bundle


class Quiz(Card):
    """Multiple choice; every answer gets its reason, the wrong ones too."""

    def __init__(self, questions, id=None):
        self.questions, self.id = questions, id

    def __repr__(self):
        text = []
        for number, question in enumerate(self.questions, 1):
            text += [fold(f"{number}. ", question.text)]
            text += [fold(f"   {letter}) ", option) for letter, option in letters(question.options).items()]
        return "\n".join(text) + "\nWithout the buttons: quiz(...).answer(1, 'a')"

    def verdict(self, question, option):
        """Whether an option is right, and why. The first answer goes into the learner's own progress file."""
        if self.id:
            record_answer(self.id, self.questions.index(question) + 1, next(k for k, o in letters(question.options).items() if o == option))
        return f"{'Right' if option == question.right else 'No'}: {question.options[option]}"

    def answer(self, number, letter):
        """Print whether that answer is right, and why."""
        if not isinstance(number, int) or not 1 <= number <= len(self.questions):
            raise ValueError(f"there are questions 1 to {len(self.questions)}, got {number!r}")
        question = self.questions[number - 1]
        options = letters(question.options)
        if letter not in options:
            raise ValueError(f"question {number} has the options {', '.join(options)}, got {letter!r}")
        print(self.verdict(question, options[letter]))

    def widget(self):
        import ipywidgets as widgets

        parts = []
        for number, question in enumerate(self.questions, 1):
            choice = widgets.RadioButtons(options=list(question.options), value=None, layout={"width": "auto"})
            message = widgets.HTML(layout={"margin": "0 0 14px 4px"})

            def react(change, question=question, message=message):
                head, reason = self.verdict(question, change["new"]).split(": ", 1)
                message.value = spoken(f"<b>{head}:</b> {html_of(reason)}")

            choice.observe(react, "value")
            parts += [widgets.HTML(f"<b>{number}.</b> {html_of(question.text)}"), choice, message]
        return widgets.VBox(parts)


class Prediction(Card):
    """A guess to commit before a cell shows the answer; ``reveal(value)`` sets the two side by side."""

    def __init__(self, question, options=None):
        self.question, self.options, self.guess, self.observed = question, options, None, None

    def __repr__(self):
        choice = "\n" + fold("         ", f"({' / '.join(map(str, self.options))})") if self.options else ""
        return fold("Predict: ", self.question) + choice + "\nWithout the field: .commit(your guess)"

    def commit(self, guess):
        """Keep the guess; it can be changed until it is revealed."""
        if self.options and guess not in self.options:
            raise ValueError(f"the guess must be one of {list(self.options)}, got {guess!r}")
        self.guess = guess

    def reveal(self, value, digits=3):
        """Print the guess beside what was observed. The first guess goes into the learner's own progress file."""
        seen = f"{value:.{digits}g}" if isinstance(value, float) else f"{value}"
        self.observed = seen
        if self.guess is not None:
            record_prediction(self.question, self.guess, seen)
        print(f"You said {self.guess}. It is {seen}." if self.guess is not None else f"No guess was made. It is {seen}.")

    def widget(self):
        import ipywidgets as widgets

        field = (
            widgets.Dropdown(options=self.options, value=None)
            if self.options
            else widgets.Text(placeholder="your guess", continuous_update=False)
        )
        button, message = widgets.Button(description="Commit"), widgets.HTML()

        def keep():
            if field.value not in (None, ""):
                self.commit(field.value)
                message.value = spoken(f"Committed: <b>{escape(str(field.value))}</b>. Now run the next cell.")

        on_press(button, field, keep)
        return widgets.VBox([widgets.HTML(f"<b>Predict:</b> {html_of(self.question)}"), widgets.HBox([field, button]), message])


class Parsons(Card):
    """Lines of code in the wrong order, to be brought into one that works."""

    def __init__(self, problem):
        self.problem = problem
        self.order = list(range(len(problem.lines)))
        random.Random(7).shuffle(self.order)  # the same start for everybody

    def __repr__(self):
        rows = [f"   {letter}) {self.problem.lines[i]}" for letter, i in letters(self.order).items()]
        return "\n".join([self.problem.title, *rows, "Without the buttons: parsons(...).answer('dacb...')"])

    def verdict(self, order):
        """What is wrong with an order of line numbers, or that it works."""
        for place, i in enumerate(order):
            late = [j for j in self.problem.prerequisites.get(i, ()) if j not in order[:place]]
            if late:
                return f"Not yet: `{self.problem.lines[i].strip()}` needs `{self.problem.lines[late[0]].strip()}` before it."
        return "Right: every line finds what it needs."

    def answer(self, sequence):
        """Print the verdict on an order of letters, such as 'cabd'."""
        names = letters(self.order)
        if sorted(sequence) != sorted(names):
            raise ValueError(f"name each of the letters {''.join(names)} once, got {sequence!r}")
        print(self.verdict([names[letter] for letter in sequence]))

    def widget(self):
        import ipywidgets as widgets

        order, message = list(self.order), widgets.HTML()
        texts = [widgets.HTML() for _ in order]
        rows = [(widgets.Button(description="Up"), widgets.Button(description="Down"), text) for text in texts]
        check = widgets.Button(description="Check")

        def show():
            for text, i in zip(texts, order):
                text.value = f"<code>{escape(self.problem.lines[i])}</code>"

        def move(place, step):
            to = min(max(place + step, 0), len(order) - 1)
            order[place], order[to] = order[to], order[place]
            show()
            rows[to][0 if step < 0 else 1].focus()  # follow the line, so that Enter moves it on

        for place, (up, down, _) in enumerate(rows):
            up.layout.width = down.layout.width = "64px"
            up.on_click(lambda _, place=place: move(place, -1))
            down.on_click(lambda _, place=place: move(place, 1))
        check.on_click(lambda _: setattr(message, "value", spoken(html_of(self.verdict(order)))))
        show()
        lines = [widgets.HBox(row) for row in rows]
        return widgets.VBox([widgets.HTML(f"<b>{escape(self.problem.title)}</b>"), *lines, check, message])


def look_up(table, id, what):
    """table[id]; ValueError with all ids otherwise."""
    if id not in table:
        raise ValueError(f"there is no {what} {id!r}: there are {', '.join(table) or 'none'}")
    return table[id]


def quiz(id):
    """The quiz card of a notebook, such as quiz("week2b")."""
    return Quiz(look_up(QUIZZES, id, "quiz"), id)


def parsons(id):
    """The card of an exercise in ordering lines, such as parsons("week2.backward_order")."""
    return Parsons(look_up(PARSONS, id, "ordering exercise"))


def predict(question, options=None):
    """A prediction card: ``guess = predict("...")``, later ``guess.reveal(value)``."""
    return Prediction(question, options)
