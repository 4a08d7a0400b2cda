"""One Chromium for all browser tests, and apps served the way a learner serves them."""

import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.board_page import STUB, OpenBoard, left, up

ROOT = Path(__file__).parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
SLOWEST_START = 240.0
RUNS = itertools.count()

Serve = Callable[..., str]
Open = Callable[..., Page]
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def served(script: str, *options: str, environment: dict[str, str] | None = None, base: str = "") -> Iterator[str]:
    """Runs `streamlit run script` on a free port; yields the address of its first page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    flags += ["--browser.gatherUsageStats=false", "--server.fileWatcherType=none", f"--server.baseUrlPath={base}"]
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    log = tempfile.TemporaryFile("w+")  # a pipe that nobody reads would fill up and stop the server
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, *flags, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, **(environment or {})},
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}/" + (f"{base}/" if base else "")
    try:
        _wait_until_healthy(address, process, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait_until_healthy(address: str, process: subprocess.Popen[str], log: IO[str]) -> None:
    deadline = time.monotonic() + SLOWEST_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            raise RuntimeError(f"The server stopped before it was up:\n{log.read()}")
        try:
            with urllib.request.urlopen(f"{address}_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server at {address} was not up after {SLOWEST_START:.0f} s.")


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """`serve(script, *options, environment=…, base=…)` → address. The same arguments share one server per session."""
    running: dict[tuple[object, ...], str] = {}
    with ExitStack() as servers:

        def start(script: str, *options: str, environment: dict[str, str] | None = None, base: str = "") -> str:
            key = (script, options, tuple(sorted((environment or {}).items())), base)
            if key not in running:
                running[key] = servers.enter_context(served(script, *options, environment=environment, base=base))
            return running[key]

        yield start


def _tab(browser: Browser, options: dict[str, Any]) -> Page:
    """A new tab of a browser that has never been anywhere. What its pages complain of is in `page.complaints`."""
    page: Any = browser.new_context(**options).new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            page.complaints.append(f"{message.text} {message.location.get('url', '')}")

    page.on("console", note)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@pytest.fixture(scope="session")
def empty_tabs() -> dict[str, list[Page]]:
    """Tabs that stand empty, by their options. A page opens in one with half of the work it takes in a new browser,
    which has to read and compile all of Streamlit and Plotly."""
    return defaultdict(list)


@pytest.fixture
def open_page(browser: Browser, empty_tabs: dict[str, list[Page]]) -> Iterator[Open]:
    """`open_page(address, width=…, height=…, fresh=…, …)` → page. What it complains of is in `page.complaints`.

    The document is a new one, without cookies or anything stored; files come from the browser's memory, unless `fresh`
    asks for a browser that has never been anywhere. So must a test that changes the tab itself, by a script or a route.
    """
    used: list[tuple[Page, str, bool]] = []

    def start(address: str, width: int = 1400, height: int = 900, fresh: bool = False, **options: Any) -> Page:
        kind = repr(sorted(options.items()))
        page = empty_tabs[kind].pop() if empty_tabs[kind] and not fresh else _tab(browser, options)
        page.set_viewport_size({"width": width, "height": height})
        page.complaints = []  # type: ignore[attr-defined]
        used.append((page, kind, fresh))
        page.goto(address)
        return page

    yield start
    for page, kind, fresh in used:
        if left(page) and not fresh:
            empty_tabs[kind].append(page)
        else:
            page.context.close()


@pytest.fixture
def open_board(serve: Serve, open_page: Open) -> OpenBoard:
    """`open_board(query, environment=…, base=…, **page options)` → a page that shows a stub run of its own."""

    def start(query: str = "", environment: dict[str, str] | None = None, base: str = "", **options: Any) -> Page:
        address = serve(STUB, environment=environment, base=base)
        page = open_page(f"{address}?run=run{next(RUNS)}{query}", **options)
        up(page)
        return page

    return start


@pytest.fixture
def visit(serve: Serve, open_page: Open) -> Visit:
    """`visit(page, query, **page options)` → one of the app's pages, moving."""

    def start(name: str, query: str = "", **options: Any) -> Page:
        page = open_page(f"{serve('app.py')}{name}{query}", **options)
        up(page)
        return page

    return start
