"""The commands a newcomer types, the pins behind them, and the settings that Streamlit reads."""

import os
import re
import stat
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from streamlit import config

from tools import install

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.]+)(?P<marker>; .+)?")
RULES = ("run", "install", "test", "lint", "types", "pytest", "bench", "format", "health", "clean")
# As if no make had called these tests, and nobody had chosen a port.
OUTSIDE = {k: v for k, v in os.environ.items() if not k.startswith("MAKE") and k not in ("PORT", "BASE_PATH")}


def dry_run(target: str, **variables: str) -> list[str]:
    """The commands make would run."""
    command = ["make", "--dry-run", "--no-print-directory", target, *(f"{k}={v}" for k, v in variables.items())]
    done = subprocess.run(command, cwd=ROOT, env=OUTSIDE, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def pins(file: str) -> list[Requirement]:
    """The requirements of a file, each checked to be nothing but an exact pin."""
    text = install.wanted(ROOT / file)
    lines = [line.split("  #")[0] for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    return [Requirement(line) for line in lines]


def applying(requirements: list[Requirement], **environment: str) -> dict[str, str]:
    """Versions by name, of what is installed on a machine like this one but for `environment`."""
    chosen = [r for r in requirements if r.marker is None or r.marker.evaluate(environment)]
    names = [canonicalize_name(r.name) for r in chosen]
    assert len(set(names)) == len(names), "a package is pinned twice"
    return {name: str(r.specifier).removeprefix("==") for name, r in zip(names, chosen, strict=True)}


@pytest.mark.parametrize("target", RULES)
def test_make_has_the_target(target: str) -> None:
    assert dry_run(target)


def test_make_run_installs_then_serves_the_app() -> None:
    installation, serving = dry_run("run", PYTHON="python3")
    assert installation == "python3 tools/install.py requirements.txt"
    assert " streamlit run app.py " in serving
    assert "--server.headless true" in serving


@pytest.mark.parametrize(
    ("variables", "port", "prefix"), [([], "8501", ""), (["PORT=8600", "BASE_PATH=grad"], "8600", "grad")]
)
def test_make_run_hands_over_port_and_prefix(variables: list[str], port: str, prefix: str, tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nprintf '[%s]' \"$@\"\n", encoding="utf-8")
    python.chmod(0o755)
    command = ["make", "--silent", "--file", str(ROOT / "Makefile"), "run", "PYTHON=true", *variables]
    done = subprocess.run(command, cwd=tmp_path, env=OUTSIDE, capture_output=True, text=True, check=True)
    assert done.stdout.endswith(f"[--server.port][{port}][--server.baseUrlPath][{prefix}]")


def test_make_test_runs_everything_and_ends_with_pytest() -> None:
    commands = dry_run("test")
    text = "\n".join(commands)
    for first in ("tools/install.py requirements-dev.txt", "tools/chromium.py"):
        order = [first, "ruff check", "ruff format --check", "mypy ", "-m pytest"]
        positions = [text.index(command) for command in order]
        assert positions == sorted(positions)
    assert "-m pytest" in commands[-1]
    assert not re.search(r"\s(-k|-m|--ignore\S*|--deselect\S*)\s", commands[-1].split("-m pytest")[1] + " ")
    assert re.search(r"mypy playground app.py pages benchmarks", text)


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    head, *body = script.read_text(encoding="utf-8").splitlines()
    assert head == "#!/usr/bin/env bash"
    assert body[0] == "set -euo pipefail"
    assert body[-1] == "make test"


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", {"tensorflow-cpu"}),
        ("linux", "aarch64", {"tensorflow"}),
        ("darwin", "arm64", {"tensorflow"}),
        ("win32", "AMD64", {"tensorflow"}),
    ],
)
def test_one_tensorflow_on_each_platform(system: str, machine: str, expected: set[str]) -> None:
    chosen = applying(pins("requirements.txt"), sys_platform=system, platform_machine=machine)
    assert set(chosen) & {"tensorflow", "tensorflow-cpu"} == expected
    assert {chosen[name] for name in expected} == {"2.21.0"}


def test_the_pins_that_were_measured_together() -> None:
    chosen = applying(pins("requirements.txt"))
    assert {name: chosen[name] for name in ("streamlit", "plotly", "numpy", "tensorflow-probability", "tf-keras")} == {
        "streamlit": "1.67.0",
        "plotly": "7.1.0",
        "numpy": "2.3.5",
        "tensorflow-probability": "0.25.0",
        "tf-keras": "2.21.0",
    }


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_the_list_is_complete(file: str) -> None:
    """Installed without its dependencies being looked up, the list must hold them: all, at versions they accept."""
    chosen = applying(pins(file))
    for name, version in chosen.items():
        assert metadata.version(name) == version, f"{name}: tested with another version than the pinned one"
        for text in metadata.requires(name) or []:
            need = Requirement(text)
            if need.marker is not None and not need.marker.evaluate({"extra": ""}):
                continue
            needed = canonicalize_name(need.name)
            if needed == "tensorflow" and "tensorflow-cpu" in chosen:
                needed = "tensorflow-cpu"
            assert needed in chosen, f"{name} needs {text}"
            assert need.specifier.contains(chosen[needed]), f"{name} needs {text}, pinned is {chosen[needed]}"


def options(section: str, values: dict) -> dict[str, object]:
    """`{"theme.light.textColor": …}` from nested tables."""
    flat: dict[str, object] = {}
    for name, value in values.items():
        key = f"{section}.{name}" if section else name
        flat.update(options(key, value) if isinstance(value, dict) else {key: value})
    return flat


def test_streamlit_knows_every_setting() -> None:
    given = options("", tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")))
    assert set(given) <= set(config.get_config_options())
    assert given["runner.postScriptGC"] is False
    assert given["browser.gatherUsageStats"] is False
    assert {key.split(".")[2] for key in given if key.startswith("theme.light.")} == {
        key.split(".")[2] for key in given if key.startswith("theme.dark.")
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_both_backgrounds(theme: str) -> None:
    """WCAG 2.1 asks a contrast of 4.5 for text, and of 3 for the outline of a control."""
    colours = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(colours["textColor"], colours[background]) >= 4.5
        assert contrast(colours["linkColor"], colours[background]) >= 4.5
        assert contrast(colours["primaryColor"], colours[background]) >= 3.0


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
