"""Pages through Streamlit's own test harness: what the tests of all pages share."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from playground.ui import session

TIMEOUT = 120

# Nobody looks at the board of a page without a browser: there is nothing to wait for before the controls.
session.LONGEST_HEAD_START = session.TO_MOVE = 0.0


def opener(script: str) -> Callable[..., AppTest]:
    """`open(**query)` → the page, run once, without an exception."""

    def start(**query: str) -> AppTest:
        test = AppTest.from_file(f"../pages/{script}", default_timeout=TIMEOUT)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception, test.exception
        return test

    return start


def query(test: AppTest) -> dict[str, str]:
    """The address that the page has written."""
    return {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}


def widget(test: AppTest, kind: str, label: str) -> Any:
    """The one widget of a kind whose label begins so."""
    (found,) = [widget for widget in getattr(test, kind) if widget.label.startswith(label)]
    return found
