"""Where notebooks go: renamed or moved in Jupyter or by other means, deleted, and back again. On the server's loop."""

from __future__ import annotations

import asyncio
import logging
import posixpath
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from ..errors import WorkspaceError
from .disk import Disk
from .host import Host

EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
LOOK_SECONDS = 0.7
SURE_SECONDS = 0.2  # some programs take a file away for a moment when they write it


class Told(Protocol):
    """Who has conversations about notebooks, and hears what becomes of those."""

    async def watched(self) -> dict[str, str]:
        """The notebooks, by path, with their marks."""

    async def mark(self, marks: Mapping[str, str]) -> None:
        """Keep what they are known by."""

    async def moved(self, old: str, new: str, directory: Path) -> None:
        """One has another path, and lies in this folder."""

    async def there(self, notebook: str, there: bool) -> None:
        """One is gone, or is back."""


class Moves:
    """Hears of what Jupyter itself does, and looks for the rest about once a second.

    A file is known by its number in the file system and the time of its last change: the number alone would be that of
    a new file, too, that was made after it was deleted.
    """

    def __init__(self, host: Host, told: Callable[[], Told], server: Any, log: logging.Logger) -> None:
        self._host = host
        self._disk: Disk = host.disk
        self._tell = told
        self._events = server.event_logger
        self._sessions = server.session_manager
        self._log = log
        self._marks: dict[str, str] = {}
        self._gone: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self._moving = asyncio.Lock()

    @property
    def _told(self) -> Told:
        return self._tell()

    def start(self) -> None:
        """Begin to listen and to look, where notebooks are files."""
        if self._task is None and self._disk.there:
            self._host.lost = self.lost
            self._events.add_listener(schema_id=EVENTS, listener=self._heard)
            self._task = asyncio.create_task(self._look(), name="claude-notebook-moves")

    async def close(self) -> None:
        """The server stops."""
        if self._task is not None:
            self._events.remove_listener(listener=self._heard)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def lost(self, path: str) -> bool:
        """A notebook is not where it should be: whether it has another path by now."""
        async with self._moving:
            return self._host.now(path) != path or await self._search(path)

    async def met(self, path: str) -> None:
        """Somebody asks for the conversations of this notebook: it may be one that was moved."""
        if self._task is None:
            return
        mark = _mark(self._disk, path)
        async with self._moving:
            watched = await self._told.watched()
            if path in watched or not mark:
                return
            for old, known in watched.items():
                if known == mark and self._disk.look(old) is None:
                    await self._moved(old, path)
                    return

    async def noted(self, path: str) -> None:
        """This notebook has a conversation from now on."""
        mark = _mark(self._disk, path)
        if mark:
            self._marks[path] = mark
            await self._told.mark({path: mark})

    # ── inside ──

    async def _heard(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        del logger, schema_id
        action, path, old = data["action"], data["path"].strip("/"), (data.get("source_path") or "").strip("/")
        if action == "save" and path in self._marks:
            self._marks[path] = _mark(self._disk, path) or self._marks[path]
        if action not in ("rename", "delete"):
            return
        try:
            async with self._moving:
                for notebook in await self._told.watched():
                    within = (old if action == "rename" else path) + "/"
                    if action == "rename" and (notebook == old or notebook.startswith(within)):
                        self._host.renaming(notebook, path + notebook[len(old) :])
                        await self._moved(notebook, path + notebook[len(old) :])
                    elif action == "delete" and (notebook == path or notebook.startswith(within)):
                        await self._lose(notebook)
        except Exception:
            self._log.exception("what became of %s could not be told", path)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                async with self._moving:
                    await self._once()
            except WorkspaceError as error:  # nobody has conversations now
                self._log.debug("notebooks are not looked for: %s", error.text)
            except Exception:
                self._log.exception("notebooks could not be looked for")

    async def _once(self) -> None:
        watched = await self._told.watched()
        self._marks = {path: mark for path, mark in self._marks.items() if path in watched}
        found = await asyncio.to_thread(lambda: {path: _mark(self._disk, path) for path in watched})
        news: dict[str, str] = {}
        for path, mark in found.items():
            self._marks.setdefault(path, watched[path])
            if mark:
                self._marks[path] = mark
                if mark != watched[path]:
                    news[path] = mark
                if path in self._gone:
                    self._gone.discard(path)
                    await self._told.there(path, True)
            elif path not in self._gone and not await self._search(path):
                await self._lose(path)
        if news:
            await self._told.mark(news)

    async def _search(self, path: str) -> bool:
        """Look for a notebook that is not where it was; whether it is found."""
        await asyncio.sleep(SURE_SECONDS)
        mark = self._marks.get(path) or (await self._told.watched()).get(path, "")
        if not mark or path in self._gone or self._disk.look(path) is not None:
            return self._disk.look(path) is not None
        inode = tuple(int(part) for part in mark.split(":")[:2])
        new = await asyncio.to_thread(self._disk.find, (inode[0], inode[1]), path)
        if new is None or _mark(self._disk, new) != mark:
            return False
        await self._moved(path, new)
        return True

    async def _moved(self, old: str, new: str) -> None:
        place = self._disk.place(new)
        if place is None:
            return
        self._host.moved(old, new)
        self._gone.discard(old)
        self._marks[new] = self._marks.pop(old, "")
        await self._told.moved(old, new, place.parent.resolve())
        await self._move_kernels(old, new)
        self._log.info("the notebook %s is %s now, and its conversations follow", old, new)

    async def _move_kernels(self, old: str, new: str) -> None:
        """A kernel that was begun without a page goes with its notebook; pages do the same for theirs."""
        for session in await self._sessions.list_sessions():
            if session["path"] == old:
                await self._sessions.update_session(session["id"], path=new, name=posixpath.basename(new))

    async def _lose(self, path: str) -> None:
        if path not in self._gone:
            self._gone.add(path)
            await self._told.there(path, False)


def _mark(disk: Disk, path: str) -> str:
    """By what a file is known wherever it is; "": it is not there."""
    found = disk.look(path)
    return "" if found is None else f"{found.st_dev}:{found.st_ino}:{found.st_mtime_ns}"
