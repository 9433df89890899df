"""What is kept of a session's notebook, from the engine's loop; where it cannot be kept, that is said once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ...errors import HistoryUnusable
from ...notebook.document import Notebook
from ...notebook.history import History
from ...notebook.kept import SnapshotInfo, SnapshotKind, StepKind, Whose
from ...notebook.steps import Step
from ...protocol.frames import Notice

if TYPE_CHECKING:
    from ..session import Session

T = TypeVar("T")
CODE = "history_unusable"


class Past:
    """Lives on the engine's loop. Keeping something never fails: the work goes on, and the person is told."""

    def __init__(self, session: Session, history: History) -> None:
        self._session = session
        self._history = history
        self._told = False

    async def snapshot(
        self, turn: str, notebook: Notebook, kind: SnapshotKind, *, prompt: str = "", unless: str = ""
    ) -> SnapshotInfo | None:
        """Keep the notebook; None: it was not, or need not be."""
        whose = self._whose(turn)
        return await self._try(lambda: self._history.snapshot(whose, notebook, kind, prompt=prompt, unless=unless))

    async def add(self, turn: str, kind: StepKind, step: Step) -> int | None:
        """Keep a change; its number."""
        whose = self._whose(turn)
        return await self._try(lambda: self._history.add(whose, kind, step))

    async def correct(self, entry: int | None, step: Step) -> None:
        """It did something else than was expected."""
        if entry is not None:
            await self._try(lambda: self._history.correct(entry, step))

    async def withdraw(self, entry: int | None) -> None:
        """It was not made."""
        if entry is not None:
            await self._try(lambda: self._history.withdraw(entry))

    async def ask(self, look: Callable[[History, str], T]) -> T:
        """Look something up: `look` blocks, and is given the history and the session's id.

        Raises:
            HistoryUnknown, HistoryUnusable
        """
        return await asyncio.to_thread(look, self._history, self._session.session_id)

    async def moved(self) -> None:
        """The session's notebook has another path."""
        name = self._whose("").notebook
        await self._try(lambda: self._history.moved(self._session.session_id, name))

    def _whose(self, turn: str) -> Whose:
        record = self._session.record
        return Whose(record.session_id, f"{record.root}\n{record.notebook}", turn)

    async def _try(self, act: Callable[[], T]) -> T | None:
        try:
            found = await asyncio.to_thread(act)
        except HistoryUnusable as error:
            if not self._told:
                self._told = True
                text = f"{error.text} What Claude changes now may not be undone later."
                self._session.publish(Notice(code=CODE, level="warning", text=text, remedy=error.remedy))
            return None
        if self._told:
            self._told = False
            self._session.publish(Notice(code=CODE, over=True))
        return found
