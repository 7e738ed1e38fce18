"""The card of a review: a few questions, answered by keyboard in Lab or by answer(number, "a") everywhere."""

import re
from html import unescape
from urllib.parse import quote

from ..cards import Card, fold, html_of, on_press, spoken


class Questions(Card):
    """Items, one below the other. The first answer to each counts; ``call`` is how the card is written."""

    def __init__(self, items, heading="", call="review()"):
        self.items, self.heading, self.call = items, heading, call
        self.first = [None] * len(items)  # True or False once answered

    def __repr__(self):
        text = [fold("", self.heading)] if self.heading else []
        for number, item in enumerate(self.items, 1):
            text += ["", *numbered(number, item)]
        if self.items:
            text += ["", f"Answer with {self.call}.answer(1, 'a'), or type the number itself."]
        return "\n".join(text).strip("\n")

    def answer(self, number, answer):
        """Print whether that answer is right, and why."""
        print(self.judge(number, answer))

    def judge(self, number, answer):
        """What answer() prints."""
        if type(number) is not int or not 1 <= number <= len(self.items):
            raise ValueError(f"there are questions 1 to {len(self.items)}, got {number!r}")
        right, words = self.items[number - 1].verdict(answer)
        if self.first[number - 1] is None:
            self.first[number - 1] = right
            self.note(number, right)
            if None not in self.first:
                words += "\n\n" + self.closing()
        return words

    def note(self, number, right):
        """What is done with a first answer."""

    def closing(self):
        """What is said after the last answer."""
        return f"{sum(self.first)} of {len(self.items)} right."

    def widget(self):
        """For each question a button for each option, and a field where a number can be typed; Tab leads from one to the next."""
        import ipywidgets as widgets

        parts = [widgets.HTML(f"<b>{html_of(self.heading)}</b>")] if self.heading else []
        for number, item in enumerate(self.items, 1):
            message = widgets.HTML()

            def react(answer, number=number, message=message):
                try:
                    message.value = spoken(linked(self.judge(number, answer)))
                except ValueError as error:
                    message.value = spoken(html_of(str(error)))

            parts.append(widgets.HTML(f"<b>{number}.</b> {laid_out(item)}"))
            for letter, option in item.letters.items():
                button = widgets.Button(description=letter, tooltip=f"{letter}) {option}", layout={"width": "40px"})
                button.on_click(lambda _, letter=letter, react=react: react(letter))
                parts.append(widgets.HBox([button, widgets.HTML(html_of(option))]))
            if not isinstance(item.key, str):
                field = widgets.Text(
                    description="or type it", continuous_update=False, layout={"width": "200px"}, style={"description_width": "initial"}
                )
                check = widgets.Button(description="Check", layout={"width": "80px"})
                on_press(check, field, lambda field=field, react=react: react(field.value))
                parts.append(widgets.HBox([field, check]))
            parts.append(message)
        return widgets.VBox(parts)


def linked(words):
    """A message as HTML; what to read again is a link to its heading."""

    def link(found):
        heading = re.sub(r"[\s]", "-", unescape(found[1]))
        return f'Read again: <a href="{found[2]}#{quote(heading)}" target="_blank">{found[1]}</a> ({found[2]})'

    return re.sub(r"Read again: (.+?) \((\w+\.ipynb)\)", link, html_of(words))


def numbered(number, item):
    """An item in plain text, wrapped, with its number."""
    mark, lines = f"{number}. ", []
    for line in item.text.split("\n"):
        lines.append(fold(mark, line) if len(mark + line) > 104 else mark + line)
        mark = " " * len(mark)
    return [*lines, *(fold(f"{mark}{letter}) ", option) for letter, option in item.letters.items())]


def laid_out(item):
    """The text of an item as HTML; several lines keep their columns."""
    first, *rest = item.text.split("\n")
    if not rest:
        return html_of(first)
    return f'<pre style="margin: 4px 0; line-height: 20px">{html_of(item.text).replace("<br>", chr(10))}</pre>'
