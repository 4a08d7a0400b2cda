"""The live routes: who is let in, what a viewer gets and costs, and the files of the board."""

import gzip
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from playground.errors import InvalidInput
from playground.live.assets import MODULES, STYLES, addresses, assets
from playground.live.frame import decode
from playground.live.routes import NEVER_ACKNOWLEDGED, NOT_TEXT, RUN_ENDED, routes
from playground.live.source import Binding, ChartSpec, Download

HOST = "board.example:8501"


class Endless:
    """A source that always has something new, and counts how often it is asked."""

    def __init__(self) -> None:
        self.generation = 1
        self.asked: list[Any] = []
        self.commands: list[tuple[str, Any]] = []
        self.touched = 0
        self.commanded = threading.Event()
        self._sequence = itertools.count(1)

    def figures(self) -> list[ChartSpec]:
        return [ChartSpec("density", "Density", "A bell.", {"data": [{}], "layout": {}}, (Binding(0, "y"),))]

    def frame(self, cursor: Any) -> tuple[dict[str, Any], list[np.ndarray], Any]:
        self.asked.append(cursor)
        seq = next(self._sequence)
        return {"seq": seq, "generation": self.generation, "append_from": 0}, [np.full(3, seq)], seq

    def command(self, name: str, value: Any) -> None:
        if name != "speed":
            raise InvalidInput(f"Unknown command '{name}': expected speed.")
        self.commands.append((name, value))
        self.commanded.set()

    def touch(self) -> None:
        self.touched += 1

    def export(self, kind: str) -> Download:
        return Download('history of "run".csv', "text/csv", b"step\n1\n")


@pytest.fixture
def source() -> Endless:
    return Endless()


def client(find: Callable[[str], Any], **options: Any) -> TestClient:
    return TestClient(Starlette(routes=routes(find, **options)))


@pytest.fixture
def visitor(source: Endless) -> Iterator[TestClient]:
    with client({"run": source}.get) as visitor:
        yield visitor


def test_figures_come_first_and_each_acknowledgement_brings_one_frame(visitor: TestClient, source: Endless) -> None:
    with visitor.websocket_connect("/live/run?fps=30") as socket:
        assert socket.receive_json()["charts"][0]["key"] == "density"
        for expected in (1, 2, 3):
            header, arrays = decode(socket.receive_bytes())
            assert header["seq"] == expected
            np.testing.assert_array_equal(arrays[0], np.full(3, expected))
            socket.send_json({"ack": expected})
    assert source.asked[:3] == [None, 1, 2]


def test_a_viewer_that_never_acknowledges_gets_one_frame_and_is_closed(source: Endless) -> None:
    with client({"run": source}.get, patience=0.4) as visitor, visitor.websocket_connect("/live/run?fps=30") as socket:
        socket.receive_json()
        socket.receive_bytes()
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == NEVER_ACKNOWLEDGED
    assert source.asked == [None]


def test_a_wrong_acknowledgement_brings_nothing(visitor: TestClient, source: Endless) -> None:
    with visitor.websocket_connect("/live/run?fps=30") as socket:
        socket.receive_json()
        socket.receive_bytes()
        socket.send_json({"ack": 99})
        socket.send_json({"command": "speed", "value": 2})
        assert source.commanded.wait(5)
        assert source.asked == [None]
        socket.send_json({"ack": 1})
        assert decode(socket.receive_bytes())[0]["seq"] == 2


