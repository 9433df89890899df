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


def late(notebook: Notebook, changes: Sequence[CellChange], verdicts: Sequence[ChangeVerdict]) -> dict[int, Late]:
    """The accepted changes that cannot be done in the notebook as it is now, by their places."""
    found: dict[int, Late] = {}
    instead: dict[str, str | None] = {}
    there = set(ids(notebook))
    waiting: dict[str, str] = {}  # cells that cannot come, and the cell that each would follow in the end
    for number, (change, verdict) in enumerate(zip(changes, verdicts, strict=True)):
        after = _followed(change, instead)
        inserts = change.action == "insert"
        if not verdict.accept:
            if inserts:
                instead[change.cell] = after
            continue
        cell = find(notebook, change.cell)
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
    """The edits that were accepted. What was to follow a cell that was rejected follows the one before that."""
    edits: list[CellEdit] = []
    instead: dict[str, str | None] = {}
    for change, verdict in zip(changes, verdicts, strict=True):
        after = _followed(change, instead)
        if not verdict.accept:
            if change.action == "insert":
                instead[change.cell] = after
            continue
        edits.append(
            CellEdit(
                action=change.action,
                cell=change.cell,
                cell_type=change.cell_type if change.action in ("insert", "replace") else None,
                before=change.before if change.action in ("replace", "delete") else None,
                source=_source(change, verdict) if change.action in ("insert", "replace") else "",
                after=after if change.action in ("insert", "move") else None,
            )
        )
    return edits


def told(
    changes: Sequence[CellChange], verdicts: Sequence[ChangeVerdict], too_late: Mapping[int, Late] | None = None
) -> str:
    """What became of each change, for Claude."""
    too_late = too_late or {}
    edits = iter(to_edits(changes, without(verdicts, too_late)))
    lines = []
    for number, (change, verdict) in enumerate(zip(changes, verdicts, strict=True)):
        if number in too_late:
            lines.append(_not_done(change, too_late[number]))
        else:
            lines.append(_done(change, next(edits)) if verdict.accept else _rejected(change, verdict))
    return "\n".join(lines)


# ── inside ──


def _followed(change: CellChange, instead: Mapping[str, str | None]) -> str | None:
    """The cell that a change's cell is to follow, where some that were to come are not."""
    after = change.after
    while after is not None and after in instead:
        after = instead[after]
    return after


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


def _done(change: CellChange, edit: CellEdit) -> str:
    where = ""
    if change.action in ("insert", "move"):
        where = f" after `{edit.after}`" if edit.after else " as the first cell"
    kind = f" ({change.cell_type})" if change.action == "insert" else ""
    line = f"- {DONE[change.action]} `{change.cell}`{kind}{where}."
    if change.action in ("insert", "replace") and edit.source != change.source:
        cell = {"id": change.cell, "cell_type": change.cell_type}
        line += f" The person changed what you proposed; it is now:\n{delimited(cell, edit.source)}"
    return line


def _source(change: CellChange, verdict: ChangeVerdict) -> str:
    return change.source if verdict.source is None else one_line_end(verdict.source)
