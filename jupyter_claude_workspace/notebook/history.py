"""The past of notebooks: snapshots of them, and what each change did, in one SQLite file.

A cell is kept once, however many snapshots and changes have it. Every method blocks and may be called on any thread;
what it wrote is there when it returns, also after a kill. The oldest turns go first where the file would become larger
than it may; the newest snapshot of a notebook stays in any case.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import HistoryUnknown, HistoryUnusable
from .blobs import Blobs
from .document import Notebook
from .history_file import opened, size_of
from .kept import KeptNotebook, KeptStep, SnapshotInfo, SnapshotKind, StepKind, TurnFigures, Whose
from .steps import Step, Touch, changed

PROMPT_CHARS = 120
log = logging.getLogger(__name__)


class History:
    """The file in `folder`; made when it is first needed.

    `most_bytes` bounds the file, `most_snapshots` what is kept of one notebook; 0 is no limit.
    """

    def __init__(self, folder: Path, *, most_bytes: int, most_snapshots: int) -> None:
        self._path = folder / "history.sqlite"
        self._most_bytes = most_bytes
        self._most_snapshots = most_snapshots
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    def snapshot(
        self, whose: Whose, notebook: Notebook, kind: SnapshotKind, *, prompt: str = "", unless: str = ""
    ) -> SnapshotInfo | None:
        """Keep a notebook as it is; None, and nothing, where its `state` is `unless`."""
        rest = {key: value for key, value in notebook.items() if key != "cells"}
        with self._writing() as (database, blobs):
            frame, size = blobs.put(rest)
            cells: list[list[str]] = []
            for cell in notebook["cells"]:
                name, took = blobs.put(cell)
                cells.append([cell["id"], name])
                size += took
            if _state(cells) == unless:
                return None
            body = {"rest": frame, "cells": cells}
            entry = _insert(database, whose, kind, " ".join(prompt.split())[:PROMPT_CHARS], size, body)
            blobs.use(entry, [frame, *(name for _, name in cells)])
            self._limit(database, blobs, whose.notebook)
            return _info(database.execute("SELECT * FROM entries WHERE entry = ?", (entry,)).fetchone())

    def add(self, whose: Whose, kind: StepKind, step: Step) -> int:
        """Keep a change; it can be corrected or withdrawn under the number that this answers with."""
        with self._writing() as (database, blobs):
            body, size = _packed_step(blobs, step)
            entry = _insert(database, whose, kind, "", size, body)
            blobs.use(entry, _names(body))
            self._limit(database, blobs, whose.notebook)
            return entry

    def correct(self, entry: int, step: Step) -> None:
        """A change did something else than was expected; nothing where it is not kept any more."""
        with self._writing() as (database, blobs):
            body, size = _packed_step(blobs, step)
            sets = "UPDATE entries SET body = ?, bytes = ? WHERE entry = ?"
            if database.execute(sets, (_pack(body), size, entry)).rowcount:
                blobs.use(entry, _names(body))

    def withdraw(self, entry: int) -> None:
        """A change was not made."""
        with self._writing() as (database, blobs):
            _delete(database, blobs, [entry])

    def snapshots(self, session: str) -> list[SnapshotInfo]:
        """All of a session's, oldest first."""
        with self._reading() as (database, _):
            rows = database.execute("SELECT * FROM snapshots WHERE session = ? ORDER BY entry", (session,))
            return [_info(row) for row in rows]

    def notebook(self, session: str, snapshot: int) -> KeptNotebook:
        """The notebook of a snapshot.

        Raises:
            HistoryUnknown: there is none of this number (any more).
        """
        with self._reading() as (database, blobs):
            row = database.execute(
                "SELECT * FROM snapshots WHERE entry = ? AND session = ?", (snapshot, session)
            ).fetchone()
            if row is None:
                raise HistoryUnknown("This snapshot is not kept (any more).")
            body = _unpack(row["body"])
            found = [(cell, blobs.get(name)) for cell, name in body["cells"]]
            rest = blobs.get(body["rest"]) or {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
        cells = [value for _, value in found if value is not None]
        damaged = tuple(cell for cell, value in found if value is None)
        return KeptNotebook({**rest, "cells": cells}, tuple(cell for cell, _ in found), damaged)

    def steps(self, session: str, turn: str | None = None) -> list[KeptStep]:
        """All changes of a session, or of one turn in it, in the order in which they were made."""
        with self._reading() as (database, blobs):
            rows = database.execute(
                "SELECT * FROM steps WHERE session = ?1 AND (?2 IS NULL OR turn = ?2) ORDER BY entry", (session, turn)
            ).fetchall()
            return [
                KeptStep(row["entry"], row["turn"], row["kind"], _step(blobs, _unpack(row["body"]))) for row in rows
            ]

    def turns(self, session: str, turn: str | None = None) -> dict[str, TurnFigures]:
        """What there is to say of each turn that changed something, or of one, without a look at the cells."""
        with self._reading() as (database, _):
            rows = database.execute(
                "SELECT turn, kind, body FROM steps WHERE session = ?1 AND (?2 IS NULL OR turn = ?2) ORDER BY entry",
                (session, turn),
            ).fetchall()
        touches: dict[str, list[tuple[str, str, object, object]]] = {}
        undone: dict[str, bool] = {}
        for row in rows:
            undone[row["turn"]] = row["kind"] == "undo"
            if row["kind"] not in ("undo", "redo"):
                touches.setdefault(row["turn"], []).extend(map(_told, _unpack(row["body"])["touches"]))
        return {each: TurnFigures(changed(touches[each]), undone[each]) for each in touches}

    def moved(self, session: str, notebook: str) -> None:
        """A session's notebook is called otherwise now."""
        with self._writing() as (database, _):
            database.execute("UPDATE entries SET notebook = ? WHERE session = ?", (notebook, session))

    def forget(self, session: str) -> None:
        """A session is deleted."""
        with self._writing() as (database, blobs):
            rows = database.execute("SELECT entry FROM entries WHERE session = ?", (session,))
            _delete(database, blobs, [row["entry"] for row in rows.fetchall()])

    def close(self) -> None:
        """Close the file; it is opened again where it is needed."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    # ── inside ──

    def _limit(self, database: sqlite3.Connection, blobs: Blobs, notebook: str) -> None:
        if self._most_snapshots:
            count = "SELECT COUNT(*) FROM snapshots WHERE notebook = ?"
            while database.execute(count, (notebook,)).fetchone()[0] > self._most_snapshots:
                if not _drop_oldest(database, blobs, notebook):
                    break
        while self._most_bytes and size_of(database) > self._most_bytes:
            if not _drop_oldest(database, blobs, None):
                break

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, Blobs]]:
        with self._reading() as (database, blobs), database:
            database.execute("BEGIN IMMEDIATE")
            yield database, blobs

    @contextmanager
    def _reading(self) -> Iterator[tuple[sqlite3.Connection, Blobs]]:
        with self._lock:
            try:
                if self._opened is None:
                    self._opened = opened(self._path)
                yield self._opened, Blobs(self._opened)
            except (sqlite3.Error, OSError) as error:
                log.warning("%s cannot be used: %s", self._path, error)
                raise HistoryUnusable(
                    f"The notebook's history cannot be read or written: {error}.",
                    remedy="See that there is room on the disk that holds ClaudeWorkspace.data_dir.",
                ) from error


def _drop_oldest(database: sqlite3.Connection, blobs: Blobs, notebook: str | None) -> bool:
    """Let go of the oldest turn with all that is kept of it, but not with the newest snapshot of a notebook."""
    row = database.execute(
        "SELECT session, turn FROM entries WHERE NOT (session, turn) IN (SELECT session, turn FROM entries"
        " WHERE entry IN (SELECT MAX(entry) FROM snapshots GROUP BY notebook))"
        " AND (?1 IS NULL OR notebook = ?1) ORDER BY entry LIMIT 1",
        (notebook,),
    ).fetchone()
    if row is None:
        return False
    rows = database.execute("SELECT entry FROM entries WHERE session = ? AND turn = ?", tuple(row)).fetchall()
    _delete(database, blobs, [each["entry"] for each in rows])
    return True


def _insert(database: sqlite3.Connection, whose: Whose, kind: str, prompt: str, size: int, body: dict[str, Any]) -> int:
    packed = _pack(body)
    row = (whose.session, whose.notebook, whose.turn, kind, time.time_ns() // 1_000_000, prompt, size, packed)
    cursor = database.execute(
        "INSERT INTO entries (session, notebook, turn, kind, at, prompt, bytes, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _delete(database: sqlite3.Connection, blobs: Blobs, entries: Sequence[int]) -> None:
    database.executemany("DELETE FROM entries WHERE entry = ?", [(entry,) for entry in entries])
    blobs.free(entries)


def _info(row: sqlite3.Row) -> SnapshotInfo:
    body = _unpack(row["body"])
    return SnapshotInfo(
        snapshot=row["entry"],
        turn=row["turn"],
        kind=row["kind"],
        at=row["at"],
        prompt=row["prompt"],
        bytes=row["bytes"] + len(row["body"]),
        cells=len(body["cells"]),
        state=_state(body["cells"]),
    )


def _state(cells: list[list[str]]) -> str:
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def _packed_step(blobs: Blobs, step: Step) -> tuple[dict[str, Any], int]:
    """A change as it is written, and how many bytes its cells took."""
    took = 0
    touches: list[list[str | None]] = []
    for touch in step.touches:
        names: list[str | None] = []
        for cell in (touch.before, touch.after):
            name, size = blobs.put(cell) if cell is not None else (None, 0)
            names.append(name)
            took += size
        touches.append([touch.deed, touch.cell, *names])
    return {"touches": touches, "before": step.before, "after": step.after}, took


def _step(blobs: Blobs, body: dict[str, Any]) -> Step:
    get: Callable[[str | None], Any] = lambda name: None if name is None else blobs.get(name)  # noqa: E731
    touches = tuple(Touch(deed, cell, get(before), get(after)) for deed, cell, before, after in body["touches"])
    return Step(touches, tuple(body["before"]), tuple(body["after"]))


def _told(touch: list[str | None]) -> tuple[str, str, object, object]:
    """A touch as it is written; outputs that are not known yet count as others."""
    deed, cell, before, after = touch
    assert deed is not None
    assert cell is not None
    return deed, cell, before, "" if deed == "outputs" and after is None else after


def _names(body: dict[str, Any]) -> list[str]:
    return [name for touch in body["touches"] for name in touch[2:] if name is not None]


def _pack(body: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(body, separators=(",", ":")).encode())


def _unpack(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(body))
    return found
