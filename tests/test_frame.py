"""Frames survive the wire, and what is not a frame is named."""

import json
import math

import numpy as np
import pytest

from playground.errors import InvalidInput
from playground.live.frame import MAGIC, decode, encode, encode_figures
from playground.live.source import Binding, ChartSpec


@pytest.mark.parametrize("word", ["", "é", "x" * 17, "θ → ∇"])
def test_round_trip_of_any_header_length(word: str) -> None:
    arrays = [np.array([1.5, -2.0]), np.array([]), np.array([math.nan, math.inf, -math.inf])]
    header, decoded = decode(encode({"seq": 3, "cause": word}, arrays))
    assert header == {"seq": 3, "cause": word, "lengths": [2, 0, 3]}
    for array, back in zip(arrays, decoded, strict=True):
        np.testing.assert_array_equal(back, array.astype(np.float32))
        assert back.dtype == np.float32


def test_no_arrays() -> None:
    assert decode(encode({"seq": 1}, [])) == ({"seq": 1, "lengths": []}, [])


def test_data_begin_at_a_multiple_of_four() -> None:
    for length in range(8):
        frame = encode({"cause": "x" * length}, [np.ones(1)])
        assert (8 + int.from_bytes(frame[4:8], "little")) % 4 == 0
        assert len(frame) % 4 == 0


def test_numpy_scalars_and_shapes_are_taken() -> None:
    header, arrays = decode(encode({"step": np.int64(7), "loss": np.float32(0.5)}, [np.ones((2, 3), dtype=np.int32)]))
    assert header["step"] == 7 and header["loss"] == 0.5
    np.testing.assert_array_equal(arrays[0], np.ones(6))


@pytest.mark.parametrize("value", [math.nan, -math.inf, np.float32("nan"), {1, 2}, np.ones(2)])
def test_header_holds_plain_finite_values_only(value: object) -> None:
    with pytest.raises(InvalidInput, match=r"^Frame header: got .*, expected finite numbers, text and null\.$"):
        encode({"step": value}, [])


def _frame(header: bytes, data: bytes = b"") -> bytes:
    return MAGIC + len(header).to_bytes(4, "little") + header + data


@pytest.mark.parametrize(
    "malformed",
    [
        b"",
        b"GPF1",
        b"GPF2\0\0\0\0",
        _frame(b"{}  "),
        _frame(b"[1] "),
        _frame(b"null"),
        _frame(b"\xff\xff\xff\xff"),
        _frame(b"[" * 40_000),
        _frame(b'{"lengths":[1]} ', b"\0\0\0"),
        _frame(b'{"lengths":[1]} ', b"\0" * 8),
        _frame(b'{"lengths":[-1]}'),
        _frame(b'{"lengths":[0.5]}   '),
        _frame(b'{"lengths":["1"]}   '),
        _frame(b'{"lengths":1}   '),
        _frame(b'{"lengths":[]}'),  # 14 bytes: what follows would not be aligned
        MAGIC + (1 << 31).to_bytes(4, "little") + b"{}",
        encode({}, [np.ones(3)])[:-4],
        encode({}, [np.ones(3)]) + b"\0\0\0\0",
    ],
)
def test_malformed_frames_are_named(malformed: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"^Frame: got .*, expected .*\.$"):
        decode(malformed)


def test_figures_are_valid_json_whatever_they_hold() -> None:
    figure = {"data": [{"x": np.array([1.0, math.nan]), "y": [math.inf, 2.0]}], "layout": {"xaxis": {"title": "x"}}}
    chart = ChartSpec("density", "Density", "A bell.", figure, (Binding(0, "y", "append"),), dominant=True)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    message = json.loads(encode_figures(4, [chart]), parse_constant=refuse)
    assert message["type"] == "figures" and message["generation"] == 4
    (sent,) = message["charts"]
    assert sent["bindings"] == [{"trace": 0, "attribute": "y", "mode": "append", "like": None}]
    assert sent["dominant"] is True and sent["every_frame"] is False
    assert sent["figure"]["data"][0]["y"] == [None, 2.0]
