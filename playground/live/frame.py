"""Figures and frames on the wire.

A frame is `GPF1`, the header's length (unsigned, 32 bits), the header (UTF-8 JSON, padded with spaces to a multiple of
four so that a browser can lay a `Float32Array` over what follows), then all arrays as 32-bit floats; all little-endian.
The header's `lengths` says how many floats belong to which array.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from plotly.io.json import to_json_plotly

from playground.errors import InvalidInput
from playground.live.source import ChartSpec

MAGIC = b"GPF1"
NOTHING = np.zeros(0, "<f4")


def encode(header: Mapping[str, Any], arrays: Sequence[np.ndarray]) -> bytes:
    """Packs one frame.

    Args:
      header: JSON-able; NumPy scalars are taken as numbers. `lengths` is added.
      arrays: Of any shape and real dtype; they are flattened. NaN and infinities are kept.

    Raises:
      InvalidInput: If the header holds a number that is not finite, or something that JSON cannot say.
    """
    try:
        text = json.dumps(
            {**header, "lengths": [array.size for array in arrays]},
            allow_nan=False,
            separators=(",", ":"),
            default=_plain_number,
        ).encode()
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"Frame header: got a value that JSON cannot hold ({error}), expected finite numbers, text and null."
        ) from error
    text += b" " * (-len(text) % 4)
    # In one call: array by array it takes three times as long.
    floats = np.concatenate([NOTHING, *arrays], axis=None, dtype="<f4", casting="unsafe")
    return b"".join([MAGIC, len(text).to_bytes(4, "little"), text, floats.tobytes()])


def decode(frame: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Unpacks one frame: the header, and read-only float32 arrays that share the frame's memory.

    Raises:
      InvalidInput: If `frame` is not what `encode` makes.
    """
    if len(frame) < 8 or frame[:4] != MAGIC:
        raise InvalidInput(f"Frame: got {len(frame)} bytes that begin with {frame[:4]!r}, expected {MAGIC!r}.")
    start = 8 + int.from_bytes(frame[4:8], "little")
    if start % 4 or start > len(frame):
        raise InvalidInput(f"Frame: got a header up to byte {start} of {len(frame)}, expected it whole and aligned.")
    try:
        header = json.loads(frame[8:start])
        lengths = header["lengths"]
        valid = all(type(length) is int and length >= 0 for length in lengths)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInput("Frame: got a header that is not a JSON object with `lengths`, expected one.") from error
    if not valid or start + 4 * sum(lengths) != len(frame):
        raise InvalidInput(f"Frame: got {len(frame) - start} bytes of data, expected 4 for each of {lengths}.")
    floats = np.frombuffer(frame, dtype="<f4", offset=start)
    ends = itertools.accumulate(lengths, initial=0)
    return header, [floats[first:last] for first, last in itertools.pairwise(ends)]  # a tenth of what np.split takes


def encode_figures(generation: int, charts: Sequence[ChartSpec]) -> str:
    """The text message that tells a viewer what to draw; numbers that are not finite become null."""
    return to_json_plotly(
        {
            "type": "figures",
            "generation": generation,
            "charts": [
                {
                    "key": chart.key,
                    "title": chart.title,
                    "alt": chart.alt,
                    "figure": dict(chart.figure),
                    "bindings": [asdict(binding) for binding in chart.bindings],
                    "every_frame": chart.every_frame,
                    "dominant": chart.dominant,
                }
                for chart in charts
            ],
        }
    )


def _plain_number(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not JSON serializable")
