"""Notebooks wherever they are: the open document of a page, or else the file. Lives on the server's loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from ..errors import CellChanged, CellUnknown, NotebookUnknown, NotebookUnsaved, WorkspaceError
from ..notebook.access import View
from ..notebook.document import find, normal
from ..protocol.live import CellEdit
from .disk import Disk
from .documents import PageGone
from .file import NotebookFiles
from .memory import Memory, compare
from .page import Page, Running
from .pages import Pages

RESTLESS_SECONDS = 10.0  # in which pages come and go; each try fails only because one did so in that very moment
PAUSE = 0.005  # seconds between two tries
RENAME_SECONDS = 3.0  # in which a page says the new name of a notebook that it has open
FILE = ("", 0)  # names the file, as `Page.opening` names an open document


@dataclass
class _Desk:
    """What is known of one notebook. `place`: where it was worked on last."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    memory: Memory = field(default_factory=Memory)
    place: tuple[str, int] = FILE
    busy: int = 0  # calls that change it, under way


class OpenPage(NamedTuple):
    """A page, and which of its notebooks is meant."""

    page: Page
    path: str

    @property
    def kernel(self) -> str | None:
        """Id of the kernel that the notebook has there."""
        held = self.page.holds(self.path)
        return held.kernel if held else None

    async def run(self, cells: Sequence[tuple[str, str]], running: Running) -> dict[str, Any]:
        """As `Page.run`."""
        return await self.page.run(self.path, cells, running)