def test_a_jumping_wall_clock_does_no_harm(
    visitor: TestClient, source: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    with visitor.websocket_connect("/live/run?fps=30") as socket:
        socket.receive_json()
        for expected, wall in ((1, 4e9), (2, 0.0), (3, -1e9)):
            assert decode(socket.receive_bytes())[0]["seq"] == expected
            monkeypatch.setattr(time, "time", lambda wall=wall: wall)
            socket.send_json({"ack": expected})
        assert decode(socket.receive_bytes())[0]["seq"] == 4


def test_a_new_generation_sends_figures_again_and_starts_over(visitor: TestClient, source: Endless) -> None:
    with visitor.websocket_connect("/live/run?fps=30") as socket:
        assert socket.receive_json()["generation"] == 1
        socket.receive_bytes()
        source.generation = 2
        socket.send_json({"ack": 1})
        assert socket.receive_json()["generation"] == 2
        assert decode(socket.receive_bytes())[0]["generation"] == 2
    assert source.asked[:2] == [None, None]


def test_resync_starts_over(visitor: TestClient, source: Endless) -> None:
    with visitor.websocket_connect("/live/run?fps=30") as socket:
        socket.receive_json()
        socket.receive_bytes()
        socket.send_json({"resync": True})
        socket.receive_bytes()
    assert source.asked[:2] == [None, None]


def test_a_hidden_tab_gets_nothing_until_it_is_seen(visitor: TestClient, source: Endless) -> None:
    with visitor.websocket_connect("/live/run?fps=30") as socket:
        socket.receive_json()
        socket.receive_bytes()
        socket.send_json({"visible": False})
        socket.send_json({"ack": 1})
        socket.send_json({"command": "speed", "value": 10})
        assert source.commanded.wait(5)
        assert source.asked == [None]
        socket.send_json({"visible": True})
        assert decode(socket.receive_bytes())[0]["seq"] == 2


def test_two_viewers_of_one_run_read_at_their_own_pace(visitor: TestClient) -> None:
    with visitor.websocket_connect("/live/run?fps=30") as quick, visitor.websocket_connect("/live/run") as slow:
        for socket in (quick, slow):
            socket.receive_json()
        seen = [decode(socket.receive_bytes())[0]["seq"] for socket in (quick, slow)]
        assert sorted(seen) == [1, 2]
        quick.send_json({"ack": seen[0]})
        assert decode(quick.receive_bytes())[0]["seq"] == 3


def test_a_run_that_does_not_exist_is_named(visitor: TestClient) -> None:
    with visitor.websocket_connect("/live/nobody") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_text()
    assert (closed.value.code, closed.value.reason) == (RUN_ENDED, "This run has ended.")


def test_a_run_that_ends_while_it_is_watched_closes(source: Endless) -> None:
    runs = {"run": source}
    with client(runs.get) as visitor, visitor.websocket_connect("/live/run?fps=30") as socket:
        socket.receive_json()
        socket.receive_bytes()
        runs.clear()
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == RUN_ENDED


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://board.example:8501"},
        {"origin": "https://Board.Example:8501"},
        {"origin": "https://outside.example", "x-forwarded-host": "outside.example"},
        {"origin": "https://outside.example", "x-forwarded-host": "inner.example, outside.example:443"},
    ],
)
def test_own_pages_and_programs_are_let_in(visitor: TestClient, headers: dict[str, str]) -> None:
    with visitor.websocket_connect("/live/run", headers={"host": HOST, **headers}) as socket:
        assert socket.receive_json()["type"] == "figures"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://board.example", "http://board.example:8501.evil.example", "null", ""]
)
def test_foreign_origins_are_refused_before_the_handshake(visitor: TestClient, source: Endless, origin: str) -> None:
    headers = {"host": HOST, "origin": origin}
    with pytest.raises(WebSocketDisconnect), visitor.websocket_connect("/live/run", headers=headers):
        raise AssertionError("The handshake succeeded.")
    assert source.asked == [] and source.touched == 0


@pytest.mark.parametrize(
    "text",
    ["", "not JSON", "[]", "3", "null", '{"ack": NaN}', '{"ack": {}}', '{"command": 3}', '{"visible": "yes"}', "{}"]
    + ["[" * 4000, '{"command": "explode"}', '{"ack": ' + "9" * 4000 + "}"],
    ids=lambda text: text[:20],
)
def test_malformed_messages_do_no_harm(
    visitor: TestClient, source: Endless, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    with caplog.at_level(logging.WARNING), visitor.websocket_connect("/live/run?fps=30") as socket:
        socket.receive_json()
        socket.receive_bytes()
        socket.send_text(text)
        if "explode" in text:
            refused = {"type": "refused", "text": "Unknown command 'explode': expected speed."}
            assert socket.receive_json() == refused
        socket.send_json({"ack": 1})
        assert decode(socket.receive_bytes())[0]["seq"] == 2
    assert caplog.records == []


@pytest.mark.parametrize("oversized", [b"\0", "x" * 5000])
def test_binary_and_oversized_messages_close(visitor: TestClient, oversized: bytes | str) -> None:
    with visitor.websocket_connect("/live/run") as socket:
        socket.receive_json()
        socket.receive_bytes()
        (socket.send_bytes if isinstance(oversized, bytes) else socket.send_text)(oversized)  # type: ignore[arg-type]
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == NOT_TEXT


def test_thirty_clicks_all_arrive_in_order(visitor: TestClient, source: Endless) -> None:
    with visitor.websocket_connect("/live/run") as socket:
        for click in range(30):
            socket.send_json({"command": "speed", "value": click})
        socket.receive_json()
        socket.send_json({"ack": decode(socket.receive_bytes())[0]["seq"]})
        socket.receive_bytes()
    assert source.commands == [("speed", click) for click in range(30)]


def test_a_source_that_fails_is_logged_and_closes(
    visitor: TestClient, source: Endless, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(cursor: Any) -> None:
        raise RuntimeError("out of numbers")

    monkeypatch.setattr(source, "frame", fail)
    with visitor.websocket_connect("/live/run") as socket:
        socket.receive_json()
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == 1011
    assert "out of numbers" in caplog.text


def test_a_base_path_is_part_of_every_route(source: Endless) -> None:
    with client({"run": source}.get, base_path="/some/prefix/") as visitor:
        assert visitor.get("/some/prefix/" + addresses()["board.js"]).status_code == 200
        assert visitor.get("/" + addresses()["board.js"]).status_code == 404
        with visitor.websocket_connect("/some/prefix/live/run") as socket:
            assert socket.receive_json()["type"] == "figures"


@pytest.mark.parametrize("name", [*MODULES, *STYLES, "plotly.min.js"])
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
