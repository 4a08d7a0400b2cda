"""Plug-ins are found, in order, once each; a file that nobody can reach is a failure."""

import ast
import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from playground import approximations, cases, costs, datasets, estimators, families, models, objectives, targets, zoo
from playground.approximations import APPROXIMATIONS
from playground.cases import CASES
from playground.costs import COSTS
from playground.datasets import DATASETS
from playground.errors import InvalidInput
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.models import MODELS
from playground.objectives import OBJECTIVES
from playground.registry import discover, look_up
from playground.targets import TARGETS
from playground.zoo import ZOO

PACKAGES = [
    (families, "FAMILY", FAMILIES),
    (costs, "COST", COSTS),
    (estimators, "ESTIMATOR", ESTIMATORS),
    (zoo, "LEARNABLE", ZOO),
    (datasets, "DATASET", DATASETS),
    (targets, "TARGET", TARGETS),
    (approximations, "APPROXIMATION", APPROXIMATIONS),
    (objectives, "OBJECTIVE", OBJECTIVES),
    (models, "MODEL", MODELS),
    (cases, "CASE", CASES),
]
NAMES = [package.__name__.split(".")[-1] for package, _, _ in PACKAGES]
PLAYGROUND = Path(families.__file__).parent.parent
PLUGIN = "from types import SimpleNamespace\nTHING = SimpleNamespace(key={key!r}, order={order})\n"


def package_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: dict[str, str]) -> ModuleType:
    """A package on disk with these modules, gone again after the test."""
    name = f"plugins_of_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    folder.mkdir()
    for module, source in {"__init__": "", **sources}.items():
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module(name)
    for module in (name, *(f"{name}.{module}" for module in sources)):
        monkeypatch.setitem(sys.modules, module, package if module == name else importlib.import_module(module))
    return package


def test_discover_sorts_by_order_then_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {
        "a": PLUGIN.format(key="late", order=2),
        "b": PLUGIN.format(key="zebra", order=1),
        "c": PLUGIN.format(key="ant", order=1),
        "helper": "HELP = 1\n",
    }
    assert list(discover(package_of(tmp_path, monkeypatch, sources), "THING")) == ["ant", "zebra", "late"]


def test_discover_needs_no_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "from types import SimpleNamespace\nTHING = SimpleNamespace(key={!r})\n"
    package = package_of(tmp_path, monkeypatch, {"first": source.format("b"), "second": source.format("a")})
    assert list(discover(package, "THING")) == ["a", "b"]


def test_discover_refuses_a_key_that_two_modules_define(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = PLUGIN.format(key="twin", order=0)
    with pytest.raises(ValueError, match="define the key 'twin'"):
        discover(package_of(tmp_path, monkeypatch, {"one": twice, "two": twice}), "THING")


def test_discover_passes_on_what_a_broken_plugin_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = package_of(tmp_path, monkeypatch, {}).__name__
    (tmp_path / name / "broken.py").write_text("1 / 0\n", encoding="utf-8")
    importlib.invalidate_caches()
    with pytest.raises(ZeroDivisionError):
        discover(sys.modules[name], "THING")


@pytest.mark.parametrize(("package", "attribute", "plugins"), PACKAGES, ids=NAMES)
def test_the_plugins_are_sorted_and_keyed_by_their_own_key(
    package: ModuleType, attribute: str, plugins: dict[str, object]
) -> None:
    assert plugins, f"no {attribute} found"
    assert plugins == discover(package, attribute)
    assert list(plugins) == sorted(plugins, key=lambda key: (plugins[key].order, key))
    assert all(plugin.key == key for key, plugin in plugins.items())
    labels = [plugin.label for plugin in plugins.values()]
    assert len(set(labels)) == len(labels), "two plug-ins would look the same in a menu"


@pytest.mark.parametrize(("package", "attribute", "plugins"), PACKAGES, ids=NAMES)
def test_every_module_is_a_plugin_or_serves_one(
    package: ModuleType, attribute: str, plugins: dict[str, object]
) -> None:
    """A misspelt attribute would leave a plug-in that no menu shows: such a file is neither found nor imported."""
    for info in pkgutil.iter_modules(package.__path__):
        name = f"{package.__name__}.{info.name}"
        plugin = getattr(importlib.import_module(name), attribute, None)
        assert plugin in plugins.values() or name in imported_names(), f"{name}: no {attribute}, and used by nobody"


def imported_names() -> set[str]:
    """The full names of everything that the files of playground import."""
    names: set[str] = set()
    for path in PLAYGROUND.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return names


def test_look_up_returns_what_is_there() -> None:
    assert look_up(FAMILIES, "normal", "family") is FAMILIES["normal"]


def test_look_up_names_what_it_got_and_what_there_is() -> None:
    with pytest.raises(InvalidInput) as caught:
        look_up({"normal": 1, "gamma": 2}, "nromal", "family")
    assert str(caught.value) == "Unknown family 'nromal': expected one of normal, gamma."
