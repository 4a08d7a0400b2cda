"""Who listens sends at once; no other socket is touched, and no descriptor is left open."""

import os
import socket
import tempfile
from pathlib import Path

import pytest

from playground.live.nagle import OPEN_FILES, send_at_once


def at_once(one: socket.socket) -> bool:
    return bool(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


@pytest.mark.parametrize("both", [False, True][: 1 + socket.has_dualstack_ipv6()])
def test_what_a_listener_accepts_sends_at_once(both: bool) -> None:
    """Also one for both kinds of address, which Streamlit makes where it is told none."""
    place, family = (("::", 0), socket.AF_INET6) if both else (("127.0.0.1", 0), socket.AF_INET)
    with socket.create_server(place, family=family, dualstack_ipv6=both) as listener:
        assert not at_once(listener)
        send_at_once()
        with socket.create_connection(("127.0.0.1", listener.getsockname()[1])), listener.accept()[0] as accepted:
            assert at_once(accepted)


def test_other_sockets_are_left_alone() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX) as local,
        socket.socket(type=socket.SOCK_DGRAM),
        socket.socket() as silent,
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        local.bind(str(Path(folder) / "socket"))
        local.listen()
        before = len(os.listdir(OPEN_FILES))
        send_at_once()
        assert len(os.listdir(OPEN_FILES)) == before
        assert not at_once(silent) and not at_once(client) and local.fileno() >= 0
