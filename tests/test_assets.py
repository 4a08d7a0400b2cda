"""The files of the board and the exports, as the routes serve them."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version
from starlette.testclient import TestClient

from playground.live.assets import LIBRARY, MODULES, STYLES, addresses, assets
from tests.endless import Endless, client


@pytest.fixture
def visitor() -> Iterator[TestClient]:
    with client({"run": Endless()}.get) as visitor:
        yield visitor


@pytest.mark.parametrize("name", [*MODULES, *STYLES, LIBRARY])
def test_files_are_compressed_and_kept_for_good(visitor: TestClient, name: str) -> None:
    address = "/" + addresses()[name]
    response = visitor.get(address, headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"].startswith("text/css" if name.endswith("css") else "text/javascript")
    assert response.content == assets()[name].content == gzip.decompress(assets()[name].compressed)
    plain = visitor.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.content == response.content
    again = visitor.get(address, headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


def test_the_library_is_the_one_that_figures_are_made_for_and_draws_all_of_them() -> None:
    text = assets()[LIBRARY].content.decode()
    assert f"v{get_plotlyjs_version()}" in text[:100]
    sources = [path.read_text() for path in Path("playground/charts").rglob("*.py")]
    drawn = {name.lower() for source in sources for name in re.findall(r"\bgo\.(\w+)", source)} - {"figure"}
    known = set(re.findall(r'moduleType:"trace",name:"(\w+)"', text))
    assert {"scatter", "bar"} <= drawn <= known and "surface" not in known


def test_an_old_version_of_a_file_is_not_kept(visitor: TestClient) -> None:
    response = visitor.get("/live/assets/0123456789abcdef/board.js")
    assert response.status_code == 200 and response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["board.py", "..%2Froutes.py", "%2e%2e/frame.py", "missing.js"])
def test_no_other_file_is_served(visitor: TestClient, name: str) -> None:
    assert visitor.get(f"/live/assets/x/{name}").status_code == 404


def test_modules_import_only_those_before_them() -> None:
    for number, name in enumerate(MODULES):
        text = assets()[name].content.decode()
        imported = [line.rsplit('"./', 1)[1].rstrip('";') for line in text.splitlines() if line.startswith("import ")]
        assert set(imported) <= set(MODULES[:number]), name


def test_exports(visitor: TestClient) -> None:
    response = visitor.get("/live/run/export.csv")
    assert response.content == b"step\n1\n" and response.headers["content-type"].startswith("text/csv")
    assert response.headers["content-disposition"] == 'attachment; filename="history_of__run_.csv"'
    assert visitor.get("/live/run/export.exe").status_code == 404
    assert visitor.get("/live/nobody/export.csv").status_code == 404
