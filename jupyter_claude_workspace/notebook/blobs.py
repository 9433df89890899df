"""Pieces of JSON kept once each, under the hash of what they are, in a SQLite file together with who uses them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable
from typing import Any

# A notebook's pictures are packed already; more effort would only take longer.
EFFORT = 3
TABLES = (
    "CREATE TABLE blobs (hash BLOB PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE uses (entry INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (entry, hash)) WITHOUT ROWID",
    "CREATE INDEX used ON uses (hash)",
)


class Blobs:
    """Works within the transaction of whoever calls."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def put(self, value: Any) -> tuple[str, int]:
        """Keep a value: its hash, and how many bytes that took; 0 where it is kept already and whole."""
        text = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        name = hashlib.sha256(text).digest()
        row = self._database.execute("SELECT data FROM blobs WHERE hash = ?", (name,)).fetchone()
        if row is not None and _unpacked(name, row[0]) is not None:
            return name.hex(), 0
        data = zlib.compress(text, EFFORT)
        self._database.execute("INSERT OR REPLACE INTO blobs VALUES (?, ?)", (name, data))
        return name.hex(), len(data)

    def get(self, name: str) -> Any:
        """The value of a hash; None where it is damaged or not there."""
        key = bytes.fromhex(name)
        row = self._database.execute("SELECT data FROM blobs WHERE hash = ?", (key,)).fetchone()
        text = _unpacked(key, row[0]) if row is not None else None
        return None if text is None else json.loads(text)

    def use(self, entry: int, names: Iterable[str]) -> None:
        """An entry needs these, and none that it needed before."""
        old = self._used([entry])
        self._database.execute("DELETE FROM uses WHERE entry = ?", (entry,))
        rows = [(entry, bytes.fromhex(name)) for name in set(names)]
        self._database.executemany("INSERT INTO uses VALUES (?, ?)", rows)
        self._sweep(old)

    def free(self, entries: Iterable[int]) -> None:
        """These entries are gone, and with them what only they needed."""
        gone = list(entries)
        old = self._used(gone)
        self._database.executemany("DELETE FROM uses WHERE entry = ?", [(entry,) for entry in gone])
        self._sweep(old)

    def _used(self, entries: Iterable[int]) -> set[bytes]:
        return {
            row[0]
            for entry in entries
            for row in self._database.execute("SELECT hash FROM uses WHERE entry = ?", (entry,))
        }

    def _sweep(self, names: Iterable[bytes]) -> None:
        self._database.executemany(
            "DELETE FROM blobs WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM uses WHERE uses.hash = ?1)",
            [(name,) for name in names],
        )


def _unpacked(name: bytes, data: bytes) -> bytes | None:
    """What was packed, where it is what its hash says."""
    try:
        text = zlib.decompress(data)
    except (zlib.error, TypeError):
        return None
    return text if hashlib.sha256(text).digest() == name else None
