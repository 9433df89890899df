"""Starts the program that draws, and ends it when its time is over."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

from ..claude.environment import system_environment
from . import program

Kind = Literal["svg", "vega", "vega-lite", "plotly"]
# What each is drawn with; all but the first are the extra `figures`.
NEEDS: dict[Kind, tuple[str, ...]] = {
    "svg": ("resvg_py",),
    "vega": ("vl_convert",),
    "vega-lite": ("vl_convert",),
    "plotly": ("kaleido", "plotly"),
}
AT_ONCE = 2  # processes
MOST_BYTES = 20_000_000  # of what is to be drawn at once, and of one picture
ALSO = (
    "PYTHON*",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "BROWSER_PATH",
    "FONTCONFIG_*",
)  # where the libraries, a browser and fonts are
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
NO_NETWORK = {
    **dict.fromkeys((*PROXIES, *map(str.upper, PROXIES)), f"http://{program.NOWHERE}"),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), ""),
}


@dataclass(frozen=True)
class Sketch:
    """What is to be drawn: the text of an SVG, or a figure's specification. It must not refer to anything outside."""

    kind: Kind
    what: Any


def can_draw(kind: Kind) -> bool:
    """Whether what it needs is installed here."""
    return all(find_spec(name) is not None for name in NEEDS[kind])


class Artist:
    """Shared by all sessions of an engine; lives on its loop."""

    def __init__(self) -> None:
        self._rooms = asyncio.Semaphore(AT_ONCE)

    async def draw(self, sketches: Sequence[Sketch], seconds: float) -> list[bytes | None]:
        """PNGs of these, within so many seconds for all; None: there is none, or not in time."""
        made: list[bytes | None] = [None] * len(sketches)
        asked = await asyncio.to_thread(_asked, sketches, seconds) if sketches else b""
        if not asked or len(asked) > MOST_BYTES:
            return made
        with suppress(asyncio.TimeoutError, OSError):  # what is drawn already counts
            await asyncio.wait_for(self._draw(asked, made), seconds)
        return made

    async def _draw(self, asked: bytes, made: list[bytes | None]) -> None:
        async with self._rooms:
            with tempfile.TemporaryDirectory(prefix="jcw-drawing-", ignore_cleanup_errors=True) as folder:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, program.__file__, cwd=folder, limit=2 * MOST_BYTES,
                    env={**system_environment(os.environ, *ALSO), **NO_NETWORK, "TMPDIR": folder},
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                )  # fmt: skip
                try:
                    await _talk(process, asked, made)
                finally:
                    if process.returncode is None:
                        process.kill()
                        await process.wait()


def _asked(sketches: Sequence[Sketch], seconds: float) -> bytes:
    drawings = [{"kind": sketch.kind, "what": sketch.what} for sketch in sketches]
    return json.dumps({"seconds": seconds, "drawings": drawings}).encode()


async def _talk(process: asyncio.subprocess.Process, asked: bytes, made: list[bytes | None]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(asked)
        await process.stdin.drain()
        process.stdin.close()
        async for line in process.stdout:
            answer = json.loads(line)
            made[answer["place"]] = base64.b64decode(answer["png"])
    except (ConnectionError, ValueError, KeyError, IndexError, TypeError, binascii.Error):
        return  # it failed: the rest is not drawn
    await process.wait()
