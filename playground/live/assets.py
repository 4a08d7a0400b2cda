"""The files the browser needs, each under an address that holds a digest of its content, so it is fetched once."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MODULES = (
    "frame.js",
    "theme.js",
    "axes.js",
    "chart.js",
    "legend.js",
    "rate.js",
    "transport.js",
    "link.js",
    "page.js",
    "painter.js",
    "board.js",
)
"""The board's JavaScript modules; each imports only those before it."""

STYLES = ("board.css", "strip.css")

LIBRARY = "plotly-cartesian.min.js"
"""plotly.js, of the version that the `plotly` package speaks to, with nothing but what is drawn in a plane. All of it,
as the package has it, is three times as much to load, and takes a browser twice as long to run."""

_HERE = Path(__file__).parent
_MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """One file.

    Attributes:
      version: The digest that its address holds.
      media_type: For the `Content-Type` header.
      content, compressed: As it is, and gzipped.
    """

    version: str
    media_type: str
    content: bytes
    compressed: bytes


@cache
def assets() -> dict[str, Asset]:
    """All files by name, read and compressed once per process.

    The modules share one version, because they import each other by relative addresses.
    """
    board = {name: (_HERE / name).read_bytes() for name in (*MODULES, *STYLES)}
    board_version = _digest(b"".join(board.values()))
    library = (_HERE / "vendor" / LIBRARY).read_bytes()
    return {
        name: Asset(
            _digest(library) if name == LIBRARY else board_version,
            _MEDIA_TYPES[Path(name).suffix],
            content,
            gzip.compress(content, compresslevel=6, mtime=0),
        )
        for name, content in {**board, LIBRARY: library}.items()
    }


def addresses() -> dict[str, str]:
    """Where each file is, relative to the app's base."""
    return {name: f"live/assets/{asset.version}/{name}" for name, asset in assets().items()}


@cache
def parcel() -> bytes:
    """Everything in one gzipped JSON object, for a browser that cannot reach the routes."""
    files = {name: asset.content.decode() for name, asset in assets().items()}
    modules = [[name, files[name]] for name in MODULES]
    text = json.dumps({"modules": modules, "styles": [files[name] for name in STYLES], "plotly": files[LIBRARY]})
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
