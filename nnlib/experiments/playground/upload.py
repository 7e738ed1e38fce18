"""Points for the playground from a CSV file."""

import csv

import numpy as np

LARGEST_FILE = 1_000_000  # bytes of an upload


def read_csv(content, seed=0, most=500):
    """Points for a Drawing from the bytes of a CSV file with the columns x1, x2, class; and a sentence on what was read.

    The columns are scaled to -1..1. Of more than ``most`` rows, so many are picked at random. ValueError says what is wrong.
    """
    wanted = "a CSV file has a row for each point: x1, x2, class"
    if len(content) > LARGEST_FILE:
        raise ValueError(f"the file holds {len(content) / 1e6:.1f} MB, at most {LARGEST_FILE / 1e6:g} MB are read: cut it down")
    try:
        text = bytes(content).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"the file is no text in UTF-8; {wanted}") from None
    if "\0" in text:
        raise ValueError(f"the file is no text; {wanted}")
    separator = ";" if text.count(";") > text.count(",") else ","
    X, labels = [], []
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=separator), 1):
        if not any(cell.strip() for cell in row):
            continue
        try:
            x1, x2, label = row[:3]
            x1, x2 = float(x1), float(x2)
            if not np.isfinite([x1, x2]).all() or max(abs(x1), abs(x2)) > 1e100:
                raise ValueError
        except ValueError:
            if not X and number == 1 and len(row) >= 3:
                continue  # names of the columns
            raise ValueError(f"line {number} reads {separator.join(row)[:60]!r}; {wanted}, as 0.5,-1.2,0") from None
        X.append((x1, x2))
        labels.append(label.strip())
    if not X:
        raise ValueError(f"the file holds no points; {wanted}")
    names = sorted(set(labels))
    if len(names) > 3:
        raise ValueError(f"the third column holds {len(names)} different classes, at most 3 can be shown: {', '.join(names[:4])[:60]} ...")
    X, y = np.array(X), np.array([names.index(label) for label in labels])
    middle, half = (X.max(axis=0) + X.min(axis=0)) / 2, np.ptp(X, axis=0).max() / 2 or 1.0
    said = f"{len(X)} rows, classes {', '.join(names)}; scaled to -1..1"
    if len(X) > most:
        rows = np.random.default_rng(seed).choice(len(X), most, replace=False)
        X, y, said = X[rows], y[rows], said + f"; {most} of them picked at random"
    X = np.clip((X - middle) / half, -1, 1)
    return ";".join(f"{a:.2f}:{b:.2f}:{c}" for (a, b), c in zip(X, y)), said
