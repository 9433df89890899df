"""edit_cells: what Claude wants to change, the person's decision about it, and what became of each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...claude.events import AskRequest, Verdict
from ...errors import CellChanged, CellUnknown, NotAllowed, WorkspaceError
from ...notebook.access import View
from ...notebook.document import find, ids
from ...notebook.numbering import numbered
from ...notebook.planning import StaleCells, plan, stale
from ...notebook.verdicts import Late, late, placed, to_edits, told, without
from ...protocol.content import Block, Rule, TextBlock
from ...protocol.live import CellEdit
from ...protocol.notebook import CellChange, ChangeVerdict
from ...tools.names import EDIT_CELLS
from .calls import Key, key_of

if TYPE_CHECKING:
    from .work import NotebookWork

TRIES = 5  # a person may type just then
AT_ONCE = ("acceptEdits", "bypassPermissions")
RULE = Rule(tool=EDIT_CELLS)
PLANNING = """
Nothing was changed: this session is in plan mode, in which the notebook is only read. Present your plan (ExitPlanMode);
once the person accepts it, call again.
""".strip()


@dataclass(frozen=True)
class Planned:
    """Changes of a notebook, and the ids of the cells that it had then."""

    order: Sequence[str]
    changes: Sequence[CellChange]


@dataclass(frozen=True)
class Decided(Planned):
    """What was decided about each change, by a person or else by a mode or rule; only in the turn `turn`."""

    turn: str
    reviewed: bool
    verdicts: Sequence[ChangeVerdict]

    def without(self, too_late: Mapping[int, Late]) -> tuple[list[CellChange], list[ChangeVerdict]]:
        """The changes and verdicts where these are not done, each change in the place that it has then."""
        verdicts = without(self.verdicts, too_late)
        return placed(self.order, self.changes, verdicts), verdicts


class Editing:
    """Lives on the engine's loop."""

    def __init__(self, work: NotebookWork) -> None:
        self._work = work
        self._decided: dict[Key, Decided] = {}

    async def ask(self, request: AskRequest) -> Verdict:
        """Decide about a call, or ask the person; one that cannot be done is let through, to be told why."""
        try:
            planned = await self._planned(request.input)
        except WorkspaceError:
            return Verdict(allow=True)
        if not planned.changes:
            return Verdict(allow=True)
        verdict, decided = await self._decide(request, planned)
        self._decided = {key: found for key, found in self._decided.items() if found.turn == self._turn()}
        if decided is not None:
            self._decided[key_of(EDIT_CELLS, request.input)] = decided
        return replace(verdict, input=None)

    async def edit_cells(self, given: dict[str, Any]) -> list[Block]:
        """Do what was accepted; what Claude is told of each change.

        Raises:
            WorkspaceError: nothing was changed.
        """
        decided = self._decided.pop(key_of(EDIT_CELLS, given), None)
        if decided is None or decided.turn != self._turn():
            try:
                planned = await self._planned(given)
            except StaleCells as error:
                self._work.showed(EDIT_CELLS, error.sources)
                raise
            if not planned.changes:
                return [TextBlock(kind="text", text="The cells are like that already: nothing was changed.")]
            # A mode or a rule in which Claude Code does not ask: what that means for a notebook is decided here.
            request = AskRequest(tool="", name=EDIT_CELLS, input=given)
            verdict, decided = await self._decide(request, planned)
            if decided is None:
                raise NotAllowed(verdict.message)
        return [TextBlock(kind="text", text=await self._perform(decided))]

    # ── inside ──

    async def _planned(self, given: dict[str, Any]) -> Planned:
        notebook = (await self._work.view()).notebook
        return Planned(ids(notebook), numbered(notebook, plan(notebook, given.get("edits"), self._work.seen)))

    async def _decide(self, request: AskRequest, planned: Planned) -> tuple[Verdict, Decided | None]:
        """The mode's or the person's verdict, and what may be done; None: nothing."""
        session = self._work.session
        if session.settings.mode == "plan":
            return Verdict(allow=False, message=PLANNING), None
        at_once = session.settings.mode in AT_ONCE or RULE in session.gate.rules
        verdict = Verdict(allow=True) if at_once else await self._work.reviewing.ask(request, planned.changes)
        if not verdict.allow:
            return verdict, None
        every = range(len(planned.changes))
        verdicts = verdict.changes or tuple(ChangeVerdict(change=number, accept=True) for number in every)
        return verdict, Decided(planned.order, planned.changes, self._turn(), not at_once, verdicts)

    async def _perform(self, decided: Decided) -> str:
        changes, verdicts = decided.changes, decided.verdicts
        view, edits, too_late = await self._change(decided)
        self._work.calls.detail(
            {
                "cells": [change.model_dump() for change in changes],
                "verdicts": [verdict.model_dump() for verdict in verdicts],
                "late": [{"change": number, "why": each.why} for number, each in too_late.items()],
            }
        )
        self._work.wrote(view, [edit.cell for edit in edits if edit.action != "move"], reviewed=decided.reviewed)
        fresh = {each.cell: each.now["source"] for each in too_late.values() if each.now is not None}
        self._work.showed(EDIT_CELLS, fresh)
        said = told(decided.without(too_late)[0], verdicts, too_late)
        if not edits:
            raise CellChanged(f"Nothing was changed.\n{said}", cell=next(iter(too_late.values())).cell)
        return said

    async def _change(self, decided: Decided) -> tuple[View, list[CellEdit], dict[int, Late]]:
        """Do all that was accepted, in one step; of what a person reviewed, what they have not overtaken meanwhile.

        Returns the notebook as it is then, what was done, and what could not be, by place.

        Raises:
            CellChanged, CellUnknown: nothing was changed.
        """
        too_late: dict[int, Late] = {}
        for _ in range(TRIES):
            edits = to_edits(*decided.without(too_late))
            try:
                return await self._work.change(edits), edits, too_late
            except (CellChanged, CellUnknown) as error:
                refused = error
            if not decided.reviewed:
                break
            view = await self._work.view()
            too_late = late(view.notebook, *decided.without({}))
            if not to_edits(*decided.without(too_late)):
                return view, [], too_late
        await self._explain(decided.changes)
        raise refused

    async def _explain(self, changes: Sequence[CellChange]) -> None:
        """Refuse with the cells as they are now, where the person changed them since the edit was proposed.

        Raises:
            StaleCells: a cell is another now.
            CellUnknown: one is not there any more.
        """
        view = await self._work.view()
        named = [change.cell for change in changes if change.action != "insert"]
        named += [change.after for change in changes if change.after is not None]
        inserted = {change.cell for change in changes if change.action == "insert"}
        gone = [name for name in named if name not in inserted and find(view.notebook, name) is None]
        if gone:
            names = ", ".join(f"`{name}`" for name in dict.fromkeys(gone))
            raise CellUnknown(
                f"Nothing was changed: meanwhile the person removed {names}.",
                remedy="Call read_notebook without arguments, and make your edits fit what is there.",
            )
        found = [find(view.notebook, change.cell) for change in changes if change.action in ("replace", "delete")]
        other = [cell for cell in found if cell is not None and cell["source"] != self._work.seen.get(cell["id"])]
        if other:
            error = stale(other, self._work.seen)
            self._work.showed(EDIT_CELLS, error.sources)
            raise error

    def _turn(self) -> str:
        turn = self._work.session.turn
        return turn.turn if turn else ""
