"""Derivations, checked line by line: each line is a statement about numbers, and is tried at random points.

reading.py      text -> lines, each a few syntax trees of plain arithmetic; nothing else is let in
arithmetic.py   a syntax tree and a point -> a number or an array, with its work bounded (scope.py, functions.py, budget.py)
derivation.py   what a derivation is: what is given, its points, its worked lines
truth.py        whether two sides are equal at a point
checking.py     lines -> true, false, blank, no step; which steps are missing
steps.py        which of the worked lines a true line does
naming.py       a false line -> the mistake that made it false (changes.py, additions.py: what may correct it)
verdict.py      what all lines together are worth, in the words of check()
forms.py        the fading sheets, only shapes, only the numbers of what was worked on paper
typeset.py      a line -> a formula
sheet.py        the sheet to fill in: an editor where widgets render, plain text everywhere
"""


def derive(id, text=None, form=None):
    """Judge your derivation line by line; without ``text``, show its sheet, with an editor where widgets render.

    form    "first" (one line is missing), "second" (more), "blank", "shapes" (only shapes), "paper" (work on paper, enter the numbers);
            without it, the next one that you have not passed.
    """
    from ..exercise import find
    from ..progress import record, recorded
    from .derivation import DERIVATIONS
    from .forms import FORMS, SHEETS, verdict_on
    from .sheet import Sheet

    derivation = find(id, DERIVATIONS)
    if form is not None and form not in FORMS:
        raise ValueError(f"there is no form {form!r}: there are {', '.join(FORMS)}")
    passed = recorded().get(id, {}).get("forms", ())
    form = form or ("first" if text is not None else next((name for name in SHEETS if name not in passed), "blank"))

    def judged(text):
        result = verdict_on(derivation, text, form)
        if result.stage != "not attempted":
            message = next((m for m in derivation.messages if m in result.message), None)
            record(id, passed=result.passed, form=form if result.passed else None, message=message)
        return result

    if text is None:
        return Sheet(derivation, form, judged)
    print(judged(text))
