"""What is done of a reproduction, in a file of JSON lines: the first says what they are true of, then one a piece."""

import json
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from playground.errors import InvalidInput
from playground.reproduction.reproduction import Piece, Pieces

PACKAGES = ("tensorflow", "tensorflow-cpu", "tensorflow-probability", "numpy")


def versions() -> dict[str, str]:
    """Of what the numbers depend on."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue  # one of the two TensorFlows
    return found


def text_of(head: Mapping[str, Any], pieces: Pieces) -> str:
    """The content of a file: what the pieces are true of, then each with what it found."""
    lines = [dict(head), *({"piece": key, "found": found} for key, found in pieces.items())]
    return "".join(json.dumps(line) + "\n" for line in lines)


def load(path: Path, head: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The finished pieces by key; a last line that was cut off does not count, and no file has none.

    Raises:
      InvalidInput: If the file is of something else.
      OSError: If it cannot be read.
    """
    if not path.exists():
        return {}
    found, pieces = read(path)
    if found not in ({}, head):
        raise InvalidInput(
            f"The file '{path}' keeps another run ({json.dumps(found)}), expected {json.dumps(head)}: "
            "remove it, or give another folder."
        )
    return pieces


def read(path: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What a file's pieces are true of, and the pieces by key; both are empty where no line is finished.

    Raises:
      InvalidInput: If it is something else.
      OSError: If it cannot be read.
    """
    whole = path.read_bytes().split(b"\n")[:-1]  # what follows the last line break is not finished
    try:
        lines = [json.loads(line) for line in whole]
        return dict(lines[0]) if lines else {}, {line["piece"]: line["found"] for line in lines[1:]}
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(f"The file '{path}' is not a checkpoint: remove it, or give another folder.") from None


def finish(
    path: Path,
    head: dict[str, Any],
    pieces: Sequence[Piece],
    before: Callable[[int, str], None] = lambda index, key: None,
) -> tuple[dict[str, dict[str, Any]], int]:
    """Does the pieces that are not in the file, and adds each to it as it comes.

    Args:
      path: The file; it and its folder are made if need be.
      head: What the pieces are true of.
      pieces: All of them.
      before: Called with the number from 0 and the key of each piece about to be done.

    Returns:
      What all pieces have found, by key, and how many of them were in the file.
    """
    known = load(path, head)
    done = {piece.key: known[piece.key] for piece in pieces if piece.key in known}
    resumed = len(done)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(head, done), encoding="utf-8")  # Anew, so that a line that was cut off is gone.
    for index, piece in enumerate(pieces):
        if piece.key in done:
            continue
        before(index, piece.key)
        # Through the text, so that what was kept and what was just found are the same kind of thing.
        text = json.dumps(piece.run(), allow_nan=False)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"piece": piece.key, "found": json.loads(text)}) + "\n")
        done[piece.key] = json.loads(text)
    return {piece.key: done[piece.key] for piece in pieces}, resumed
