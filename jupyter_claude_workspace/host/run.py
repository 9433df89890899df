"""A run: cells, or a piece of scratch code, on their way through a kernel; and what a page or the file still lacks."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from ..notebook.access import CellRun, CellState, RunReport, Where
from .execution import Execution
from .line import Line


@dataclass
class Step:
    """One cell of a run, or its scratch code (`cell` is None). `state` is what it is where there is no execution."""

    cell: str | None
    source: str
    execution: Execution | None = None
    state: CellState = "waiting"
    prompt: str | None = None  # what it asks the person for, while it does

    @property
    def now(self) -> CellState:
        """What becomes of it."""
        if self.execution is None:
            return self.state
        if self.prompt is not None and not self.execution.over.is_set():
            return "input"
        return self.execution.state

    def report(self) -> CellRun:
        """The same with all there is to say."""
        execution = self.execution
        if execution is None:
            return CellRun(cell=self.cell, state=self.state)
        return CellRun(
            cell=self.cell,
            state=self.now,
            outputs=execution.gathering.outputs,
            execution_count=execution.execution_count,
            duration_ms=execution.duration_ms,
            prompt=(self.prompt or "") if self.now == "input" else "",
        )


@dataclass(eq=False)
class Run:
    """`over` is set when nothing of it changes any more; `news` when something did that who waits should hear of."""

    path: str
    line: Line
    steps: list[Step]
    where: Where
    run: str = field(default_factory=lambda: f"run-{secrets.token_hex(4)}")
    over: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: bool = False
    note: str = ""
    ended: float = 0.0

    @property
    def size(self) -> int:
        """About how many bytes its outputs are."""
        return sum(step.execution.gathering.size for step in self.steps if step.execution is not None)

    def current(self) -> Step | None:
        """The step that the kernel has now."""
        return next((step for step in self.steps if step.execution and not step.execution.over.is_set()), None)

    def end(self) -> None:
        """Whatever has not begun never will."""
        for step in self.steps:
            if step.execution is None and step.state == "waiting":
                step.state = "aborted"
        self.ended = time.monotonic()
        self.over.set()
        self.news.set()

    def asks(self, step: Step, prompt: str | None) -> None:
        """The step's code asks the person for input; None: no more."""
        step.prompt = prompt
        if prompt is not None:
            self.news.set()

    def report(self) -> RunReport:
        """The run as it is now."""
        lost = any(step.now == "lost" for step in self.steps)
        return RunReport(
            run=self.run,
            over=self.over.is_set(),
            where=self.where,
            cells=tuple(step.report() for step in self.steps),
            kernel=self.line.lost if lost else "",
            note=self.note,
        )
