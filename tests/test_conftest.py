"""How the tests themselves run: which of them share a process, on which stack, and that none passes by not running."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SILENT_TESTS = """
import pytest

def test_passes():
    assert True

def test_skips():
    pytest.skip("no time")

@pytest.mark.xfail(strict=True)
def test_fails_as_expected():
    assert False
"""
DEPTHS = """
import inspect
import threading
import pytest

@pytest.fixture(scope="module")
def shared():
    return len(inspect.stack())

@pytest.fixture
def late():
    return len(inspect.stack())

def test_shared(shared):
    assert max(shared, len(inspect.stack())) < 15

def test_asks_while_it_runs(request):
    assert request.getfixturevalue("late") > 15

def test_hangs():
    threading.Event().wait()

def test_goes_on():
    assert len(inspect.stack()) < 15
"""
IN_A_BROWSER = """
import threading
import pytest

@pytest.fixture
def page():
    return threading.current_thread()

def test_page(page):
    assert page is threading.current_thread() is threading.main_thread()
"""


def pytest_in(folder: Path, files: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Runs these test files under the project's conftest, in a process of their own."""
    for name, source in {"conftest.py": (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"), **files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(folder)]
    outside = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    environment = {**outside, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_a_test_that_does_not_run_fails(tmp_path: Path) -> None:
    files = {"test_it.py": SILENT_TESTS, "test_later.py": "import pytest\npytest.importorskip('no_such_module')\n"}
    done = pytest_in(tmp_path, files, "--continue-on-collection-errors")
    assert done.returncode == 1, done.stdout
    assert re.search(r"1 failed, 1 passed, 1 xfailed, 1 error", done.stdout.splitlines()[-1]), done.stdout
    assert "was: Skipped: no time" in done.stdout


def test_browser_tests_share_a_process_and_load_tests_another(tmp_path: Path) -> None:
    many = "import pytest\n@pytest.mark.parametrize('i', range(4))\ndef test_it(i): pass\n"
    files = {f"{folder}/test_{folder}_{i}.py": many for folder in ("browser", "load", "unit") for i in range(3)}
    done = pytest_in(tmp_path, files, "--numprocesses", "2", "--dist", "loadgroup", "--verbose")
    ran = re.findall(r"\[(gw\d)\].* PASSED (browser|load|unit)/", done.stdout)
    assert len(ran) == 36, done.stdout
    assert len({pair for pair in ran if pair[1] != "unit"}) == 2 == len({worker for worker, _ in ran})


def test_little_stands_above_a_test_and_one_that_hangs_holds_nobody_up(tmp_path: Path) -> None:
    """TensorFlow looks at thirty frames for each operation: see `tests/short_stack.py`."""
    done = pytest_in(tmp_path, {"test_it.py": DEPTHS, "browser/test_page.py": IN_A_BROWSER}, "--timeout", "4")
    assert "1 failed, 4 passed" in done.stdout.splitlines()[-1], done.stdout
    assert "FAILED test_it.py::test_hangs - Failed: Timeout" in done.stdout


def test_tests_of_one_family_share_a_process(tmp_path: Path) -> None:
    names = ("normal", "gamma", "poisson", "beta")
    (tmp_path / "playground" / "families").mkdir(parents=True)
    for name in names:
        (tmp_path / "playground" / "families" / f"{name}.py").touch()
    many = f"""import pytest
@pytest.mark.parametrize('family', {names})
def test_family(family): pass
@pytest.mark.parametrize('pair', [(name, other) for other in 'xy' for name in {names}], ids='-'.join)
def test_pair(pair): pass
"""
    files = {f"test_{i}.py": many for i in range(3)}
    done = pytest_in(tmp_path / "tests", files, "--numprocesses", "2", "--dist", "loadgroup", "--verbose")
    ran = re.findall(r"\[(gw\d)\].* PASSED .*\[(\w+)", done.stdout)
    assert len(ran) == 36, done.stdout
    assert len(set(ran)) == len(names) and len({worker for worker, _ in ran}) == 2
