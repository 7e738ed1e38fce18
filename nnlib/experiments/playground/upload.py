"""Points for the playground from a CSV file."""

import math

import numpy as np

from ...tables import cells_of, short, text_of

LARGEST_FILE = 1_000_000  # bytes of an upload
MOST_CLASSES = 3
WANTED = "a CSV file has a row for each point: x1, x2, class"


def read_csv(content, seed=0, most=500):
    """Points for a Drawing from the bytes of a CSV file with the columns x1, x2, class; and a sentence on what was
    read.

    Cells are separated by commas, semicolons (then with decimal points or decimal commas) or tabs; the text is UTF-8,
    or
    UTF-16 with its mark. A first line without any number holds the names of the columns. Each column is scaled to -1..1
    by
    itself. Of more than ``most`` rows, so many are picked at random, some of every class. ValueError says what is
    wrong.
    """
    X, labels, heading = read_rows(decode(content))
    y, names = number_classes(labels)
    report = f"{len(X)} rows, classes {', '.join(names)}"
    report += f"; line 1 was taken as names: {', '.join(heading)}" if heading else ""
    low, high = X.min(axis=0), X.max(axis=0)
    scaled = np.round(np.clip((X - (low + high) / 2) / np.where(high > low, (high - low) / 2, 1.0), -1, 1), 2) + 0.0
    ranges = [f"x{i} from {a:g} to {b:g}" if a < b else f"x{i} is {a:g} in every row" for i, (a, b) in enumerate(zip(low, high), 1)]
    report += f"; each column scaled to -1..1 by itself ({', '.join(ranges)})"
    for i, (before, after) in enumerate(zip(X.T, scaled.T), 1):
        if len(np.unique(after)) < min(len(np.unique(before)), 100) / 2:
            report += f"; x{i} has far outliers, so most of its values lie together"
    if len(X) > most:
        rows = pick(y, most, np.random.default_rng(seed))
        scaled, y, report = scaled[rows], y[rows], report + f"; {most} of them picked at random, some of every class"
    return ";".join(f"{a:.2f}:{b:.2f}:{c}" for (a, b), c in zip(scaled, y)), report


def decode(content):
    """The text of the file."""
    content = bytes(content)
    if len(content) > LARGEST_FILE:
        raise ValueError(f"the file holds {len(content) / 1e6:.1f} MB, at most {LARGEST_FILE / 1e6:g} MB are read: cut it down")
    try:
        return text_of(content)
    except ValueError as error:
        raise ValueError(f"{error}; {WANTED}") from None


def read_rows(text):
    """X (m, 2), the class of each row as text, and the names of the columns, [] if the file has none."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip(" ,;\t")]
    separator = find_separator(lines[0][1]) if lines else ","
    X, labels, heading = [], [], []
    for number, line in lines:
        row = split(line, number, separator)
        if len(row) > 3:
            names = "its first column may be pandas' row numbers: write to_csv(index=False)" if not row[0] else "leave the others out"
            raise ValueError(f"line {number} has {len(row)} columns ({short(', '.join(row))}), three are wanted: x1, x2, class; {names}")
        values = [as_number(cell, separator) for cell in row]
        if not X and not heading and len(row) == 3 and all(value is None for value in values) and any(row[:2]):
            heading = row
            continue
        if len(row) < 3 or None in values[:2] or not all(abs(value) <= 1e100 for value in values[:2]):  # nan fails too
            cause = "with this separator 1,5 is no number" if separator == "," and any("," in cell for cell in row[:2]) else WANTED
            raise ValueError(f"line {number} reads {short(line)!r}; {cause}, as 0.5,-1.2,0")
        if row[2].lower() in ("", "nan"):
            raise ValueError(f"line {number} reads {short(line)!r}: it has no class; {WANTED}, as 0.5,-1.2,0")
        X.append(values[:2])
        labels.append(row[2])
    if not X:
        raise ValueError(f"the file holds no points; {WANTED}, as 0.5,-1.2,0")
    return np.array(X), labels, heading


def find_separator(line):
    """Tab, semicolon or comma: the first that cuts the line into three, else the one that cuts it most often."""
    separators = "\t;,"
    return next((s for s in separators if line.rstrip(s).count(s) == 2), max(separators, key=line.count))


def split(line, number, separator):
    """The cells of a line; empty ones after the third do not count."""
    try:
        row = cells_of(line, number, separator)
    except ValueError as error:
        raise ValueError(f"{error}; {WANTED}") from None
    while len(row) > 3 and not row[-1]:
        row.pop()
    return row


def as_number(cell, separator):
    """The number in a cell, or None. A decimal comma is read where commas do not separate."""
    if separator != "," and "." not in cell:
        cell = cell.replace(",", ".")
    try:
        return float(cell)
    except ValueError:
        return None


def number_classes(labels):
    """Classes (m,) from 0 and their names, in order: numbers by size ("1" and "1.0" are one class), other names by
    letter."""
    values = [as_number(label, ";") for label in labels]
    numeric = all(value is not None and math.isfinite(value) for value in values)
    keys = values if numeric else labels
    order = sorted(set(keys))
    names = [labels[keys.index(key)] for key in order]
    if len(names) > MOST_CLASSES:
        raise ValueError(
            f"the third column holds {len(names)} different classes, at most {MOST_CLASSES} can be shown: {short(', '.join(names[:4]))} ..."
        )
    place = {key: i for i, key in enumerate(order)}
    return np.array([place[key] for key in keys]), names


def pick(y, most, rng):
    """``most`` rows at random: of each class its share, but at least ten, or all where it has fewer."""
    counts = np.bincount(y)
    wanted = np.minimum(counts, np.maximum(10, most * counts // len(y)))
    wanted[counts.argmax()] += most - wanted.sum()
    return rng.permutation(np.concatenate([rng.choice(np.flatnonzero(y == k), n, replace=False) for k, n in enumerate(wanted)]))
