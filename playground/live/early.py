"""Starts loading the board and the chart library with the page itself.

Running the library takes a browser a while. Asked for by the board it would begin only after Streamlit has connected
and run the script; `early.js` has it done while the browser waits for those.
"""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.live.assets import EARLY, LIBRARY, MODULES, STYLES, addresses

END_OF_HEAD = b"</head>"


class EarlyScript:
    """ASGI middleware that adds `early.js`, as an asynchronous script, to every HTML page that passes.

    A browser that asks for a page gets it uncompressed: it is small, and else Streamlit would compress those below its
    root. What comes compressed all the same, or has no head, passes unchanged: the board then loads the library itself.

    Args:
      app: What is behind it.
      chunks: Further JavaScript modules that the board waits for, relative to the app's base.
    """

    def __init__(self, app: ASGIApp, chunks: Sequence[str] = ()) -> None:
        self._app = app
        # Relative like Streamlit's own scripts, so that it holds behind every prefix.
        at = addresses()
        modules, styles = " ".join([*(at[name] for name in MODULES), *chunks]), " ".join(at[name] for name in STYLES)
        told = f'data-library="{at[LIBRARY]}" data-modules="{modules}" data-styles="{styles}"'
        self._tag = f'<script async src="./{at[EARLY]}" {told}></script>'.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if any(name == b"accept" and b"text/html" in value for name, value in scope["headers"]):
            plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": plain}
        held: list[Message] = []

        async def forward(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_plain_html(message):
                held.append(message)
            elif held and message["type"] == "http.response.body":
                held.append(message)
                if not message.get("more_body"):
                    await self._release(held, send)
                    held.clear()
            else:
                await send(message)

        await self._app(scope, receive, forward)

    async def _release(self, held: list[Message], send: Send) -> None:
        start, *parts = held
        body = b"".join(part.get("body", b"") for part in parts)
        changed = body.replace(END_OF_HEAD, self._tag + END_OF_HEAD, 1)
        headers = start["headers"]
        if changed != body:
            # Validators would vouch for a page without the script, or with that of an older version.
            stale = (b"content-length", b"etag", b"last-modified", b"accept-ranges")
            headers = [(name, value) for name, value in headers if name.lower() not in stale]
            headers.append((b"content-length", str(len(changed)).encode()))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": changed})


def _is_plain_html(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    plain = b"content-encoding" not in headers and start["status"] == 200
    return plain and headers.get(b"content-type", b"").startswith(b"text/html")
