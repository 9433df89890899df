"""The past of a session's notebook to look at, and to go back to."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...errors import BadRequest, CellChanged, CellUnknown
from ...notebook.document import Cell, Notebook, ids
from ...notebook.history import History
from ...notebook.kept import KeptNotebook, SnapshotInfo, SnapshotKind, TurnFigures
from ...notebook.reversal import Restored
from ...notebook.steps import Deed, by_id, same_outputs, same_rest, same_text
from ...notebook.transition import transition
from .undoing import TRIES, Undone

if TYPE_CHECKING:
    from .work import NotebookWork

# How a cell of a snapshot is now. "added": it is there now and was not then.
Difference = Literal["same", "changed", "outputs", "moved", "removed", "added"]
MOST_LINE = 120


@dataclass(frozen=True)
class TimelineEntry:
    """A snapshot of the notebook, with what its turn changed after it.

    `cells` is how many the notebook had then, `changed` how many the turn changed.
    """

    snapshot: int
    turn: str
    kind: SnapshotKind
    at: int
    prompt: str
    cells: int
    changed: int
    undone: bool
    bytes: int


@dataclass(frozen=True)
class TimelineCell:
    """A cell then and now; a source is null where the cell is not there. Of cells that are the same: the first line."""

    cell: str
    cell_type: str
    difference: Difference
    place: int
    then: str | None
    now: str | None


@dataclass(frozen=True)
class TimelineView:
    """`damaged`: ids of cells that cannot be read any more."""

    snapshot: int
    at: int
    prompt: str
    kind: SnapshotKind
    cells: Sequence[TimelineCell]
    damaged: Sequence[str]


async def timeline(work: NotebookWork) -> list[TimelineEntry]:
    """All that is kept, newest first; what came of a turn only where the next one did not begin with the same.

    Raises:
        HistoryUnusable: it cannot be read.
    """

    def look(history: History, session: str) -> tuple[list[SnapshotInfo], dict[str, TurnFigures]]:
        return history.snapshots(session), history.turns(session)

    snapshots, figures = await work.undoing.past.ask(look)
    return [
        _entry(each, figures.get(each.turn))
        for each, following in zip(reversed(snapshots), [None, *reversed(snapshots)], strict=False)
        if each.kind != "end" or following is None or following.state != each.state
    ]


async def look_at(work: NotebookWork, snapshot: int) -> TimelineView:
    """A snapshot beside the notebook as it is now.

    Raises:
        HistoryUnknown: it is not kept (any more).
        NotebookUnknown: the notebook is gone.
    """

    def look(history: History, session: str) -> tuple[KeptNotebook, SnapshotInfo]:
        kept = history.notebook(session, snapshot)
        return kept, next(each for each in history.snapshots(session) if each.snapshot == snapshot)

    kept, info = await work.undoing.past.ask(look)
    now = (await work.view()).notebook
    return TimelineView(snapshot, info.at, info.prompt, info.kind, differences(kept.notebook, now), kept.damaged)


async def restore(work: NotebookWork, snapshot: int) -> Undone:
    """Bring the notebook's cells back to how they were; how they are now is kept first, and this can be undone.

    Raises:
        BadRequest: a turn runs.
        HistoryUnknown: it is not kept (any more).
        WorkspaceError: as `Notebooks.edit`; nothing was changed.
    """
    if work.session.turn is not None:
        raise BadRequest("A turn runs.", remedy="Stop it, or wait for its end.")
    undoing = work.undoing
    turn = f"r-{secrets.token_hex(8)}"
    async with undoing.lock:
        kept = await undoing.past.ask(lambda history, session: history.notebook(session, snapshot))
        first = (await work.view()).notebook
        await undoing.past.snapshot(turn, first, "restore")
        for _ in range(TRIES):
            view = await work.view()
            target = _target(kept, view.notebook)
            edits = transition(view.notebook, target)
            try:
                after = await undoing.perform(turn, "restored", view, edits)
            except (CellChanged, CellUnknown):
                continue  # the person typed at this moment
            break
        else:
            raise BadRequest("The notebook is being changed all the time.", remedy="Try again in a moment.")
        undoing.vanishing.good(after.notebook, None, turn)
        undoing.vanishing.settled()
    await undoing.tell(turn)
    restored = [Restored(edit.cell, DEEDS[edit.action]) for edit in edits]
    return Undone(turn, False, after.notebook, list({each.cell: each for each in restored}.values()), [])


def differences(then: Notebook, now: Notebook) -> list[TimelineCell]:
    """The cells of both in one list: as they were then, with what was added since in its place."""
    was, are = by_id(then), by_id(now)
    order = ids(then)
    behind: str | None = None
    for cell in ids(now):
        if cell not in was:
            order.insert(order.index(behind) + 1 if behind is not None else 0, cell)
        behind = cell
    moved = {edit.cell for edit in transition(now, then) if edit.action == "move"}
    return [_cell(place, was.get(cell), are.get(cell), cell in moved) for place, cell in enumerate(order, 1)]


# ── inside ──

# What an edit of restoring takes back.
DEEDS: dict[str, Deed] = {
    "insert": "delete",
    "delete": "insert",
    "replace": "source",
    "outputs": "outputs",
    "move": "move",
}


def _entry(info: SnapshotInfo, figures: TurnFigures | None) -> TimelineEntry:
    mine = figures if info.kind != "end" else None
    return TimelineEntry(
        snapshot=info.snapshot,
        turn=info.turn,
        kind=info.kind,
        at=info.at,
        prompt=info.prompt,
        cells=info.cells,
        changed=mine.cells if mine else 0,
        undone=mine.undone if mine else False,
        bytes=info.bytes,
    )


def _cell(place: int, then: Cell | None, now: Cell | None, moved: bool) -> TimelineCell:
    shown = then or now
    assert shown is not None
    difference = _difference(then, now, moved)
    if difference in ("same", "outputs", "moved"):
        line = next((line for line in shown["source"].splitlines() if line.strip()), "")[:MOST_LINE]
        return TimelineCell(shown["id"], shown["cell_type"], difference, place, line, line)
    sources = [None if cell is None else cell["source"] for cell in (then, now)]
    return TimelineCell(shown["id"], shown["cell_type"], difference, place, sources[0], sources[1])


def _difference(then: Cell | None, now: Cell | None, moved: bool) -> Difference:
    if now is None:
        return "removed"
    if then is None:
        return "added"
    if not same_text(then, now):
        return "changed"
    if not same_outputs(then, now) or not same_rest(then, now):
        return "outputs"
    return "moved" if moved else "same"


def _target(kept: KeptNotebook, now: Notebook) -> Notebook:
    """The notebook to come to; a cell that cannot be read any more stays as it is now."""
    then, are = by_id(kept.notebook), by_id(now)
    found = [then.get(cell) or are.get(cell) for cell in kept.order]
    return {**now, "cells": [cell for cell in found if cell is not None]}
