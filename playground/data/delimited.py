"""Reading CSV files: comma, semicolon or tab, with the line and the column of whatever is wrong.

Python's own reader and no data frame, because it knows the line of the file on which a row stands, however many blank
lines and line breaks in quotation marks came before it.
"""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence

import numpy as np

from playground.data.column import LARGEST, MOST_ROWS, Column, Parsed, check_names, first_unusable, shown, too_many_rows
from playground.errors import InvalidInput

DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}
SNIFFED_CHARACTERS = 2**16
SNIFFED_ROWS = 20
BLOCK = 4096
LONGEST_CELL = 200
NUMBERS = re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*(e[+-]?\d+)?|[+-]?(nan|inf)", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?|[+-]?\d{1,3}([ '\u00a0\u202f]\d{3})+([.,]\d*)?")
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?|[+-]?\d{1,3}(\.\d{3})+,\d*", re.IGNORECASE)
SEVERAL = re.compile(r"[+-]?[\d.]+(e[+-]?\d+)?([ |:]+[+-]?[\d.]+(e[+-]?\d+)?)+", re.IGNORECASE)


def parse(label: str, content: bytes) -> Parsed:
    """Reads the bytes of a CSV file whose first line names the columns.

    Raises:
      InvalidInput: If it is no text, has no names, or some row has more or fewer cells than there are names.
    """
    text = _decode(label, content)
    delimiter = _delimiter(text)
    rows = _numbered_rows(label, text, delimiter)
    first_line, header = next(((line, row) for line, row in rows if row), (1, []))
    names = check_names(label, header)
    if all(cell.strip() and NUMBERS.fullmatch(name) for cell, name in zip(header, names, strict=True)):
        separator = DELIMITERS[delimiter] if len(header) > 1 else "comma, semicolon or tab"
        raise InvalidInput(
            f"'{label}', line {first_line}: got numbers, expected the names of the columns, separated by a {separator}"
            ": put a line with names above the numbers."
        )
    return _parse(label, names, rows, delimiter)


