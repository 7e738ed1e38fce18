"""How long a notebook takes: the same rule for all, held against the times that learners reported.

A minute is 60 words, one displayed formula, 6 lines of code, a fifth of an experiment, half a prediction or question. An exercise and a
derivation take the minutes that are stored with them; their task, their stub and their check are in that figure. Tables count as words, a
formula inside a line as one word. What is not read costs nothing: cells tagged ``teacher`` or ``skim``, imports, and the two
cells of links at either end (slide type skip).

The constants are few and round. They were chosen so that the rule gives, for the notebooks of an earlier state, the times at
which learners finished them (FELT), each within 20 %.
"""

import re
import subprocess

import nbformat

from . import ROOT, for_teachers, notebooks, read, write

COST = {"words": 1 / 60, "formulas": 1, "lines": 1 / 6, "exercises": 1, "experiments": 5, "questions": 2}  # minutes for one of each
LONGEST_CORE = 150
TASK = re.compile(r"^\*\*(?:Exercise|Derivation)(?:: [^*(]+)? \((\d+) min", re.M)
ROW = re.compile(r"^\| (?!block)(?P<name>[^|-][^|]*?) \| (?P<minutes>[^|]*?\d[^|]*?) \|(?P<rest>.*)$", re.M)
TO_DO = re.compile(r"^(check|derive|progress)\(|^ +raise NotImplementedError$", re.M)
SHORT = re.compile(r"(\*\*Short of time\?\*\*.*?: )(\d+)(?= minutes)")
TIME = re.compile(r"(?<=\*\*Time:\*\* ).*?(?=, in |\. |\.$)", re.M)
FELT_AT = "cfa1f07"
FELT = {  # minutes, by the reports of learners who went through every cell of that state
    "start_here": 135,
    "week1a_one_neuron": 145,
    "week1b_forward_propagation": 170,
    "week2a_backprop_by_hand": 150,
    "week3_activations": 195,
    "week4_losses": 180,
    "week5_initialization": 240,
    "week6a_gradient_descent": 240,
    "week6b_momentum_to_adam": 240,
    "week7a_deep_networks": 270,
    "week7b_generalization": 180,
    "week8_clinic_and_capstone": 180,
}


