"""The edits that lead from one notebook to another, cell by cell: what is the same stays untouched."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ..protocol.live import CellEdit
from .document import Cell, Notebook, ids
from .steps import by_id, same_outputs, same_rest, same_text


def transition(now: Notebook, target: Notebook) -> list[CellEdit]:
    """Edits that make the cells of `now` those of `target`, each with a guard against what a person types meanwhile.

    The notebook's own metadata is no cell's and stays.
    """
    was = by_id(now)
    wanted = ids(target)
    kept = set(wanted)
    edits = [CellEdit(action="delete", cell=cell, before=was[cell]["source"]) for cell in was if cell not in kept]
    staying = _staying([cell for cell in ids(now) if cell in kept], wanted)
    before: str | None = None
    for cell in target["cells"]:
        name = cell["id"]
        if name not in was:
            edits.append(CellEdit(action="insert", cell=name, cell_type=cell["cell_type"], after=before, whole=cell))
        else:
            if name not in staying:
                edits.append(CellEdit(action="move", cell=name, after=before))
            edits += _changes(was[name], cell)
        before = name
    return edits


def _changes(now: Cell, target: Cell) -> Iterator[CellEdit]:
    name, source = now["id"], now["source"]
    text, outputs = same_text(now, target), same_outputs(now, target)
    if text and outputs and same_rest(now, target):
        return
    # What is written as a source has one kind of line end; a cell that is put back whole keeps what it had.
    if not same_rest(now, target) or now["cell_type"] != target["cell_type"] or "\r" in target["source"]:
        yield CellEdit(action="replace", cell=name, cell_type=target["cell_type"], before=source, whole=target)
        return
    if not text:
        yield CellEdit(action="replace", cell=name, before=source, source=target["source"])
    if not outputs:
        count = target.get("execution_count")
        yield CellEdit(action="outputs", cell=name, outputs=target["outputs"], execution_count=count)


def _staying(now: Sequence[str], target: Sequence[str]) -> set[str]:
    """The most cells that need not be moved: the longest run of them that is in the right order already."""
    place = {cell: index for index, cell in enumerate(target)}
    ends: list[int] = []  # the place that ends the best run of each length
    last: list[str] = []
    previous: dict[str, str | None] = {}
    for cell in now:
        length = bisect_left(ends, place[cell])
        previous[cell] = last[length - 1] if length else None
        ends[length : length + 1] = [place[cell]]
        last[length : length + 1] = [cell]
    found: set[str] = set()
    cell_or_none = last[-1] if last else None
    while cell_or_none is not None:
        found.add(cell_or_none)
        cell_or_none = previous[cell_or_none]
    return found
