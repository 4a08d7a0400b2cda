"""Learners without eyes: they follow runs over the live route and acknowledge each frame as a browser would."""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import websockets

from playground.live.frame import decode

ROOT = Path(__file__).resolve().parents[1]
STALLED_SECONDS = 30.0


@dataclass(frozen=True)
class Room:
    """A classroom server in a process of its own."""

    port: int

    def ask(self, path: str, content: Any = None) -> Any:
        """A JSON answer: to a POST where there is content, else to a GET."""
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body)
        with urllib.request.urlopen(request, timeout=120) as response:
            return json.load(response)

    def create(self, configs: Sequence[Mapping[str, Any]], speed: float = 60.0) -> list[str]:
        return self.ask("/runs", {"configs": [dict(config) for config in configs], "speed": speed})

    def end(self, run_ids: Sequence[str]) -> None:
        self.ask("/end", list(run_ids))

    def usage(self, run_ids: Sequence[str] = ()) -> dict[str, Any]:
        return self.ask(f"/usage?of={','.join(run_ids)}")


@contextmanager
def room() -> Iterator[Room]:
    """Starts a classroom server, and ends it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.apps.classroom_server"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError("The classroom server did not start.")
        yield Room(int(line))
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class Lesson:
    """What happened while learners looked on.

    Attributes:
      rates: Frames a second of each learner.
      before, after: `Room.usage` at both ends.
      seconds: Between them.
    """

    rates: list[float]
    before: dict[str, Any]
    after: dict[str, Any]
    seconds: float

    @property
    def frames(self) -> float:
        return sum(self.rates) * self.seconds

    def spent(self, what: str) -> float:
        """Seconds of CPU."""
        return self.after[what] - self.before[what]

    @property
    def steps_a_second(self) -> list[float]:
        pairs = zip(self.before["steps"], self.after["steps"], strict=True)
        return [(after - before) / self.seconds for before, after in pairs]


def watch(room: Room, run_ids: Sequence[str], frames_a_second: int, seconds: float, settle: float = 2.0) -> Lesson:
    """One learner a run, for so many seconds after all of them have settled in."""
    return asyncio.run(_watch(room, run_ids, frames_a_second, seconds, settle))


async def _watch(room: Room, run_ids: Sequence[str], frames_a_second: int, seconds: float, settle: float) -> Lesson:
    counts = [0] * len(run_ids)

    async def look(place: int) -> None:
        address = f"ws://127.0.0.1:{room.port}/live/{run_ids[place]}?fps={frames_a_second}"
        async with websockets.connect(address, max_size=None, compression=None) as socket:
            while True:
                # Not wait_for, which in Python 3.11 may swallow a cancellation.
                async with asyncio.timeout(STALLED_SECONDS):
                    message = await socket.recv()
                if isinstance(message, bytes):
                    await socket.send(json.dumps({"ack": decode(message)[0]["seq"]}))
                    counts[place] += 1

    learners = [asyncio.create_task(look(place)) for place in range(len(run_ids))]
    try:
        while min(counts) < 1:
            await _go_on(learners, 0.05)
        await _go_on(learners, settle)
        first, started = list(counts), time.monotonic()
        before = await asyncio.to_thread(room.usage, run_ids)
        await _go_on(learners, seconds)
        last, ended = list(counts), time.monotonic()
        after = await asyncio.to_thread(room.usage, run_ids)
    finally:
        for learner in learners:
            learner.cancel()
        await asyncio.gather(*learners, return_exceptions=True)
    rates = [(b - a) / (ended - started) for a, b in zip(first, last, strict=True)]
    return Lesson(rates, before, after, ended - started)


async def _go_on(learners: list[asyncio.Task[None]], seconds: float) -> None:
    """Waits, unless a learner has failed: then that is raised."""
    done, _ = await asyncio.wait(learners, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for learner in done:
        learner.result()
