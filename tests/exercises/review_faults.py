"""What can be wrong with a generated item. All of them: python tests/exercises/review_faults.py 10000"""

import re
import sys

import numpy as np
import review_keys

from nnlib.exercises.review.families import FAMILIES
from nnlib.exercises.review.family import KINDS
from nnlib.exercises.review.item import awkward, exact, same, shown

LOOSE = ("batch_norm_value", "batch_norm_back", "batch_norm_evaluated", "folded_weight")  # their references add 1e-5 to a variance
FIXED_WORDS = ("case_1_to_5", "case_6_to_11")  # sentences of the clinic: no numbers are drawn for them


def numbers(value):
    return [float(v) for v in np.ravel(np.array(value, dtype=object))]


def agrees(key, other, loose):
    """Whether a key and its second computation are the same."""
    if isinstance(key, str) or isinstance(other, str):
        return key == other
    a, b = numbers(key), numbers(other)
    return len(a) == len(b) and np.allclose(a, b, rtol=1e-5, atol=2e-3 if loose else 1e-6)


def long_numbers(text):
    """Numbers in a text with more than two digits, zeros around them aside."""
    found = re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?", text)
    return [n for n in found if len(re.sub(r"e-?\d+", "", n).replace(".", "").strip("0")) > 2]


def wrong_order(item):
    """What is wrong with the key of an order of lines, or with its other options."""
    lines = item.given["lines"]
    right = {str(word) for word in (item.key, *item.also)}
    faults = [f"{word} does not run" for word in right if not review_keys.runs(lines, word)]
    return faults + [f"{word} runs, too" for word, _ in item.wrong if review_keys.runs(lines, word)]


def faults(item):
    """What is wrong with an item, in words."""
    name, found = item.family.name, []
    if item.family.kind == "order":
        found += wrong_order(item)
    else:
        again = review_keys.key_of(item)
        if again is not None and not agrees(item.key, again, name in LOOSE):
            found.append(f"the key is {shown(item.key)}, computed again {again}")
    options = item.options
    if sum(same(option, item.key) for option in options) != 1:
        found.append("the key stands among the options not once")
    if any(same(a, b) for n, a in enumerate(options) for b in options[:n]) or len(set(map(shown, options))) < len(options):
        found.append("two options are equal")
    if any(agrees(item.key, option, False) for option in options if not same(option, item.key)):
        found.append("an option equals the key in another form")
    if any(isinstance(o, str) != isinstance(item.key, str) for o in options) or len(options) < 3:
        found.append("options of another kind, or too few")
    for option in options:
        right, words = item.verdict(shown(option))
        if right != same(option, item.key) or not words.startswith("Right: " if right else "Not yet: "):
            found.append(f"typed, {shown(option)} is judged {words[:40]!r}")
        if exact(option, 0) != option:
            found.append(f"{shown(option)} is not a number for pencil and paper")
    if len(item.why) < 2 or any(len(reason) < 8 for _, reason in item.wrong):
        found.append("a reason is missing")
    if name not in FIXED_WORDS and long_numbers(item.text):
        found.append(f"long numbers: {long_numbers(item.text)}")
    if re.search(r"[=+-] ?1 (max\(|[a-z]\d?\b)", item.text):
        found.append("a factor 1 is written in front of a name")
    if re.search(r"[a-z)] [+-] 0(?![.\d/])", item.text):
        found.append("a 0 is added or subtracted")
    if re.search(r"\d\.\d", item.text) and "/" not in item.text and any(map(awkward, item.options)):
        found.append("numbers with a point, and an option that has to be turned into a fraction")
    if item.family.kind not in KINDS:
        found.append("of no kind")
    return found


def checked(each, first=1000):
    """(number of items, faults) over so many seeds of every family."""
    found, count, unsure = [], 0, 0
    for family in FAMILIES.values():
        for seed in range(first, first + each):
            item = family.item(seed)
            count += 1
            unsure += family.kind != "order" and review_keys.key_of(item) is None
            found += [f"{family.name} {seed}: {fault}\n   {item.text}" for fault in faults(item)]
    return count, unsure, found


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    count, unsure, found = checked(-(-wanted // len(FAMILIES)))
    print("\n".join(found[:40]))
    print(
        f"{count} items of {len(FAMILIES)} families: {len(found)} faults; {unsure} keys stood at a kink, where finite differences cannot tell"
    )
    sys.exit(bool(found))
