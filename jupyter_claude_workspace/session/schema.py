"""The tables of the store's file, and how a file of an earlier version becomes one of this."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from ..errors import WorkspaceError

# The frames that hold what people asked and what they were answered.
SPOKEN = "type IN ('turn_started', 'steered', 'message')"
# What makes a file of each version from one of the version before; the first makes it from nothing.
STEPS = (
    (
        "CREATE TABLE IF NOT EXISTS sessions (session_id TEXT PRIMARY KEY, context TEXT NOT NULL,"
        " root TEXT NOT NULL, notebook TEXT NOT NULL, directory TEXT NOT NULL, title TEXT NOT NULL,"
        " created TEXT NOT NULL, modified TEXT NOT NULL, claude_session TEXT NOT NULL,"
        " user TEXT NOT NULL, settings TEXT NOT NULL, rules TEXT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS frames (session TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL,"
        " turn TEXT, key TEXT, text TEXT NOT NULL, PRIMARY KEY (session, seq)) WITHOUT ROWID",
    ),
    (
        # The turn after which `claude_session` stands.
        "ALTER TABLE sessions ADD COLUMN stands TEXT NOT NULL DEFAULT ''",
        # Where Claude Code's own conversation stood after a turn.
        "CREATE TABLE points (session TEXT NOT NULL, turn TEXT NOT NULL, conversation TEXT NOT NULL, entry TEXT,"
        " PRIMARY KEY (session, turn)) WITHOUT ROWID",
        # For searching and for counting turns, without a look at all the rest.
        f"CREATE INDEX spoken ON frames (session, type, seq) WHERE {SPOKEN}",
    ),
    (
        # Whole prompts that wait and have attachments, which the `queue` frame only names.
        "CREATE TABLE waiting (session TEXT NOT NULL, prompt TEXT NOT NULL, text TEXT NOT NULL,"
        " PRIMARY KEY (session, prompt)) WITHOUT ROWID",
    ),
    (
        # What the session runs as, and the agent that is being made in it, as JSON.
        "ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sessions ADD COLUMN draft TEXT NOT NULL DEFAULT ''",
    ),
    (
        # By what a notebook's file is known wherever it is moved to.
        "CREATE TABLE marks (root TEXT NOT NULL, notebook TEXT NOT NULL, mark TEXT NOT NULL,"
        " PRIMARY KEY (root, notebook)) WITHOUT ROWID",
    ),
)
SCHEMA_VERSION = len(STEPS)


def connect(path: Path) -> sqlite3.Connection:
    """Open or create the file (0600 in a 0700 folder), with tables of this version.

    Raises:
        WorkspaceError: it is of a newer version of this package.
        sqlite3.Error: it cannot be opened.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    database = sqlite3.connect(path, timeout=10)
    database.row_factory = sqlite3.Row
    # A kill of this process loses nothing that was handed to the system; a power cut may lose the last moments.
    database.execute("PRAGMA synchronous = NORMAL")
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        database.close()
        raise WorkspaceError(
            f"{path} was written by a newer version of jupyter-claude-workspace.",
            remedy="Upgrade the package, or set ClaudeWorkspace.data_dir to another folder.",
        )
    database.execute("PRAGMA journal_mode = TRUNCATE")
    _upgrade(database)
    return database


def _upgrade(database: sqlite3.Connection) -> None:
    """Take the steps that are missing, all or none; of two servers that start together, one waits for the other."""
    database.execute("BEGIN IMMEDIATE")
    with database:
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        for statement in (statement for step in STEPS[version:] for statement in step):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
