"""Finds the browser that the browser tests drive, or brings Debian's: `python tools/chromium.py`."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of the first browser there is; the variable CHROMIUM names another one."""
    candidates = (os.environ.get("CHROMIUM"), *NAMES)
    return next((path for name in candidates if name and (path := shutil.which(name))), None)


def bring() -> None:
    """Installs Debian's package where no browser is found.

    Raises:
      SystemExit: If that takes rights, or a package manager, that are not there.
    """
    if find():
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SystemExit(
            "No Chromium found for the browser tests: install it (Debian: `sudo apt-get install chromium`), "
            "or name one with CHROMIUM=/path/to/it."
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        if subprocess.run(["apt-get", *arguments], env=environment).returncode != 0:
            raise SystemExit(f"`apt-get {' '.join(arguments)}` failed, and the tests need a Chromium: see above.")
    if not find():
        raise SystemExit(f"apt-get installed chromium, yet none of {', '.join(NAMES)} is on the PATH.")


if __name__ == "__main__":
    bring()
