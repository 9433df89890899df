"""All runs of the server's notebooks: begun, reported, stopped, and known for a while after their end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from logging import Logger
from typing import Any
from weakref import WeakValueDictionary

from ..errors import CellChanged, CellUnknown, KernelBusy, KernelMissing, RunUnknown
from ..notebook.access import KernelAction, KernelState, RunReport, View
from .documents import Documents
from .driving import Driver
from .execution import happens
from .keeping import Keeper
from .kernels import Kernels
from .line import Line
from .run import Run, Step

KNOWN_SECONDS = 3600.0  # after its end
KNOWN_RUNS = 100
KNOWN_BYTES = 256 << 20  # of outputs, in all runs that are over
STOP_SECONDS = 5.0  # for what runs to heed an interrupt


class Runs:
    """Lives on the server's loop. What it raises is what `Notebooks` documents."""

    def __init__(self, documents: Documents, kernels: Kernels, log: Logger) -> None:
        self._documents = documents
        self._kernels = kernels
        self._log = log
        self._keeper = Keeper(documents)
        self._driver = Driver(documents, self._keeper)
        self._runs: dict[str, Run] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = (
            WeakValueDictionary()
        )  # one run of cells at a time in each kernel
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Follow nothing any more, and let go of the kernels; what they run goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._keeper.close()
        await self._kernels.close()

    # ── runs ──

    async def run(self, path: str, cells: Sequence[tuple[str, str]], view: View | None = None) -> str:
        """As `Notebooks.run`."""
        if view is None or (view.where == "live") != (self._documents.page(path) is not None):
            view = await self._documents.read(path)
        sources = {cell["id"]: cell["source"] for cell in view.notebook["cells"]}
        for cell, source in cells:
            if cell not in sources:
                raise CellUnknown(f"The notebook has no cell {cell}.", remedy="Read the notebook again.")
            if sources[cell] != source:
                raise CellChanged(f"Cell {cell} is another now; nothing was run.", cell=cell, remedy="Read it again.")
        line = await self._line(path, view.notebook)
        steps = [Step(cell, source) for cell, source in cells]
        return self._begin(Run(path, line, steps, where=view.where), alone=True)

    async def scratch(self, path: str, code: str) -> str:
        """As `Notebooks.scratch`."""
        view = await self._documents.read(path)
        line = await self._line(path, view.notebook)
        return self._begin(Run(path, line, [Step(None, code)], where=view.where), alone=False)

    async def report(self, run: str, seconds: float) -> RunReport:
        """As `Notebooks.report`; that it asks for input is news once."""
        known = self._known(run)
        if await happens(known.news, seconds) and not known.over.is_set():
            known.news.clear()
        return known.report()

    async def stop(self, run: str) -> RunReport:
        """As `Notebooks.stop`; waits a little for the code to heed it."""
        known = self._known(run)
        if not known.over.is_set() and not known.stopping:
            known.stopping = True
            self._do(self._interrupt(known))
        await happens(known.over, STOP_SECONDS)
        return known.report()

    def waiting(self, path: str, cell: str, prompt: str | None) -> None:
        """A page says that the code of a cell asks the person for input; None: no more."""
        for run in self._runs.values():
            step = run.current()
            if not run.over.is_set() and self._documents.now(run.path) == path and step and step.cell == cell:
                run.asks(step, prompt)

    # ── kernels ──

    async def evaluate(self, path: str, code: str, seconds: float) -> list[dict[str, Any]]:
        """As `Notebooks.evaluate`.

        Raises:
            KernelMissing: there is no kernel; none is started for this.
        """
        kernel_id = await self.kernel_of(path)
        if kernel_id is None:
            raise KernelMissing("The notebook has no kernel yet.", remedy="Running a cell starts it.")
        end = time.monotonic() + seconds
        line = await self._kernels.line(kernel_id)
        if not await self._kernels.rest(kernel_id, seconds):
            raise _busy()
        execution = line.send(code, silent=True)
        if not await happens(execution.over, max(0.1, end - time.monotonic())):
            if execution.began.is_set():  # it is this code that takes so long
                await self._kernels.interrupt(kernel_id)
            raise _busy()
        if execution.state == "lost":
            raise KernelMissing(f"The kernel {line.lost} just now.", remedy="Try again.")
        return execution.gathering.outputs

    async def kernel(self, path: str, action: KernelAction) -> KernelState:
        """As `Notebooks.kernel`."""
        view = await self._documents.read(path)
        kernel_id = await self.kernel_of(path)
        if action != "state":
            if kernel_id is None:
                raise KernelMissing("The notebook has no kernel.", remedy="Running a cell starts it.")
            if action == "interrupt":
                await self._kernels.interrupt(kernel_id)
                await self._kernels.rest(kernel_id, STOP_SECONDS)
            else:
                await self._kernels.restart(kernel_id)
        return await self._kernels.state(kernel_id, view.notebook)

    async def kernel_of(self, path: str) -> str | None:
        """Id of the kernel that a notebook runs on; None: it has none."""
        page = self._documents.page(path)
        return page.kernel if page is not None else await self._kernels.of(path)

    # ── inside ──

    def _begin(self, run: Run, *, alone: bool) -> str:
        self._forget()
        self._runs[run.run] = run
        self._do(self._drive(run, alone=alone))
        return run.run

    async def _drive(self, run: Run, *, alone: bool) -> None:
        if not alone:
            await self._driver.drive(run)
            return
        async with self._turns.setdefault(run.line.kernel_id, asyncio.Lock()):
            await self._driver.drive(run)

    async def _interrupt(self, run: Run) -> None:
        """Interrupt its code, not another's before whose end the kernel does not come to it."""
        step = run.current()
        if step is None or step.execution is None:
            return
        await step.execution.began.wait()
        if not step.execution.over.is_set():
            await self._kernels.interrupt(run.line.kernel_id)

    async def _line(self, path: str, notebook: dict[str, Any]) -> Line:
        if self._documents.page(path) is None:
            return await self._kernels.line_for(path, notebook)
        kernel_id = await self.kernel_of(path)
        if kernel_id is None:
            text = "The notebook is open, and its person chose no kernel for it."
            raise KernelMissing(text, remedy="Ask them to choose one.")
        return await self._kernels.line(kernel_id)

    def _known(self, run: str) -> Run:
        known = self._runs.get(run)
        if known is None:
            raise RunUnknown(f"No run is called {run}, or its end is too long ago.", remedy="Run the cells again.")
        return known

    def _forget(self) -> None:
        over = [run for run in self._runs.values() if run.over.is_set()]
        size = sum(run.size for run in over)
        for run in over:
            if len(over) > KNOWN_RUNS or size > KNOWN_BYTES or time.monotonic() - run.ended > KNOWN_SECONDS:
                size -= run.size
                over = over[1:]
                del self._runs[run.run]

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._log.error("A run failed.", exc_info=task.exception())


def _busy() -> KernelBusy:
    return KernelBusy(
        "The kernel runs something else.", remedy="Wait for it, or look at it with the tool `kernel`, and try again."
    )
