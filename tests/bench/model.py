"""A process with the demo model, which keeps the time of every request and of every write of deltas."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from child import serve

from jupyter_claude_workspace.demo.api import DemoModel

SCENARIOS = Path(__file__).parent / "scenarios"


class Watched:
    """The model, and what happened since the last `take`. All times are CLOCK_MONOTONIC in seconds."""

    def __init__(self) -> None:
        self._requests: list[float] = []
        self._sent: dict[str, list[tuple[int, float]]] = {}
        self._model = DemoModel([SCENARIOS], asking=self._asking, sent=self._note)
        self._model.start()

    async def answer(self, command: dict[str, Any]) -> Any:
        """`environment`: what the CLI needs to be answered by it; `take`: what happened."""
        if command["do"] == "environment":
            return self._model.environment()
        taken = {"requests": self._requests, "sent": self._sent}
        self._requests, self._sent = [], {}
        return taken

    def _asking(self, _scenario: str, _attempt: int, _request: dict[str, Any]) -> None:
        self._requests.append(time.monotonic())

    def _note(self, message: str, characters: int, at: float) -> None:
        if characters:
            self._sent.setdefault(message, []).append((characters, at))


async def main() -> None:
    """Serve until the input ends."""
    await serve(Watched().answer)


asyncio.run(main())
