"""CSV files with one planted fault each: the fault is named, with its line, its column and its cure; the cured file is read."""

import json
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest

from nnlib import Adam, SoftmaxCrossEntropy, datasets, fit, mlp
from nnlib.datasets import faults, read_csv

HEADING = ["row", "person", "room", "kind", "score", "target"]


def rows(m=60, seed=0):
    """Rows without a fault except those that each test plants: 12 people in shuffled order, two classes, nothing leaks."""
    rng = np.random.default_rng(seed)
    people = rng.permutation(np.repeat(np.arange(12), 5))
    return [
        {
            "person": f"P{people[i]}",
            "room": f"{rng.normal(20, 3):.3f}",
            "kind": str(rng.choice(["cat", "dog", "owl"])),
            "score": f"{rng.normal(5, 2):.2f}",
            "target": str(rng.choice(["no", "yes"])),
        }
        for i in range(m)
    ]


def file(folder, table, separator=","):
    path = folder / "table.csv"
    lines = [separator.join(table[0])] + [separator.join(row.values()) for row in table]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


CURED = {"drop": ["person"], "words": ["kind"]}


def test_a_file_without_a_fault_is_read_and_raises_no_suspicion(tmp_path):
    table = rows()
    X, y, names = read_csv(file(tmp_path, table), "target", **CURED)
    assert names == ["room", "kind=cat", "kind=dog", "kind=owl", "score"] and X.dtype == np.float64
    assert X[:, 0].tolist() == [float(row["room"]) for row in table] and y.tolist() == [row["target"] for row in table]
    assert X[:, 1:4].sum(axis=1).tolist() == [1] * 60 and X[0, 1 + ["cat", "dog", "owl"].index(table[0]["kind"])] == 1
    assert faults(X, y, names) == []


# ---- eight files, one fault each


def test_1_words_for_classes_are_refused_by_fit_which_names_the_cure(tmp_path):
    X, words, _ = read_csv(file(tmp_path, rows()), "target", **CURED)
    net = mlp([5, 4, 2], loss=SoftmaxCrossEntropy(), rng=0)
    with pytest.raises(ValueError, match=r"np.unique\(y, return_inverse=True\)\[1\]"):
        fit(net, X, words, Adam(), epochs=1, progress=False)
    classes, y = np.unique(words, return_inverse=True)
    fit(net, X, y, Adam(), epochs=1, progress=False)
    assert classes[y].tolist() == words.tolist()
    with pytest.raises(ValueError, match=r"line 2, column 'kind' reads '\w+', a word \(3 different .*words=\['kind'\]"):
        read_csv(file(tmp_path, rows()), "target", drop=["person"])


@pytest.mark.parametrize("cell", ["", "NA", "nan", "?", "n/a"])
def test_2_an_empty_cell_is_named_with_both_cures_and_fit_refuses_nan(tmp_path, cell):
    table = rows()
    table[3]["room"] = table[9]["room"] = table[9]["score"] = cell
    path = file(tmp_path, table)
    with pytest.raises(
        ValueError, match=r"line 5, column 'room' is empty; .* 60 rows: room 2, score 1\. missing=\"drop\" .*missing=\"nan\""
    ):
        read_csv(path, "target", **CURED)
    X, y, _ = read_csv(path, "target", **CURED, missing="drop")
    assert X.shape == (58, 5) and y.tolist() == [row["target"] for i, row in enumerate(table) if i not in (3, 9)]
    X, y, names = read_csv(path, "target", **CURED, missing="nan")
    assert np.argwhere(np.isnan(X)).tolist() == [[3, 0], [9, 0], [9, 4]] and faults(X, y, names) == []
    with pytest.raises(ValueError, match="first in row 3: remove such rows or fill them in"):
        fit(mlp([5, 2], loss=SoftmaxCrossEntropy()), X, np.unique(y, return_inverse=True)[1], Adam(), epochs=1, progress=False)


@pytest.mark.parametrize("name", ["target", "kind", "person"])
def test_2_where_no_number_can_be_filled_in_only_dropping_is_offered(tmp_path, name):
    table = rows()
    table[3][name] = ""
    options = {"words": ["kind"], "groups": "person", "missing": "nan"}
    with pytest.raises(ValueError, match=f"line 5, column '{name}' is empty.*drop") as error:
        read_csv(file(tmp_path, table), "target", **options)
    assert "nan" not in str(error.value)


