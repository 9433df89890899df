"""Sessions and their frames in one SQLite file.

One thread owns the connection. Frames are written behind, four times a second at most, and are in the tail until
then: a kill of the process loses nothing. No WAL, which does not work on network homes.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ..errors import WorkspaceError
from ..protocol.content import Context, Rule, Settings
from ..protocol.frames import PROVISIONAL
from .tail import Row, Tail, left_behind

SCHEMA_VERSION = 1
TICK = 0.25  # seconds between writes; the tail has what is not written yet
# Of these only the newest counts once a turn is over.
LAST_VALUE = ("state", "queue", "configured", "plan")
# Weather that has passed when its turn has ended.
PASSING = ("retrying", "silent", "compacting")
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass
class StoredSession:
    """One row of `sessions`: `root` is the server's root folder, `notebook` below it, `directory` the process's."""

    session_id: str
    context: Context
    root: str
    notebook: str
    directory: str
    title: str
    created: str
    modified: str
    claude_session: str
    user: str = ""
    settings: Settings = field(default_factory=Settings)
    rules: tuple[Rule, ...] = ()


class Store:
    """The file. Every method may be called from any thread; what returns a Future works on the store's own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._tail = Tail(path.parent / "tails")
        self._rows: list[Row] = []
        self._failing = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._main, name="claude-workspace-store", daemon=True)
        self._database: sqlite3.Connection

    def open(self) -> None:
        """Open or create the file (0600 in a 0700 folder).

        Raises:
            WorkspaceError: it is of a newer version of this package, or cannot be opened.
        """
        self._thread.start()
        self._do(self._open).result()

    def close(self) -> None:
        """Write what is waiting and close the file."""
        if self._thread.is_alive():
            self._do(self._flush).result()
            self._do(self._close).result()
            self._work.put(None)
            self._thread.join(timeout=10)

    def append(self, session: str, seq: int, kind: str, turn: str | None, key: str | None, text: str) -> None:
        """Keep one encoded frame, written within a tick. `key`: a prompt's id or a notice's code."""
        row = (session, seq, kind, turn, key, text)
        with self._lock:
            self._tail.add(row)
            self._rows.append(row)
            first = len(self._rows) == 1
        if first:
            self._work.put(lambda: None)  # wakes the thread, which then waits a tick for more

    def flush(self) -> Future[None]:
        """Write what is waiting now."""
        return self._do(self._flush)

    def end_turn(self, session: str, turn: str) -> Future[None]:
        """Let go of what only mattered while the turn ran: pieces, progress, passing weather, superseded values."""
        return self._do(lambda: self._compact(session, turn))

    def frames(self, session: str) -> Future[list[tuple[int, str, str]]]:
        """All frames of a session in order, as (seq, type, JSON text)."""
        return self._do(lambda: self._frames(session))

    def head(self, session: str) -> Future[int]:
        """The newest seq, 0 where there is none."""

        def work() -> int:
            self._flush()
            row = self._database.execute("SELECT MAX(seq) FROM frames WHERE session = ?", (session,)).fetchone()
            return int(row[0] or 0)

        return self._do(work)

    def prompts(self, session: str) -> Future[set[str]]:
        """The ids of all prompts that began a turn."""

        def work() -> set[str]:
            rows = self._database.execute(
                "SELECT key FROM frames WHERE session = ? AND type = 'turn_started' AND key IS NOT NULL", (session,)
            )
            return {row[0] for row in rows}

        return self._do(work)

    def save(self, record: StoredSession) -> Future[None]:
        """Insert or replace a session's row."""
        row = asdict(record)
        row["settings"] = record.settings.model_dump_json()
        row["rules"] = json.dumps([rule.model_dump() for rule in record.rules])
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)

        def work() -> None:
            statement = f"INSERT OR REPLACE INTO sessions ({names}) VALUES ({marks})"  # noqa: S608 - our own names
            with self._database:
                self._database.execute(statement, tuple(row.values()))

        return self._do(work)

    def load(self, session: str) -> Future[StoredSession | None]:
        """A session's row, or None."""

        def work() -> StoredSession | None:
            row = self._database.execute("SELECT * FROM sessions WHERE session_id = ?", (session,)).fetchone()
            return _stored(row) if row else None

        return self._do(work)

    def of_root(self, root: str) -> Future[list[StoredSession]]:
        """All sessions of a root folder, newest first."""

        def work() -> list[StoredSession]:
            rows = self._database.execute("SELECT * FROM sessions WHERE root = ? ORDER BY modified DESC", (root,))
            return [_stored(row) for row in rows]

        return self._do(work)

    def delete(self, session: str) -> Future[None]:
        """Forget a session and all its frames."""

        def work() -> None:
            with self._lock:
                self._rows = [row for row in self._rows if row[0] != session]
            with self._database:
                self._database.execute("DELETE FROM sessions WHERE session_id = ?", (session,))
                self._database.execute("DELETE FROM frames WHERE session = ?", (session,))

        return self._do(work)

    # ── on the store's own thread ──

    def _do(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

        self._work.put(run)
        return future

    def _main(self) -> None:
        due: float | None = None
        while True:
            try:
                work = self._work.get(timeout=None if due is None else max(0.0, due - time.monotonic()))
            except queue.Empty:
                work, due = self._tick, None
            if work is None:
                return
            work()
            if not self._rows:
                due = None
            elif due is None:
                due = time.monotonic() + TICK

    def _open(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.parent.chmod(0o700)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        self._path.chmod(0o600)
        self._database = sqlite3.connect(self._path, timeout=10)
        self._database.row_factory = sqlite3.Row
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise WorkspaceError(
                f"{self._path} was written by a newer version of jupyter-claude-workspace.",
                remedy="Upgrade the package, or set ClaudeWorkspace.data_dir to another folder.",
            )
        # A kill of this process loses nothing that was handed to the system; a power cut may lose the last moments.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("PRAGMA journal_mode = TRUNCATE")
        with self._database:
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS sessions (session_id TEXT PRIMARY KEY, context TEXT NOT NULL,"
                " root TEXT NOT NULL, notebook TEXT NOT NULL, directory TEXT NOT NULL, title TEXT NOT NULL,"
                " created TEXT NOT NULL, modified TEXT NOT NULL, claude_session TEXT NOT NULL,"
                " user TEXT NOT NULL, settings TEXT NOT NULL, rules TEXT NOT NULL)"
            )
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS frames (session TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL,"
                " turn TEXT, key TEXT, text TEXT NOT NULL, PRIMARY KEY (session, seq)) WITHOUT ROWID"
            )
            self._database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        for rows in left_behind(self._path.parent / "tails"):
            known = {row[0] for row in self._database.execute("SELECT session_id FROM sessions")}
            self._insert([row for row in rows if row[0] in known])
        self._tail.open()

    def _close(self) -> None:
        self._database.close()
        self._tail.close()

    def _flush(self) -> None:
        with self._lock:
            rows, self._rows = self._rows, []
            half = self._tail.turn()
        if not rows:
            return
        try:
            self._insert(rows)
        except sqlite3.Error:
            with self._lock:
                self._rows = rows + self._rows
            raise
        self._tail.clear(half)

    def _tick(self) -> None:
        try:
            self._flush()
            self._failing = False
        except sqlite3.Error as error:  # the disk is full, or somebody keeps the file locked: next time, then
            if not self._failing:
                log.warning("%s cannot be written now: %s. The frames are kept and tried again.", self._path, error)
            self._failing = True

    def _insert(self, rows: list[Row]) -> None:
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO frames VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _frames(self, session: str) -> list[tuple[int, str, str]]:
        self._flush()
        rows = self._database.execute("SELECT seq, type, text FROM frames WHERE session = ? ORDER BY seq", (session,))
        return [tuple(row) for row in rows]

    def _compact(self, session: str, turn: str) -> None:
        self._flush()
        pieces = ", ".join(f"'{kind}'" for kind in (*PROVISIONAL, "discard", "tool_progress"))
        last = ", ".join(f"'{kind}'" for kind in LAST_VALUE)
        passing = ", ".join(f"'{code}'" for code in PASSING)
        with self._database:
            self._database.execute(
                f"DELETE FROM frames WHERE session = ? AND turn = ? AND (type IN ({pieces})"  # noqa: S608 - constants above
                f" OR (type = 'notice' AND key IN ({passing})))",
                (session, turn),
            )
            self._database.execute(
                f"DELETE FROM frames WHERE session = ? AND type IN ({last}) AND seq < (SELECT MAX(newer.seq)"  # noqa: S608
                " FROM frames AS newer WHERE newer.session = frames.session AND newer.type = frames.type)",
                (session,),
            )


def _stored(row: Any) -> StoredSession:
    values = dict(row)
    values["settings"] = Settings.model_validate_json(values["settings"])
    values["rules"] = tuple(Rule(**rule) for rule in json.loads(values["rules"]))
    return StoredSession(**values)
