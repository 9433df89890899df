"""A page in which notebooks are open: what it has open, and calls to it. Lives on the server's loop."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import CellChanged, CellUnknown, KernelMissing, NotebookUnsaved, WorkspaceError
from ..protocol.content import Problem
from ..protocol.live import (
    CallName,
    CellEdit,
    LiveCall,
    LiveCancel,
    LiveOpen,
    LiveResult,
    LiveRunning,
    LiveUp,
    LiveWaiting,
    OpenNotebook,
)
from .documents import PageGone

if TYPE_CHECKING:
    from .pages import Pages

Running = Callable[[str, str], None]
Send = Callable[[str], Awaitable[None]]


@dataclass
class _Pending:
    path: str
    future: asyncio.Future[Any]
    running: Running | None


@dataclass
class _Held:
    notebook: OpenNotebook
    # Which opening this is: a notebook that was closed and is open again is another document.
    opening: int
    turned_to: float = 0.0


@dataclass
class Page:
    """One page. `client` is its own id, `user` whose it is."""

    client: str
    user: str
    _pages: Pages
    _send: Send | None = None
    _held: dict[str, _Held] = field(default_factory=dict)
    _pending: dict[str, _Pending] = field(default_factory=dict)
    _parting: asyncio.TimerHandle | None = None
    asleep: bool = False

    @property
    def connected(self) -> bool:
        """Whether it can be called."""
        return self._send is not None and not self.asleep

    def holds(self, path: str) -> OpenNotebook | None:
        """What it says of a notebook; None: it has not open it."""
        held = self._held.get(path)
        return held.notebook if held else None

    def opening(self, path: str) -> tuple[str, int]:
        """Names one document that it has open, and none that it opened before or will open later."""
        return self.client, self._held[path].opening

    def turned_to(self, path: str) -> float:
        """When the person turned to this notebook in it, as the loop's clock has it."""
        return self._held[path].turned_to

    async def read(self, path: str) -> dict[str, Any]:
        """The document as it is now; raises PageGone."""
        found: dict[str, Any] = (await self.call("read", path, {}))["notebook"]
        return found

    async def apply(self, path: str, edits: Sequence[CellEdit]) -> None:
        """Change the document, all or none.

        Raises:
            CellUnknown, CellChanged, NotebookUnsaved: nothing was changed.
            PageGone: it may have been.
        """
        await self.call("apply", path, {"edits": [edit.model_dump(mode="json") for edit in edits]})

    async def run(self, path: str, cells: Sequence[tuple[str, str]], running: Running) -> dict[str, Any]:
        """Run cells in the document, for as long as it takes; `running` hears of each with its message's id.

        Raises:
            CellUnknown, CellChanged, KernelMissing: nothing was run.
            PageGone: what was begun goes on in the kernel.
        """
        named = [{"cell": cell, "source": source} for cell, source in cells]
        result: dict[str, Any] = await self.call("run", path, {"cells": named}, seconds=0, running=running)
        return result

    async def call(
        self,
        name: CallName,
        path: str,
        arguments: dict[str, Any],
        *,
        seconds: float | None = None,
        running: Running | None = None,
    ) -> Any:
        """Have something done in an open notebook. `seconds`: how long the result is waited for; 0: without end.

        Raises:
            WorkspaceError: it was refused, and has changed nothing.
            PageGone: nobody knows.
        """
        seconds = self._pages.call_seconds if seconds is None else seconds
        send = self._send
        if send is None or self.asleep or path not in self._held:
            raise PageGone
        call = uuid.uuid4().hex
        pending = _Pending(path, asyncio.get_running_loop().create_future(), running)
        self._pending[call] = pending
        frame = LiveCall(
            call=call, path=path, name=name, arguments=arguments, timeout_ms=int(seconds * 1000)
        ).model_dump_json()
        answered = False
        try:
            try:
                await send(frame)
            except ConnectionError:  # the socket is closed already, which is not yet known here
                self._pages.disconnect(self, send, left=False)
                raise PageGone from None
            await asyncio.wait([pending.future], timeout=seconds or None)
            if not pending.future.done():
                self.asleep = True  # until it says something
                raise PageGone
            answered = True
            return pending.future.result()
        finally:
            self._pending.pop(call, None)
            if not answered:
                self._tell(LiveCancel(call=call))

    def heard(self, frame: LiveUp) -> None:
        """A frame of its socket."""
        self.asleep = False
        if isinstance(frame, LiveOpen):
            self._opened(frame)
        elif isinstance(frame, LiveResult):
            self._answered(frame)
        elif isinstance(frame, LiveRunning):
            pending = self._pending.get(frame.call)
            if pending is not None and pending.running is not None:
                pending.running(frame.cell, frame.msg_id)
        elif isinstance(frame, LiveWaiting) and frame.path in self._held:
            self._pages.waiting(frame.path, frame.cell, frame.prompt)

    # ── for `Pages` ──

    def attach(self, send: Send, calls: Sequence[str]) -> None:
        """Its socket is this one now; of what it was called to do, these calls go on."""
        self._send, self.asleep = send, False
        if self._parting is not None:
            self._parting.cancel()
            self._parting = None
        for call, pending in list(self._pending.items()):
            if call not in calls:
                _fail(pending.future)

    def detach(self, *, seconds: float) -> None:
        """Its socket is gone; unless it has another within so many seconds, so is the page."""
        self._send = None
        if seconds:
            self._parting = asyncio.get_running_loop().call_later(seconds, self.part)
        else:
            self.part()

    def part(self) -> None:
        """It is gone for good."""
        self._parting, self._send = None, None
        paths = list(self._held)
        self._held.clear()
        for pending in list(self._pending.values()):
            _fail(pending.future)
        self._pages.parted(self, paths)

    def _opened(self, frame: LiveOpen) -> None:
        before, self._held = self._held, {}
        for notebook in frame.notebooks:
            held = before.get(notebook.path)
            known = held is not None
            if held is None:
                held = _Held(notebook, self._pages.next_opening())
            if notebook.active and (frame.focused or not known or not held.notebook.active):
                held.turned_to = time.monotonic()
            held.notebook = notebook
            self._held[notebook.path] = held
        for pending in list(self._pending.values()):
            if pending.path not in self._held and pending.path in before:
                _fail(pending.future)
        closed = [path for path in before if path not in self._held]
        self._pages.announced(self, closed)

    def _answered(self, frame: LiveResult) -> None:
        pending = self._pending.pop(frame.call, None)
        if pending is None or pending.future.done():
            self._pages.late(self)
            return
        if frame.ok:
            pending.future.set_result(frame.result)
            return
        problem = frame.problem or Problem(code="internal", text="The page could not do it.")
        try:
            _refuse(problem)
        except (WorkspaceError, PageGone) as error:
            pending.future.set_exception(error)

    def _tell(self, frame: LiveCancel) -> None:
        if self._send is not None:
            telling = asyncio.ensure_future(self._send(frame.model_dump_json()))
            telling.add_done_callback(lambda done: done.cancelled() or done.exception())


def _fail(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_exception(PageGone())
        future.exception()  # nobody may be waiting any more


def _refuse(problem: Problem) -> NoReturn:
    """A page's problem as our error."""
    text, remedy = problem.text, problem.remedy
    if problem.code == "cell_changed":
        raise CellChanged("The cell is another now.", cell=text[:64], remedy=remedy)
    if problem.code == "cell_unknown":
        raise CellUnknown(text or "There is no such cell.", remedy=remedy)
    if problem.code == "no_kernel":
        raise KernelMissing(text or "The notebook has no kernel.", remedy=remedy)
    if problem.code in ("read_only", "not_saved"):
        raise NotebookUnsaved(text or "The notebook cannot be changed.", remedy=remedy)
    if problem.code == "not_open":
        raise PageGone
    raise WorkspaceError(text or "The page could not do it.", remedy=remedy)
