"""A source for tests of the routes, and a client that talks to them."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.errors import InvalidInput
from playground.live.routes import routes
from playground.live.source import Binding, ChartSpec, Download


class Endless:
    """A source that always has something new, and counts how often it is asked."""

    exports = {"csv": "History as CSV"}

    def __init__(self) -> None:
        self.generation = 1
        self.asked: list[Any] = []
        self.commands: list[tuple[str, Any]] = []
        self.touched = 0
        self.commanded = threading.Event()
        self._sequence = itertools.count(1)

    def figures(self) -> list[ChartSpec]:
        return [ChartSpec("density", "Density", "A bell.", {"data": [{}], "layout": {}}, (Binding(0, "y"),))]

    def frame(self, cursor: Any) -> tuple[dict[str, Any], list[np.ndarray], Any]:
        self.asked.append(cursor)
        seq = next(self._sequence)
        return {"seq": seq, "generation": self.generation, "append_from": 0}, [np.full(3, seq)], seq

    def command(self, name: str, value: Any) -> None:
        if name != "speed":
            raise InvalidInput(f"Unknown command '{name}': expected speed.")
        self.commands.append((name, value))
        self.commanded.set()

    def touch(self) -> None:
        self.touched += 1

    def export(self, kind: str) -> Download:
        return Download('history of "run".csv', "text/csv", b"step\n1\n")


def client(find: Callable[[str], Any], **options: Any) -> TestClient:
    return TestClient(Starlette(routes=routes(find, **options)))
