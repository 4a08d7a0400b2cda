"""Streamlit apps as learners are served them, and a Chromium that looks at them."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools import chromium

ROOT = Path(__file__).resolve().parents[1]
SLOWEST_START = 60.0
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@contextlib.contextmanager
def served(script: str) -> Iterator[str]:
    """Runs `streamlit run script`; yields the address of its page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, *options, "--server.fileWatcherType=none"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SLOWEST_START
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not come up within {SLOWEST_START:.0f} s.")


@contextlib.contextmanager
def browsing() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = chromium.find()
    if path is None:
        raise RuntimeError("No Chromium: run `make chromium`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@contextlib.contextmanager
def visit(browser: Browser, address: str, script: str | None = None) -> Iterator[Page]:
    """A page with a cache of its own; `script` runs in it before any of its own does."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        page = context.new_page()
        if script is not None:
            page.add_init_script(script)
        page.goto(address)
        yield page
    finally:
        context.close()
