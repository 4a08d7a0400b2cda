"""One server for all load tests."""

from collections.abc import Iterator

import pytest

from tests.load.server import Server, running


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as server:
        yield server
