"""The real app with leases of seconds, and an extra route that says what the server holds."""

import asyncio
import contextlib
import gc
import os
import resource
import socket
import threading
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import app as real
from playground.live.routes import routes
from playground.live.service import service
from playground.training import runs

ROOT = Path(__file__).resolve().parents[2]
# Long enough for a board to find its run on a busy machine, after the script has begun it.
runs.PAUSE_AFTER, runs.END_AFTER, runs.CHECK_SECONDS = 1.0, 4.0, 0.2


def tcp_sockets() -> list[socket.socket]:
    """Twins of the TCP sockets, the listening one included; Streamlit keeps descriptors of other kinds for its last 128
    visitors."""
    inodes = {line.split()[9] for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]}
    found = []
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the one that lists them is closed by now
            link = os.readlink(f"/proc/self/fd/{descriptor}")
            if link.startswith("socket:[") and link[8:-1] in inodes:
                found.append(socket.socket(fileno=os.dup(int(descriptor))))
    return found


def connections() -> tuple[int, int]:
    """How many TCP sockets there are, and how many of them hold back what they send until the last is acknowledged."""
    with contextlib.ExitStack() as stack:
        twins = [stack.enter_context(twin) for twin in tcp_sockets()]
        return len(twins), sum(not twin.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for twin in twins)


async def usage(request: Request) -> JSONResponse:
    """What the server holds: its runs, the names of its threads, the event loop's tasks, connections (how many
    of them hold back what they send), memory."""
    gc.collect()
    open_now, held_back = connections()
    return JSONResponse(
        {
            "runs": len(service().runs),
            "sources": len(service()._sources),
            "threads": sorted(thread.name for thread in threading.enumerate()),
            "tasks": len(asyncio.all_tasks()),
            "connections": open_now,
            "held_back": held_back,
            "resident": int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize(),
        }
    )


app = st.App(
    ROOT / "pages" / "shell.py",
    routes=[Route("/usage", usage), *routes(service().find)],
    lifespan=real.lifespan,
)
