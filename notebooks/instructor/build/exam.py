"""Printable sheets with fresh numbers, and their keys."""

import csv
from html import escape

STYLE = """
body { font: 12pt/1.4 serif; max-width: 17cm; margin: 1cm auto; color: #000; background: #fff; }
section { break-before: page; } section:first-of-type { break-before: auto; }
li { break-inside: avoid; margin: 0 0 .7em; } ol.options { list-style: lower-alpha; margin: .2em 0 0; }
ol.options li { margin: 0; } ol.short { columns: 4; }
pre { font-size: 10pt; line-height: 1.35; margin: .2em 0; white-space: pre-wrap; } td, th { text-align: left; padding: 0 .8em 0 0; vertical-align: top; }
"""


def drawn_families(items, rng, only=None):
    """Families for a sheet, spread over the notebooks: one of each in turn, until there are enough."""
    from nnlib.exercises.review.choosing import interleaved
    from nnlib.exercises.review.course import NOTEBOOKS
    from nnlib.exercises.review.families import FAMILIES

    files = {key for key, notebook in NOTEBOOKS.items() if not only or notebook.file.removesuffix(".ipynb") in only}
    wanted = [f for f in FAMILIES.values() if f.notebook in files and f.notebook != "playground" and not f.deeper]
    if not wanted:
        raise SystemExit(f"no notebook of {', '.join(only)} has questions")
    shuffled = interleaved([wanted[i] for i in rng.permutation(len(wanted))])[:items]
    order = list(NOTEBOOKS)
    return sorted(shuffled, key=lambda f: order.index(f.notebook))


def write_exam(out, variants=4, seed=0, items=20, only=None):
    """N variants of one sheet, the same families in other numbers and another order: exam.html to print, key.html, key.csv."""
    import numpy as np

    rng = np.random.default_rng([seed, 1])
    families = drawn_families(items, rng, only)
    sheets = []
    for variant in range(variants):
        order = rng.permutation(len(families)) if variant else range(len(families))
        sheets.append([families[i].item(seed, variant) for i in order])
    out.mkdir(parents=True, exist_ok=True)
    names = [variant_name(v) for v in range(variants)]
    page(out / "exam.html", "Exam", [sheet(name, sheet_items) for name, sheet_items in zip(names, sheets)])
    page(out / "key.html", "Key", [key(name, sheet_items) for name, sheet_items in zip(names, sheets)])
    with open(out / "key.csv", "w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["variant", "question", "letter", "answer", "family", "concept"])
        for name, sheet_items in zip(names, sheets):
            for number, item in enumerate(sheet_items, 1):
                letter = right_letter(item)
                writer.writerow([name, number, letter, item.letters[letter], item.family.name, item.family.idea])
    print(
        f"{variants} variants of {len(families)} questions: open {out / 'exam.html'} and print it; the answers are in key.html and key.csv"
    )
    return sheets


def variant_name(number):
    """A, B, ..., Z, A2, B2, ..."""
    return chr(65 + number % 26) + (str(number // 26 + 1) if number >= 26 else "")


def right_letter(item):
    return next(letter for letter, option in zip(item.letters, item.options) if option == item.key)


def page(file, title, sections):
    body = "\n".join(sections)
    file.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head><body>{body}</body></html>\n',
        encoding="utf-8",
    )


def question(item):
    first, *rest = item.text.split("\n")
    text = f"<pre>{escape(item.text)}</pre>" if rest else escape(first)
    options = "".join(f"<li>{escape(option)}</li>" for option in item.letters.values())
    short = " short" if all(len(option) <= 12 for option in item.letters.values()) else ""
    return f'<li>{text}<ol class="options{short}">{options}</ol></li>'


def sheet(name, items):
    return f"<section><h1>Variant {name}</h1><p>Name: ____________________</p><ol>{''.join(map(question, items))}</ol></section>"


def key(name, items):
    """The answers of a variant, and what each wrong option means."""
    rows = []
    for number, item in enumerate(items, 1):
        wrong = "; ".join(f"{letter}: {item.reason(option)}" for letter, option in zip(item.letters, item.options) if option != item.key)
        right = right_letter(item)
        rows.append(
            f"<tr><td>{number}</td><td><b>{right}</b></td><td>{escape(item.letters[right])}</td><td>{escape(item.why)}<br><small>{escape(wrong)}</small></td></tr>"
        )
    return f"<section><h1>Variant {name}</h1><table>{''.join(rows)}</table></section>"
