"""Whether Claude may run a cell: what the cell itself says, and what the session's mode says of all that say nothing.

A cell says it in its metadata (`"claude": {"run": "never"}`, or `"claude.run": "never"`) or by a tag (`claude:never`).
Our tools change neither. Where it says several things, or something unknown, the most careful one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from ..protocol.content import Mode
from ..protocol.notebook import RunPolicy

CAREFUL: tuple[RunPolicy, ...] = ("never", "ask", "ok")  # the most careful one first
TAG = "claude:"
MIN_COPIED = 8  # characters: what is shorter occurs anywhere


def said(cell: dict[str, Any]) -> RunPolicy | None:
    """What a cell says of itself; None: nothing."""
    metadata = cell.get("metadata", {})
    claude = metadata.get("claude")
    found = [claude["run"]] if isinstance(claude, dict) and "run" in claude else []
    if "claude.run" in metadata:
        found.append(metadata["claude.run"])
    tags = metadata.get("tags")
    tags = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    found += [tag.removeprefix(TAG) for tag in tags if tag.startswith(TAG)]
    if not found:
        return None
    known = [CAREFUL.index(value) if value in CAREFUL else CAREFUL.index("ask") for value in found]
    return CAREFUL[min(known)]


def policy(cell: dict[str, Any], mode: Mode) -> RunPolicy:
    """What holds for a cell. In plan mode nothing is run."""
    own = said(cell)
    if own == "never" or mode == "plan":
        return "never"
    return own or default(mode)


def default(mode: Mode) -> RunPolicy:
    """What holds for code that says nothing of itself."""
    return {"default": "ask", "acceptEdits": "ask", "plan": "never", "bypassPermissions": "ok"}[mode]  # type: ignore[return-value]


def copied(code: str, cells: Iterable[dict[str, Any]]) -> str | None:
    """Id of a cell that is never to be run and whose source is in this code; None: it has none of them."""
    lines = _bare(code)
    for cell in cells:
        source = _bare(str(cell.get("source", "")))
        if said(cell) == "never" and len(source) >= MIN_COPIED and source in lines:
            return str(cell["id"])
    return None


def last_ms(cell: dict[str, Any]) -> int | None:
    """How long the cell took the last time, as JupyterLab recorded it; None: it did not."""
    times = cell.get("metadata", {}).get("execution")
    if not isinstance(times, dict):
        return None
    begin = _first(times, ("iopub.execute_input", "iopub.status.busy"))
    end = _first(times, ("shell.execute_reply", "iopub.status.idle"))
    if begin is None or end is None or end < begin:
        return None
    return round((end - begin).total_seconds() * 1000)


def _first(times: dict[str, Any], names: Sequence[str]) -> datetime | None:
    for name in names:
        value = times.get(name)
        if isinstance(value, str):
            try:
                moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
            except ValueError:
                continue
            if moment.tzinfo is not None:
                return moment
    return None


def _bare(code: str) -> str:
    """Code without what may be changed without changing what it does."""
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())
