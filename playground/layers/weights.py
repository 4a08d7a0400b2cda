"""Saved weights: as JSON a file that opens again, in memory a bounded store that a configuration can name."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.errors import InvalidInput

FORMAT = "gradient-playground-weights/1"
MOST = 64
LARGEST_FILE = 4 * 2**20
DIGITS = 12


@dataclass(frozen=True)
class Weights:
    """Weights of a model.

    Attributes:
      model, way: What they were trained in.
      values: By name, read-only float32.
    """

    model: str
    way: str
    values: Mapping[str, np.ndarray]

    def flat_for(self, shapes: Mapping[str, np.ndarray], subject: str) -> np.ndarray:
        """All of them side by side, in the order of `shapes`, arrays whose shapes they must have.

        Raises:
          InvalidInput: If they are those of another model, or of another size.
        """
        for name, array in shapes.items():
            if name not in self.values:
                raise InvalidInput(f"The weights are for another model than '{subject}': `{name}` is not among them.")
            if self.values[name].shape != array.shape:
                raise InvalidInput(
                    f"The weights do not fit '{subject}': `{name}` has shape {self.values[name].shape}, expected "
                    f"{array.shape}; choose the number of units that they were trained with."
                )
        return np.concatenate([self.values[name].ravel() for name in shapes])


def write(model: str, way: str, values: Mapping[str, np.ndarray]) -> str:
    """Weights as JSON: each with its name, its shape and its values, with all digits that float32 has."""
    listed = [
        {"name": name, "shape": list(array.shape), "values": [float(str(value)) for value in array.ravel()]}
        for name, array in values.items()
    ]
    return json.dumps({"format": FORMAT, "model": model, "way": way, "weights": listed}, allow_nan=False, indent=1)


def read(content: bytes) -> Weights:
    """The inverse of `write`.

    Raises:
      InvalidInput: If the file is none of ours.
    """
    if len(content) > LARGEST_FILE:
        raise InvalidInput(f"The file of weights has {len(content)} bytes, expected at most {LARGEST_FILE}.")
    try:
        plain = json.loads(content)
        if plain["format"] != FORMAT:
            raise KeyError
        values = {str(item["name"]): _array(item) for item in plain["weights"]}
        return Weights(str(plain["model"]), str(plain["way"]), values)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInput(
            f"The file holds no weights: expected one that this page's Export has written, '{FORMAT}'."
        ) from error


def _array(item: Any) -> np.ndarray:
    plain = np.array(item["values"], np.float64).reshape([int(size) for size in item["shape"]])
    if not (np.abs(plain) < np.finfo(np.float32).max).all():
        raise ValueError("not finite")
    array = plain.astype(np.float32)
    array.flags.writeable = False
    return array


class Shelf:
    """A bounded store, safe for threads: what was not asked for for longest makes room."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Weights] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, weights: Weights) -> str:
        """Keeps weights and returns their key, which their values determine."""
        digest = hashlib.sha256(weights.model.encode())
        for name, array in weights.values.items():
            digest.update(name.encode() + str(array.shape).encode() + array.tobytes())
        key = f"weights-{digest.hexdigest()[:DIGITS]}"
        with self._lock:
            self._kept[key] = weights
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> Weights:
        """The weights of a key.

        Raises:
          InvalidInput: If they are not kept (any more).
        """
        with self._lock:
            if key not in self._kept:
                raise InvalidInput(f"The weights '{key}' are no longer kept: load their file again.")
            self._kept.move_to_end(key)
            return self._kept[key]


SHELF = Shelf()
"""That of this process."""
