"""From a CSV file to X and y: a file is read, or refused with the line, the column and the cure named.

X, y, names = datasets.read_csv("houses.csv", target="price", drop=["id"])
for fault in datasets.faults(X, y, names):
    print(fault)
"""

import codecs
import math
import os
import re

import numpy as np

EMPTY = ("", "na", "n/a", "nan", "null", "none", "?", "-")  # what people write into a cell whose value is not known


def read_csv(path, target, *, drop=(), words=(), groups=None, missing=None, decimal="."):
    """X (m, n) float64, y (m,) and the names of the n columns, from a CSV file whose first line names its columns.

    target   the column to predict. y holds ints if all are whole numbers, else floats; words if one of them is not a number.
    drop     columns to leave out.
    words    columns of words: each word gets a column of its own, 1 where it occurs and 0 elsewhere.
    groups   the column that says whom or what a row comes from: a fourth value (m,), not a column of X.
    missing  "nan" reads an empty cell of X as nan; "drop" leaves out every row with an empty cell.
    decimal  "," if the file writes 1,5.

    Cells are separated by commas, semicolons or tabs; the text is UTF-8, or UTF-16 with its mark. ValueError names the
    line, the column and what to write.
    """
    with open(os.fspath(path), "rb") as file:
        heading, table = read_table(file.read())
    if isinstance(drop, str) or isinstance(words, str) or missing not in (None, "nan", "drop") or decimal not in (".", ","):
        raise ValueError('write drop=["id"], words=["kind"] as lists; missing="nan" or "drop"; decimal="." or ","')
    for name in (target, *drop, *words, *([] if groups is None else [groups])):
        if name not in heading:
            raise ValueError(f"{path} has no column {name!r}: its columns are {', '.join(heading)}")
    used = [name for name in heading if name not in drop]
    values = {name: [math.nan if row[name].lower() in EMPTY else number_in(row[name], decimal) for _, row in table] for name in used}
    for name in used:
        bad = [row[name] for (_, row), value in zip(table, values[name]) if value is None]
        meant_as_numbers = name != target or len(bad) < len(table) / 2 or re.fullmatch(r"[+-]?[\d.,]*\d", bad[0])
        if bad and meant_as_numbers and name not in (groups, *words):
            line = table[values[name].index(None)][0]
            raise ValueError(no_number(name, [row[name] for _, row in table], line, values[name], decimal))
        if not bad and name not in (groups, *words) and (doubt := two_readings(name, table, decimal)):
            raise ValueError(doubt)
    gaps = {name: rows for name in used if (rows := [i for i, (_, row) in enumerate(table) if row[name].lower() in EMPTY])}
    for name, rows in gaps.items():
        if missing is None or (missing == "nan" and name in (target, groups, *words)):
            cure = 'missing="drop" leaves such rows out' + (
                '; missing="nan" reads nan, to be filled in after the split' * (missing is None)
            )
            where = ", ".join(f"{name} {len(rows)}" for name, rows in gaps.items())
            raise ValueError(f"line {table[rows[0]][0]}, column {name!r} is empty; empty cells in {len(table)} rows: {where}. {cure}")
    lost = {i for rows in gaps.values() for i in rows} if missing == "drop" else set()
    kept = [i for i in range(len(table)) if i not in lost]
    if not kept:
        raise ValueError(f'{path} has no row without an empty cell: drop the columns that are mostly empty, or write missing="nan"')
    columns, names, table = [], [], [row for _, row in table]
    for name in used:
        if name in words:
            different = sorted({table[i][name] for i in kept})
            columns += [[float(table[i][name] == word) for i in kept] for word in different]
            names += [f"{name}={word}" for word in different]
        elif name not in (target, groups):
            columns.append([values[name][i] for i in kept])
            names.append(name)
    if not names:
        raise ValueError(f"{path} has no column left to predict {target!r} from")
    table = [table[i] for i in kept]
    X, y = np.array(columns).T, [row[target] for row in table]
    numbers = [number_in(cell, decimal) for cell in y]
    y = np.array(y if None in numbers else numbers)
    if y.dtype.kind == "f" and (y == np.round(y)).all() and np.abs(y).max() < 2**53:
        y = y.astype(int)
    return (X, y, names) if groups is None else (X, y, names, np.array([row[groups] for row in table]))


