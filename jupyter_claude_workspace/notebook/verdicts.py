"""A person's verdicts on changes of cells: what is to be done then, and what Claude is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from ..protocol.live import CellEdit
from ..protocol.notebook import CellChange, ChangeVerdict
from .changes import one_line_end
from .excerpt import delimited

DONE = {"insert": "inserted", "replace": "replaced", "delete": "deleted", "move": "moved"}


def to_edits(changes: Sequence[CellChange], verdicts: Sequence[ChangeVerdict]) -> list[CellEdit]:
    """The edits that were accepted. What was to follow a cell that was rejected follows the one before that."""
    edits: list[CellEdit] = []
    instead: dict[str, str | None] = {}
    for change, verdict in zip(changes, verdicts, strict=True):
        after = change.after
        while after in instead:
            after = instead[after]
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


def told(changes: Sequence[CellChange], verdicts: Sequence[ChangeVerdict]) -> str:
    """What became of each change, for Claude."""
    edits = iter(to_edits(changes, verdicts))
    pairs = zip(changes, verdicts, strict=True)
    return "\n".join(
        _done(change, next(edits)) if verdict.accept else _rejected(change, verdict) for change, verdict in pairs
    )


# ── inside ──


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
