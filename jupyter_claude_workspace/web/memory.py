"""What the sessions' processes hold, for whoever lists them: measured on request, at most every other second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

MOST_SECONDS = 1.0
KEPT_SECONDS = 2.0


class Memory:
    """Measures beside the loop, one look at a time."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[float, int | None]] = {}
        self._looking = asyncio.Lock()

    async def of(self, pids: Iterable[int]) -> dict[int, int | None]:
        """Bytes by process, as `memory_of`."""
        wanted = set(pids)
        async with self._looking:
            since = time.monotonic() - KEPT_SECONDS
            self._known = {pid: known for pid, known in self._known.items() if known[0] > since}
            missing = wanted - self._known.keys()
            if missing:
                from ..claude.memory import memory_of  # noqa: PLC0415 - see the package's docstring

                found = await asyncio.to_thread(memory_of, sorted(missing), MOST_SECONDS)
                now = time.monotonic()
                self._known.update({pid: (now, held) for pid, held in found.items()})
            return {pid: self._known[pid][1] for pid in wanted}
