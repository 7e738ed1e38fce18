"""Uploads to the playground: what a CSV file may look like, and what the message says about one that cannot be read."""

import numpy as np
import pytest

from nnlib.experiments.frame.controls import Drawing, drawn_points
from nnlib.experiments.playground.upload import read_csv


def test_a_file_becomes_points_each_column_scaled_by_itself_and_that_is_said():
    points, report = read_csv(b"height,width,kind\n0,10,cat\n4,20,dog\n2,12,cat\n")
    assert points == "-1.00:-1.00:0;1.00:1.00:1;0.00:-0.60:0"
    assert report == (
        "3 rows, classes cat, dog; line 1 was taken as names: height, width, kind; "
        "each column scaled to -1..1 by itself (x1 from 0 to 4, x2 from 10 to 20)"
    )
    assert Drawing("points").clean(points) == points


def test_a_narrow_column_beside_a_wide_one_keeps_its_values():
    X, _ = drawn_points(read_csv(b"50000,30,a\n60000,40,b\n20000,20,a\n90000,60,b\n")[0])
    assert X[:, 1].tolist() == [-0.5, 0.0, -1.0, 1.0] and len(set(X[:, 0])) == 4
    assert "x2 is 7 in every row" in read_csv(b"1,7,a\n2,7,b\n")[1]
    assert "x1 has far outliers" in read_csv(b"\n".join(b"%d,%d,%d" % (i, i, i % 2) for i in range(20)) + b"\n1000000,1,0")[1]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff1;2;0\r\n3;4;1\r\n\r\n".encode(),
        b"1,0;2,0;0\n3,0;4,0;1\n",
        b"1.0;2.0;0\n3.0;4.0;1\n",
        b"x1;x2;class\n1,0;2;0\n3,0;4;1\n",
        b"1\t2\t0\n3\t4\t1\n",
        b"1,0\t2,0\t0\n3,0\t4,0\t1\n",
        "1\t2\t0\n3\t4\t1\n".encode("utf-16"),
        b"\xfe\xff" + "1;2;0\n3;4;1\n".encode("utf-16-be"),
        b'"1","2","0"\n"3","4","1"\n',
        b" 1 , 2 , 0 \n 3, 4, 1\n",
        b"1,2,0,,\n3,4,1,,\n,,,,\n",
        b"1,2,0;\n3,4,0;\n3,4,1;\n",
    ],
)
def test_semicolons_decimal_commas_tabs_quotes_and_utf_16_are_read(content):
    points, _ = read_csv(content)
    assert points.split(";")[0] == "-1.00:-1.00:0" and points.split(";")[-1] == "1.00:1.00:1"


def test_classes_that_are_numbers_stand_in_their_order_and_names_by_letter():
    for labels, names in (
        ("+1 -1 +1", "-1, +1"),
        ("10 9 1", "1, 9, 10"),
        ("b a c", "a, b, c"),
        ("1.0 0 1", "0, 1.0"),
        ("10 9 x", "10, 9, x"),
    ):
        rows = "\n".join(f"{i},{i},{label}" for i, label in enumerate(labels.split()))
        assert f"classes {names};" in read_csv(rows.encode())[1]
    assert drawn_points(read_csv(b"0,0,+1\n1,1,-1")[0])[1].tolist() == [1, 0]


def test_of_a_long_file_500_points_are_picked_some_of_every_class():
    points, report = read_csv("\n".join(f"{i},{i * i % 97},{i % 2}" for i in range(2000)).encode())
    assert points.count(";") == 499 and "500 of them" in report
    for rare in (1, 2, 9, 40):
        labels = [0] * 5000 + [1] * rare + [2] * 300
        y = drawn_points(read_csv("\n".join(f"{i},{i % 7},{label}" for i, label in enumerate(labels)).encode())[0])[1]
        assert len(y) == 500 and np.bincount(y)[1] == min(rare, 10) and np.bincount(y)[2] == 28


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no points"),
        (b"x1,x2,y\n", "no points"),
        (b"1,2,0\n1,oops,1\n", "line 2 reads '1,oops,1'"),
        (b"1,2\n", "line 1"),
        (b"1,2,0\n1,nan,1\n", "line 2"),
        (b"1,1e999,0\n", "line 1"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not text"),
        ("1,2,\u00e4\n".encode("latin-1"), "CSV UTF-8"),
        (b"a\0b,1,2", "not text"),
        ("1,2,0\n".encode("utf-16-le"), "zero bytes"),
        (b"1,2,a\n1,2,b\n1,2,c\n1,2,d\n", "4 different classes"),
        (b"1,2,0\n" * 200_000, "1.2 MB"),
        (b"1,2,0\n1,1,\n2,3,1\n", "line 2 .* it has no class"),
        (b"0,0,a\n1,1\n", "line 2"),
        (b"0,0,a\n1,1,NaN\n", "line 2 .* it has no class"),
        (b"1.5,?,0\n2,3,1\n3,3,1\n", "line 1 reads '1.5,\\?,0'"),
        (b"NA,1,b\n1,1,b\n2,0,a\n", "line 1 reads 'NA,1,b'"),
        (b"x1,x2,y\nx1,x2,y\n1,2,0\n", "line 2"),
        (b'1,2,"0\n2,3,1\n3,3,0\n', "line 1 opens a quote that is not closed"),
        (b'1,2,0\n2,3,"1\n3,3,0"\n', "line 2 opens a quote that is not closed"),
        (b"1,2,0\n1,2," + b"x" * 140_000, "line 2 cannot be read .*field limit"),
        (b",rooms,age,sold\n0,2,30,1\n", "line 1 has 4 columns .*index=False"),
        (b"1,2,3,0\n", r"line 1 has 4 columns \(1, 2, 3, 0\)"),
        (b'"1,5","2,5",0\n', "line 1 .* 1,5 is not a number"),
        (b"1.234,5;2;0\n", "line 1"),
        (b"1 2 0\n", "line 1"),
    ],
)
def test_a_malformed_or_huge_file_is_refused_in_words(content, message):
    with pytest.raises(ValueError, match=message):
        read_csv(content)


def test_random_bytes_and_random_tables_are_read_or_refused_in_words():
    rng, cells = np.random.default_rng(0), ["", "1", "-2.5", "1,5", "a", "nan", '"', "x1", "1e5", "inf", " ", "?", '"b"', "0"]
    for _ in range(2000):
        rows = rng.choice(cells, (rng.integers(0, 6), rng.integers(1, 5)))
        content = "\n".join(rng.choice([",", ";", "\t"]).join(row) for row in rows).encode()
        try:
            points, report = read_csv(content)
        except ValueError as error:
            assert "line " in str(error) or "no points" in str(error) or "classes" in str(error)
        else:
            assert Drawing("points").clean(points) == points and int(report.split()[0]) <= len(rows)
