"""How much memory processes and all below them hold."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil


def memory_of(pids: Iterable[int], seconds: float) -> dict[int, int | None]:
    """Bytes by process, each with all below it: what is shared counts in parts (Linux), else as if it were its own.

    None where a process is gone, or what it holds could not be read within `seconds` for all together. Blocks as long.
    """
    until = time.monotonic() + seconds
    children = _children()
    return {pid: _held(pid, children, until) for pid in pids}


def _children() -> dict[int, list[int]]:
    """Who has which children: one look at all processes, instead of one for each of `pids`."""
    found: dict[int, list[int]] = {}
    for pid in psutil.pids():
        with suppress(psutil.Error):
            found.setdefault(psutil.Process(pid).ppid(), []).append(pid)
    return found


def _held(root: int, children: Mapping[int, list[int]], until: float) -> int | None:
    total, waiting = 0, [root]
    while waiting:
        if time.monotonic() > until:
            return None
        pid = waiting.pop()
        held = _own(pid)
        if held is None and pid == root:
            return None
        total += held or 0  # one below that has just ended holds nothing
        waiting += children.get(pid, [])
    return total


def _own(pid: int) -> int | None:
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    with suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return None
