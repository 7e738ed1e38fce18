"""Sentences of the frame as HTML: messages, and the reasons under a picture."""

import re
from html import escape

WHY_WORDS = 60  # that are shown unfolded under a picture


def message_html(message):
    return f"<span role='alert'>{escape(message)}</span>" if message else ""


def why_html(why):
    """The theory: its first sentences, WHY_WORDS words at most, and the rest folded."""
    first, *rest = re.split(r"(?<=[.!?]) +(?=[A-Z&<])", why.strip())
    while rest and len(f"{first} {rest[0]}".split()) <= WHY_WORDS:
        first, rest = f"{first} {rest[0]}", rest[1:]
    return f"<b>Why?</b> {first}" + (f"<details><summary>More</summary>{' '.join(rest)}</details>" if rest else "")