def test_3_a_constant_column_is_named(tmp_path):
    X, y, names = read_csv(file(tmp_path, [row | {"room": "20"} for row in rows()]), "target", **CURED)
    (sentence,) = faults(X, y, names)
    assert sentence.startswith("column 'room' is the same in every row") and sentence.endswith("drop=['room']")
    with pytest.raises(ValueError, match=r"line 2, column 'room' reads 'band', the same text in every row.*drop=\['room'\]"):
        read_csv(file(tmp_path, [row | {"room": "band"} for row in rows()]), "target", **CURED)


@pytest.mark.parametrize("number", [lambda i: i, lambda i: 100 - 2 * i, lambda i: i / 10, lambda i: (i * 7919) % 100_003])
def test_4_a_column_that_numbers_the_rows_is_named(tmp_path, number):
    table = [row | {"room": str(number(i))} for i, row in enumerate(rows())]
    X, y, names = read_csv(file(tmp_path, table), "target", **CURED)
    (sentence,) = faults(X, y, names)
    assert sentence.startswith("column 'room' is a different number in every row") and sentence.endswith("drop=['room']")


def test_4_pandas_nameless_first_column_and_a_name_in_every_row_are_named_too(tmp_path):
    table = [{"": str(i), **row} for i, row in enumerate(rows())]
    X, y, names = read_csv(file(tmp_path, table), "target", **CURED)
    assert [sentence[:16] for sentence in faults(X, y, names)] == ["column 'column 1"]
    table = [row | {"room": f"case {i}"} for i, row in enumerate(rows())]
    with pytest.raises(ValueError, match=r"reads 'case 0', and a different text in every row: .*drop=\['room'\]"):
        read_csv(file(tmp_path, table), "target", **CURED)


def test_5_decimal_commas_are_named_and_read_when_that_is_written(tmp_path):
    table = [{name: cell.replace(".", ",") for name, cell in row.items()} for row in rows()]
    path = file(tmp_path, table, ";")
    with pytest.raises(ValueError, match=r"line 2, column 'room' reads '\d+,\d+'.*write decimal=\",\""):
        read_csv(path, "target", **CURED)
    X, _, _ = read_csv(path, "target", **CURED, decimal=",")
    assert X[:, 0].tolist() == [float(row["room"]) for row in rows()]
    with pytest.raises(ValueError, match=r"line 2 has 7 cells, line 1 names 5 columns.*decimal comma.*semicolons"):
        read_csv(file(tmp_path, table), "target", **CURED)
    for cell in ("1.234,5", "1.234"):  # a point is not part of a number then
        table[7]["room"] = cell
        with pytest.raises(ValueError, match=f"line 9, column 'room' reads '{cell}': with decimal=\",\" a point is not part of a number"):
            read_csv(file(tmp_path, table, ";"), "target", **CURED, decimal=",")


@pytest.mark.parametrize(
    ("cells", "decimal", "cure"),
    [
        (["950", "1.327"], ".", "'1.327', beside '950': a decimal number, or 1327\\? .*remove it.*950.0$"),
        (["12", "-1.250", "+800", ""], ".", "'-1.250', beside '12': a decimal number, or -1250"),
        (["950", "1,327"], ",", "'1,327', beside '950': a decimal number, or 1327.*950,0$"),
        (["0", "12.000", "7", "100.500"], ".", "'12.000', beside '0': a decimal number, or 12000"),
        (["950", "1.327.000"], ".", "if the points separate thousands, remove them"),
    ],
)
def test_5_a_point_that_may_separate_thousands_is_named_with_both_readings(tmp_path, cells, decimal, cure):
    path = tmp_path / "table.csv"
    for lines in (
        ["a;price;y"] + [f"{i};{cell};1" for i, cell in enumerate(cells)],
        ["a;price"] + [f"{i};{c or 7}" for i, c in enumerate(cells)],
    ):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")  # in a column of X, and in the target
        with pytest.raises(ValueError, match=f"line 3, column 'price' reads.*{cure}"):
            read_csv(path, lines[0].split(";")[-1], decimal=decimal, missing="nan" if lines[0].endswith("y") else None)


