"""Has the page itself ask for what the board will need, and look from the start as it will.

Running the chart library takes a browser a while, and a page that opens for the first time has that while to spare: its
main thread is idle as long as Streamlit's fifty-odd modules come in. Asked for by the board, the library would begin
only after Streamlit has connected and run the script.
"""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.live.assets import LIBRARY, MODULES, STYLES, addresses

HEAD, END_OF_HEAD = b"<head>", b"</head>"


class EarlyFiles:
    """ASGI middleware that adds to every HTML page that passes: the library first; links to files and the style last.

    A browser that asks for a page gets it uncompressed: it is small, and else Streamlit would compress those below its
    root. What comes compressed all the same, or has no head, passes unchanged: the board then loads the library itself.

    Args:
      app: What is behind it.
      chunks: Further JavaScript modules that the board waits for, relative to the app's base.
      style: CSS of the page. What comes only with the script's first elements moves what is up by then.
    """

    def __init__(self, app: ASGIApp, chunks: Sequence[str] = (), style: str = "") -> None:
        self._app = app
        # Relative like Streamlit's own scripts, so that it holds behind every prefix.
        at = addresses()
        modules = [*(at[name] for name in MODULES), *chunks]
        links = [f'<link rel="modulepreload" href="./{module}">' for module in modules]
        links += [f'<link rel="preload" as="style" href="./{at[name]}">' for name in STYLES]
        self._first = f'<script async src="./{at[LIBRARY]}"></script>'.encode()
        self._last = "".join([*links, f"<style>{style}</style>"]).encode()

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
        body = changed = b"".join(part.get("body", b"") for part in parts)
        headers = start["headers"]
        if HEAD in body and END_OF_HEAD in body:
            changed = body.replace(HEAD, HEAD + self._first, 1).replace(END_OF_HEAD, self._last + END_OF_HEAD, 1)
            # Validators would vouch for a page without the files, or with those of an older version.
            stale = (b"content-length", b"etag", b"last-modified", b"accept-ranges")
            headers = [(name, value) for name, value in headers if name.lower() not in stale]
            headers.append((b"content-length", str(len(changed)).encode()))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": changed})


def _is_plain_html(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    plain = b"content-encoding" not in headers and start["status"] == 200
    return plain and headers.get(b"content-type", b"").startswith(b"text/html")