class Host:
    """Chooses for each call where it goes, one change after another, and hands over when a page comes or goes.

    `kernel_of` tells the kernel of a notebook that no page has open; `waiting` hears of code that asks for input.
    """

    def __init__(self, manager: Any, log: logging.Logger) -> None:
        self.disk = Disk(manager)
        self.files = NotebookFiles(manager, self.disk)
        self.pages = Pages(announced=self._announced, parted=self._parted, waiting=self._waiting)
        self.kernel_of: Callable[[str], Awaitable[str | None]] = _none
        self.heard_waiting: Callable[[str, str, str | None], None] = lambda path, cell, prompt: None
        self._log = log
        self._desks: dict[str, _Desk] = {}
        self._moved: dict[str, str] = {}
        self._renamed: dict[str, tuple[str, float]] = {}
        self.lost: Callable[[str], Awaitable[bool]] = _never
        self._tasks: set[asyncio.Task[None]] = set()

    # ── what `Documents` promises ──

    async def read(self, path: str) -> View:
        """The notebook as it is now.

        Raises:
            NotebookUnknown: its file is not there.
        """
        desk = self._desk(self.now(path))
        async with desk.lock:
            end = time.monotonic() + RESTLESS_SECONDS
            while time.monotonic() < end:
                with suppress(PageGone, _Elsewhere):
                    path = await self._there(self.now(path))
                    return await self._look(path, await self._place(path, desk))
                await asyncio.sleep(PAUSE)
        raise _restless()

    async def edit(self, path: str, edits: Sequence[CellEdit]) -> View:
        """Do all of these or none.

        Raises:
            NotebookUnknown, CellUnknown, CellChanged, NotebookUnsaved: nothing was changed.
        """
        desk = self._desk(self.now(path))
        async with desk.lock:
            desk.busy += 1
            try:
                view = await self._edit(path, desk, list(edits))
                desk.memory.add(edits)
                return view
            finally:
                desk.busy -= 1

    def page(self, path: str) -> OpenPage | None:
        """The page to ask; None: it is open nowhere."""
        path = self.now(path)
        page = self.pages.holding(path)
        return OpenPage(page, path) if page is not None else None

    def now(self, path: str) -> str:
        """The path of a notebook that had this one a while ago."""
        seen: set[str] = set()
        # A new notebook of a name that another had before is that, and not the other.
        while path in self._moved and path not in seen and self.disk.look(path) is None:
            seen.add(path)
            path = self._moved[path]
        return path

    # ── moves ──

    def moved(self, old: str, new: str) -> None:
        """A notebook has another path now."""
        self._moved[old] = new
        self._moved.pop(new, None)  # it is in use again
        if old in self._desks:
            self._desks[new] = self._desks.pop(old)

    def renaming(self, old: str, new: str) -> None:
        """Jupyter renamed a notebook: a page that has it open will soon say so, and is waited for."""
        self._renamed[new] = (old, time.monotonic() + RENAME_SECONDS)

    async def close(self) -> None:
        """The server stops."""
        self.pages.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ── inside ──

    def _desk(self, path: str) -> _Desk:
        return self._desks.setdefault(path, _Desk())

    async def _edit(self, path: str, desk: _Desk, edits: list[CellEdit]) -> View:
        doubtful = False
        end = time.monotonic() + RESTLESS_SECONDS
        while time.monotonic() < end:
            with suppress(PageGone, _Elsewhere):  # perhaps with these edits
                path = await self._there(self.now(path))
                place = await self._place(path, desk)
                if doubtful:
                    view = await self._look(path, place)
                    if compare(view.notebook, edits).done:
                        return view  # all of it, then: no page does a part
                    edits = _left(view.notebook, edits)
                before, doubtful = doubtful, True
                try:
                    return await self._apply(path, place, edits)
                except (CellChanged, CellUnknown):
                    # A page that is gone may still be saving what it did: then this is why, and it is seen above.
                    if not before or not compare((await self._look(path, place)).notebook, edits).done:
                        raise
            await asyncio.sleep(PAUSE)
        raise _restless()

    async def _apply(self, path: str, place: Page | None, edits: list[CellEdit]) -> View:
        if place is None:
            return await self._view(path, None, (await self.files.edit(path, edits)).notebook)
        await place.apply(path, edits)
        return await self._look(path, place)

    async def _there(self, path: str) -> str:
        """The path, where the file is there: else the notebook is changed in no page either, whose saving would bring
        it back.

        Raises:
            NotebookUnknown: it is gone.
            _Elsewhere: it has another path by now.
        """
        try:
            await self.files.modified(path)
        except NotebookUnknown:
            if await self.lost(path):
                raise _Elsewhere from None
            raise
        return path

    async def _look(self, path: str, place: Page | None) -> View:
        if place is None:
            return await self._view(path, None, (await self.files.read(path)).notebook)
        return await self._view(path, place, normal(await place.read(path)))

    async def _view(self, path: str, place: Page | None, notebook: dict[str, Any]) -> View:
        held = place.holds(path) if place is not None else None
        kernel = held.kernel if held is not None else await self.kernel_of(path)
        return View(path=path, where="live" if place is not None else "file", notebook=notebook, kernel=kernel)

    async def _place(self, path: str, desk: _Desk) -> Page | None:
        """Where the notebook is worked on now; brought up to date, where that is another place than the last time."""
        await self.pages.awaited(path)
        old, until = self._renamed.pop(path, ("", 0.0))
        if old:
            await self.pages.announcing(path, instead_of=old, until=until)
        page = self.pages.holding(path)
        name = FILE if page is None else page.opening(path)
        if name == desk.place:
            return page
        if page is not None:
            await self._refresh(path, page)
        if desk.memory:
            await self._complete(path, desk, page)
        desk.place = name
        return page

    async def _refresh(self, path: str, page: Page) -> None:
        """A page that read the file before it was written last reads it again; not with changes of the person's."""
        held = page.holds(path)
        if held is None:
            raise PageGone
        if held.modified and not held.collaborative and _older(held.modified, await self.files.modified(path)):
            await page.call("reload", path, {})

    async def _complete(self, path: str, desk: _Desk, page: Page | None) -> None:
        """Do what was done before and is lacking here, because it was never saved there or not read from there."""
        notebook = (await self._look(path, page)).notebook
        missing = desk.memory.compare(notebook).missing
        if not missing:
            return
        try:
            if page is not None:
                await page.apply(path, missing)
            else:
                await self.files.edit(path, missing)
        except (CellChanged, CellUnknown):
            self._log.warning("%s: an edit is lacking after a handover, since the cells are others now", path)

    def _announced(self, page: Page, closed: Sequence[str]) -> None:
        for path in closed:
            # The person closed it, and was asked whether to save what was not saved.
            desk = self._desks.get(path)
            if desk is not None and desk.place[0] == page.client and not desk.busy:
                desk.memory.clear()
        for path, desk in list(self._desks.items()):
            held = page.holds(path)
            if held is None:
                continue
            if desk.place == page.opening(path):
                if not held.dirty and not desk.busy:
                    desk.memory.clear()  # it is saved
            else:
                self._soon(path)

    def _parted(self, page: Page, paths: Sequence[str]) -> None:
        for path in paths:
            desk = self._desks.get(path)
            if desk is not None and desk.place[0] == page.client and desk.memory:
                self._soon(path)

    def _soon(self, path: str) -> None:
        """Bring the new place up to date before anybody looks."""
        task = asyncio.create_task(self._settle(path))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _settle(self, path: str) -> None:
        desk = self._desk(self.now(path))
        try:
            async with desk.lock:
                with suppress(PageGone, _Elsewhere):  # then whoever comes next does it
                    path = await self._there(self.now(path))
                    await self._place(path, desk)
        except WorkspaceError as error:
            self._log.info("%s: %s", path, error.text)

    def _waiting(self, path: str, cell: str, prompt: str | None) -> None:
        self.heard_waiting(path, cell, prompt)


class _Elsewhere(Exception):
    """The notebook has another path by now."""


def _left(notebook: dict[str, Any], edits: Sequence[CellEdit]) -> list[CellEdit]:
    """Of edits that do not seem to have been done: those that can be."""
    return [edit for edit in edits if edit.action != "insert" or find(notebook, edit.cell) is None]


def _older(one: str, other: str) -> bool:
    """Whether a time, as the contents API writes it, is before another."""
    try:
        return datetime.fromisoformat(one.replace("Z", "+00:00")) < datetime.fromisoformat(other.replace("Z", "+00:00"))
    except (ValueError, TypeError):
        return one != other


def _restless() -> WorkspaceError:
    return NotebookUnsaved(
        "The pages that have the notebook open come and go, or do not answer.", remedy="Try again in a moment."
    )


async def _never(path: str) -> bool:
    del path
    return False


async def _none(path: str) -> str | None:
    del path
    return None
