"""The routes beside Streamlit's own: live frames over a WebSocket, the board's files, and exports.

One viewer costs one connection and at most one frame in flight: the next one is made only when the last was drawn and
acknowledged. Nothing is queued, so a slow viewer sees fewer frames, never old ones.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.errors import InvalidInput
from playground.live.assets import assets
from playground.live.frame import encode, encode_figures
from playground.live.source import Cursor, Source

RUN_ENDED, NEVER_ACKNOWLEDGED, NOT_TEXT, BROKEN = 4404, 4408, 1003, 1011
"""Close codes: the run is gone; the viewer draws nothing; binary or oversized input; the source failed."""

_LONGEST_MESSAGE = 4096
_log = logging.getLogger(__name__)


def routes(find: Callable[[str], Source | None], base_path: str = "", patience: float = 30.0) -> list[BaseRoute]:
    """Makes the routes.

    Args:
      find: The source of a run's id, or None where there is none. Called often; must be cheap.
      base_path: `server.baseUrlPath`: Streamlit puts it before its own routes only.
      patience: Seconds after which a visible viewer that has not acknowledged its frame is closed.

    Returns:
      WebSocket `/live/{run_id}` (`?fps=` sets its ceiling of frames a second, 1 to 30, 20 by default), GET
      `/live/{run_id}/export.{kind}`, GET `/live/assets/{version}/{name}`.
    """
    files = assets()

    async def live(websocket: WebSocket) -> None:
        if not _same_origin(websocket):
            await websocket.close()
            return
        await websocket.accept()
        await _Viewer(websocket, find, patience).serve()

    async def export(request: Request) -> Response:
        source = find(request.path_params["run_id"])
        kind = request.path_params["kind"]
        if source is None or kind not in source.exports:
            return PlainTextResponse("There is no such run, or no such export of it.", status_code=404)
        try:
            filename, media_type, content = await asyncio.to_thread(source.export, kind)
        except InvalidInput as error:
            return PlainTextResponse(str(error), status_code=400)
        safe = re.sub(r"[^\w.+-]", "_", filename, flags=re.ASCII)
        headers = {"Content-Disposition": f'attachment; filename="{safe}"', "Cache-Control": "no-store"}
        return Response(content, media_type=media_type, headers=headers)

    async def asset(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("There is no such file.", status_code=404)
        # A page opened before an update asks for an old version: it gets today's, which must not be kept as that.
        current = request.path_params["version"] == file.version
        headers = {
            "ETag": f'"{file.version}"',
            "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(file.content, media_type=file.media_type, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, media_type=file.media_type, headers=headers)

    prefix = "/" + base_path.strip("/") if base_path.strip("/") else ""
    return [
        Route(f"{prefix}/live/assets/{{version}}/{{name}}", asset),
        Route(f"{prefix}/live/{{run_id}}/export.{{kind}}", export),
        WebSocketRoute(f"{prefix}/live/{{run_id}}", live),
    ]


def _same_origin(websocket: WebSocket) -> bool:
    """Whether the page that opens the socket is ours. Only browsers send an `Origin`, and a page cannot forge it."""
    origin = websocket.headers.get("origin")
    if origin is None:
        return True
    scheme, _, host = origin.partition("://")
    default_port = {"http": ":80", "https": ":443"}.get(scheme, "")
    ours = [websocket.headers.get(name, "") for name in ("host", "x-forwarded-host")]
    candidates = {part.strip().lower() for names in ours for part in names.split(",") if part.strip()}
    return bool(host) and any(host.lower() == name.removesuffix(default_port) for name in candidates)


class _Viewer:
    """One connection. It lives on the event loop and leaves nothing behind."""

    def __init__(self, websocket: WebSocket, find: Callable[[str], Source | None], patience: float) -> None:
        self.websocket = websocket
        self.find = find
        self.run_id: str = websocket.path_params["run_id"]
        self.patience = patience
        self.interval = 1.0 / _frames_per_second(websocket.query_params.get("fps"))
        self.wake = asyncio.Event()
        self.visible = True
        self.unacknowledged: Any = None
        self.sent_at = self.due = 0.0
        self.generation: int | None = None
        self.cursor: Cursor | None = None

    async def serve(self) -> None:
        """Runs until the browser goes, or is told to."""
        sender = asyncio.create_task(self._guard(self._send()))
        try:
            await self._guard(self._listen())
        finally:
            sender.cancel()

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except WebSocketDisconnect:
            return
        except Exception:
            _log.exception("A live connection failed.")
            await self._close(BROKEN, "Something went wrong on the server.")

    async def _close(self, code: int, reason: str) -> None:
        try:
            await self.websocket.close(code, reason)
        except (RuntimeError, OSError):
            return

    async def _deliver(self, message: str | bytes) -> None:
        try:
            await (
                self.websocket.send_text(message) if isinstance(message, str) else self.websocket.send_bytes(message)
            )
        except (RuntimeError, OSError) as error:  # Which of them a browser that has gone raises depends on the server.
            raise WebSocketDisconnect(1006) from error

    async def _listen(self) -> None:
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None or len(text) > _LONGEST_MESSAGE:
                await self._close(NOT_TEXT, "Expected a short text message.")
                return
            try:
                # RecursionError: a thousand brackets. The constants are NaN and the infinities.
                order = json.loads(text, parse_constant=_refuse)
            except (ValueError, RecursionError):
                continue
            source = self.find(self.run_id)
            if isinstance(order, dict) and source is not None:
                await self._obey(source, order)
                self.wake.set()

    async def _obey(self, source: Source, order: dict[str, Any]) -> None:
        source.touch()
        if self.unacknowledged is not None and order.get("ack") == self.unacknowledged:
            self.unacknowledged = None
        if order.get("resync") is True:
            self.unacknowledged = self.cursor = None
        if isinstance(order.get("visible"), bool):
            self.visible = order["visible"]
            self.sent_at = time.monotonic()
        if isinstance(order.get("command"), str):
            try:
                source.command(order["command"], order.get("value"))
            except InvalidInput as error:
                await self._deliver(json.dumps({"type": "refused", "text": str(error)}))
            self.due = 0.0  # The effect of a click is worth a frame out of turn.

    async def _send(self) -> None:
        while True:
            source = self.find(self.run_id)
            if source is None:
                await self._close(RUN_ENDED, "This run has ended.")
                return
            now = time.monotonic()
            if not self.visible:
                rest = 5.0
            elif self.unacknowledged is not None:
                rest = min(1.0, self.sent_at + self.patience - now)
                if rest <= 0.0:
                    await self._close(NEVER_ACKNOWLEDGED, "The last frame was never acknowledged.")
                    return
            elif now < self.due:
                rest = self.due - now
            else:
                self.due = now + self.interval
                source.touch()
                await self._send_news(source)
                continue
            await self._rest(rest)

    async def _rest(self, seconds: float) -> None:
        self.wake.clear()
        # A timer that wakes: a timeout that cancels costs several times as much, and there are two rests a frame.
        timer = asyncio.get_running_loop().call_later(seconds, self.wake.set)
        try:
            await self.wake.wait()
        finally:
            timer.cancel()

    async def _send_news(self, source: Source) -> None:
        generation = source.generation
        if generation != self.generation:
            charts = await asyncio.to_thread(source.figures)
            await self._deliver(encode_figures(generation, charts))
            self.generation, self.cursor = generation, None
        news = source.frame(self.cursor)
        if news is not None:
            header, arrays, self.cursor = news
            self.unacknowledged, self.sent_at = header["seq"], time.monotonic()
            await self._deliver(encode(header, arrays))


def _frames_per_second(text: str | None) -> float:
    try:
        wanted = float(text or 20.0)
    except ValueError:
        return 20.0
    return min(max(wanted, 1.0), 30.0) if wanted == wanted else 20.0


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
