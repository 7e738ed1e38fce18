"""Sentences of the frame as HTML: messages, and the reasons under a picture."""

import re
from html import escape, unescape

HINTS = {  # for an experiment whose picture can be clicked or drawn in
    "click": "Click a cell of the first picture.",
    "draw": "Draw in the first picture, with the mouse or a finger.",
    "box": "Draw a box in the first picture to zoom in.",
}
WHY_WORDS = 60  # that stand open under a picture


def plain_text(text):
    """HTML as text alone: for pages without widgets."""
    return unescape(re.sub(r"<[^>]+>", "", text))


def message_html(message):
    return f"<span role='alert'>{escape(message)}</span>" if message else ""


def why_html(why):
    """The theory: its first sentences, WHY_WORDS words at most, and the rest folded."""
    first, *rest = re.split(r"(?<=[.!?]) +(?=[A-Z&<])", why.strip())
    while rest and len(f"{first} {rest[0]}".split()) <= WHY_WORDS:
        first, rest = f"{first} {rest[0]}", rest[1:]
    return f"<b>Why?</b> {first}" + (f"<details><summary>More</summary>{' '.join(rest)}</details>" if rest else "")