def read_table(content):
    """The names in the first line of a CSV file, and the number and the cells {name: text} of each line below it."""
    lines = [(number, line) for number, line in enumerate(text_of(content).splitlines(), 1) if line.strip(" ,;\t")]
    if len(lines) < 2:
        raise ValueError("the file holds no data: line 1 must name the columns, and each line below it is a row")
    separator = max("\t;,", key=next((line for _, line in lines[:2] if set(line) & set("\t;,")), "").count)
    heading, *rows = [cells_of(line, number, separator) for number, line in lines]
    if all(number_in(cell) is not None for cell in heading):
        raise ValueError(f"line 1 holds numbers ({short(lines[0][1])}): write a line above it that names the columns")
    heading = [name or f"column {i}" for i, name in enumerate(heading, 1)]
    if len(set(heading)) < len(heading):
        raise ValueError(f"two columns have the same name: {short(', '.join(heading))}")
    for (number, line), row in zip(lines[1:], rows):
        if len(row) != len(heading):
            hint = "; a decimal comma cuts a number in two: save the file with semicolons" * (
                separator == "," and len(row) > len(heading) > 1
            )
            hint = hint or "; if line 1 is a title, or this line a note, remove it" * (number == lines[1][0] or len(row) < len(heading))
            raise ValueError(f"line {number} has {len(row)} cells, line 1 names {len(heading)} columns: {short(line)!r}{hint}")
    return heading, [(number, dict(zip(heading, row))) for (number, _), row in zip(lines[1:], rows)]


def text_of(content):
    """The text of a file from its bytes, UTF-8 or UTF-16 with its mark; ValueError otherwise."""
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            "the file is not text in UTF-8: save it as 'CSV UTF-8', or rewrite it: path.write_text(path.read_text('cp1252'), 'utf-8')"
        ) from None
    if "\0" in text:
        raise ValueError("the file is not text in UTF-8, it holds zero bytes: save it as 'CSV UTF-8'")
    return text


def cells_of(line, number, separator):
    """The cells of one line of a CSV file, without the blanks around them; ValueError if a quote is not closed in it."""
    import csv  # imported here to keep `import nnlib` fast

    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator, strict=True, skipinitialspace=True))]
    except csv.Error as error:
        cause = "opens a quote that is not closed in the same line" if line.count('"') % 2 else f"cannot be read ({error})"
        raise ValueError(f"line {number} {cause}: {short(line)!r}") from None


