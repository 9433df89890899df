"""One exclusive lock per session id, across processes: two `claude` on one id silently lose a branch of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..errors import SessionLocked


class SessionLock:
    """A lock file, held from `acquire` to `release`, freed by the system when its holder dies."""

    def __init__(self, folder: Path, session_id: str) -> None:
        self._path = folder / f"{session_id}.lock"
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock, or do nothing when this object holds it.

        Raises:
            SessionLocked: another server or kernel has it.
        """
        if self._file is not None:
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file)
        except OSError as error:
            os.close(file)
            raise SessionLocked(
                "Another Jupyter server has this conversation open.",
                remedy="Use it there, or shut that server down, or start a new conversation here.",
            ) from error
        self._file = file

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would race with another who opens it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