@pytest.mark.parametrize(
    "cells",
    [
        ["1.327", "2.450", "9.500"],  # three decimals throughout
        ["950.0", "1.327"],  # what the message asks for
        ["950", "1.327", "1.5"],  # another decimal: no thousands
        ["950", "1.327", "0.125"],  # nobody writes 125 as 0.125
        ["950", "1327"],
        ["1500", "1.327"],  # the thousands of 1500 have no point
        ["-999", "1.327", "2.450", "-999"],  # a number for "not known": faults asks about it
        ["12", "1234.567"],  # four digits before the point
        ["0.250", "1", "0.500"],
    ],
)
def test_5_decimals_that_cannot_be_thousands_are_read(tmp_path, cells):
    path = tmp_path / "table.csv"
    path.write_text("price;y\n" + "".join(f"{cell};1\n" for cell in cells), encoding="utf-8")
    assert read_csv(path, "y")[0][:, 0].tolist() == [float(cell) for cell in cells]
    path.write_text("price;y\n" + "".join(f"{cell.replace('.', ',')};1\n" for cell in cells), encoding="utf-8")
    assert read_csv(path, "y", decimal=",")[0][:, 0].tolist() == [float(cell) for cell in cells]
    path.write_text("price;y\n950;1\n1.327;1\n", encoding="utf-8")
    assert read_csv(path, "y", words=["price"])[2] == ["price=1.327", "price=950"]  # as words they have one reading


def test_6_a_target_of_which_one_class_has_most_rows_is_named(tmp_path):
    table = [row | {"target": "yes" if i % 5 == 0 else "no"} for i, row in enumerate(rows())]
    X, y, names = read_csv(file(tmp_path, table), "target", **CURED)
    (sentence,) = faults(X, y, names)
    assert sentence.startswith("80 % of the targets are 'no': always predicting it gives that accuracy. Report the recall")
    table = [row | {"target": "rare" if i in (3, 9) else row["target"]} for i, row in enumerate(rows())]
    X, y, names = read_csv(file(tmp_path, table), "target", **CURED)
    assert [sentence[:24] for sentence in faults(X, y, names)] == ["class 'rare' has 2 of 60"]


