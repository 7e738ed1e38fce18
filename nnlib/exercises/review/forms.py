"""before() and after(): two parallel forms of twenty questions, the same families with other numbers.

What was answered stands in the progress file, one row for each form: {"taken", "right": [names], "wrong": [[name, wrong idea]]}.
"""

import re
from collections import Counter

from ..progress import load
from .card import Questions
from .course import NOTEBOOKS
from .families import FAMILIES
from .memory import PREFIX, rewrite, today

FORM = (
    "shape_of_the_trap",
    "slope_of_shared_number",
    "distance_from_line",
    "probability_of_score",
    "small_forward_pass",
    "fan_out",
    "entry_of_dW",
    "where_the_bug_sits",
    "dead_columns",
    "depth_bound",
    "p_minus_y",
    "first_loss",
    "he_variance",
    "edge_of_matrix",
    "noise_of_batch",
    "momentum_step",
    "batch_norm_evaluated",
    "read_two_curves",
    "where_it_looked_ahead",
    "balanced_by_hand",
)
SEEDS = {"before": 101, "after": 202}
taken = {}  # form -> its row, for where no file can be written
open_tests = {}


def items_of(form, seed=0):
    """The twenty items of a form; ``seed`` gives another pair of forms."""
    return [FAMILIES[name].item(SEEDS[form], seed) for name in FORM]


def row_of(form, entries=None):
    """What was answered in a form, or None; what cannot be read is left out."""
    row = load()[0].get(PREFIX + form, taken.get(form)) if entries is None else entries.get(PREFIX + form)
    if not isinstance(row, dict):
        return None
    right = [name for name in listed(row, "right") if name in FAMILIES]
    wrong = [pair for pair in listed(row, "wrong") if isinstance(pair, list) and len(pair) == 2 and pair[0] in FAMILIES]
    return {"taken": str(row.get("taken", "")), "right": right, "wrong": wrong} if right or wrong else None


def listed(row, key):
    return row[key] if isinstance(row.get(key), list) else []


class Test(Questions):
    """Twenty questions without a verdict on each; ``finish()`` says what the answers mean. "?" is: I do not know."""

    __test__ = False  # for pytest

    def __init__(self, form, items):
        heading = f"Twenty questions {form} the course, 25 minutes. Answer '?' where you do not know: a guess helps nobody."
        super().__init__(items, heading, f"{form}()")
        self.form, self.values, self.answered = form, [None] * len(items), [False] * len(items)

    def judge(self, number, answer):
        if type(number) is not int or not 1 <= number <= len(self.items):
            raise ValueError(f"there are questions 1 to {len(self.items)}, got {number!r}")
        self.values[number - 1], self.answered[number - 1] = self.items[number - 1].value_of(answer), True
        if all(self.answered):
            return self.result()
        return f"Noted. {self.answered.count(False)} to go; {self.call}.finish() ends it before."

    def finish(self):
        """Print the result; questions without an answer count as not known."""
        print(self.result())

    def result(self):
        """Store what was answered, and say what it means."""
        right, wrong = [], []
        for item, value in zip(self.items, self.values):
            if value is not None and item.is_right(value):
                right.append(item.family.name)
            else:
                idea = "" if value is None else item.reason(value) or ""
                wrong.append([item.family.name, re.sub(r"[{}]", "", idea)])
        row = {"taken": today().isoformat(), "right": right, "wrong": wrong}
        taken[self.form] = row
        rewrite(lambda entries: {PREFIX + self.form: row})
        open_tests.pop(self.form, None)
        return blocks_to_skip(row) if self.form == "before" else gains(row_of("before"), row)

    def widget(self):
        import ipywidgets as widgets

        box = super().widget()
        end, message = widgets.Button(description="Finish"), widgets.HTML()

        def finish(_):
            from ..cards import html_of, spoken

            message.value = spoken(html_of(self.result()))

        end.on_click(finish)
        return widgets.VBox([*box.children, end, message])


def test(form):
    """The card of a form: the one that is still open, or a new one."""
    if form not in open_tests:
        open_tests[form] = Test(form, items_of(form))
    return open_tests[form]


test.__test__ = False


def place_of(family):
    return f"{NOTEBOOKS[family.notebook].title}, block {family.block}: {family.idea}"


def blocks_to_skip(row):
    """What before() says in the end."""
    text = [f"{len(row['right'])} of {len(FORM)} right."]
    known = [FAMILIES[name] for name in row["right"]]
    if known:
        text += ["You may skip these blocks, or only skim them. One question can be luck: try the block's exercise first."]
        text += [f"   {place_of(family)}" for family in known]
    missed = [FAMILIES[name] for name, _ in row["wrong"]]
    if missed:
        text.append(f"Begin with {NOTEBOOKS[missed[0].notebook].title} ({NOTEBOOKS[missed[0].notebook].file}).")
    return "\n".join(text)


def gains(earlier, later):
    """What after() says: both results, the gain by concept, the most frequent wrong idea."""
    text = [f"{len(later['right'])} of {len(FORM)} right."]
    if earlier:
        before, now = len(earlier["right"]), len(later["right"])
        text[0] += f" Before it was {before}: a gain of {(now - before) / len(FORM):+.2f}."
        for name in FORM:
            words = {(False, True): "gained", (True, False): "lost", (True, True): "known before", (False, False): "not yet"}
            text.append(f"   {words[name in earlier['right'], name in later['right']]:<13}{place_of(FAMILIES[name])}")
    idea = commonest([later])
    if idea:
        text.append(f"The most frequent wrong idea: {idea}")
    return "\n".join(text)


def commonest(rows):
    """The wrong idea that occurs most in some rows, or ""."""
    ideas = Counter(idea for row in rows for _, idea in row["wrong"] if idea)
    return ideas.most_common(1)[0][0] if ideas else ""


def exported():
    """Rows of both forms for progress.export(): one for each question that was asked."""
    rows = []
    for form in SEEDS:
        row = row_of(form)
        if row:
            results = {**dict.fromkeys(row["right"], (True, "")), **{name: (False, str(idea)) for name, idea in row["wrong"]}}
            for name, (right, idea) in results.items():
                rows.append(
                    {
                        "id": f"{PREFIX}{form}.{name}",
                        "title": FAMILIES[name].idea,
                        "passed": row["taken"] if right else None,
                        "tries": 1,
                        "hints": 0,
                        "after_solution": False,
                        "wrong_idea": idea,
                    }
                )
    return rows
