"""The Gradient Playground: `streamlit run app.py`."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from playground.live.board import component_chunks
from playground.live.early import EarlyFiles
from playground.live.nagle import send_at_once
from playground.live.routes import routes
from playground.live.service import service
from playground.presets import PRESETS
from playground.ui.thumbnails import thumbnail


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Warms up before the first visitor comes, and leaves no thread behind."""
    send_at_once()
    service().warm_up()
    for preset in PRESETS:
        thumbnail(preset.config)
    yield
    service().stop()


# Some hosts have no room for routes of one's own: the page works without them, slower. This switch tries it out.
bare = os.environ.get("PLAYGROUND_NO_ROUTES") == "1"
style = (Path(__file__).parent / "playground" / "ui" / "shell.css").read_text(encoding="utf-8")
app = st.App(
    "pages/shell.py",
    routes=[] if bare else routes(service().find, str(st.get_option("server.baseUrlPath") or "")),
    middleware=[] if bare else [Middleware(EarlyFiles, chunks=component_chunks(), style=style)],
    lifespan=lifespan,
)
