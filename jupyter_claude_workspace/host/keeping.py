"""Writes the outputs of cells that the server ran into their notebook: in between, at the end, and what comes late."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from ..errors import WorkspaceError
from ..protocol.live import CellEdit
from .documents import Documents
from .execution import Execution, happens
from .line import Line
from .run import Run, Step

# Who waits for a short run need not wait for the disk: whoever reads the notebook next, does. A failure is told later.
SHORT_MS = 500
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two writes of a cell that goes on and on
LATE_SECONDS = 10  # in which output is waited for that threads still write after their cell's end
MAX_RECORDS = 200


@dataclass(eq=False)
class _Record:
    run: Run
    cell: str
    execution: Execution
    written: int = -1

    @property
    def dirty(self) -> bool:
        return self.execution.gathering.revision != self.written


class Keeper:
    """Lives on the server's loop."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._records: list[_Record] = []
        self._tails: set[asyncio.Task[None]] = set()
        self._writes: set[asyncio.Task[None]] = set()
        self._failed: dict[str, str] = {}  # by path: what nobody has been told yet

    async def close(self) -> None:
        """Write what is to be written, and wait for nothing more."""
        for task in self._tails:
            task.cancel()
        await asyncio.gather(*self._tails, *self._writes, return_exceptions=True)

    async def follow(self, run: Run, step: Step) -> None:
        """Write a cell's outputs until it is over, and then once more, with whatever else its kernel changed."""
        execution = step.execution
        assert execution is not None
        if step.cell is None:
            await execution.over.wait()
            return
        record = self._keep(run, step.cell, execution)
        pause = FIRST_PAUSE
        while not await happens(execution.over, pause):
            if record.dirty:
                await self._write(record)
            pause = min(2 * pause, LONGEST_PAUSE)
        last = self._soon(self._finish(record))
        if (execution.duration_ms or 0) >= SHORT_MS:
            await asyncio.shield(last)
        else:
            await asyncio.sleep(0)  # it is the notebook's next user from now on

    def linger(self, run: Run) -> None:
        """Of a run that is over, write what comes late."""
        task = asyncio.create_task(self._tail(run.line))
        self._tails.add(task)
        task.add_done_callback(self._tails.discard)

    def failure(self, path: str) -> str:
        """What could not be written of a notebook and was told nobody yet; ""."""
        return self._failed.pop(path, "")

    # ── inside ──

    def _soon(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return task

    async def _finish(self, record: _Record) -> None:
        await self._write(record)
        await self._late(record.run.line)

    def _keep(self, run: Run, cell: str, execution: Execution) -> _Record:
        again = [each for each in self._records if each.cell == cell and each.run.path == run.path]
        for record in again:
            self._records.remove(record)
        del self._records[: max(0, len(self._records) - MAX_RECORDS)]
        made = _Record(run, cell, execution)
        self._records.append(made)
        return made

    async def _tail(self, line: Line) -> None:
        for _ in range(LATE_SECONDS):
            await asyncio.sleep(1)
            await self._late(line)

    async def _late(self, line: Line) -> None:
        """Cells that were over when something of them changed: a thread still writes, or a display was updated."""
        over = [each for each in self._records if each.run.line is line and each.execution.over.is_set()]
        for record in [each for each in over if each.dirty and each.written >= 0]:
            if await self._still_ours(record):
                await self._write(record)
            else:
                self._records.remove(record)

    async def _still_ours(self, record: _Record) -> bool:
        """Whether nobody has run the cell since."""
        try:
            view = await self._documents.read(self._documents.now(record.run.path))
        except WorkspaceError:
            return False
        count = record.execution.execution_count
        return any(
            cell.get("id") == record.cell and cell.get("execution_count") == count for cell in view.notebook["cells"]
        )

    async def _write(self, record: _Record) -> None:
        run, gathering = record.run, record.execution.gathering
        revision = gathering.revision
        edit = CellEdit(
            action="outputs",
            cell=record.cell,
            outputs=gathering.outputs,
            execution_count=record.execution.execution_count,
        )
        try:
            run.path = self._documents.now(run.path)
            await self._documents.edit(run.path, [edit])
            record.written = revision
        except WorkspaceError as error:
            self._failed[run.path] = f"The outputs of cell {record.cell} are not in the notebook: {error.text}"