def _numbered_rows(label: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins; it may take several, where quotation marks hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        quote = "a quotation mark that is out of place or never closed"
        got = f"a cell that is too long, perhaps after {quote}" if "limit" in str(error) else quote
        separator = DELIMITERS[delimiter]
        raise InvalidInput(f"'{label}', line {line}: got {got}, expected cells separated by a {separator}.") from error


def _decode(label: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark.
        start = error.start + 3 * content.startswith(b"\xef\xbb\xbf")
        line = content.count(b"\n", 0, start) + 1
        raise InvalidInput(
            f"'{label}', line {line}: byte 0x{content[start]:02X} is not UTF-8 text: save the file as 'CSV UTF-8'."
        ) from error
    zero = text.find("\0")
    if zero >= 0:
        line = text.count("\n", 0, zero) + 1
        raise InvalidInput(f"'{label}', line {line}: got a zero byte, expected text: save the table as 'CSV UTF-8'.")
    return text


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first rows alike; failing that, the one of most cells on the first."""
    beginning = text[:SNIFFED_CHARACTERS]
    if len(text) > SNIFFED_CHARACTERS and "\n" in beginning:
        beginning = beginning[: beginning.rindex("\n")]
    widths: dict[str, list[int]] = {}
    for delimiter in DELIMITERS:
        # Not strict: what is wrong with it is for the reading proper to say.
        reader = csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter, skipinitialspace=True)
        try:
            widths[delimiter] = [len(row) for row, _ in zip(reader, range(SNIFFED_ROWS), strict=False) if row]
        except csv.Error:
            widths[delimiter] = [1]
    even = [delimiter for delimiter, found in widths.items() if len(set(found)) == 1 and found[0] > 1]
    return even[0] if even else max(",;\t", key=lambda delimiter: (widths[delimiter] or [1])[0])


def _parse(label: str, names: list[str], rows: Iterator[tuple[int, list[str]]], delimiter: str) -> Parsed:
    columns = [_Reading(label, name) for name in names]
    lines: list[int] = []
    block: list[list[str]] = []
    blank: list[tuple[int, list[str]]] = []
    for line, row in rows:
        if not any(row):
            # Blank lines are nothing at all, rows of blank cells are nothing at the end of the file only.
            blank += [(line, row)] if len(row) > 1 else []
            if len(blank) > MOST_ROWS:
                raise too_many_rows(label)
            continue
        for own_line, own in [*blank, (line, row)]:
            if len(own) != len(names):
                raise InvalidInput(_ragged(label, own_line, own, names, delimiter))
            lines.append(own_line)
            block.append(own)
        blank.clear()
        if len(lines) > MOST_ROWS:
            raise too_many_rows(label)
        if len(block) >= BLOCK:
            _take(columns, block, lines)
    _take(columns, block, lines)
    return Parsed(tuple(column.done() for column in columns), len(lines), np.array(lines, np.int32))


def _take(columns: Sequence["_Reading"], block: list[list[str]], lines: list[int]) -> None:
    """Turns a block of rows into numbers, so that never all cells of a large file are in memory as texts."""
    for column, cells in zip(columns, zip(*block, strict=True), strict=False):
        column.take(cells, lines[len(lines) - len(block) :])
    block.clear()


def _ragged(label: str, line: int, row: list[str], names: list[str], delimiter: str) -> str:
    remedy = ""
    if len(row) > len(names):
        remedy = f": put a text that holds a {DELIMITERS[delimiter]} in quotation marks"
        remedy += ", and write decimals as 3.5" if delimiter == "," else ""
    cells = f"{len(row)} cell{'s' if len(row) > 1 else ''}"
    return f"'{label}', line {line}: got {cells}, expected {len(names)}, one for each column name{remedy}."


class _Reading:
    """A column while it is being read: blocks of numbers until the first cell that is none."""

    def __init__(self, label: str, name: str) -> None:
        self._label, self._name = label, name
        self._blocks: list[np.ndarray] = []
        self._problem: str | None = None

    def take(self, cells: Sequence[str], lines: Sequence[int]) -> None:
        if self._problem is not None:
            return
        try:
            values = np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            index: int | None = next(index for index, cell in enumerate(cells) if not _is_usable(cell))
        else:
            index = first_unusable(values)
            self._blocks.append(values)
        if index is not None:
            self._blocks.clear()
            self._problem = f"'{self._label}', line {lines[index]}, column '{self._name}': {_complaint(cells[index])}"

    def done(self) -> Column:
        if self._problem is not None:
            return Column(self._name, None, self._problem)
        return Column(self._name, np.concatenate([np.zeros(0), *self._blocks]), None)


def _is_usable(cell: str) -> bool:
    return _is_float(cell) and abs(float(cell)) <= LARGEST


def _is_finite(cell: str) -> bool:
    return _is_float(cell) and math.isfinite(float(cell))


def _is_float(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _complaint(cell: str) -> str:
    """What is wrong with a cell that holds no finite number."""
    text = cell.strip()[:LONGEST_CELL]
    if not text:
        return "the cell is blank, expected a number: fill it in, or leave the row out."
    expected = "a number"
    if THOUSANDS.fullmatch(text):
        plain = re.sub(r"(?<=\d)[, '\u00a0\u202f](?=\d{3})", "", text).replace(",", ".")
        expected = f"a number without thousands separators such as {plain}"
        if text.count(",") == 1 and "." not in text and " " not in text:
            expected = f"a number such as {plain}, or {text.replace(',', '.')} if the comma marks decimals"
    elif DECIMAL_COMMA.fullmatch(text):
        expected = f"a number such as {text.replace('.', '').replace(',', '.')}"
    elif SEVERAL.fullmatch(text):
        expected = "one number: separate columns by a comma, a semicolon or a tab"
    elif _is_finite(text):
        expected = f"a number within ±{LARGEST:g}"
    elif _is_float(text):
        expected = "a finite number"
    return f"got {shown(text)}, expected {expected}."
