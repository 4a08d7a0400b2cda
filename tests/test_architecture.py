"""The laws that hold the code together, tested on the code itself."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
CODE = ("app.py", "pages", "playground", "benchmarks", "tests", "tools")
SCREEN = ("playground/live/board.py", "playground/ui/")
LONGEST = 250
ABSENT = {"storch": "storchastic"}  # What is optional may not be there to say which package it comes from.
IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print({"streamlit", "distributed", "dask"} & set(sys.modules))
"""


def files(*suffixes: str) -> list[Path]:
    found = [path for name in CODE for path in [ROOT / name, *(ROOT / name).rglob("*")] if path.suffix in suffixes]
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def knows_no_screen(path: Path) -> bool:
    return relative(path).startswith("playground/") and not relative(path).startswith(SCREEN)


def imported(path: Path) -> set[str]:
    """The top-level names of all modules that a file imports, at whatever depth of the code."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def pinned(requirements: str, direct: bool = False) -> set[str]:
    """The packages of a file, or those of its first section, that of what is imported or run by name."""
    section = text(ROOT / requirements).split("# --- what those need in turn ---" if direct else "\0")[0]
    return {canonicalize_name(line.split("==")[0]) for line in section.splitlines() if re.match(r"[\w.-]+==", line)}


DASK = pinned("requirements-dask.txt", direct=True)  # optional: one module imports it, when it is asked for
ENGINE = [path for path in files(".py") if knows_no_screen(path)]


def test_the_engine_runs_without_streamlit() -> None:
    modules = [relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in ENGINE]
    assert "playground.problem" in modules
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL, *modules], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "set()", "some module of the engine imports streamlit, or Dask"


def test_tensorflow_comes_with_one_keras_and_without_a_word() -> None:
    told = "import sys; from playground import families, estimators; print({'keras', 'tf_keras'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{'tf_keras'}\n", "")


@pytest.mark.parametrize("path", ENGINE, ids=relative)
def test_no_function_of_the_engine_imports_streamlit_later(path: Path) -> None:
    assert "streamlit" not in imported(path)


def test_one_module_asks_for_dask() -> None:
    askers = {relative(path) for path in files(".py") if {"dask", "distributed"} & imported(path)}
    assert {name for name in askers if not name.startswith("tests/")} == {"playground/sweeps/dask.py"}


def test_no_file_is_long() -> None:
    lengths = {
        relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(".py", ".js", ".css")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_module_says_what_it_is() -> None:
    silent = [
        relative(path) for path in files(".py") if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("folders", "required"),
    [
        (("app.py", "pages/", "playground/"), pinned("requirements.txt", direct=True) | DASK),
        (
            ("tests/", "tests_torch/", "benchmarks/", "tools/"),
            pinned("requirements.txt") | pinned("requirements-dev.txt") | pinned("requirements-torch.txt") | DASK,
        ),
    ],
    ids=["run", "test"],
)
def test_what_is_imported_is_pinned(folders: tuple[str, ...], required: set[str]) -> None:
    """What runs the playground imports nothing by another package's courtesy."""
    # Scripts of a folder may import each other.
    own = {Path(name).stem for name in CODE} | {path.stem for path in files(".py") if path.parent.name != "playground"}
    distributions = packages_distributions()
    missing = {
        f"{relative(path)}: {name}"
        for path in files(".py")
        if relative(path).startswith(folders)
        for name in imported(path) - own - set(sys.stdlib_module_names)
        if not {canonicalize_name(distribution) for distribution in distributions.get(name, [ABSENT.get(name, name)])}
        & required
    }
    assert missing == set()
