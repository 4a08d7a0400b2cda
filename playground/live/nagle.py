"""Has what the server writes sent at once, instead of held back until the browser has acknowledged what came before.

A listening socket that is made before the server runs, as Streamlit makes one, says nothing of TCP, and asyncio then
leaves Nagle's algorithm on: the body of a file waits up to 40 ms for the browser's delayed acknowledgement of its
headers, and a page is a hundred files. See https://github.com/Kludex/uvicorn/issues/3149.
"""

import os
import socket
import stat
from collections.abc import Iterator

OPEN_FILES = "/dev/fd"  # Where Linux and macOS list them.


def send_at_once() -> None:
    """Turns Nagle's algorithm off for all connections that this process's listening sockets will accept."""
    for listener in _listeners():
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited by what is accepted


def _listeners() -> Iterator[socket.socket]:
    """This process's listening TCP sockets, each under a second descriptor that is closed afterwards."""
    for name in os.listdir(OPEN_FILES) if os.path.isdir(OPEN_FILES) else ():
        try:
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            twin = socket.socket(fileno=os.dup(int(name)))
        except OSError:  # Closed in between: that of the listing itself, for one.
            continue
        with twin:
            of_tcp = twin.family in (socket.AF_INET, socket.AF_INET6) and twin.type == socket.SOCK_STREAM
            if of_tcp and twin.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                yield twin
