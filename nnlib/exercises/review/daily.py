"""review(): the questions of the day, what was kept, and what to read again."""

import datetime

from ..exercise import TASKS, find
from .card import Questions
from .choosing import chosen, studied, warm_up
from .choosing import through as notebooks_through
from .course import NOTEBOOKS
from .families import FAMILIES
from .memory import is_due, remember, remembered, today

COUNT, WARM_UP = 5, 3
open_cards = {}  # how the card was asked for -> the card that still has questions, so that review().answer(1, "a") goes on


class Review(Questions):
    """Questions of the day. Each first answer is noted in the progress file."""

    def __init__(self, chosen, due, call, heading):
        rows = remembered()
        super().__init__([f.item(rows.get(f.name, {"tries": 0})["tries"]) for f in chosen], heading, call)
        self.due = {f.name for f in chosen if f.name in rows and is_due(rows[f.name])}

    def note(self, number, right):
        remember(self.items[number - 1].family.name, right)

    def closing(self):
        """What was kept, what comes back, what to read again."""
        families = [item.family for item in self.items]
        kept = [right for f, right in zip(families, self.first) if f.name in self.due]
        new = [right for f, right in zip(families, self.first) if f.name not in self.due]
        words = [f"Kept {sum(kept)} of {len(kept)} that were due." if kept else "", f"New: {sum(new)} of {len(new)} right." if new else ""]
        text = [" ".join(filter(None, words))]
        missed = [f for f, right in zip(families, self.first) if not right]
        for file, heading in dict.fromkeys(f.reread() for f in missed):
            text.append(f"Read again: {heading} ({file})")
        if missed:
            text.append(f"review() asks {'it' if len(missed) == 1 else 'them'} again today, with other numbers.")
        return "\n".join([*text, next_days()])


def next_days():
    """When the next questions are due, in words."""
    days = [datetime.date.fromisoformat(row["due"]) for row in remembered().values() if not is_due(row)]
    if not days:
        return ""
    first = min(days)
    when = "tomorrow" if first == today() + datetime.timedelta(1) else f"on {first.isoformat()}"
    return f"Next: {days.count(first)} {when}."


def card(id, through, before):
    """The card for review(id, through=..., before=...): the one that is still open, or a new one."""
    key = repr((id, through, before))
    old = open_cards.get(key)
    if old and (None in old[1].first) and old[0] == today():
        return old[1]
    made = made_card(id, through, before)
    open_cards[key] = (today(), made)
    return made


def made_card(id, through, before):
    if id is not None:
        return variants(id)
    if before is not None:
        earlier = notebooks_through(before)[:-1]
        if not earlier:
            raise ValueError("start_here has no notebook before it: write review(before='week1a')")
        families, due = warm_up(WARM_UP, earlier)
        return Review(families, due, f"review(before={before!r})", f"Three questions on the notebooks before {NOTEBOOKS[before].title}")
    notebooks = studied() if through is None else notebooks_through(through)
    families, due = chosen(COUNT, notebooks)
    call = "review()" if through is None else f"review(through={through!r})"
    if families:
        new = len(families) - due
        parts = [f"{due} due" if due else "", f"{new} new" if new else ""]
        heading = f"Review: {len(families)} question{'s' if len(families) > 1 else ''}, {' and '.join(filter(None, parts))}"
    elif remembered():
        heading = f"Nothing is due today. {next_days()}".strip()
    else:
        heading = (
            "Nothing to review yet: questions begin when you have passed half of the exercises of a notebook. "
            "If you did them elsewhere, name the last notebook: review(through='start_here')"
        )
    return Review(families, due, call, heading)


def variants(id):
    """Questions of the kind of one exercise or derivation."""
    title = find(id, TASKS).title
    of = families_of(id)[:COUNT]
    heading = f"{title}: fresh numbers" if of else f"{title}: there are no questions of this kind; review() asks others of its week."
    return Review(of, 0, f"review({id!r})", heading)


def families_of(id):
    return [family for family in FAMILIES.values() if family.of == id]
