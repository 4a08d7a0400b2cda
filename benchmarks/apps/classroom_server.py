"""A room of learners, each with a run of its own, behind the live routes and without a page: for measuring them.

It prints its port. `POST /runs` with {"configs": […], "speed": 60} creates runs that play, and returns their ids;
`GET /usage` says what the process has used so far.
"""

import json
import resource
import socket
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from playground.config import Config
from playground.live.nagle import send_at_once
from playground.live.routes import routes
from playground.live.service import service

TRAINERS = "playground-worker"


async def create(request: Request) -> JSONResponse:
    """Creates runs, and returns when each of them has made its first step."""
    wanted = json.loads(await request.body())
    return JSONResponse(await run_in_threadpool(_create, wanted["configs"], float(wanted["speed"])))


def _create(configs: list[dict[str, Any]], speed: float) -> list[str]:
    ids = [service().create(Config.from_mapping(config), speed) for config in configs]
    for run_id in ids:
        while not _has_begun(run_id):
            time.sleep(0.02)
    return ids


def _has_begun(run_id: str) -> bool:
    run = service().runs.find(run_id)
    assert run is not None
    return run.snapshot is not None and run.snapshot.step > 0


async def end(request: Request) -> JSONResponse:
    """Ends all runs that are named."""
    for run_id in json.loads(await request.body()):
        service().runs.end(run_id)
    return JSONResponse({})


async def usage(request: Request) -> JSONResponse:
    """Seconds of CPU, of the whole process and of the event loop and the trainers in it; bytes; threads."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return JSONResponse(
        {
            "process": spent.ru_utime + spent.ru_stime,
            "event_loop": time.thread_time(),  # handlers run on it
            "trainers": sum(_cpu_of(thread) for thread in threading.enumerate() if thread.name.startswith(TRAINERS)),
            "resident": int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize(),
            "threads": int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[17]),
            "steps": [_step(run_id) for run_id in request.query_params.get("of", "").split(",") if run_id],
        }
    )


def _cpu_of(thread: threading.Thread) -> float:
    assert thread.ident is not None
    return time.clock_gettime(time.pthread_getcpuclockid(thread.ident))


def _step(run_id: str) -> int:
    run = service().runs.find(run_id)
    return 0 if run is None or run.snapshot is None else run.snapshot.step


def main() -> None:
    service().warm_up()
    routes_ = [Route("/runs", create, methods=["POST"]), Route("/end", end, methods=["POST"]), Route("/usage", usage)]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes_ + routes(service().find)), log_level="warning"))
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        send_at_once()
        print(listener.getsockname()[1], flush=True)
        server.run([listener])
    service().stop()


if __name__ == "__main__":
    main()
