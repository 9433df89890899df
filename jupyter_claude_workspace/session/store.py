"""Sessions and their frames in one SQLite file.

One thread owns the connection. Frames are written behind, four times a second at most, and are in the tail until
then: a kill of the process loses nothing. No WAL, which does not work on network homes.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from ..claude.events import Point
from ..protocol.frames import Prompt
from .compaction import compact
from .record import StoredSession, from_row, to_row
from .schema import SPOKEN, connect
from .tail import Row, Tail, left_behind

TICK = 0.25  # seconds between writes; the tail has what is not written yet
T = TypeVar("T")
log = logging.getLogger(__name__)


class Store:
    """The file. Every method may be called from any thread; what returns a Future works on the store's own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._tail = Tail(path.parent / "tails")
        self._rows: list[Row] = []
        self._points: dict[tuple[str, str], Point] = {}
        self._failing = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._main, name="claude-workspace-store", daemon=True)
        self._database: sqlite3.Connection

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def open(self) -> None:
        """Open or create the file (0600 in a 0700 folder).

        Raises:
            WorkspaceError: it is of a newer version of this package, or cannot be opened.
        """
        self._thread.start()
        try:
            self._do(self._open).result()
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """Write what is waiting and close the file."""
        if self._thread.is_alive():
            self._do(self._flush).result()
            self._do(self._close).result()
            self._end()

    def append(self, session: str, seq: int, kind: str, turn: str | None, key: str | None, text: str) -> None:
        """Keep one encoded frame, written within a tick. `key`: a prompt's id, a notice's code, a progress's state."""
        row = (session, seq, kind, turn, key, text)
        with self._lock:
            self._tail.add(row)
            self._rows.append(row)
            first = len(self._rows) == 1
        if first:
            self._work.put(lambda: None)  # wakes the thread, which then waits a tick for more

    def stood(self, session: str, turn: str, point: Point) -> None:
        """Keep where Claude Code's own conversation stands after a turn; written with the frames."""
        with self._lock:
            self._points[session, turn] = point

    def points(self, session: str) -> Future[dict[str, Point]]:
        """What was kept of that, by turn."""

        def work() -> dict[str, Point]:
            self._flush()
            rows = self._database.execute("SELECT * FROM points WHERE session = ?", (session,))
            return {row["turn"]: Point(row["conversation"], row["entry"]) for row in rows}

        return self._do(work)

    def keep(self, session: str, prompt: Prompt) -> Future[None]:
        """Keep a prompt that waits, whole."""

        def work() -> None:
            with self._database:
                row = (session, prompt.prompt, prompt.model_dump_json())
                self._database.execute("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)", row)

        return self._do(work)

    def kept(self, session: str) -> Future[dict[str, Prompt]]:
        """The prompts that were kept."""

        def work() -> dict[str, Prompt]:
            rows = self._database.execute("SELECT prompt, text FROM waiting WHERE session = ?", (session,))
            return {row["prompt"]: Prompt.model_validate_json(row["text"]) for row in rows}

        return self._do(work)

    def let_go(self, session: str) -> Future[None]:
        """None of them waits any more."""

        def work() -> None:
            with self._database:
                self._database.execute("DELETE FROM waiting WHERE session = ?", (session,))

        return self._do(work)

    def flush(self) -> Future[None]:
        """Write what is waiting now."""
        return self._do(self._flush)

    def end_turn(self, session: str, turn: str) -> Future[None]:
        """Let go of what only mattered while the turn ran: pieces, progress, passing weather, superseded values."""

        def work() -> None:
            self._flush()
            compact(self._database, session, turn)

        return self._do(work)

    def frames(self, session: str) -> Future[list[tuple[int, str, str]]]:
        """All frames of a session in order, as (seq, type, JSON text)."""
        return self._do(lambda: self._frames(session))

    def turns(self, session: str | None = None) -> Future[dict[str, int]]:
        """How many turns each session has, or only this one; those without any are left out."""

        def work() -> dict[str, int]:
            self._flush()
            rows = self._database.execute(
                f"SELECT session, COUNT(*) FROM frames INDEXED BY spoken WHERE {SPOKEN} AND type = 'turn_started'"  # noqa: S608
                f"{' AND session = ?' if session else ''} GROUP BY session",
                (session,) if session else (),
            )
            return {row[0]: row[1] for row in rows}

        return self._do(work)

    def head(self, session: str) -> Future[int]:
        """The newest seq, 0 where there is none."""

        def work() -> int:
            self._flush()
            row = self._database.execute("SELECT MAX(seq) FROM frames WHERE session = ?", (session,)).fetchone()
            return int(row[0] or 0)

        return self._do(work)

    def prompts(self, session: str) -> Future[set[str]]:
        """The ids of all prompts that began a turn or were put into one."""

        def work() -> set[str]:
            rows = self._database.execute(
                "SELECT key FROM frames WHERE session = ? AND type IN ('turn_started', 'steered') AND key IS NOT NULL",
                (session,),
            )
            return {row[0] for row in rows}

        return self._do(work)

    def save(self, record: StoredSession) -> Future[None]:
        """Insert or replace a session's row."""
        row = to_row(record)
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
            return from_row(row) if row else None

        return self._do(work)

    def of_root(self, root: str) -> Future[list[StoredSession]]:
        """All sessions of a root folder, newest first."""

        def work() -> list[StoredSession]:
            rows = self._database.execute("SELECT * FROM sessions WHERE root = ? ORDER BY modified DESC", (root,))
            return [from_row(row) for row in rows]

        return self._do(work)

    def delete(self, session: str) -> Future[None]:
        """Forget a session and all its frames."""

        def work() -> None:
            with self._lock:
                self._rows = [row for row in self._rows if row[0] != session]
                self._points = {key: point for key, point in self._points.items() if key[0] != session}
            with self._database:
                self._database.execute("DELETE FROM sessions WHERE session_id = ?", (session,))
                for table in ("frames", "points", "waiting"):
                    self._database.execute(f"DELETE FROM {table} WHERE session = ?", (session,))  # noqa: S608

        return self._do(work)

    def use(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Have something done to the file that is not about one session."""
        return self._do(lambda: work(self._database))

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

    def _end(self) -> None:
        self._work.put(None)
        self._thread.join(timeout=10)

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
        self._database = connect(self._path)
        for rows in left_behind(self._path.parent / "tails"):
            known = {row[0] for row in self._database.execute("SELECT session_id FROM sessions")}
            self._insert([row for row in rows if row[0] in known], {})
        self._tail.open()

    def _close(self) -> None:
        self._database.close()
        self._tail.close()

    def _flush(self) -> None:
        with self._lock:
            rows, self._rows = self._rows, []
            points, self._points = self._points, {}
            half = self._tail.turn()
        if not rows and not points:
            return
        try:
            self._insert(rows, points)
        except sqlite3.Error:
            with self._lock:
                self._rows = rows + self._rows
                self._points = {**points, **self._points}
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

    def _insert(self, rows: list[Row], points: dict[tuple[str, str], Point]) -> None:
        stood = [(*key, point.conversation, point.entry) for key, point in points.items()]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO frames VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._database.executemany("INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?)", stood)

    def _frames(self, session: str) -> list[tuple[int, str, str]]:
        self._flush()
        rows = self._database.execute("SELECT seq, type, text FROM frames WHERE session = ? ORDER BY seq", (session,))
        return [tuple(row) for row in rows]
