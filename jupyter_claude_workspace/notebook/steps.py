"""What one change did to a notebook, cell by cell, so that exactly that can be taken back later."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from ..protocol.live import CellEdit
from .document import Cell, Notebook, ids

# What was done to a cell. "whole": more than its source, or its type.
Deed = Literal["insert", "delete", "source", "outputs", "whole", "move"]
# Of a cell's metadata: how somebody looks at it, which is no change of it.
LOOKS = ("trusted", "execution", "collapsed", "scrolled")


@dataclass(frozen=True)
class Touch:
    """One cell before and after; None: it was, or is, not there. Of a damaged history both may be None."""

    deed: Deed
    cell: str
    before: Cell | None
    after: Cell | None


@dataclass(frozen=True)
class Step:
    """One change: its cells, and the ids of all cells in order before and after."""

    touches: tuple[Touch, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def step_of(before: Notebook, after: Notebook, edits: Iterable[CellEdit]) -> Step:
    """What these edits did; what else differs is somebody else's doing and not in it."""
    wanted: dict[str, set[str]] = {}
    for edit in edits:
        wanted.setdefault(edit.cell, set()).add("whole" if edit.whole is not None else edit.action)
    was, now = by_id(before), by_id(after)
    touches = [
        touch for cell, actions in wanted.items() for touch in _touches(cell, actions, was.get(cell), now.get(cell))
    ]
    return Step(tuple(touches), tuple(ids(before)), tuple(ids(after)))


def ran(before: Notebook, after: Notebook | None, cells: Collection[str]) -> Step:
    """What running cells did to their outputs; `after` is None while that is not known."""
    was, now = by_id(before), by_id(after) if after is not None else {}
    touches = [
        Touch("outputs", cell, was[cell], now.get(cell))
        for cell in cells
        if cell in was and (after is None or (cell in now and not same_outputs(was[cell], now[cell])))
    ]
    order = tuple(ids(before))
    return Step(tuple(touches), order, order if after is None else tuple(ids(after)))


def changed(touches: Iterable[tuple[str, str, object, object]]) -> int:
    """How many cells are otherwise after all of these than before: what was done, which cell, before and after.

    Before and after may be anything that tells two states of a cell apart; None is a cell that is not there.
    """
    first: dict[str, object] = {}
    last: dict[str, object] = {}
    moved: set[str] = set()
    for deed, cell, before, after in touches:
        if deed == "move":
            moved.add(cell)
        else:
            first.setdefault(cell, before)
            last[cell] = after
    passing = {cell for cell in first if first[cell] is None and last[cell] is None}
    return len((moved | {cell for cell in first if first[cell] != last[cell]}) - passing)


def by_id(notebook: Notebook) -> dict[str, Cell]:
    """The cells by their ids."""
    return {cell["id"]: cell for cell in notebook["cells"]}


def same_text(one: Cell, other: Cell) -> bool:
    """Whether two cells are of one type and have one source."""
    return bool(one["source"] == other["source"] and one["cell_type"] == other["cell_type"])


def same_outputs(one: Cell, other: Cell) -> bool:
    """Whether they gave out the same."""
    return one.get("execution_count") == other.get("execution_count") and _outputs(one) == _outputs(other)


def same_rest(one: Cell, other: Cell) -> bool:
    """Whether they have the same metadata and attachments, apart from how somebody looks at them."""
    return _seen(one) == _seen(other) and one.get("attachments", {}) == other.get("attachments", {})


def same(one: Cell, other: Cell) -> bool:
    """Whether they are the same in all of that."""
    return same_text(one, other) and same_outputs(one, other) and same_rest(one, other)


# ── inside ──


def _touches(cell: str, actions: set[str], was: Cell | None, now: Cell | None) -> list[Touch]:
    if was is None or now is None:
        if was is now:
            return []
        return [Touch("delete" if now is None else "insert", cell, was, now)]
    found: list[Touch] = []
    if "whole" in actions or "delete" in actions or was["cell_type"] != now["cell_type"]:
        found.append(Touch("whole", cell, was, now))
    else:
        if "replace" in actions and not same_text(was, now):
            found.append(Touch("source", cell, was, now))
        if "outputs" in actions and not same_outputs(was, now):
            found.append(Touch("outputs", cell, was, now))
    if actions & {"move", "delete"}:
        found.append(Touch("move", cell, was, now))
    return found


def _outputs(cell: Cell) -> list[dict[str, Any]]:
    """Outputs as they are compared: streams that follow each other are one, and nothing that is never saved."""
    made: list[dict[str, Any]] = []
    for output in cell.get("outputs", []):
        kept = {key: value for key, value in output.items() if key != "transient"}
        last = made[-1] if made else {}
        if kept.get("output_type") == "stream" == last.get("output_type") and kept.get("name") == last.get("name"):
            made[-1] = {**last, "text": str(last.get("text", "")) + str(kept.get("text", ""))}
        else:
            made.append(kept)
    return made


def _seen(cell: Cell) -> dict[str, Any]:
    return {key: value for key, value in cell.get("metadata", {}).items() if key not in LOOKS}
