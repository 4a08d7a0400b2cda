"""The real app in a process of its own, and visitors who speak to it as a browser does, without being one."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from playground.live.frame import decode

ROOT = Path(__file__).resolve().parents[2]
APP = "tests/load/short_lease_app.py"
PATIENCE = 60.0
SLOWEST_START = 240.0  # Seconds; on two busy cores importing alone has taken 120.


def finish(scenario: Coroutine[Any, Any, None]) -> None:
    """Runs a scenario in a thread of its own: the browser tests' Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, scenario).result()


@dataclass(frozen=True)
class Server:
    """The app that is up.

    Attributes:
      port: Where.
      pid: Of its process.
    """

    port: int
    pid: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def usage(self) -> dict[str, Any]:
        """What it holds: see `short_lease_app`."""
        with urllib.request.urlopen(self.address + "usage", timeout=PATIENCE) as answer:
            return json.load(answer)

    def when(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Waits until the usage satisfies `condition`, and returns it; the test fails where it never does."""
        deadline = time.monotonic() + PATIENCE
        while not condition(usage := self.usage()):
            assert time.monotonic() < deadline, usage
            threading.Event().wait(0.1)
        return usage

    def live(self, run_id: str, **options: Any) -> websockets.connect:
        """The live route of a run."""
        return websockets.connect(f"ws://127.0.0.1:{self.port}/live/{run_id}?fps=30", max_size=None, **options)

    @asynccontextmanager
    async def page(self, query: str = "") -> Any:
        """An open Streamlit page: yields its query parameters once its script has run.

        As in a browser the board looks at its run as soon as it is there, which is what the script waits for. It then
        stands still, as in a tab in the background.
        """
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(
                websockets.connect(address, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
            )

            async def look(run_id: str) -> None:
                await next_frame(await stack.enter_async_context(self.live(run_id)))

            order = BackMsg()
            order.rerun_script.query_string = query
            await session.send(order.SerializeToString())
            yield await _first_address(session, query, look)


async def _first_address(
    session: websockets.ClientConnection, address: str, look: Callable[[str], Coroutine[Any, Any, None]]
) -> dict[str, str]:
    while True:
        async with asyncio.timeout(PATIENCE):
            content = await session.recv()
        assert isinstance(content, bytes)
        message = ForwardMsg.FromString(content)
        kind = message.WhichOneof("type")
        if kind == "page_info_changed":
            address = message.page_info_changed.query_string
        if kind == "delta":
            element = message.delta.new_element
            assert element.WhichOneof("type") != "exception", message
            if element.bidi_component.component_name == "playground_board":
                await look(json.loads(element.bidi_component.json)["run_id"])
        if kind == "script_finished":
            return dict(urllib.parse.parse_qsl(address))


async def next_frame(socket: websockets.ClientConnection, acknowledge: bool = True) -> dict[str, Any]:
    """The header of the next frame, acknowledged."""
    while True:
        async with asyncio.timeout(PATIENCE):
            message = await socket.recv()
        if isinstance(message, bytes):
            header = decode(message)[0]
            if acknowledge:
                await socket.send(json.dumps({"ack": header["seq"]}))
            return header


async def frame_where(
    socket: websockets.ClientConnection, condition: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The first frame whose header satisfies `condition`."""
    async with asyncio.timeout(PATIENCE):
        while True:
            header = await next_frame(socket)
            if condition(header):
                return header


@contextmanager
def running() -> Iterator[Server]:
    """Starts the app on a free port, and ends it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", APP, *options, "--server.fileWatcherType=none"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    server = Server(port, process.pid)
    try:
        deadline = time.monotonic() + SLOWEST_START
        while True:
            assert process.poll() is None and time.monotonic() < deadline, "The server did not come up."
            with suppress(OSError, urllib.error.URLError):
                server.usage()
                break
            threading.Event().wait(0.1)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
