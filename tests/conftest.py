"""What all tests share: quiet TensorFlow, one browser, and no test that passes by not running."""

import gc
import inspect
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

# Before anything imports TensorFlow: with a test process on each core, a pool of threads in each only contends.
if "PYTEST_XDIST_WORKER" in os.environ:
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")

import pytest

import playground  # noqa: F401  (what it tells TensorFlow holds in all tests, whatever they import first)
from tests.short_stack import ShortStack
from tools import chromium

# Folders whose tests run in one process, one after the other: they share a Chromium, or a server.
ONE_PROCESS = ("browser", "load")
TESTS = Path(__file__).parent
FAMILIES = {file.stem for file in (TESTS.parent / "playground" / "families").glob("[!_]*.py")}
SHORT_STACK = ShortStack()


def _folder(file: Path) -> str:
    """The folder of `tests` that it lies in; a file in no folder of it is named by itself."""
    return file.relative_to(TESTS).parts[0]


def _group(item: pytest.Item) -> str | None:
    """Tests of one group share a process. Those of a family share its samples and exact values, which are dear."""
    if _folder(item.path) in ONE_PROCESS:
        return _folder(item.path)
    given = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    firsts = (value[0] if isinstance(value, tuple) and value else value for value in given)
    return next((first for first in firsts if isinstance(first, str) and first in FAMILIES), None)


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        group = _group(item)
        if group and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group))


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector need not look through a million objects again and again."""
    gc.collect()
    gc.freeze()


def _may_run_elsewhere(function: Callable[..., Any]) -> bool:
    """Playwright works in one thread only; a generator would come back to the thread that asks it for more."""
    file = Path(inspect.getfile(function))
    ours = file.is_relative_to(TESTS) and _folder(file) not in ONE_PROCESS
    return ours and not inspect.isgeneratorfunction(function)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    if _may_run_elsewhere(pyfuncitem.obj):
        pyfuncitem.obj = SHORT_STACK.on(pyfuncitem.obj)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Generator[None, Any, Any]:
    function = fixturedef.func
    if _may_run_elsewhere(function):
        fixturedef.func = SHORT_STACK.on(function)
    try:
        return (yield)
    finally:
        fixturedef.func = function


def _refuse_skip(report: Any) -> None:
    """A skipped test proves nothing and looks like success, so it fails; an expected failure is another matter."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"Tests are not skipped here; this one was: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that `make test` found or brought."""
    path = chromium.find()
    assert path, "No Chromium: run `make chromium`."
    return path
