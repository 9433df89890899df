"""Notebooks that get another path, or go: their conversations follow them, and stay."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol.frames import Notice
from .marks import mark, marks, remark
from .store import Store

if TYPE_CHECKING:
    from .session import Session

GONE = "notebook_gone"


class Moving:
    """Knows the notebooks of all sessions of a root folder. Lives on the engine's loop.

    A mark tells a notebook's file from all others, wherever it is; whoever hosts notebooks makes them. "": none yet.
    """

    def __init__(self, store: Store, root: str, live: Mapping[str, Session]) -> None:
        self._store = store
        self._root = root
        self._live = live
        self._marks: dict[str, str] | None = None
        self._gone: set[str] = set()

    async def watched(self) -> dict[str, str]:
        """The notebooks that have sessions, with their marks."""
        if self._marks is None:
            self._marks = await asyncio.wrap_future(self._store.use(lambda database: marks(database, self._root)))
        return dict(self._marks)

    def note(self, notebook: str) -> None:
        """A notebook has a session."""
        if self._marks is not None:
            self._marks.setdefault(notebook, "")

    async def mark(self, made: Mapping[str, str]) -> None:
        """Keep what these notebooks are known by."""
        known = {notebook: text for notebook, text in made.items() if notebook in await self.watched()}
        if self._marks is not None:
            self._marks.update(known)
        await asyncio.wrap_future(self._store.use(lambda database: mark(database, self._root, known)))

    async def moved(self, old: str, new: str, directory: Path) -> None:
        """A notebook has another path, and lies in this folder: its sessions go with it."""
        if self._marks is not None and old in self._marks:
            self._marks[new] = self._marks.pop(old)
        await asyncio.wrap_future(self._store.use(lambda database: remark(database, self._root, old, new)))
        self._gone -= {old, new}
        for record in await asyncio.wrap_future(self._store.of_root(self._root)):
            if record.notebook != old:
                continue
            if record.session_id not in self._live:
                await asyncio.wrap_future(self._store.save(replace(record, notebook=new, directory=str(directory))))
            session = self._live.get(record.session_id)
            if session is not None and session.record.notebook == old:
                session.relocate(new, str(directory))

    def gone(self, notebook: str) -> None:
        """A notebook is not there any more: its conversations stay, and say so."""
        self._gone.add(notebook)
        for session in self._about(notebook):
            self.greet(session)

    def back(self, notebook: str) -> None:
        """It is there again."""
        self._gone.discard(notebook)
        for session in self._about(notebook):
            session.publish(Notice(code=GONE, over=True))

    def greet(self, session: Session) -> None:
        """Say in a session that its notebook is gone, where it is."""
        notebook = session.record.notebook
        if notebook in self._gone:
            text = f"The notebook {notebook} is not there any more. The conversation stays."
            remedy = "Put the notebook back, and it goes on; Claude does not make it anew."
            session.publish(Notice(code=GONE, level="warning", text=text, remedy=remedy))

    def _about(self, notebook: str) -> list[Session]:
        return [session for session in self._live.values() if session.record.notebook == notebook]