def number_in(cell, decimal="."):
    """The finite number in a cell of text, or None; with decimal="," a point is not part of a number."""
    if "_" in cell or (decimal == "," and "." in cell):
        return None
    try:
        value = float(cell.replace(decimal, "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def two_readings(name, table, decimal):
    """What to say of a column that holds whole numbers and cells such as 1.327, but no other decimals; None if it does not.

    Beside 950 a cell 1.327 may be 1327, with a point for the thousands. Beside 0.950, 4.1, 950.0 or 1327 it is a decimal, and where
    the whole numbers are one number again and again, as -999 for "not known".
    """
    cells = [(line, row[name]) for line, row in table if row[name].lower() not in EMPTY]
    marked, whole = [pair for pair in cells if decimal in pair[1]], [cell for _, cell in cells if decimal not in cell]
    fitting = (re.fullmatch(rf"[+-]?(\d{{1,3}}|[1-9]\d{{0,2}}{re.escape(decimal)}\d{{3}})", cell) for _, cell in cells)
    if marked and (len(whole) == 1 or len(set(whole)) > 1) and all(fitting):
        line, cell = marked[0]
        at = f"line {line}, column {name!r} reads {cell!r}, beside {whole[0]!r}: a decimal number, or {cell.replace(decimal, '')}?"
        return f"{at} If {decimal!r} separates thousands, remove it from the file; if it marks decimals, write {whole[0]}{decimal}0"


def no_number(name, cells, line, values, decimal):
    """What to say of a column that holds no numbers: its first such cell, what it seems to be, and the cure."""
    bad = [cell for cell, value in zip(cells, values) if value is None]
    kinds, others = len(set(bad)), len(cells) - len(bad)
    at = f"line {line}, column {name!r} reads {short(bad[0])!r}"
    if decimal == "." and "," in bad[0] and number_in(bad[0].replace(",", "")) is not None:
        return f'{at}: if that is a decimal comma, write decimal=","; if it separates thousands, remove it from the file'
    if decimal == "," and "." in bad[0] and number_in(bad[0].replace(".", ""), ",") is not None:
        return f'{at}: with decimal="," a point is not part of a number. Remove it from the file, or write all numbers with points'
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", bad[0]):
        return f"{at}: if the points separate thousands, remove them from the file"
    if re.fullmatch(r"(\d+[-/:]\d+([-/:]\d+)?|\d+\.\d+\.\d+)([T ].*)?", bad[0]):
        return f"{at}, a date or a time: drop=[{name!r}], or replace it in the file by a number, such as the days or hours since a fixed moment"
    if number_in(re.sub(r"[^\d.,+-]", "", bad[0]), decimal) is not None and re.match(r"[^\w]*[+-]?\d", bad[0]):
        return f"{at}: write the number alone into the file, and its unit into the name of the column"
    if others > len(bad):
        return (
            f'{at}, and {others} of {len(cells)} cells are numbers: correct or remove that line, or empty the cell and write missing="nan"'
        )
    if kinds == 1 and not others:
        return f"{at}, the same text in every row, so it tells nothing: drop=[{name!r}]"
    if kinds == len(cells):
        return f"{at}, and a different text in every row: a name or a number of the row says nothing about a new one: drop=[{name!r}]"
    cure = f"words=[{name!r}] makes a column of 0 and 1 for each; if they say whom or what a row comes from, groups={name!r}; or drop=[{name!r}]"
    return f"{at}, a word ({kinds} different ones in {len(cells)} rows): {cure}"


def short(text):
    """At most 60 characters of a text, for a message."""
    return text if len(text) <= 60 else text[:57] + "..."


def faults(X, y, names, groups=None):
    """What looks wrong in X (m, n), y (m,), names and groups of ``read_csv``, one sentence each; [] if nothing does.

    Suspicions, each with its cure: they say where to look, and an empty list proves nothing.
    """
    classes, index = np.unique(y, return_inverse=True)
    classify = classes.dtype.kind != "f" and len(classes) <= max(2, len(y) // 10)
    found = [sentence for name, x in zip(names, X.T) for sentence in column_faults(name, x, index, len(classes), classify)]
    if classify:
        counts = np.bincount(index)
        share, largest = counts.max() / len(y), classes[counts.argmax()]
        if share >= 0.75:
            found.append(
                f"{100 * share:.0f} % of the targets are {str(largest)!r}: always predicting it gives that accuracy. Report the recall of each class"
            )
        found += spellings(map(str, classes))
        found += [
            f"class {str(name)!r} has {count} of {len(y)} rows: too few to learn from and to test on. Collect more, or join it to another"
            for name, count in zip(classes, counts)
            if count < 10
        ]
    found += spellings(names)
    if groups is not None:
        number = len(set(groups))
        found.append(f"{len(y)} rows come from {number} groups: split the groups, not the rows, or the test holds groups seen in training")
    repeated = len(X) - len(np.unique(X, axis=0))
    if repeated > len(X) / 50:  # fewer can be chance
        found.append(f"rows of X that repeat an earlier one: {repeated}. A random split puts one into training, its twin into the test")
    return found


def spellings(words):
    """What to say of words that differ in capital letters only."""
    first = {}
    pairs = [(first.setdefault(word.lower(), word), word) for word in words]
    return [f"{a!r} and {b!r} differ in capital letters only: write one of them in the file" for a, b in pairs if a != b]


def column_faults(name, x, index, count, classify):
    """What looks wrong in one column x (m,), given the targets as indices 0..count-1 in their order."""
    known = ~np.isnan(x)
    x, index = x[known], index[known]
    column = name.split("=")[0]
    values, place = np.unique(x, return_inverse=True)
    if len(values) < 2:
        return [f"column {column!r} is the same in every row: it tells nothing, and its deviation is 0. drop=[{column!r}]"]
    whole, found = (x == np.round(x)).all(), []
    if len(values) == len(x) > 9 and (whole or np.allclose(np.diff(x), x[1] - x[0])):
        found.append(f"column {name!r} is a different number in every row: if it only numbers the rows, drop=[{name!r}]")
    low, middle, high = np.quantile(x, (0.25, 0.5, 0.75))
    far = [v for v in (values[0], values[-1]) if high > low and abs(v - middle) > 20 * (high - low) and np.sum(x == v) > 1]
    found += [
        f"column {name!r} holds {v:g} several times, far from all else: if it means not known, empty these cells in the file" for v in far
    ]
    runs = 1 + np.count_nonzero(np.diff(x))
    if whole and 9 < len(values) == runs < len(x):
        found.append(f"the rows come in {runs} blocks of equal {name!r}: if it says whom or what they come from, groups={name!r}")
    elif whole and len(values) > 9 and values[0] > 5 * np.ptp(values):
        codes = f"whole numbers from {values[0]:.0f} to {values[-1]:.0f}"
        found.append(
            f"column {name!r} holds {codes}: if they are codes that say where each row comes from (a person, a machine), groups={name!r}; else drop=[{name!r}]"
        )
    if classify:
        order = index[np.argsort(x, kind="stable")]
        pure = len(np.unique(np.c_[place, index], axis=0)) == len(values) <= len(x) / 2  # each value has one class
        alone = pure or np.count_nonzero(np.diff(order)) == count - 1
    else:
        alone = abs(np.corrcoef(place, index)[0, 1]) > 0.999
    if alone and len(x) > 9 and count > 1:
        found.append(f"column {name!r} alone gives the target away: was it known before the target was? If not, drop=[{column!r}]")
    return found
