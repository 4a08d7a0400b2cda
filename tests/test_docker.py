"""The Dockerfile, read as text: what it copies exists, and what it runs is what `make` runs."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from streamlit import config

from tools import health

ROOT = Path(__file__).resolve().parent.parent


def instructions() -> list[tuple[str, str]]:
    """(instruction, arguments) pairs, with continued lines joined and comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    joined = re.sub(r"\s*\\\n\s*", " ", lines)
    return [(name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


def all_of(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def environment() -> dict[str, str]:
    return dict(word.split("=", 1) for rest in all_of("ENV") for word in rest.split())


def sources() -> list[str]:
    return [word for rest in all_of("COPY") for word in rest.split()[:-1] if not word.startswith("--")]


def made(*targets: str) -> set[str]:
    """The commands that make would run for these targets."""
    command = ["make", "--dry-run", "--no-print-directory", "PYTHON=python3", *targets]
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(command, cwd=ROOT, env=outer, capture_output=True, text=True, check=True)
    return {line.strip() for line in done.stdout.splitlines()}


def as_shell(rest: str) -> str:
    """A command in shell form, whether it is written as that or as a JSON list."""
    command = " ".join(json.loads(rest)) if rest.startswith("[") else rest
    return command.removeprefix("exec ")


def commands() -> list[str]:
    checks = [rest.partition("CMD ")[2] for rest in all_of("HEALTHCHECK")]
    return [as_shell(rest) for rest in (*all_of("RUN"), *all_of("CMD"), *all_of("ENTRYPOINT"), *checks)]


def test_only_known_instructions() -> None:
    known = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {name for name, _ in instructions()} == known


def test_slim_python_of_the_tested_version() -> None:
    assert all_of("FROM") == ["python:3.11-slim-bookworm"]


def test_not_root_and_nothing_after_hands_it_back() -> None:
    assert all_of("USER") == ["1000:1000"]
    names = [name for name, _ in instructions()]
    assert names.index("USER") < names.index("CMD")
    assert not {"RUN", "COPY"} & set(names[names.index("USER") :])


@pytest.mark.parametrize("source", sources())
def test_what_is_copied_exists_and_is_sent_to_the_builder(source: str) -> None:
    assert (ROOT / source).exists()
    admitted = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert any(Path(source).is_relative_to(path) for path in admitted), f".dockerignore keeps {source} back"


def test_what_the_server_needs_is_copied() -> None:
    needed = {"app.py", "pages/", "playground/", ".streamlit/config.toml", "requirements.txt", "tools/health.py"}
    assert needed <= set(sources())


def test_what_is_run_is_what_make_runs() -> None:
    assert len(commands()) == 3
    assert set(commands()) <= made("install", "health", "run")


def test_files_that_commands_name_are_there_by_then() -> None:
    for name in re.findall(r"tools/\w+\.py|app\.py", " ".join(commands())):
        assert name in sources()


def test_the_healthcheck_asks_streamlit() -> None:
    (check,) = all_of("HEALTHCHECK")
    assert check.endswith(" /_stcore/health")


@pytest.mark.parametrize(
    ("base_path", "expected"),
    [
        ("", "http://127.0.0.1:8600/_stcore/health"),
        ("grad", "http://127.0.0.1:8600/grad/_stcore/health"),
        ("/course/grad/", "http://127.0.0.1:8600/course/grad/_stcore/health"),
    ],
)
def test_the_healthcheck_honours_port_and_prefix(base_path: str, expected: str) -> None:
    assert health.address("/_stcore/health", "8600", base_path) == expected


def test_production_settings() -> None:
    options = {option.env_var: key for key, option in config.get_config_options().items()}
    given = {name: value for name, value in environment().items() if name.startswith("STREAMLIT_")}
    assert {options[name]: value for name, value in given.items()} == {
        "server.address": "0.0.0.0",
        "server.fileWatcherType": "none",
        "server.enableCORS": "true",
        "server.enableXsrfProtection": "true",
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
    }
    (command,) = all_of("CMD")
    assert "--server.headless true" in command
    assert '--server.port "$PORT"' in command
    assert '--server.baseUrlPath "$BASE_PATH"' in command
    assert {"PORT", "BASE_PATH"} <= set(environment())
    assert all_of("EXPOSE") == [environment()["PORT"]]
