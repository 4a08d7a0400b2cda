"""Files become tables, and wrong files become one sentence each: whatever is in them, never a traceback."""

import numpy as np
import pytest

from playground.data.column import MOST_COLUMNS, MOST_ROWS
from playground.data.table import MOST_BYTES, Table, read_table
from playground.errors import InvalidInput

GOOD = b"x,y\n1,2\n3,4.5\n-5e-1,6\n"
VALUES = [[1.0, 2.0], [3.0, 4.5], [-0.5, 6.0]]


def refusal(content: bytes | str, name: str = "a.csv") -> str:
    """The one sentence that a file is refused with."""
    with pytest.raises(InvalidInput) as caught:
        read_table(name, content.encode() if isinstance(content, str) else content)
    return sentence(str(caught.value))


def sentence(text: str) -> str:
    assert text.endswith(".") and "\n" not in text and ". " not in text and len(text) < 300
    assert not {"Traceback", "Error", "Exception"} & set(text.split())
    return text


def problem_of(table: Table, name: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        table.rows([name])
    problem = next(column.problem for column in table.columns if column.name == name)
    assert str(caught.value) == problem and problem is not None
    return sentence(problem)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + GOOD,
        GOOD.rstrip(),
        GOOD.replace(b",", b";"),
        GOOD.replace(b",", b"\t"),
        GOOD.replace(b",", b" , "),
        b"\n\n" + GOOD + b"\n\n",
        GOOD + b",\n , \n",
        b'"x","y"\n"1","2"\n3,4.5\n-.5,6.\n',
    ],
    ids=["plain", "windows", "mac", "mark", "open end", "semicolon", "tab", "spaced", "blank", "excel", "quoted"],
)
def test_csv_files_of_all_makes(content: bytes) -> None:
    table = read_table("a.csv", content)
    assert table.label == "a.csv" and table.numeric == ("x", "y") and len(table) == 3
    np.testing.assert_array_equal(table.rows(["x", "y"]), VALUES)


def test_columns_come_in_the_order_of_choice_and_read_only() -> None:
    table = read_table("a.csv", GOOD)
    np.testing.assert_array_equal(table.rows(["y"]), np.array(VALUES)[:, 1:])
    np.testing.assert_array_equal(table.rows(("y", "x")), np.array(VALUES)[:, ::-1])
    for array in [column.values for column in table.columns] + [table.lines]:
        assert array is not None and not array.flags.writeable


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ([], "'a.csv': no column is chosen, expected some of x, y."),
        (["z"], "'a.csv' has no column 'z', expected one of x, y."),
        (["x", "y", "x"], "'a.csv': column 'x' is chosen twice, expected different columns."),
        (["t"], "'a.csv', line 2, column 't': got 'red', expected a number."),
    ],
)
def test_a_choice_that_cannot_be(chosen: list[str], expected: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_table("a.csv", b"x,y,t\n1,2,red\n3,4,blue\n").rows(chosen)
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("cell", "got"),
    [
        ("abc", "got 'abc', expected a number."),
        ("", "the cell is blank, expected a number: fill it in, or leave the row out."),
        ("  ", "the cell is blank, expected a number: fill it in, or leave the row out."),
        ("NaN", "got 'NaN', expected a finite number."),
        ("-inf", "got '-inf', expected a finite number."),
        ("1e999", "got '1e999', expected a finite number."),
        ("1e101", "got '1e101', expected a number within ±1e+100."),
        ("3,5", "got '3,5', expected a number such as 3.5."),
        ("-0,25", "got '-0,25', expected a number such as -0.25."),
        ("1.234,5", "got '1.234,5', expected a number such as 1234.5."),
        ("1,234", "got '1,234', expected a number such as 1234, or 1.234 if the comma marks decimals."),
        ("1,234,567.8", "got '1,234,567.8', expected a number without thousands separators such as 1234567.8."),
        ("12 345,6", "got '12 345,6', expected a number without thousands separators such as 12345.6."),
        ("1.5 2.5", "got '1.5 2.5', expected one number: separate columns by a comma, a semicolon or a tab."),
        ("5%", "got '5%', expected a number."),
        ("x" * 31, "got '" + "x" * 30 + "…', expected a number."),
        ("a\x07b", "got 'a?b', expected a number."),
    ],
)
@pytest.mark.parametrize("row", [0, 4999])
def test_a_wrong_cell_is_named_by_line_and_column(cell: str, got: str, row: int) -> None:
    cells = ["1.5"] * 5000
    cells[row] = cell
    rows = "".join(f"{number};{own}\n" for number, own in enumerate(cells))
    table = read_table("a.csv", f"x;bad\n{rows}".encode())
    assert problem_of(table, "bad") == f"'a.csv', line {row + 2}, column 'bad': {got}"
    # The other column loses nothing by it.
    np.testing.assert_array_equal(table.rows(["x"])[:, 0], np.arange(5000))


def test_lines_are_counted_as_the_file_counts_them() -> None:
    content = 'a,"two\nlines"\n\n1,2\n"3",4\n\n\n5,"six\nor seven"\n7,zz\n'
    table = read_table("a.csv", content.encode())
    assert (
        problem_of(table, "two lines") == "'a.csv', line 8, column 'two lines': got 'six?or seven', expected a number."
    )
    assert [table.place(row) for row in range(4)] == ["line 4", "line 5", "line 8", "line 10"]


