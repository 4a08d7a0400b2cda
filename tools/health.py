"""Asks the running playground whether it is well: `python tools/health.py /_stcore/health`. Exit status 0 means yes.

Honours PORT and BASE_PATH, as the server does. Standard library only.
"""

import os
import sys
import urllib.error
import urllib.request


def address(path: str, port: str, base_path: str) -> str:
    """The URL of `path` on this machine, behind the prefix that the server was given (with or without slashes)."""
    prefix = base_path.strip("/")
    return f"http://127.0.0.1:{port}{'/' + prefix if prefix else ''}/{path.lstrip('/')}"


def main() -> None:
    url = address(sys.argv[1], os.environ.get("PORT", "8501"), os.environ.get("BASE_PATH", ""))
    # A proxy of the environment must not be asked about this very machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            print(response.read().decode())
    except (urllib.error.URLError, OSError) as error:
        raise SystemExit(f"No healthy playground at {url}: {error}") from error


if __name__ == "__main__":
    main()
