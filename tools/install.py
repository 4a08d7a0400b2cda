"""Brings `.venv` to exactly what a requirements file pins: `python tools/install.py requirements.txt`.

Run by the Makefile and by the Dockerfile, with whatever Python there is; standard library only. A record of what was
installed makes a second call free, and a change of a pin reinstall. A marker that is there only while packages are
being written tells an interrupted installation, which is started afresh: pip takes a half-written package for a whole.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = Path(__file__).resolve().parent.parent
# Byte code for what was installed, but for the packages' own tests. Left to itself, pip writes all of it on one
# processor; what no compiler takes, such as a template, is passed over as pip does.
COMPILE = """
import compileall, re, sysconfig
compileall.compile_dir(sysconfig.get_path("purelib"), quiet=2, workers=0, rx=re.compile("/tests?/"))
"""


def why_not(version: tuple[int, int]) -> str | None:
    """None, or the sentence that says why this Python cannot be used."""
    if OLDEST <= version <= NEWEST:
        return None
    return (
        "Python {}.{} cannot run the pinned TensorFlow: expected {}.{} to {}.{}; "
        "install one and name it, for example `make run PYTHON=python3.11`.".format(*version, *OLDEST, *NEWEST)
    )


def wanted(requirements: Path) -> str:
    """The text of a requirements file with those it includes by `-r` put in place."""
    lines = []
    for line in requirements.read_text(encoding="utf-8").splitlines():
        included = line.startswith("-r ")
        lines.append(wanted(requirements.parent / line[3:].strip()) if included else line)
    return "\n".join(lines)


def packages(text: str) -> list[str]:
    """The requirements in a file's text, without its comments."""
    lines = (re.sub(r"(^|\s+)#.*", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def interrupted(marker: Path) -> bool:
    """Whether an installation began and ended without finishing.

    Raises:
      SystemExit: If it is still going on, in another process.
    """
    if not marker.exists():
        return False
    text = marker.read_text(encoding="utf-8")
    try:
        os.kill(int(text), 0)
    except (ValueError, ProcessLookupError, PermissionError):
        return True
    raise SystemExit(f"Another installation (process {text}) is writing to {marker.parent.name}: wait for its end.")


def can_give_pip() -> bool:
    """Whether this Python can put pip into an environment; Debian keeps that part in another package."""
    return importlib.util.find_spec("ensurepip") is not None


def pip_for(python: Path) -> list[str]:
    """The command of the environment's own pip, or of ours where it has none."""
    own = subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0
    return [str(python), "-m", "pip"] if own else [sys.executable, "-m", "pip", "--python", str(python)]


def works(python: Path) -> bool:
    """Whether the environment's interpreter is there and starts; a moved or removed Python leaves a dead link."""
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def install(requirements: Path, environment: Path) -> bool:
    """Installs, and returns whether there was anything to do.

    Raises:
      subprocess.CalledProcessError: If pip fails; the environment is then marked as unfinished.
    """
    python, marker = environment / "bin" / "python", environment / "unfinished"
    record = environment / "installed" / requirements.name
    text = wanted(requirements)
    broken = interrupted(marker) or not works(python)
    if not broken and record.exists() and record.read_text(encoding="utf-8") == text:
        return False
    if broken:
        shutil.rmtree(environment, ignore_errors=True)
    environment.mkdir(exist_ok=True)
    marker.write_text(str(os.getpid()), encoding="utf-8")
    if broken:
        venv.EnvBuilder(symlinks=True, with_pip=can_give_pip()).create(environment)
    # The list is complete, so nothing is left to resolve: see the head of requirements.txt. Half of it goes to each of
    # two processes, because pip fetches and unpacks one package after the other.
    options = ["--disable-pip-version-check", "--no-deps", "--no-compile", "--progress-bar=off"]
    command, asked = [*pip_for(python), "install", *options], packages(text)
    with ThreadPoolExecutor() as side_by_side:
        halves = [half for half in (asked[::2], asked[1::2]) if half]
        list(side_by_side.map(lambda half: subprocess.run([*command, *half], check=True), halves))
    subprocess.run([str(python), "-c", COMPILE], check=True)
    shutil.rmtree(record.parent, ignore_errors=True)
    record.parent.mkdir()
    for file in requirements.parent.glob("requirements*.txt"):
        if wanted(file) in text:
            (record.parent / file.name).write_text(wanted(file), encoding="utf-8")
    marker.unlink()
    return True


def main() -> None:
    refusal = why_not(sys.version_info[:2])
    if refusal:
        raise SystemExit(refusal)
    if len(sys.argv) != 2:
        raise SystemExit("Usage: python tools/install.py REQUIREMENTS_FILE")
    try:
        install(ROOT / sys.argv[1], ROOT / ".venv")
    except KeyboardInterrupt:
        raise SystemExit("Interrupted: the next call starts afresh.") from None
    except subprocess.CalledProcessError as error:
        raise SystemExit(
            f"Could not install {sys.argv[1]} (exit {error.returncode}): see the message above."
        ) from error


if __name__ == "__main__":
    main()
