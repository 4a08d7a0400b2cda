"""What the real server must survive: crowds, the rude, the killed and the impatient. Afterwards it is as it was."""

import asyncio
import json
import os
import signal
import subprocess
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import websockets

from playground.live.routes import NOT_TEXT, RUN_ENDED
from tests.load.server import PATIENCE, Server, finish, frame_where, next_frame

PAGES = 200
AT_ONCE = 8
MEGABYTE = 2**20


def quiet(usage: dict[str, Any]) -> bool:
    return usage["runs"] == usage["sources"] == 0


def as_before(before: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    """No more runs, connections or tasks than there were."""
    return lambda usage: quiet(usage) and all(usage[what] <= before[what] for what in ("connections", "tasks"))


async def visit(server: Server) -> None:
    """Opens a page, watches its run make steps, and leaves without a word."""
    async with server.page() as address, server.live(address["run"]) as board:
        await frame_where(board, lambda header: header["step"] > 0)


async def crowd(server: Server, visits: int) -> None:
    door = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with door:
            await visit(server)

    async with asyncio.TaskGroup() as visitors:
        for _ in range(visits):
            visitors.create_task(one())


@pytest.mark.timeout(900)
def test_two_hundred_pages_leave_nothing_behind(server: Server) -> None:
    finish(crowd(server, 3 * AT_ONCE))  # so that what is made once, pools of threads above all, is there
    before = server.when(quiet)
    finish(crowd(server, PAGES))
    after = server.when(as_before(before))
    assert len(after["threads"]) <= len(before["threads"]) + AT_ONCE
    own = [name for name in after["threads"] if name.startswith("playground")]
    assert own == [name for name in before["threads"] if name.startswith("playground")]
    assert after["resident"] < before["resident"] + 0.2 * PAGES * MEGABYTE


def test_nothing_is_held_back_until_a_browser_has_acknowledged_what_came_before(server: Server) -> None:
    usage = server.usage()
    assert usage["connections"] > 1 and usage["held_back"] == 0


def test_the_same_address_finds_the_same_run(server: Server) -> None:
    async def scenario() -> None:
        async with server.page() as first:
            query = "&".join(f"{name}={value}" for name, value in first.items())
            async with server.page(query) as second:
                assert second["run"] == first["run"]
        async with server.page("seed=7&run=nobody-has-this-one") as third:
            assert third["run"] not in (first["run"], "nobody-has-this-one") and third["seed"] == "7"

    finish(scenario())


def test_two_tabs_on_one_run(server: Server) -> None:
    """Both see frames; what is pressed in one is seen in the other."""

    async def scenario() -> None:
        async with server.page() as address:
            async with server.live(address["run"]) as one, server.live(address["run"]) as other:
                for tab in (one, other):
                    await frame_where(tab, lambda header: header["status"] == "running" and header["step"] > 0)
                await one.send(json.dumps({"command": "pause"}))
                stopped = [await frame_where(tab, lambda h: h["status"] == "paused") for tab in (one, other)]
                assert stopped[0]["step"] == stopped[1]["step"]
                await other.send(json.dumps({"command": "play"}))
                for tab in (one, other):
                    await frame_where(tab, lambda header: header["step"] > stopped[0]["step"])

    finish(scenario())


def test_a_viewer_that_never_acknowledges_holds_nobody_up(server: Server) -> None:
    async def scenario() -> None:
        async with server.page() as address:
            async with server.live(address["run"]) as mute, server.live(address["run"]) as polite:
                await next_frame(mute, acknowledge=False)
                first = await next_frame(polite)
                await frame_where(polite, lambda header: header["step"] > first["step"] + 60)
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.2):
                        await mute.recv()  # one frame is all that is in flight

    finish(scenario())


async def frames_until_silence(
    board: websockets.ClientConnection, busy: asyncio.Task[None]
) -> AsyncIterator[dict[str, Any]]:
    """What comes until `busy` is done and nothing has come for two seconds."""
    while True:
        try:
            async with asyncio.timeout(2.0):
                header = await next_frame(board)
        except TimeoutError:
            if busy.done():
                return
            continue
        yield header


def test_thirty_clicks_a_second(server: Server) -> None:
    """All of them are obeyed, the last one counts, and the run is well afterwards."""

    async def scenario() -> None:
        async with server.page() as address, server.live(address["run"]) as board:
            await next_frame(board)

            async def click() -> None:
                for number in range(91):
                    await board.send(json.dumps({"command": "play" if number % 2 else "pause"}))
                    await asyncio.sleep(1 / 30)

            clicking = asyncio.create_task(click())
            headers = [header async for header in frames_until_silence(board, clicking)]
            await clicking
            assert headers[-1]["status"] == "paused" and headers[-1]["cause"] is None
            await board.send(json.dumps({"command": "step"}))
            stepped = await frame_where(board, lambda header: header["seq"] > headers[-1]["seq"])
            assert stepped["step"] == headers[-1]["step"] + 1

    finish(scenario())


def test_a_foreign_page_is_refused(server: Server) -> None:
    async def scenario() -> None:
        async with server.page() as address:
            for origin in ("http://evil.example", f"http://evil.example:{server.port}", "null"):
                with pytest.raises(websockets.InvalidStatus) as refused:
                    async with server.live(address["run"], origin=origin):
                        raise AssertionError("The handshake succeeded.")
                assert refused.value.response.status_code == 403
            async with server.live(address["run"], origin=server.address.rstrip("/")) as board:
                await next_frame(board)

    finish(scenario())


def test_a_run_that_does_not_exist(server: Server) -> None:
    async def scenario() -> None:
        async with server.live("no-such-run") as board:
            with pytest.raises(websockets.ConnectionClosed):
                await board.recv()
            assert board.close_code == RUN_ENDED

    finish(scenario())


def test_malformed_messages(server: Server) -> None:
    async def scenario() -> None:
        async with server.page() as address:
            async with server.live(address["run"]) as board:
                for nonsense in ("", "}{", "[[[", '{"ack": []}', '{"command": "explode"}', '{"command": "speed"}'):
                    await board.send(nonsense)
                    await next_frame(board)
            for oversized in (b"\0\1", "x" * 100_000):
                async with server.live(address["run"]) as board:
                    await board.send(oversized)
                    with pytest.raises(websockets.ConnectionClosed):
                        while True:
                            await next_frame(board)
                    assert board.close_code == NOT_TEXT
            async with server.live(address["run"]) as board:
                await next_frame(board)

    finish(scenario())


def test_connections_cut_mid_frame(server: Server) -> None:
    """No closing handshake, no acknowledgement: the socket is simply gone."""

    async def scenario() -> None:
        async with server.page() as address:
            for _ in range(20):
                connection = server.live(address["run"])
                board = await connection
                await board.recv()
                board.transport.abort()
            async with server.live(address["run"]) as board:
                await next_frame(board)

    before = server.when(quiet)
    finish(scenario())
    server.when(as_before(before))


def test_a_browser_killed_while_it_draws(server: Server, chromium_path: str, tmp_path: Path) -> None:
    before = server.when(quiet)
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    browser = subprocess.Popen(
        [chromium_path, *options, f"--user-data-dir={tmp_path}", server.address],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        server.when(lambda usage: usage["runs"] == usage["sources"] == 1)
        threading.Event().wait(2.0)
        assert server.usage()["runs"] == 1, "somebody must be looking: unseen, it would have ended"
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait(PATIENCE)
    server.when(as_before(before))
    finish(visit(server))
