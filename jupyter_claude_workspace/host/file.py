"""Notebooks that are open nowhere: their files, through the contents manager. Lives on the server's loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_core.utils import ensure_async
from tornado import web

from ..errors import NotebookUnknown, NotebookUnsaved, WorkspaceError
from ..notebook.changes import apply_edits
from ..notebook.document import normal
from ..protocol.live import CellEdit
from .disk import Disk, set_aside
from .memory import compare

TRIES = 12
PAUSE = 0.05  # seconds, growing: whoever writes at the same time is given time to end
POSIX = os.name == "posix"


class File(NamedTuple):
    """A notebook as its file has it. `modified` as the contents manager says; `stamp` tells two states of it apart."""

    notebook: dict[str, Any]
    modified: str
    stamp: tuple[Any, ...]


class NotebookFiles:
    """Reads and changes files. What somebody else writes meanwhile is never lost, and what is gone stays gone."""

    def __init__(self, manager: Any, disk: Disk) -> None:
        self._manager = manager
        self._disk = disk

    async def modified(self, path: str) -> str:
        """When it was last written; raises NotebookUnknown."""
        return _time(await self._get(path, content=False))

    async def read(self, path: str) -> File:
        """The notebook.

        Raises:
            NotebookUnknown: it is not there, or is none.
        """
        for attempt in range(TRIES):
            if self._disk.writing(path):
                # Jupyter would take it for broken, and put it aside.
                await asyncio.sleep(PAUSE * (attempt + 1))
                continue
            stamp = self._stamp(path)
            try:
                model = await self._get(path, content=True)
            except _Unreadable:
                # Jupyter, too, writes into the file itself: who looks in that moment sees half of it.
                if attempt == TRIES - 1:
                    raise
                await asyncio.sleep(PAUSE * (attempt + 1))
                continue
            if stamp == self._stamp(path):
                return File(normal(model["content"]), _time(model), (_time(model), stamp))
        raise NotebookUnsaved("Somebody else keeps writing this notebook.", remedy="Try again in a moment.")

    async def edit(self, path: str, edits: Sequence[CellEdit]) -> File:
        """Do all of these or none, to what is in the file at that moment.

        Raises:
            NotebookUnknown: it is not there any more, and is not made anew.
            CellUnknown, CellChanged: nothing was changed.
            NotebookUnsaved: it could not be written.
        """
        written: dict[str, Any] | None = None
        failed: web.HTTPError | None = None
        for attempt in range(TRIES):
            found = await self.read(path)
            if written is not None:
                # Jupyter lets a page write at the same time, and then one of the two was in vain.
                edits = [] if _alike(found.notebook, written) else compare(found.notebook, edits).missing
                if not edits:
                    return found
            changed = _trusting(apply_edits(found.notebook, edits), edits)
            if await self._still(path, found):
                written = changed
                failed = await self._save(path, changed)
                if failed is None:
                    continue  # to look at it
            await asyncio.sleep(PAUSE * (attempt + 1))
        if failed is not None:
            raise _unsaved(failed)
        raise NotebookUnsaved("Somebody else keeps writing this notebook.", remedy="Try again in a moment.")

    async def _still(self, path: str, found: File) -> bool:
        model = await self._get(path, content=False)
        # Two that write at the same time, as Jupyter does it, may leave no file at all.
        return not self._disk.writing(path) and (_time(model), self._stamp(path)) == found.stamp

    async def _get(self, path: str, *, content: bool, sure: bool = False) -> dict[str, Any]:
        try:
            model: dict[str, Any] = await ensure_async(self._manager.get(path, content=content))
        except (OSError, ValueError) as error:  # a name that the file system does not take
            raise _unknown() from error
        except web.HTTPError as error:
            if error.status_code == HTTPStatus.NOT_FOUND and not sure:
                await asyncio.sleep(PAUSE)
                await asyncio.to_thread(self._disk.mend, path)
                return await self._get(path, content=content, sure=True)
            if error.status_code == HTTPStatus.NOT_FOUND:
                raise _unknown() from error
            raise _Unreadable("This notebook cannot be read.", remedy="Look at it in Jupyter.") from error
        if model["type"] != "notebook":
            raise NotebookUnknown("This is not a notebook.")
        return model

    async def _save(self, path: str, notebook: dict[str, Any]) -> web.HTTPError | None:
        """Write it; what disturbed that, where it may go better the next time.

        Raises:
            NotebookUnknown: it was deleted or moved away, and is not made anew.
            NotebookUnsaved: it cannot be written.
        """
        model = {"type": "notebook", "format": "json", "content": notebook}
        failed: web.HTTPError | None = None
        with _Witness(self._disk.place(path)) as witness:
            try:
                await ensure_async(self._manager.save(model, path))
            except web.HTTPError as error:
                failed = error
            if failed is None:
                await asyncio.to_thread(witness.mend)
            inode = witness.moved()
        # Only where the notebook itself is found elsewhere is what was made in its place surely of no use.
        if inode is not None and await asyncio.to_thread(self._disk.find, inode, path) not in (None, path):
            with contextlib.suppress(web.HTTPError, OSError):
                await ensure_async(self._manager.delete_file(path))  # into the trash, as Jupyter does it
            raise _unknown() from failed
        if failed is not None and _lasting(failed, self._disk.place(path)):
            raise _unsaved(failed)
        return failed

    def _stamp(self, path: str) -> tuple[int, ...]:
        found = self._disk.look(path)
        return () if found is None else (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)


class _Unreadable(NotebookUnknown):
    """The file is there, but is no notebook at this moment."""


class _Witness:
    """Sees whether a file was moved away in the moment in which it was written, and so was made anew.

    Of one that was deleted in that moment nothing can be told: it looks like one that another program has replaced.
    """

    def __init__(self, place: Path | None) -> None:
        self._place = place
        self._file = -1

    def __enter__(self) -> _Witness:
        # Windows does not let an open file be moved, so nothing can be seen there, or be undone.
        if self._place is not None and POSIX:
            with contextlib.suppress(OSError):
                self._file = os.open(self._place, os.O_RDONLY | os.O_CLOEXEC)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file >= 0:
            os.close(self._file)

    def mend(self) -> None:
        """Put the file back, where somebody has read it in mid-write and Jupyter has therefore put it aside."""
        if self._file < 0 or self._place is None:
            return
        aside, ours = set_aside(self._place), os.fstat(self._file)
        with contextlib.suppress(OSError):
            if (found := aside.stat()).st_ino == ours.st_ino and found.st_dev == ours.st_dev:
                aside.replace(self._place)

    def moved(self) -> tuple[int, int] | None:
        """Which file it was, where another is in its place now, and it seems to be elsewhere."""
        if self._file < 0 or self._place is None:
            return None
        old = os.fstat(self._file)
        try:
            new = self._place.stat()
        except OSError:
            return None
        inode = (old.st_dev, old.st_ino)
        return inode if old.st_nlink > 0 and inode != (new.st_dev, new.st_ino) else None


def _trusting(notebook: dict[str, Any], edits: Sequence[CellEdit]) -> dict[str, Any]:
    """Outputs that were just made by the person's own kernel are trusted, as Jupyter trusts what was run in a page."""
    ran = {edit.cell for edit in edits if edit.action == "outputs"}
    cells = [
        {**cell, "metadata": {**cell["metadata"], "trusted": True}} if cell["id"] in ran else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether both have the same cells in the same order, with the same sources."""
    first, second = ([(cell["id"], cell["source"]) for cell in each["cells"]] for each in (one, other))
    return first == second


def _time(model: dict[str, Any]) -> str:
    modified = model["last_modified"]
    return modified if isinstance(modified, str) else str(modified.isoformat()).replace("+00:00", "Z")


def _unknown() -> WorkspaceError:
    return NotebookUnknown(
        "The notebook is not there any more.",
        remedy="It was deleted or moved. Do not make it anew unless the person asks for that.",
    )


def _unsaved(error: web.HTTPError) -> WorkspaceError:
    text = f"The notebook could not be written: {_reason(error)}"
    return NotebookUnsaved(text, remedy="Mend that, then try again.")


def _lasting(error: web.HTTPError, place: Path | None) -> bool:
    """Whether the same would happen again; not, where a page of Jupyter's wrote the file at the same time."""
    cause = error.__cause__
    if error.status_code == HTTPStatus.FORBIDDEN:
        return place is None or not os.access(place, os.W_OK)  # it may be put aside just now
    return isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError)


def _reason(error: web.HTTPError) -> str:
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror + "."
    return "no permission." if error.status_code == HTTPStatus.FORBIDDEN else f"{error.reason or 'an error'}."
