"""The file of notebooks' past: its tables, and how it is opened."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from pathlib import Path

from . import blobs

VERSION = 1
TABLES = (
    *blobs.TABLES,
    "CREATE TABLE entries (entry INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, notebook TEXT NOT NULL,"
    " turn TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, prompt TEXT NOT NULL, bytes INTEGER NOT NULL,"
    " body BLOB NOT NULL)",
    "CREATE INDEX of_session ON entries (session, turn)",
    "CREATE INDEX of_notebook ON entries (notebook)",
    "CREATE VIEW snapshots AS SELECT * FROM entries WHERE kind IN ('turn', 'end', 'restore')",
    "CREATE VIEW steps AS SELECT * FROM entries WHERE kind NOT IN ('turn', 'end', 'restore')",
)
log = logging.getLogger(__name__)


def opened(path: Path) -> sqlite3.Connection:
    """Open or create the file (0600 in a 0700 folder); one that is no database any more is put aside."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise  # locked, or no room: it may be whole
        aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
        path.rename(aside)
        log.error("%s is damaged and was put aside as %s: %s", path, aside.name, error)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    # Transactions begin where `_writing` says so.
    database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        database.row_factory = sqlite3.Row
        database.execute("PRAGMA auto_vacuum = FULL")  # what is let go of is given back to the disk
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA journal_mode = TRUNCATE")
        database.execute("BEGIN IMMEDIATE")
        with database:
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                raise sqlite3.OperationalError("it was written by a newer version of jupyter-claude-workspace")
            if version == 0:
                for statement in TABLES:
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        database.close()
        raise
    return database


def size_of(database: sqlite3.Connection) -> int:
    """Bytes of the file once this transaction is over."""
    pages, free, size = (
        int(database.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size
