"""Takes a run's cells through the kernel, one after another: in the page that has the notebook, else from here."""

from __future__ import annotations

import asyncio

from ..errors import CellChanged, WorkspaceError
from ..notebook.access import View
from .documents import Documents, Page, PageGone
from .execution import GRACE, happens
from .keeping import Keeper
from .run import Run, Step

LOOK_SECONDS = 0.25  # between two looks whether the page's answer is still needed
SENT_SECONDS = 0.5  # in which a request is heard of that a page sent just before it went away


class Driver:
    """Lives on the server's loop. Everything that can go wrong ends as a state or a note of the run."""

    def __init__(self, documents: Documents, keeper: Keeper) -> None:
        self._documents = documents
        self._keeper = keeper

    async def drive(self, run: Run) -> None:
        """Run it to its end."""
        try:
            while (step := self._next(run)) is not None:
                page = self._documents.page(run.path) if step.cell is not None else None
                if page is None:
                    await self._here(run, step)
                else:
                    await self._there(run, page)
        except WorkspaceError as error:
            run.note = f"{error.text} {error.remedy}".strip()
        finally:
            run.note = run.note or self._keeper.failure(run.path)
            run.end()
        self._keeper.linger(run)

    def _next(self, run: Run) -> Step | None:
        """The step that is to begin; None: none is, because one before it failed, or all are through."""
        run.path = self._documents.now(run.path)
        if run.stopping or run.note or any(step.now not in ("ok", "waiting") for step in run.steps):
            return None
        return next((step for step in run.steps if step.now == "waiting"), None)

    # ── from here ──

    async def _here(self, run: Run, step: Step) -> None:
        if step.cell is not None:
            run.where = "file"
            if step is not run.steps[0] and not _fits(await self._documents.read(run.path), step):
                step.state = "changed"
                return
        step.execution = run.line.send(step.source, cell=step.cell, aside=step.cell is None)
        await self._keeper.follow(run, step)

    # ── in a page ──

    async def _there(self, run: Run, page: Page) -> None:
        run.where = "live"
        wanted = [step for step in run.steps if step.execution is None]

        def running(cell: str, msg_id: str) -> None:
            step = next((step for step in wanted if step.cell == cell and step.execution is None), None)
            if step is not None:
                step.execution = run.line.follow(msg_id)

        stop_hearing = run.line.expect()
        try:
            cells = [(step.cell or "", step.source) for step in wanted]
            await self._called(run, asyncio.create_task(page.run(cells, running)), wanted)
        except PageGone:
            await self._take_over(run, wanted)
        except CellChanged as error:
            for step in wanted:
                if step.cell == error.cell and step.execution is None:
                    step.state = "changed"
            if all(step.state != "changed" for step in wanted):
                raise
        finally:
            stop_hearing()

    async def _called(self, run: Run, call: asyncio.Task[dict[str, object]], wanted: list[Step]) -> None:
        """Until the page answers, or need not any more: the kernel is gone, or the run was stopped."""
        idle = asyncio.create_task(self._needless(run, wanted))
        try:
            await asyncio.wait({call, idle}, return_when=asyncio.FIRST_COMPLETED)
            if call.done():
                call.result()
        finally:
            for task in (call, idle):
                task.cancel()
            await asyncio.gather(call, idle, return_exceptions=True)
        for step in wanted:
            if step.execution is not None and not await happens(step.execution.over, GRACE):
                step.execution.end(step.execution.outcome())
        if run.line.lost or run.stopping:
            return
        for step in wanted:
            if step.execution is None:  # the page stopped before it; a cell without code it passes over
                step.state = "aborted" if step.source.strip() else "ok"

    async def _needless(self, run: Run, wanted: list[Step]) -> None:
        while not run.line.gone.is_set():
            if run.stopping and run.current() is None:
                return
            if all(step.execution is not None and step.execution.over.is_set() for step in wanted):
                await asyncio.sleep(GRACE)
                return
            await happens(run.line.gone, LOOK_SECONDS)

    async def _take_over(self, run: Run, wanted: list[Step]) -> None:
        """The page is gone: what it sent goes on in the kernel, and its outputs are written from here."""
        run.where = "file"
        following = next((step for step in wanted if step.execution is None), None)
        if following is not None and run.current() is None:
            await asyncio.sleep(SENT_SECONDS)
            if msg_id := run.line.sent_by_others(following.source):
                following.execution = run.line.follow(msg_id)
        for step in wanted:
            if step.execution is not None:
                await self._keeper.follow(run, step)


def _fits(view: View, step: Step) -> bool:
    return any(cell["id"] == step.cell and cell["source"] == step.source for cell in view.notebook["cells"])
