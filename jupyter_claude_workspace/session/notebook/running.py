"""run_cells, run_scratch and kernel: what is asked before something runs, and what Claude is told of it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...claude.events import AskRequest, Verdict
from ...errors import BadRequest, NotAllowed, WorkspaceError
from ...notebook.access import RunReport
from ...notebook.planning import StaleCells
from ...protocol.content import Block, Rule, TextBlock
from ...tools.names import KERNEL, RUN_CELLS, RUN_SCRATCH
from . import run_words
from .calls import key_of
from .run_answer import answer
from .run_wanted import Wanted, Wishes

if TYPE_CHECKING:
    from .calls import Tool
    from .work import NotebookWork

DEFAULT_SECONDS, MOST_SECONDS = 60.0, 600.0
KNOWN_TIMES = 1_000  # cells whose last duration is known
NAMES = (RUN_CELLS, RUN_SCRATCH, KERNEL)


class Running:
    """Lives on the engine's loop."""

    def __init__(self, work: NotebookWork) -> None:
        self._work = work
        # What the person said yes to and has not begun yet, by call; with the turn in which they did.
        self._allowed: OrderedDict[str, tuple[str, Wanted]] = OrderedDict()
        self._lasted: OrderedDict[str, int] = OrderedDict()
        self._wishes = Wishes(work, self._lasted)
        self._stops: set[asyncio.Task[RunReport]] = set()

    def tools(self) -> dict[str, Tool]:
        """The tools by their short names."""
        return {"run_cells": self.run_cells, "run_scratch": self.run_scratch, "kernel": self.kernel}

    async def ask(self, request: AskRequest) -> Verdict | None:
        """Decide about a call, or ask the person; None: it is none of these tools."""
        if request.name not in NAMES:
            return None
        try:
            wanted = await self._wishes.wanted(request.name, request.input)
        except WorkspaceError:
            return Verdict(allow=True)  # nothing to ask about: the tool itself says what is wrong
        if wanted is None or self._free(wanted):
            return Verdict(allow=True)
        if wanted.policy == "never":
            return Verdict(allow=False, message=wanted.words)
        return await self._asked(request, wanted)

    async def run_cells(self, given: dict[str, Any]) -> list[Block]:
        """Run cells, or wait for or stop a run that was begun.

        Raises:
            BadRequest: an argument is not what it should be.
            NotAllowed: it may not be run, or the person said no.
            CellUnknown, CellChanged: nothing was run.
            KernelMissing, RunUnknown: there is none.
        """
        seconds = _seconds(given)
        run = given.get("run")
        if run is None:
            wanted = await self._settled(RUN_CELLS, given)
            cells = [(cell.cell, cell.source) for cell in wanted.cells]
            run = await self._work.undoing.run(cells, wanted.view)
        elif given.get("stop") is True:
            return await self._told(RUN_CELLS, await self._work.notebooks.stop(str(run)))
        return await self._told(RUN_CELLS, await self._report(str(run), seconds))

    async def run_scratch(self, given: dict[str, Any]) -> list[Block]:
        """Run code that is in no cell.

        Raises:
            BadRequest, NotAllowed, KernelMissing: nothing was run.
        """
        seconds = _seconds(given)
        wanted = await self._settled(RUN_SCRATCH, given)
        run = await self._work.notebooks.scratch(self._work.path, wanted.code)
        return await self._told(RUN_SCRATCH, await self._report(run, seconds))

    async def kernel(self, given: dict[str, Any]) -> list[Block]:
        """Look at the kernel, interrupt or restart it.

        Raises:
            BadRequest, NotAllowed, KernelMissing: nothing was done.
        """
        action = given.get("action")
        if action == "state":
            state = await self._work.notebooks.kernel(self._work.path, "state")
            return [TextBlock(kind="text", text=run_words.kernel(state))]
        wanted = await self._settled(KERNEL, given)
        assert wanted.what in ("interrupt", "restart")
        state = await self._work.notebooks.kernel(self._work.path, wanted.what)
        done = (
            "Interrupted."
            if wanted.what == "interrupt"
            else f"Restarted: all variables are gone. {run_words.AFTER_FATE}"
        )
        return [TextBlock(kind="text", text=f"{done} {run_words.kernel(state)}")]

    # ── whether it may be ──

    def _free(self, wanted: Wanted) -> bool:
        """Whether nobody need be asked."""
        if wanted.policy != "ask":
            return wanted.policy == "ok"
        return wanted.lifted and Rule(tool=wanted.name) in self._work.session.gate.rules

    async def _asked(self, request: AskRequest, wanted: Wanted) -> Verdict:
        rules = (Rule(tool=wanted.name),) if wanted.lifted else ()
        verdict = await self._work.session.gate.ask(replace(request, rules=rules), ask=wanted.ask())
        if verdict.allow:
            if verdict.input is not None and wanted.what == "scratch":
                wanted = replace(wanted, code=str(verdict.input.get("code", "")))
            key = key_of(request.name, request.input if verdict.input is None else verdict.input)
            self._allowed[key] = (self._turn(), wanted)
        return verdict

    async def _settled(self, name: str, given: dict[str, Any]) -> Wanted:
        """What may be done now, as it was shown to the person where they were asked.

        Raises:
            NotAllowed: it may not.
        """
        turn, allowed = self._allowed.pop(key_of(name, given), ("", None))
        if allowed is not None and turn == self._turn():
            return replace(allowed, view=None)  # the person took their time
        # Claude Code did not ask: because of a mode, or of a rule of its own, neither of which is ours.
        try:
            wanted = await self._wishes.wanted(name, given)
        except StaleCells as error:
            self._work.showed(name, error.sources)
            raise
        assert wanted is not None
        if self._free(wanted):
            return wanted
        if wanted.policy == "never":
            raise NotAllowed(wanted.words)
        verdict = await self._asked(AskRequest(tool="", name=name, input=given), wanted)
        if not verdict.allow:
            raise NotAllowed(verdict.message)
        return replace(self._allowed.popitem()[1][1], view=None)

    def _turn(self) -> str:
        turn = self._work.session.turn
        return turn.turn if turn else ""

    # ── what came of it ──

    async def _report(self, run: str, seconds: float) -> RunReport:
        turn = self._work.session.turn
        try:
            return await self._work.notebooks.report(run, seconds)
        except asyncio.CancelledError:
            if turn is not None and turn.stopped:  # the person stops Claude, and with it what Claude runs
                task = asyncio.ensure_future(self._work.notebooks.stop(run))
                self._stops.add(task)
                task.add_done_callback(self._stops.discard)
            raise

    async def _told(self, tool: str, report: RunReport) -> list[Block]:
        for cell in report.cells:
            if cell.cell is not None and cell.duration_ms is not None and cell.state in ("ok", "error"):
                self._lasted[cell.cell] = cell.duration_ms
                self._lasted.move_to_end(cell.cell)
        while len(self._lasted) > KNOWN_TIMES:
            self._lasted.popitem(last=False)
        self._work.calls.detail({"run": _facts(report)})
        level = self._work.session.settings.privacy
        gave = [(cell.cell, cell.outputs) for cell in report.cells]
        seen = await self._work.drawing.pictured(gave, level, fresh=True)
        drawn = tuple(replace(cell, outputs=outputs) for cell, outputs in zip(report.cells, seen, strict=True))
        # Large pictures are made smaller, which takes a while.
        blocks, items = await asyncio.to_thread(answer, replace(report, cells=drawn), level)
        self._work.sent(tool, items)
        return blocks


def _seconds(given: dict[str, Any]) -> float:
    seconds = given.get("wait_seconds", DEFAULT_SECONDS)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds < 0:
        raise BadRequest("`wait_seconds` is not a number of seconds.")
    return min(float(seconds), MOST_SECONDS)


def _facts(report: RunReport) -> dict[str, Any]:
    """The run as a tool card shows it; outputs are in the notebook."""
    shown = ("cell", "state", "duration_ms", "execution_count", "prompt")
    return {
        "run": report.run,
        "over": report.over,
        "where": report.where,
        "kernel": report.kernel,
        "note": report.note,
        "cells": [{name: getattr(cell, name) for name in shown} for cell in report.cells],
    }
