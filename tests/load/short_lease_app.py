"""The real app with leases of a second or two, and an extra route that says what the server holds."""

import gc
import os
import resource
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
runs.PAUSE_AFTER, runs.END_AFTER, runs.CHECK_SECONDS = 1.0, 4.0, 0.2


async def usage(request: Request) -> JSONResponse:
    """Runs, sources, threads by name, open sockets and resident bytes."""
    gc.collect()
    return JSONResponse(
        {
            "runs": len(service().runs),
            "sources": len(service()._sources),
            "threads": sorted(thread.name for thread in threading.enumerate()),
            "descriptors": len(os.listdir("/proc/self/fd")),
            "resident": int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize(),
        }
    )


app = st.App(
    ROOT / "pages" / "shell.py",
    routes=[Route("/usage", usage), *routes(service().find)],
    lifespan=real.lifespan,
)