def counts(cell):
    """What a cell asks of a reader: {kind of COST: how many}."""
    tags, slide = cell.metadata.get("tags", ()), cell.metadata.get("slideshow", {}).get("slide_type")
    if for_teachers(cell) or slide == "skip":
        return {}
    if cell.cell_type == "markdown":
        text = re.sub(r"<!--.*?-->|<[^>]+>|\]\([^)]*\)", "", cell.source)
        told, *tasks = TASK.split(text)
        prose = re.sub(r"\$\$.*?\$\$", "", told, flags=re.S)
        words = len(re.findall(r"\w[\w'.-]*", re.sub(r"\$[^$]*\$", " x ", prose)))
        return {"words": words, "formulas": told.count("$$") // 2, "exercises": sum(map(int, tasks[::2]))}
    if TO_DO.search(cell.source):
        return {}
    asked = len(re.findall(r"= predict\(|^parsons\(", cell.source, re.M))
    if re.match(r"quiz\(", cell.source):
        asked = len(re.findall(r"^\d+\. ", "".join(o.get("data", {}).get("text/plain", "") for o in cell.outputs), re.M))
    lines = [line for line in cell.source.split("\n") if line.strip() and not re.match(r"(from|import|quiz|parsons|show)\b", line)]
    return {
        "lines": 0 if "skim" in tags else len(lines),
        "experiments": len(re.findall(r"^show\(", cell.source, re.M)),
        "questions": asked,
    }


def minutes(cells):
    """(core, deeper): how long the cells take; deeper are those tagged so."""
    taken = {False: 0.0, True: 0.0}
    for cell in cells:
        taken["deeper" in cell.metadata.get("tags", ())] += sum(COST[kind] * number for kind, number in counts(cell).items())
    return taken[False], taken[True]


def short_minutes(cells):
    """How long the "Short of time?" path takes: its code cells, tagged ``short``, and what is to be read with them.

    The opening is read, and in each section the text before and after such a cell. A section without code belongs to the one
    after it in its block. A task takes its minutes only if its stub is on the path.
    """
    cells = [cell for cell in cells if "deeper" not in cell.metadata.get("tags", ()) and not for_teachers(cell)]
    starts = [i for i, cell in enumerate(cells) if cell.cell_type == "markdown" and re.search(r"^#{1,3} ", cell.source, re.M)]
    total, on_path = 0.0, False
    for start, end in reversed(list(zip(starts, [*starts[1:], len(cells)]))):
        section = cells[start:end]
        runs = {i: "short" in cell.metadata.get("tags", ()) for i, cell in enumerate(section) if cell.cell_type == "code"}
        shown = [i for i in runs if runs[i] or not TO_DO.search(section[i].source)]
        on_path = any(runs.values()) or (on_path and not shown)
        for i, cell in enumerate(section):
            near = [i] if i in runs else [j for j in shown if j < i][-1:] + [j for j in shown if j > i][:1]
            opening = start == starts[0] and i not in runs
            if opening or any(runs[j] for j in near) or (on_path and not shown):
                asked = counts(cell)
                if not any(runs[j] for j in [j for j in runs if j > i][:1]):
                    asked["exercises"] = 0
                total += sum(COST[kind] * number for kind, number in asked.items())
        on_path = on_path and not section[0].source.startswith("## ")
    return total


def blocks(notebook):
    """[(name in the table of blocks, minutes printed there, core, deeper)]; none without such a table.

    A block goes from its heading to that of the next row; a row "6 Capstone, from *An honest split* on" begins at the heading in
    italics. What stands before the first block belongs to it. Deeper parts have no rows of their own.
    """
    table = next((cell.source for cell in notebook.cells[:4] if "| block | minutes |" in cell.source), "")
    rows = [row for row in ROW.finditer(table) if not row["name"].startswith("Deeper")]
    starts = [next((i for i, cell in enumerate(notebook.cells) if opens(cell, row["name"])), None) for row in rows]
    starts[:1] = [0] if rows else []
    if None in starts:
        raise SystemExit(f"no heading for the row {rows[starts.index(None)]['name']!r} of the table of blocks")
    ends = [*starts[1:], len(notebook.cells)]
    return [(row["name"], row["minutes"], *minutes(notebook.cells[a:b])) for row, a, b in zip(rows, starts, ends)]


def opens(cell, name):
    """Whether the block of that name in the table begins with this cell."""
    if inner := re.search(r"from \*(.*?)\* on", name):
        wanted = rf"###? {re.escape(inner[1])}$"
    elif number := re.match(r"\d+ ", name):
        wanted = rf"## {number[0]}"
    else:
        wanted = r"## (Recap|Quiz)" if name == "Recap and quiz" else rf"###? {re.escape(name)}$"
    return cell.cell_type == "markdown" and bool(re.search(f"^{wanted}", cell.source, re.M))


def printed(core, deeper):
    """25, or 25, deeper 10."""
    parts = [f"{core:.0f}"] * (core >= 0.5 or deeper < 0.5) + [f"deeper {deeper:.0f}"] * (deeper >= 0.5)
    return ", ".join(parts)


def in_words(total):
    """2 hours and 15 minutes, to the next 5."""
    hours, rest = divmod(5 * round(total / 5), 60)
    parts = [f"{hours} hour{'s' * (hours > 1)}"] * bool(hours) + [f"{rest} minutes"] * bool(rest)
    return " and ".join(parts)


def with_minutes(notebook):
    """The notebook with the table of its blocks, its Time and the time of its short path as the rule computes them."""
    table = {name: printed(core, deeper) for name, _, core, deeper in blocks(notebook)}
    if table:
        core, deeper = (sum(block[place] for block in blocks(notebook)) for place in (2, 3))
        time = in_words(core) + (f", and {in_words(deeper)} for what is marked *deeper*" if deeper >= 2.5 else "")
        for cell in notebook.cells[:4]:
            if "| block | minutes |" in cell.source:
                cell.source = re.sub(r"^\| Deeper.*\n?", "", cell.source, flags=re.M).rstrip("\n")
                cell.source = ROW.sub(lambda row: f"| {row['name']} | {table[row['name']]} |{row['rest']}", cell.source)
                cell.source = TIME.sub(time, cell.source, count=1)
                cell.source = SHORT.sub(rf"\g<1>{5 * round(short_minutes(notebook.cells) / 5)}", cell.source)
    return notebook


def write_minutes(only=None, store=False):
    """Print how long each block and the short path take by the rule, and what the notebook says; with --write, store the rule's figures."""
    for file in notebooks(only):
        notebook = read(file)
        rows = blocks(notebook)
        core, deeper = (sum(row[place] for row in rows) for place in (2, 3))
        mark = "" if core <= LONGEST_CORE else f"  TOO LONG: a core is at most {LONGEST_CORE}"
        print(f"{file.stem}: core {core:.0f}, deeper {deeper:.0f}, short path {short_minutes(notebook.cells):.0f}{mark}")
        for name, said, core, deeper in rows:
            print(f"    {name:<60.60s} {printed(core, deeper):<16} {'' if said == printed(core, deeper) else f'says {said}'}")
        if store and rows:
            write(with_minutes(notebook), file)


def at(commit, name):
    """A notebook as it was at a commit; None where the history does not reach so far."""
    show = subprocess.run(["git", "show", f"{commit}:notebooks/{name}.ipynb"], cwd=ROOT, capture_output=True)
    return None if show.returncode else nbformat.reads(show.stdout.decode(), as_version=4)
