"""A person's verdicts on changes of cells: what is to be done then, and what Claude is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..protocol.live import CellEdit
from ..protocol.notebook import CellChange, ChangeVerdict
from .changes import one_line_end
from .document import Cell, Notebook, find, ids
from .excerpt import delimited

DONE = {"insert": "inserted", "replace": "replaced", "delete": "deleted", "move": "moved"}


@dataclass(frozen=True)
class Late:
    """Why an accepted change cannot be done any more.

    "changed": `cell`, its own, is `now` another; "gone": it is not there; "place": what its cell was to follow is not.
    """

    why: Literal["changed", "gone", "place"]
    cell: str
    now: Cell | None = None


def placed(order: Sequence[str], changes: Sequence[CellChange], verdicts: Sequence[ChangeVerdict]) -> list[CellChange]:
    """The changes, each behind a cell that is there where exactly those are done that are accepted.

    What was to follow a new cell that was rejected follows what would stand before that. `order`: the ids of the
    notebook's cells when the changes were planned.
    """
    cells = list(order)  # as they will be, and the rejected new ones where they would stand
    rejected: set[str] = set()
    found = []
    for change, verdict in zip(changes, verdicts, strict=True):
        found.append(change)
        if change.action == "insert" and not verdict.accept:
            rejected.add(change.cell)
            _put(cells, change)
        elif change.action == "delete" and verdict.accept:
            cells.remove(change.cell)
        elif change.action in ("insert", "move") and verdict.accept:
            _put(cells, change)
            before = reversed(cells[: cells.index(change.cell)])
            after = next((cell for cell in before if cell not in rejected), None)
            found[-1] = change.model_copy(update={"after": after})
    return found


def late(notebook: Notebook, changes: Sequence[CellChange], verdicts: Sequence[ChangeVerdict]) -> dict[int, Late]:
    """The accepted changes that cannot be done in the notebook as it is now, by their places; `changes` are placed."""
    found: dict[int, Late] = {}
    there = set(ids(notebook))
    waiting: dict[str, str] = {}  # cells that cannot come, and the cell that each would follow in the end
    for number, (change, verdict) in enumerate(zip(changes, verdicts, strict=True)):
        if not verdict.accept:
            continue
        cell, after = find(notebook, change.cell), change.after
        inserts = change.action == "insert"
        if not inserts and cell is None:
            found[number] = Late("gone", change.cell)
        elif cell is not None and change.action in ("replace", "delete") and cell["source"] != change.before:
            found[number] = Late("changed", change.cell, cell)
        elif after is not None and after not in there:
            waiting[change.cell] = waiting.get(after, after)
            found[number] = Late("place", waiting[change.cell])
        elif inserts:
            there.add(change.cell)
    return found


def without(verdicts: Sequence[ChangeVerdict], places: Mapping[int, Late]) -> list[ChangeVerdict]:
    """The verdicts, with nothing accepted at these places."""
    return [
        verdict.model_copy(update={"accept": False}) if number in places else verdict
        for number, verdict in enumerate(verdicts)
    ]


def to_edits(changes: Sequence[CellChange], verdicts: Sequence[ChangeVerdict]) -> list[CellEdit]:
    """The edits that were accepted; `changes` are placed."""
    return [
        CellEdit(
            action=change.action,
            cell=change.cell,
            cell_type=change.cell_type if change.action in ("insert", "replace") else None,
            before=change.before if change.action in ("replace", "delete") else None,
            source=_source(change, verdict) if change.action in ("insert", "replace") else "",
            after=change.after if change.action in ("insert", "move") else None,
        )
        for change, verdict in zip(changes, verdicts, strict=True)
        if verdict.accept
    ]


def told(
    changes: Sequence[CellChange], verdicts: Sequence[ChangeVerdict], too_late: Mapping[int, Late] | None = None
) -> str:
    """What became of each change, for Claude; `changes` are placed."""
    lines = []
    for number, (change, verdict) in enumerate(zip(changes, verdicts, strict=True)):
        if too_late and number in too_late:
            lines.append(_not_done(change, too_late[number]))
        else:
            lines.append(_done(change, verdict) if verdict.accept else _rejected(change, verdict))
    return "\n".join(lines)


# ── inside ──


def _put(cells: list[str], change: CellChange) -> None:
    """A cell comes, or goes, to where a change has it."""
    if change.action == "move":
        cells.remove(change.cell)
    cells.insert(cells.index(change.after) + 1 if change.after is not None else 0, change.cell)


def _not_done(change: CellChange, late: Late) -> str:
    begin = f"- NOT DONE ({change.action}):"
    if late.now is not None:
        now = delimited(late.now, late.now["source"])
        meanwhile = f"the person changed `{late.cell}` while they reviewed this. It is now:"
        return f"{begin} {meanwhile}\n{now}\nMake this edit fit it, and call again."
    follow = ", which this was to follow" if late.why == "place" else ""
    look = "read_notebook without arguments shows what is there."
    return f"{begin} meanwhile the person removed `{late.cell}`{follow}; {look}"


def _rejected(change: CellChange, verdict: ChangeVerdict) -> str:
    words = verdict.message.strip()
    said = f' The person says: "{words}"' if words else ""
    what = "the new cell was not inserted" if change.action == "insert" else f"`{change.cell}` stays as it was"
    return f"- REJECTED by the person ({change.action}): {what}.{said}"


def _done(change: CellChange, verdict: ChangeVerdict) -> str:
    where, source = "", _source(change, verdict)
    if change.action in ("insert", "move"):
        where = f" after `{change.after}`" if change.after else " as the first cell"
    kind = f" ({change.cell_type})" if change.action == "insert" else ""
    line = f"- {DONE[change.action]} `{change.cell}`{kind}{where}."
    if change.action in ("insert", "replace") and source != change.source:
        cell = {"id": change.cell, "cell_type": change.cell_type}
        line += f" The person changed what you proposed; it is now:\n{delimited(cell, source)}"
    return line


def _source(change: CellChange, verdict: ChangeVerdict) -> str:
    return change.source if verdict.source is None else one_line_end(verdict.source)
