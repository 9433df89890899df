"""By what the files of notebooks are known, kept with the sessions."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


def marks(database: sqlite3.Connection, root: str) -> dict[str, str]:
    """The notebooks of all sessions of a root folder, with their marks; "": none yet."""
    rows = database.execute(
        "SELECT DISTINCT sessions.notebook, marks.mark FROM sessions LEFT JOIN marks"
        " ON marks.root = sessions.root AND marks.notebook = sessions.notebook WHERE sessions.root = ?",
        (root,),
    )
    return {row[0]: row[1] or "" for row in rows}


def mark(database: sqlite3.Connection, root: str, made: Mapping[str, str]) -> None:
    """Keep these marks."""
    rows = [(root, notebook, text) for notebook, text in made.items()]
    with database:
        database.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", rows)


def remark(database: sqlite3.Connection, root: str, old: str, new: str) -> None:
    """A notebook has another path."""
    with database:
        database.execute("UPDATE OR REPLACE marks SET notebook = ? WHERE root = ? AND notebook = ?", (new, root, old))
