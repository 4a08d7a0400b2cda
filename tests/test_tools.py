"""The scripts behind `make`: the installer of the environment, and the finder of the browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import chromium, install


@pytest.mark.parametrize(("version", "usable"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)])
def test_the_installer_refuses_a_python_without_tensorflow(version: tuple[int, int], usable: bool) -> None:
    refusal = install.why_not(version)
    assert (refusal is None) == usable
    if refusal:
        assert f"Python {version[0]}.{version[1]} " in refusal
        assert "expected 3.11 to 3.13" in refusal


def test_the_installer_runs_pip_once_for_each_content(tmp_path: Path, calls: list[list[str]]) -> None:
    file, environment = tmp_path / "requirements.txt", tmp_path / ".venv"
    file.write_text("six==1.17.0\n", encoding="utf-8")
    assert install.install(file, environment)
    assert not install.install(file, environment)
    file.write_text("six==1.16.0\n", encoding="utf-8")
    assert install.install(file, environment)
    assert not (environment / "unfinished").exists()
    options = ["install", "--disable-pip-version-check", "--no-deps", "--no-compile", "--progress-bar=off"]
    assert [call[-6:] for call in calls if "install" in call] == [[*options, f"six==1.{minor}.0"] for minor in (17, 16)]


def test_half_of_the_list_goes_to_each_of_two_pips(tmp_path: Path, calls: list[list[str]]) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text('# --- all ---\na==1  # why\n\nb==2; sys_platform == "linux"\nc==3\n', encoding="utf-8")
    assert install.install(file, tmp_path / ".venv")
    asked = [call[call.index("--progress-bar=off") + 1 :] for call in calls if "install" in call]
    assert sorted(asked) == [["a==1", "c==3"], ['b==2; sys_platform == "linux"']]


def test_what_is_installed_is_compiled(tmp_path: Path, calls: list[list[str]]) -> None:
    """All but the packages' own tests, and what is not Python after all keeps nobody from the rest."""
    file, environment = tmp_path / "requirements.txt", tmp_path / ".venv"
    file.write_text("six==1.17.0\n", encoding="utf-8")
    install.install(file, environment)
    (packages,) = environment.glob("lib/python*/site-packages")
    for name in ("known.py", "template.py", "known/tests/of_its_own.py"):
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_text("class {{ name }}:" if name == "template.py" else "x = 1\n", encoding="utf-8")
    file.write_text("six==1.16.0\n", encoding="utf-8")
    assert install.install(file, environment)
    assert [path.name.split(".")[0] for path in packages.rglob("*.pyc")] == ["known"]


def test_the_installer_knows_what_a_longer_list_contains(tmp_path: Path, calls: list[list[str]]) -> None:
    (tmp_path / "requirements.txt").write_text("six==1.17.0\n", encoding="utf-8")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\nwheel==0.48.0\n", encoding="utf-8")
    assert install.wanted(tmp_path / "requirements-dev.txt") == "six==1.17.0\nwheel==0.48.0"
    assert install.install(tmp_path / "requirements-dev.txt", tmp_path / ".venv")
    assert not install.install(tmp_path / "requirements.txt", tmp_path / ".venv")
    (tmp_path / "requirements.txt").write_text("six==1.16.0\n", encoding="utf-8")
    assert install.install(tmp_path / "requirements.txt", tmp_path / ".venv")
    assert install.install(tmp_path / "requirements-dev.txt", tmp_path / ".venv")


def test_an_interrupted_installation_starts_afresh(tmp_path: Path, calls: list[list[str]]) -> None:
    file, environment = tmp_path / "requirements.txt", tmp_path / ".venv"
    file.write_text("six==1.17.0\n", encoding="utf-8")
    install.install(file, environment)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (environment / "unfinished").write_text(str(ended.pid), encoding="utf-8")
    (environment / "half_written").touch()
    assert install.install(file, environment)
    assert not (environment / "half_written").exists()


def test_an_installation_that_is_going_on_is_left_alone(tmp_path: Path, calls: list[list[str]]) -> None:
    file, environment = tmp_path / "requirements.txt", tmp_path / ".venv"
    file.write_text("six==1.17.0\n", encoding="utf-8")
    environment.mkdir()
    (environment / "unfinished").write_text(str(os.getpid()), encoding="utf-8")
    with pytest.raises(SystemExit, match=f"process {os.getpid()}"):
        install.install(file, environment)
    assert calls == []


def test_a_failed_installation_stays_unfinished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With pip itself: that of the Python in use, where the environment gets none."""
    monkeypatch.setattr(install, "can_give_pip", lambda: False)
    file, environment = tmp_path / "requirements.txt", tmp_path / ".venv"
    file.write_text("not a requirement\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        install.install(file, environment)
    assert (environment / "unfinished").exists()
    assert not (environment / "installed").exists()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands the installer ran: pip's installations are recorded, not run; all else is both."""
    run, seen = subprocess.run, []

    def record(command: list[str], **options: object) -> subprocess.CompletedProcess:
        seen.append([str(word) for word in command])
        return subprocess.CompletedProcess(command, 0) if "install" in command else run(command, **options)

    monkeypatch.setattr(install.subprocess, "run", record)
    monkeypatch.setattr(install, "can_give_pip", lambda: False)  # which would take seconds, and is not used here
    return seen


def test_the_browser_is_found_on_the_path_or_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find() is None
    executable(tmp_path / "chromium")
    assert chromium.find() == str(tmp_path / "chromium")
    other = executable(tmp_path / "my-browser")
    monkeypatch.setenv("CHROMIUM", str(other))
    assert chromium.find() == str(other)


@pytest.mark.parametrize("user", [0, 1000])
def test_a_missing_browser_is_one_line(user: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium.os, "geteuid", lambda: user)
    if user != 0:
        executable(tmp_path / "apt-get")
    with pytest.raises(SystemExit) as refused:
        chromium.bring()
    assert "sudo apt-get install chromium" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_root_gets_the_browser_from_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0)
    log, browser = tmp_path / "log", tmp_path / "chromium"
    install_it = f"[ $1 = update ] || {{ : > {browser}; /bin/chmod +x {browser}; }}"
    executable(tmp_path / "apt-get", f"echo $DEBIAN_FRONTEND $* >> {log}\n{install_it}\n")
    chromium.bring()
    assert log.read_text(encoding="utf-8").splitlines() == [
        "noninteractive update",
        "noninteractive install --yes --no-install-recommends chromium",
    ]
    chromium.bring()
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2


def executable(path: Path, script: str = "") -> Path:
    path.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
    path.chmod(0o755)
    return path