WRONG: dict[str, tuple[bytes | str, str]] = {
    "nothing": ("", "'a.csv' is empty"),
    "white space": (" \n\r\n", "'a.csv' is empty"),
    "mark only": (b"\xef\xbb\xbf", "'a.csv' is empty"),
    "no rows": ("x,y\n", "'a.csv' has column names and no rows below them"),
    "no rows, open end": ("x,y", "'a.csv' has column names and no rows below them"),
    "one row": ("x,y\n1,2\n", "'a.csv' has one row only, expected at least two"),
    "no header": ("1,2\n3,4\n", "'a.csv', line 1: got numbers, expected the names of the columns"),
    "no header, decimal commas": ("1,5;2\n3;4\n", "'a.csv', line 1: got numbers, expected the names of the columns"),
    "no header, spaces": ("1.5 2\n3 4\n", "'a.csv', line 1: got numbers, expected the names of the columns"),
    "long row": (
        "x,y\n1,2\n\n3,4,5\n",
        "'a.csv', line 4: got 3 cells, expected 2, one for each column name: put a text",
    ),
    "short row": ("x,y\n1,2\n3\n", "'a.csv', line 3: got 1 cell, expected 2, one for each column name."),
    "same name twice": (
        "x,y,x\n1,2,3\n4,5,6\n",
        "'a.csv' has columns 1 and 3 both named 'x', expected different names.",
    ),
    "open quotation mark": (
        'x,y\n1,2\n3,"4\n5,6\n',
        "'a.csv', line 3: got a quotation mark that is out of place or never closed",
    ),
    "text after a quotation mark": (
        'x,y\n1,2\n3,"4"5\n',
        "'a.csv', line 3: got a quotation mark that is out of place or never closed",
    ),
    "open quotation mark, long file": (
        'x,y\n1,"' + "2\n" * 100_000,
        "'a.csv', line 2: got a cell that is too long, perhaps after a quotation mark",
    ),
    "Latin-1": (
        "x,y\n1,2\n3,\xff\n".encode("latin-1"),
        "'a.csv', line 3: byte 0xFF is not UTF-8 text: save the file as",
    ),
    "Latin-1 after a mark": (
        b"\xef\xbb\xbfx\n1\n\xe9\n",
        "'a.csv', line 3: byte 0xE9 is not UTF-8 text: save the file as 'CSV UTF-8'.",
    ),
    "UTF-16": ("x,y\n1,2\n3,4\n".encode("utf-16"), "'a.csv', line 1: byte 0xFF is not UTF-8 text"),
    "UTF-16 without a mark": ("x,y\n1,2\n3,4\n".encode("utf-16-le"), "'a.csv', line 1: got a zero byte, expected text"),
    "zero bytes": (bytes(1000), "'a.csv', line 1: got a zero byte, expected text"),
    "ZIP": (b"PK\x03\x04" + bytes(50), "'a.csv' is a ZIP archive (an Excel workbook is one, too)"),
    "gzip": (b"\x1f\x8b" + bytes(50), "'a.csv' is a gzip archive"),
    "a letter": (
        "Dear reader\nthis is a letter\nand no table\n",
        "'a.csv' has no column of numbers, its one column is not: line 2",
    ),
    "text in all columns": (
        "t,u\na,b\nc,d\n",
        "'a.csv' has no column of numbers, none of its 2 columns is: line 2, column 't': got 'a'",
    ),
    "a long name": (
        "word " * 40 + "\n1\n2\n",
        "'a.csv': the name of column 1 has 199 characters, expected at most 100",
    ),
    "51 columns": ("," * MOST_COLUMNS + "\n1\n", "'a.csv' has 51 columns, expected at most 50"),
    "too many rows": ("x\n" + "1\n" * (MOST_ROWS + 1), "'a.csv' has more than 100,000 rows, expected at most 100,000"),
    "too many blank rows": (
        ",x\n" + ",\n" * (MOST_ROWS + 1),
        "'a.csv' has more than 100,000 rows, expected at most 100,000",
    ),
    "too many bytes": (b"x\n" + b"1" * MOST_BYTES, "'a.csv' has 10.0 MB, expected at most 10 MB."),
}


@pytest.mark.parametrize(("content", "expected"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_file_is_told_what_is_wrong_with_it(content: bytes | str, expected: str) -> None:
    assert refusal(content).startswith(expected)


def test_the_limits_themselves_are_allowed() -> None:
    names = [f"c{index}" for index in range(MOST_COLUMNS)]
    rows = "\n".join(",".join(str(row * index) for index in range(MOST_COLUMNS)) for row in range(20))
    table = read_table("a.csv", f"{','.join(names)}\n{rows}".encode())
    assert table.numeric == tuple(names)
    assert table.rows(["c49", "c7"])[19].tolist() == [931.0, 133.0]
    assert len(read_table("a.csv", b"x\n" + b"1\n" * MOST_ROWS)) == MOST_ROWS


def test_blank_names_are_numbered_by_their_place() -> None:
    """As a data frame writes them, with its index in front."""
    table = read_table("a.csv", b",0,1,\n0,5,6,7\n1,8,9,9\n")
    assert table.numeric == ("column 1", "0", "1", "column 4")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/a.csv", "a.csv"),
        ("C:\\data\\a.csv", "a.csv"),
        ("<b>a</b>.csv", "b.csv"),
        ("<b>a'\n.csv", "ba.csv"),
        ("", "the file"),
        ("größe (2).csv", "größe (2).csv"),
        ("a" * 300, "a" * 80),
    ],
)
def test_a_label_is_the_files_own_name(name: str, label: str) -> None:
    assert read_table(name, GOOD).label == label
