"""What stands in the page's head: every page gets it, nothing else is touched."""

from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from playground.live.assets import LIBRARY, MODULES, STYLES, addresses
from playground.live.board import component_chunks
from playground.live.early import EarlyFiles

PAGE = "<html><head><title>π</title></head><body>It says <head> and </head> here.</body></html>"


async def _page(request: object) -> Response:
    return HTMLResponse(PAGE, headers={"etag": '"old"'})


async def _streamed(request: object) -> Response:
    return StreamingResponse((part for part in (PAGE[:20].encode(), PAGE[20:].encode())), media_type="text/html")


async def _text(request: object) -> Response:
    return PlainTextResponse(PAGE)


async def _headless(request: object) -> Response:
    return HTMLResponse("<p>bare</p>", headers={"etag": '"kept"'})


async def _compressed(request: object) -> Response:
    return HTMLResponse(PAGE, headers={"content-encoding": "br"})


@pytest.fixture
def client() -> TestClient:
    pages = {"/": _page, "/streamed": _streamed, "/text": _text, "/headless": _headless, "/compressed": _compressed}
    routes = [Route(path, page) for path, page in pages.items()]
    early = Middleware(EarlyFiles, chunks=["static/js/chunk.js"], style="p { color: red; }")
    return TestClient(Starlette(routes=routes, middleware=[early]))


@pytest.mark.parametrize("path", ["/", "/streamed"])
def test_a_page_gets_the_library_first_and_the_links_last(client: TestClient, path: str) -> None:
    response = client.get(path)
    library = f'<script async src="./{addresses()[LIBRARY]}"></script>'
    assert response.text.startswith(f"<html><head>{library}<title>π</title><link ")
    end = "<style>p { color: red; }</style></head><body>It says <head> and </head> here.</body></html>"
    assert response.text.endswith(end)
    for module in (*(addresses()[name] for name in MODULES), "static/js/chunk.js"):
        assert response.text.count(f'<link rel="modulepreload" href="./{module}">') == 1
    for style in STYLES:
        assert response.text.count(f'<link rel="preload" as="style" href="./{addresses()[style]}">') == 1
    assert int(response.headers["content-length"]) == len(response.content) and "etag" not in response.headers


def test_a_page_is_not_compressed_when_a_browser_asks_for_it() -> None:
    middleware = [Middleware(EarlyFiles), Middleware(GZipMiddleware, minimum_size=1)]
    client = TestClient(Starlette(routes=[Route("/", _page), Route("/text", _text)], middleware=middleware))
    page = client.get("/", headers={"accept": "text/html,*/*", "accept-encoding": "gzip"})
    assert "content-encoding" not in page.headers and addresses()[LIBRARY] in page.text
    other = client.get("/text", headers={"accept": "*/*", "accept-encoding": "gzip"})
    assert other.headers["content-encoding"] == "gzip" and other.text == PAGE


def test_what_is_no_page_passes_unchanged(client: TestClient) -> None:
    assert client.get("/text").text == PAGE
    headless = client.get("/headless")
    assert headless.text == "<p>bare</p>" and headless.headers["etag"] == '"kept"'
    with client.stream("GET", "/compressed") as compressed:
        assert b"".join(compressed.iter_raw()) == PAGE.encode()


def test_the_modules_that_show_a_component_are_found_in_this_streamlit() -> None:
    """Where they are not, a page opens later, and nobody would notice."""
    names = [chunk.split("/")[-1].split(".")[0] for chunk in component_chunks()]
    assert names[0] == "BidiComponent" and {"serialization", "recordbatch"} <= set(names)
    assert len(names) == len(set(names)) < 12
    static = Path(streamlit.__file__).parent / "static"
    assert all((static / chunk).is_file() for chunk in component_chunks())
