"""The live routes: who is let in, what a viewer gets and costs, and the files of the board."""

import logging
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from playground.live.assets import addresses
from playground.live.frame import decode
from playground.live.routes import NEVER_ACKNOWLEDGED, NOT_TEXT, RUN_ENDED
from tests.endless import Endless, client

HOST = "board.example:8501"


@pytest.fixture
def source() -> Endless:
    return Endless()


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
