"""Uploaded tables, kept for all viewers of this process under keys that a URL can carry."""

import threading
from collections import OrderedDict

from playground.data.table import Table

MOST_TABLES = 64
MOST_BYTES = 200 * 2**20
PREFIX = "upload-"
DIGITS = 12


class Uploads:
    """A bounded store, safe for threads: the table that was not asked for for longest makes room.

    Args:
      most_tables, most_bytes: Its bounds; one table is kept whatever its size.
    """

    def __init__(self, most_tables: int = MOST_TABLES, most_bytes: int = MOST_BYTES) -> None:
        self._most_tables, self._most_bytes = most_tables, most_bytes
        self._tables: OrderedDict[str, Table] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def add(self, table: Table) -> str:
        """Keeps a table and returns its key, which the content of the file determines: the same file is kept once."""
        key = f"{PREFIX}{table.digest[:DIGITS]}"
        with self._lock:
            self._drop(key)
            # The newest name of a file stays: whoever has just uploaded it sees their own.
            self._tables[key] = table
            self._bytes += table.nbytes
            while len(self._tables) > 1 and (len(self._tables) > self._most_tables or self._bytes > self._most_bytes):
                self._drop(next(iter(self._tables)))
        return key

    def get(self, key: str) -> Table | None:
        """The table of a key, or None where there is none (any more)."""
        with self._lock:
            if key in self._tables:
                self._tables.move_to_end(key)
            return self._tables.get(key)

    def __len__(self) -> int:
        """The number of tables."""
        with self._lock:
            return len(self._tables)

    @property
    def nbytes(self) -> int:
        """How much memory the tables take, in bytes."""
        with self._lock:
            return self._bytes

    def _drop(self, key: str) -> None:
        table = self._tables.pop(key, None)
        self._bytes -= 0 if table is None else table.nbytes


UPLOADS = Uploads()
"""Those of this process."""
