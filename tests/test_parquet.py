"""Parquet files become tables, broken ones a sentence; and so do files of either format with anything in them."""

import io
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from playground.data import parquet
from playground.data.table import read_table
from playground.errors import InvalidInput
from tests.test_table import GOOD, problem_of, refusal


def parquet_of(columns: dict[str, Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, **options)
    return buffer.getvalue()


def test_a_parquet_file() -> None:
    columns = {"x": [1, 3, 5], "n.m": [Decimal("2.5"), Decimal("4"), Decimal("6")], "large": [2**60, 0, -1]}
    table = read_table("a.parquet", parquet_of(columns))
    np.testing.assert_array_equal(table.rows(["n.m", "x", "large"]), [[2.5, 1, 2.0**60], [4, 3, 0], [6, 5, -1]])
    assert table.place(1) == "row 2"
    assert read_table("whatever", parquet_of(columns)).digest == table.digest


def test_parquet_columns_that_cannot_be_used_say_why() -> None:
    columns = {
        "good": [1.0, 2.0],
        "null": pa.array([1, None]),
        "nan": [float("nan"), 1.0],
        "inf": [1.0, float("inf")],
        "text": ["a", "b"],
        "flag": [True, False],
        "list": [[1], [2]],
    }
    table = read_table("a.parquet", parquet_of(columns))
    assert table.numeric == ("good",)
    blank = "the cell is blank, expected a number: fill it in, or leave the row out."
    assert problem_of(table, "null") == f"'a.parquet', row 2, column 'null': {blank}"
    assert problem_of(table, "nan") == "'a.parquet', row 1, column 'nan': got 'nan', expected a finite number."
    assert problem_of(table, "inf") == "'a.parquet', row 2, column 'inf': got 'inf', expected a finite number."
    assert problem_of(table, "text") == "'a.parquet', column 'text': got values of type string, expected numbers."
    assert "type bool" in problem_of(table, "flag") and "type list" in problem_of(table, "list")


def test_a_wrong_parquet_file_is_told_what_is_wrong_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    good = parquet_of({"x": np.arange(1000.0), "y": np.arange(1000.0)})
    assert "no Parquet file" in refusal(GOOD, "a.parquet")
    assert "cut off" in refusal(good[:-100])
    assert "broken" in refusal(good[:2000] + b"PAR1")
    assert "no column of numbers" in refusal(parquet_of({"t": ["a", "b"]}))
    assert "is empty" in refusal(parquet_of({}))
    assert "no rows" in refusal(parquet_of({"x": pa.array([], pa.float64())}))
    assert "one row" in refusal(parquet_of({"x": [1.0]}))
    assert "100,001 rows" in refusal(parquet_of({"x": np.zeros(100_001, np.int8)}))
    assert "51 columns" in refusal(parquet_of({f"c{index}": [1, 2] for index in range(51)}))
    assert "both named 'x'" in refusal(parquet_of({"x": [1, 2], " x ": [3, 4]}))
    monkeypatch.setattr(parquet, "MOST_BYTES_UNPACKED", 2**20)
    packed = parquet_of({"x": [1, 2], "t": ["a" * 2**20, "b" * 2**20]}, compression="zstd")
    assert len(packed) < 10_000 and "unpacks to 2 MB, expected at most 1 MB" in refusal(packed)


def test_no_file_whatever_is_in_it_ends_in_a_traceback() -> None:
    """Bytes at random, text at random, and good files with some bytes changed, cut or repeated."""
    rng = np.random.default_rng(0)
    columns = {"x": rng.normal(size=60), "n": rng.integers(9, size=60), "t": [f"t{index}" for index in range(60)]}
    text = "\n".join(["x,n,t", *(f"{x},{n},{t}" for x, n, t in zip(*columns.values(), strict=True))]).encode()
    good = [text, parquet_of(columns), parquet_of(columns, compression="none", data_page_version="2.0")]
    alphabet = np.frombuffer(b"0123456789.,;\t\"'\n\r -+eExn%", np.uint8)
    outcomes = {"read": 0, "refused": 0}
    for attempt in range(4000):
        content = bytearray(good[attempt % 3])
        if attempt % 10 == 0:
            content = bytearray(rng.bytes(int(rng.integers(1, 300))))
        elif attempt % 10 == 1:
            content = bytearray(rng.choice(alphabet, size=int(rng.integers(1, 300))).tobytes())
        elif attempt % 10 == 2:
            content = content[: int(rng.integers(len(content)))]
        else:
            for place in rng.integers(len(content), size=int(rng.integers(1, 6))):
                content[place] = rng.choice(alphabet) if attempt % 2 else rng.integers(256)
        try:
            table = read_table("a.csv", bytes(content))
        except InvalidInput as error:
            assert str(error).startswith("'a.csv'") and str(error).endswith(".") and "\n" not in str(error)
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
            assert np.isfinite(table.rows(table.numeric)).all()
            for column in table.columns:
                assert (column.values is None) == (column.problem is not None)
    assert min(outcomes.values()) > 500, "the files are all alike"
