"""The newest frames, which the database does not have yet, in files that survive a kill of their process.

A frame is on a person's screen at once, but in the database a moment later. In between it is here: handed to the
system, though not forced to the disk, which costs microseconds.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..errors import SessionLocked
from .lock import SessionLock

Row = tuple[str, int, str, str | None, str | None, str]
HALVES = ("a", "b")


class Tail:
    """Two files, one that is written while the database takes in the other; a lock tells the living from the dead.

    `add` and `turn` must not be called at the same time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._halves: list[int] = []
        self._now = 0
        self._name = ""
        self._lock: SessionLock

    def open(self) -> None:
        """Begin a tail of our own; raises OSError where that is not possible."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while not self._name:
            name = secrets.token_hex(8)
            self._lock = SessionLock(self._folder, name)
            with suppress(SessionLocked):  # somebody who looks for dead ones was faster than we
                self._lock.acquire()
                self._name = name
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._halves = [os.open(self._folder / f"{self._name}.{half}", flags, 0o600) for half in HALVES]

    def add(self, row: Row) -> None:
        """Keep one frame until the database has it."""
        with suppress(OSError):  # a full disk: the database will complain, and until a kill nothing is lost
            os.write(self._halves[self._now], json.dumps(row).encode() + b"\n")

    def turn(self) -> int:
        """From now on write to the other half; returns the one that was written so far, for `clear`."""
        written, self._now = self._now, 1 - self._now
        return written

    def clear(self, half: int) -> None:
        """The database has all of this half."""
        with suppress(OSError):  # what is found twice does no harm
            os.ftruncate(self._halves[half], 0)

    def close(self) -> None:
        """The database has everything."""
        if self._name:
            for half in self._halves:
                os.close(half)
            _remove(self._folder, self._name)
            self._lock.release()


def left_behind(folder: Path) -> Iterator[list[Row]]:
    """What each dead process left, oldest frames first; it is deleted when the next is asked for."""
    for path in sorted(folder.glob("*.lock")):
        lock = SessionLock(folder, path.stem)
        try:
            lock.acquire()
        except SessionLocked:
            continue  # its process lives
        rows = [row for half in HALVES for row in _rows(folder / f"{path.stem}.{half}")]
        yield sorted(rows, key=lambda row: row[1])
        _remove(folder, path.stem)
        lock.release()


def _rows(path: Path) -> Iterator[Row]:
    with suppress(FileNotFoundError):
        for line in path.read_bytes().splitlines():
            with suppress(ValueError):  # the last one, of which only a part was written
                session, seq, kind, turn, key, text = json.loads(line)
                yield session, seq, kind, turn, key, text


def _remove(folder: Path, name: str) -> None:
    for suffix in (*HALVES, "lock"):
        with suppress(OSError):  # Windows deletes no file that is open; the next to look does
            (folder / f"{name}.{suffix}").unlink(missing_ok=True)