def test_7_groups_are_named_where_words_blocks_or_the_argument_show_them(tmp_path):
    path = file(tmp_path, rows())
    with pytest.raises(ValueError, match=r"'person' reads 'P\d+', a word \(12 different ones in 60 rows\).*groups='person'"):
        read_csv(path, "target", words=["kind"])
    X, y, names, people = read_csv(path, "target", words=["kind"], groups="person")
    assert "person" not in names and people.tolist() == [row["person"] for row in rows()]
    (sentence,) = faults(X, y, names, people)
    assert sentence.startswith("60 rows come from 12 groups: split the groups, not the rows")
    table = [row | {"person": str(1000 + i // 5)} for i, row in enumerate(rows())]
    X, y, names = read_csv(file(tmp_path, table), "target", words=["kind"])
    (sentence,) = faults(X, y, names)
    assert sentence.startswith("the rows come in 12 blocks of equal 'person'") and sentence.endswith("groups='person'")
    X, y, names = read_csv(file(tmp_path, rows() + rows()[:4]), "target", **CURED)
    (sentence,) = faults(X, y, names)
    assert sentence.startswith("rows of X that repeat an earlier one: 4.")


@pytest.mark.parametrize("leak", [lambda t: {"no": 3, "yes": 7}[t], lambda t: {"no": 0, "yes": 2.5}[t]])
def test_8_a_column_that_gives_a_class_away_is_named(tmp_path, leak):
    rng = np.random.default_rng(1)
    for noise in (0, 1):  # a code of the class, and a number that a threshold separates
        table = [row | {"score": f"{leak(row['target']) + noise * rng.uniform(0, 2):.3f}"} for row in rows()]
        X, y, names = read_csv(file(tmp_path, table), "target", **CURED)
        (sentence,) = faults(X, y, names)
        assert sentence.startswith("column 'score' alone gives the target away") and sentence.endswith("drop=['score']")


def test_8_so_is_a_code_of_a_class_whatever_the_order_of_the_codes(tmp_path):
    codes = {"no": ("1", "9"), "yes": ("5", "12")}
    table = [row | {"score": codes[row["target"]][i % 2]} for i, row in enumerate(rows())]
    (sentence,) = faults(*read_csv(file(tmp_path, table), "target", **CURED))
    assert sentence.startswith("column 'score' alone gives the target away")


def test_8_so_is_one_that_gives_a_number_away_whatever_its_unit(tmp_path):
    rng = np.random.default_rng(1)
    table = [row | {"target": f"{rng.normal(5, 1):.3f}"} for row in rows()]
    assert faults(*read_csv(file(tmp_path, table), "target", **CURED)) == []
    for unit in (lambda t: 60 * t, lambda t: -(t**3), np.log):
        leaky = [row | {"score": f"{unit(float(row['target'])):.5f}"} for row in table]
        (sentence,) = faults(*read_csv(file(tmp_path, leaky), "target", **CURED))
        assert sentence.startswith("column 'score' alone gives the target away")


@pytest.mark.parametrize("cell", ["2026-03-01", "01.03.2026", "3/1/26", "22:15", "2026-03-01 22:15:00"])
def test_8_a_date_is_named(tmp_path, cell):
    with pytest.raises(ValueError, match=r"line 2, column 'room' reads '.*', a date or a time: drop=\['room'\], or replace it"):
        read_csv(file(tmp_path, [row | {"room": cell} for row in rows()]), "target", **CURED)


# ---- other files


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no data"),
        ("a,y\n", "holds no data"),
        ("1,2\n3,4\n", "line 1 holds numbers"),
        ("a,a,y\n1,2,3\n", "two columns have the same name"),
        ("a,y\n1,2\n1,2,3\n", "line 3 has 3 cells"),
        ("a,y\n1,2\n1\n", "line 3 has 1 cells.*a note, remove it"),
        ("Sales\na,y\n1,2\n", "line 2 has 2 cells, line 1 names 1 columns.*if line 1 is a title"),
        ('a,y\n"1,2\n', "line 2 opens a quote"),
        ("a,b\n1,2\n", "no column 'y': its columns are a, b"),
        ("y\n1\n", "no column left"),
        ("a,y\n12 kg,1\n9 kg,2\n", "line 2, column 'a' reads '12 kg': write the number alone"),
        ("a,y\n5,1\n$9,2\n", "line 3, column 'a' reads '\\$9': write the number alone"),
        ("a,y\n5,1\n6,1\noops,2\n", "line 4, column 'a' reads 'oops', and 2 of 3 cells are numbers: correct or remove that line"),
        ("a,y\n5,1\n6,1\n1e999,2\n", "line 4, column 'a' reads '1e999'"),
        ('a,y\n"1,000",2\n', "if it separates thousands, remove it"),
        ('a,y\n"1,234.5",2\n', "if it separates thousands, remove it"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_line(tmp_path, text, message):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_csv(path, "y")


def test_bytes_that_are_no_text_are_refused_and_other_separators_and_marks_are_read(tmp_path):
    path = tmp_path / "table.csv"
    for content, message in (
        ("a,y\nä,1\n".encode("latin-1"), "CSV UTF-8.*write_text.path.read_text..cp1252"),
        (b"a,y\n\0,1\n", "zero bytes"),
    ):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=message):
            read_csv(path, "y")
    for content in ("\ufeffa,y\r\n1,2\r\n\r\n".encode(), "a\ty\n1\t2\n".encode("utf-16"), b'"a";"y"\n 1 ; "2"\n;\n'):
        path.write_bytes(content)
        X, y, names = read_csv(path, "y")
        assert X.tolist() == [[1]] and y.tolist() == [2] and names == ["a"] and y.dtype.kind == "i"
    path.write_text("a,y\n1,2.5\n2,3\n")
    assert read_csv(path, "y")[1].tolist() == [2.5, 3]


def test_words_that_differ_in_capitals_only_are_named_in_the_target_and_in_a_column(tmp_path):
    table = [row | {"target": row["target"].title() if i % 3 == 0 else row["target"]} for i, row in enumerate(rows())]
    found = faults(*read_csv(file(tmp_path, table), "target", **CURED))
    assert "'No' and 'no' differ in capital letters only: write one of them in the file" in found and "'Yes' and 'yes'" in found[1]
    table = [row | {"kind": row["kind"].upper() if i % 3 == 0 else row["kind"]} for i, row in enumerate(rows())]
    found = faults(*read_csv(file(tmp_path, table), "target", **CURED))
    assert [sentence[:29] for sentence in found] == [f"'kind={w.upper()}' and 'kind={w}' dif" for w in ("cat", "dog", "owl")]


def test_a_number_that_stands_for_not_known_is_asked_about(tmp_path):
    for mark in ("-999", "9999"):
        table = [row | ({"room": mark} if i in (4, 30) else {}) for i, row in enumerate(rows())]
        (sentence,) = faults(*read_csv(file(tmp_path, table), "target", **CURED))
        assert sentence.startswith(f"column 'room' holds {mark} several times, far from all else: if it means not known, empty")


def test_a_target_of_numbers_with_another_cell_among_them_is_no_column_of_words(tmp_path):
    table = [row | {"target": f"{i / 7:.2f}"} for i, row in enumerate(rows())]
    for cell, cure in (("1 234.5", "write the number alone"), ("?!", "correct or remove"), ("12 kg", "write the number alone")):
        with pytest.raises(ValueError, match=f"line 9, column 'target' reads '.*{cure}"):
            read_csv(file(tmp_path, [row | ({"target": cell} if i == 7 else {}) for i, row in enumerate(table)]), "target", **CURED)
    table = [row | {"target": row["target"].replace(".", ",")} for row in table]
    with pytest.raises(ValueError, match="line 2, column 'target' reads '0,00': if that is a decimal comma"):
        read_csv(file(tmp_path, table, ";"), "target", **CURED)


def test_shuffled_whole_numbers_far_from_0_are_asked_about(tmp_path):
    table = [row | {"person": f"10{row['person'][1:]:0>2}"} for row in rows()]
    (sentence,) = faults(*read_csv(file(tmp_path, table), "target", words=["kind"]))
    assert sentence.startswith("column 'person' holds whole numbers from 1000 to 1011") and "groups='person'" in sentence


@pytest.mark.parametrize("options", [{"drop": "a"}, {"words": "a"}, {"missing": "mean"}, {"decimal": ";"}])
def test_arguments_of_another_kind_are_refused_with_an_example(tmp_path, options):
    (tmp_path / "table.csv").write_text("a,y\n1,2\n")
    with pytest.raises(ValueError, match="as lists; missing="):
        read_csv(tmp_path / "table.csv", "y", **options)


def test_made_points_get_no_false_alarm():
    X, y = datasets.blobs(200, classes=3, noise=1.0)
    assert faults(X, y, ["a", "b"]) == []
    X, y = datasets.moons(200, noise=0.2)
    assert faults(X, y, ["a", "b"]) == []


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_neither_do_four_real_tables(name):
    data = getattr(pytest.importorskip("sklearn.datasets"), f"load_{name}")()
    assert faults(data.data, data.target, list(data.feature_names)) == []


# ---- the notebook


def test_the_cell_to_copy_runs_alone():
    """The last cell of your_own_data.ipynb that trains needs nothing but the file and the folder that holds it."""
    notebook = Path(__file__).parent.parent / "notebooks" / "your_own_data.ipynb"
    source = {cell["id"]: "".join(cell["source"]) for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]}
    with tempfile.TemporaryDirectory() as folder:
        writer, alone = {"np": np}, {"folder": Path(folder)}
        exec(source["a0file01"].split("\n\n\n")[0], writer)
        writer["write_nights"](alone["folder"] / "nights.csv", people=60, nights=16, rng=0)
        nights = (alone["folder"] / "nights.csv").read_text(encoding="utf-8").splitlines()
        unequal = [line for i, line in enumerate(nights) if i % 48 < 40]  # every third person lacks half of the nights
        (alone["folder"] / "nights.csv").write_text("\n".join(unequal) + "\n", encoding="utf-8")
        exec(source["f0whole1"], alone)
        assert alone["share"] > alone["baseline"] and len(list(alone["folder"].iterdir())) == 3
        right, who = alone["right"], alone["who"][alone["test"]]
        assert np.isclose(alone["share"], np.mean([right[who == person].mean() for person in set(who)]))  # what its error belongs to
        assert not np.isclose(alone["share"], right.mean())

        # and for a number, changed as the text below it says
        changes = (
            ('"hours"]', '"night"]'),
            ('target="night"', 'target="hours"'),
            ("fit, mlp", "fit, mlp, MeanSquaredError, r_squared"),
            ("classes, y = np.unique(words, return_inverse=True)", "y = words"),
        )
        reading, number = source["f0whole1"].split("net = mlp")[0], {"folder": Path(folder)}
        for old, new in changes:
            assert reading.count(old) == 1
            reading = reading.replace(old, new)
        exec(reading + re.sub(r"y = hours .*", "", source["f0number"]), number)
        assert 0 < number["miss"] + number["error"] < number["baseline"] and number["r2"] > 0.4
