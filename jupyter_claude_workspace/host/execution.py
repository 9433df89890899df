"""One piece of code on its way through a kernel, told from the kernel's messages."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from ..notebook.access import CellState
from ..notebook.gathering import Displays, Gathering

# Of one that is over and whose other half (the reply, or that the kernel is idle) does not come.
GRACE = 4.0  # seconds
INTERRUPTED = ("KeyboardInterrupt", "InterruptException")  # as Python's and Julia's kernels have it


class Execution:
    """What became of one execute request. `own`: the reply comes here as well; else a page has it.

    `began` is set when the kernel comes to it, and `over` when its state changes no more.
    """

    def __init__(self, msg_id: str, displays: Displays, *, own: bool) -> None:
        self.msg_id = msg_id
        self.gathering = Gathering(displays)
        self.state: CellState = "waiting"
        self.execution_count: int | None = None
        self.began = asyncio.Event()
        self.over = asyncio.Event()
        self.error = ""  # its name, where it failed
        self._own = own
        self._idle = False
        self._reply: dict[str, Any] | None = None
        self._began_at: float | None = None
        self._heard_at = 0.0
        self._last = 0.0  # when something was heard of it
        self._ended_at: float | None = None

    @property
    def duration_ms(self) -> int | None:
        """How long it has run, or ran, by the kernel's clock; None: it has not begun."""
        if self._began_at is None:
            return None
        # Until it ends, from when that was heard: the kernel's clock may be another machine's.
        seconds = time.time() - self._heard_at if self._ended_at is None else self._ended_at - self._began_at
        return max(0, round(1000 * seconds))

    def heard(self, kind: str, content: dict[str, Any], at: float) -> None:
        """One of its messages on iopub, and when the kernel sent it, by its clock, in seconds."""
        self._last = time.monotonic()
        if kind == "status":
            if content.get("execution_state") == "busy":
                self.began.set()
            elif content.get("execution_state") == "idle":
                self._idle = True
                self._ended_at = at
                self._settle()
        elif kind == "execute_input":
            self.execution_count = content.get("execution_count")
            self._began_at, self._heard_at = at, time.time()
            if self.state == "waiting":
                self.state = "running"
        else:
            if kind == "error":
                self.error = str(content.get("ename", "")) or "error"
            self.gathering.take(kind, content)

    def replied(self, content: dict[str, Any]) -> None:
        """The kernel's reply."""
        self._reply = content
        if content.get("status") == "error":
            self.error = self.error or str(content.get("ename", "")) or "error"
        self._settle()

    def lose(self) -> None:
        """The kernel is gone, or is another one."""
        self.end("lost")

    def end(self, state: CellState) -> None:
        """It is over like this."""
        if not self.over.is_set():
            self.state = state
            if self._began_at is not None and self._ended_at is None:
                self._ended_at = self._began_at + time.time() - self._heard_at
            self.began.set()
            self.over.set()

    def outcome(self) -> CellState:
        """How it ended, as far as messages tell."""
        if self.error:
            return "interrupted" if self.error in INTERRUPTED else "error"
        status = (self._reply or {}).get("status")
        # A kernel that throws its queue away after an error says only busy and idle about what was in it.
        if status in ("aborted", "abort") or (self._reply is None and not self._own and self._began_at is None):
            return "aborted"
        return "ok"

    def _settle(self) -> None:
        if self._idle and (self._reply is not None or not self._own):
            self.end(self.outcome())
        elif self._idle or self._reply is not None:
            asyncio.get_running_loop().call_later(GRACE, self._overdue)

    def _overdue(self) -> None:
        """The other half does not come; where much was written, it may still be on its way."""
        quiet = time.monotonic() - self._last
        if quiet >= GRACE:
            self.end(self.outcome())
        elif not self.over.is_set():
            asyncio.get_running_loop().call_later(GRACE - quiet, self._overdue)


async def happens(event: asyncio.Event, seconds: float) -> bool:
    """Whether it happens within so many seconds."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except asyncio.TimeoutError:
        return event.is_set()
    return True
