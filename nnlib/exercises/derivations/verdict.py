"""A text of a learner's -> the verdict on it, in the words of check(): Passed, Not yet, Not attempted yet."""

from ..checker import Verdict
from .checking import judge
from .reading import LineError


def verdict(derivation, text):
    """The Verdict of a text."""
    try:
        judged = judge(derivation, text)
    except LineError as error:
        return Verdict(derivation.id, "unreadable", error.message)
    if not judged:
        return Verdict(derivation.id, "not attempted", "write a line for each step, and run this cell again.")
    return Verdict(derivation.id, *summed_up(derivation, judged))


def summed_up(derivation, judged):
    """(stage, message) of judged lines."""
    true = [j.line.number for j in judged if j.status == "true"]
    blank = [j for j in judged if j.status == "blank"]
    notes = "".join(f"\n   line {j.line.number}: {j.message}" for j in judged if j.message and not j.stops)
    so_far = f" {listed(true, 'is', 'are').capitalize()} true." if true else ""
    if judged[-1].stops:
        last = judged[-1]
        text = last.line.text if len(last.line.text) < 120 else last.line.text[:100] + " ..."
        words = "cannot be read" if last.status == "unreadable" else "is not true"
        return (
            last.status,
            f"line {last.line.number} {words}: {text}\n   {last.message}{so_far and chr(10) + '   ' + so_far.strip()}{notes}",
        )
    if blank:
        words = "; ".join(f"line {j.line.number} is blank ({j.line.text})" for j in blank)
        given = {line for line, _ in derivation.steps}
        untouched = all(j.line.text in given for j in judged if j.status != "blank") and len(judged) == len(derivation.steps)
        return "not attempted" if untouched else "blank", f"{words}.{so_far}{notes}"
    done = set().union(*(j.covers for j in judged))
    missing = [(n, about) for n, (_, about) in enumerate(derivation.steps, 1) if n not in done]
    last = len(derivation.steps) in done
    if last and (not missing or len(set(true)) >= len(derivation.steps)):
        return (
            "passed",
            f"{listed(true, 'is', 'are')} true at {len(derivation.sizes)} random points, and they lead from what is given to what is wanted.{notes}",
        )
    words = "every line is true, and the result is there." if last else "every line is true."
    return "steps missing", f"{words} Still missing: {'; '.join(about for _, about in missing)}.{notes}"


def listed(numbers, one, many):
    """ "line 1 is", "lines 1, 2 and 4 are"."""
    if len(numbers) == 1:
        return f"line {numbers[0]} {one}"
    if numbers == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 2:
        return f"lines {numbers[0]} to {numbers[-1]} {many}"
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} {many}"
