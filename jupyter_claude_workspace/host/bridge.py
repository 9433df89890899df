"""From the engine's loop, where sessions live, to the server's, where notebooks and kernels do."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..notebook.access import Drawn, KernelAction, KernelState, RunReport, View, WantedPicture
from ..protocol.live import CellEdit
from .host import Host
from .pictures import pictures

if TYPE_CHECKING:
    from .runs import Runs

T = TypeVar("T")


class Bridge:
    """`Notebooks`, for use on the engine's loop. Whoever is cancelled there is cancelled here."""

    def __init__(self, loop: asyncio.AbstractEventLoop, host: Host, runs: Runs) -> None:
        self._loop = loop
        self._host = host
        self._runs = runs

    async def read(self, path: str) -> View:
        """The notebook as it is now."""
        return await self._cross(self._host.read(path))

    async def edit(self, path: str, edits: Sequence[CellEdit]) -> View:
        """Do all of these or none; not cut short by whoever asked, so that it is always known what was done."""
        return await asyncio.shield(self._cross(self._host.edit(path, edits)))

    async def run(self, path: str, cells: Sequence[tuple[str, str]], view: View | None = None) -> str:
        """Begin to run cells."""
        return await self._cross(self._runs.run(path, cells, view))

    async def scratch(self, path: str, code: str) -> str:
        """Begin to run code that is in no cell."""
        return await self._cross(self._runs.scratch(path, code))

    async def report(self, run: str, seconds: float) -> RunReport:
        """A run, once there is something to say of it."""
        return await self._cross(self._runs.report(run, seconds))

    async def stop(self, run: str) -> RunReport:
        """Interrupt a run."""
        return await self._cross(self._runs.stop(run))

    async def evaluate(self, path: str, code: str, seconds: float) -> list[dict[str, Any]]:
        """Run code silently."""
        return await self._cross(self._runs.evaluate(path, code, seconds))

    async def kernel(self, path: str, action: KernelAction) -> KernelState:
        """Look at the kernel; interrupt or restart it first."""
        return await self._cross(self._runs.kernel(path, action))

    async def pictures(self, path: str, cell: str, wanted: Sequence[WantedPicture]) -> list[Drawn | None]:
        """What outputs look like in the page that has the notebook open."""
        return await self._cross(pictures(self._host, path, cell, wanted))

    async def _cross(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self._loop))
