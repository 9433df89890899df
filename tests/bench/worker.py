"""A Python process of the benchmark's own, so that what it measures shares no interpreter with the rest."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from child import LINE_BYTES

HERE = Path(__file__).parent


class Worker:
    """A script next to this file that answers commands (see `child`)."""

    def __init__(self, script: str, environment: dict[str, str]) -> None:
        self._script = HERE / script
        self._environment = environment
        self._process: asyncio.subprocess.Process

    async def start(self) -> Worker:
        """Start it."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            self._script,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
        )
        return self

    async def ask(self, do: str, **more: Any) -> Any:
        """Send a command and wait for its answer.

        Raises:
            RuntimeError: the process ended instead; its standard error says why.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._script.name} ended at {do}")
        return json.loads(line)

    async def stop(self) -> None:
        """End its input, and wait for its end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
