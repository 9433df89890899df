"""Watches for a notebook that suddenly loses most of its cells, whoever takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...notebook.document import Notebook
from ...notebook.history import History
from ...notebook.kept import SnapshotInfo
from ...notebook.losing import Prints, lost, prints
from ...protocol.frames import Notice

if TYPE_CHECKING:
    from ..session import Session
    from .past import Past

CODE = "cells_lost"


class Vanishing:
    """Lives on the engine's loop. What it is shown with `good` is what is offered again, should it be lost."""

    def __init__(self, session: Session, past: Past) -> None:
        self._session = session
        self._past = past
        self._prints: Prints | None = None  # None: nothing is known since the server started
        self._snapshot: int | None = None  # the snapshot that has all of that
        self._unkept: tuple[str, Notebook] | None = None  # where none has: the turn, and the notebook then
        self._offered = False

    def good(self, notebook: Notebook, snapshot: SnapshotInfo | None, turn: str = "") -> None:
        """The notebook is as it should be; `snapshot` where it is kept like that, else `turn` is the one that runs."""
        self._prints = prints(notebook)
        if snapshot is not None:
            self._snapshot, self._unkept = snapshot.snapshot, None
        else:
            self._unkept = (turn, notebook)

    def kept(self, snapshot: SnapshotInfo | None) -> None:
        """The notebook is kept as it was shown last; None: it is as the last snapshot has it."""
        if snapshot is not None:
            self._snapshot = snapshot.snapshot
        self._unkept = None

    def settled(self) -> None:
        """The person has decided what shall be."""
        if self._offered:
            self._offered = False
            self._session.publish(Notice(code=CODE, over=True))

    async def look(self, notebook: Notebook) -> bool:
        """Whether most of what was there is gone; the person is told, once, and that is then what is there."""
        if self._prints is None:
            await self._remember()
        before, now = self._prints, prints(notebook)
        gone = lost(before, now) if before is not None else 0
        if not gone or before is None:
            return False
        if self._unkept is not None:
            self.kept(await self._past.snapshot(self._unkept[0], self._unkept[1], "end"))
        self._prints = now
        self._offered = True
        self._session.publish(
            Notice(
                code=CODE,
                level="warning",
                text=f"{gone} of {len(before)} cells are gone from {self._session.record.notebook.rpartition('/')[2]}.",
                remedy="If you did not mean that, put them back; what is there now is kept in the timeline as well.",
                snapshot=self._snapshot,
            )
        )
        return True

    async def _remember(self) -> None:
        """What was there when a server last looked."""

        def newest(history: History, session: str) -> tuple[int, Notebook] | None:
            found = history.snapshots(session)
            return (found[-1].snapshot, history.notebook(session, found[-1].snapshot).notebook) if found else None

        found = await self._past.ask(newest)
        if found is not None:
            self._snapshot, self._prints = found[0], prints(found[1])
