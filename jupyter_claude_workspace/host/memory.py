"""What was done to a notebook lately, to see whether a document has it: another page's, or the file's."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..notebook.document import find, ids
from ..protocol.live import CellEdit

KEPT_SECONDS = 120.0  # a page that was gone for longer has been saved, or its person has given it up


@dataclass
class _Cell:
    """One cell as it should be. `known`: every source that it had by our doing, or before it."""

    there: bool = True
    known: set[str] = field(default_factory=set)
    inserted: CellEdit | None = None
    source: CellEdit | None = None
    moved: CellEdit | None = None
    outputs: CellEdit | None = None


@dataclass
class Difference:
    """`missing` is what a document lacks, to be applied; `theirs` are cells that a person has made otherwise since.

    `done`: at least one cell is as it should be.
    """

    missing: list[CellEdit]
    theirs: list[str]
    done: bool = False


class Memory:
    """Edits in the order in which they were done, as far as they may be lacking somewhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._edits: list[tuple[float, CellEdit]] = []

    def add(self, edits: Sequence[CellEdit]) -> None:
        """These were done."""
        now = self._clock()
        self._edits.extend((now, edit) for edit in edits)

    def clear(self) -> None:
        """What was done is where it belongs."""
        self._edits.clear()

    def __bool__(self) -> bool:
        oldest = self._clock() - KEPT_SECONDS
        self._edits = [(at, edit) for at, edit in self._edits if at > oldest]
        return bool(self._edits)

    def compare(self, notebook: dict[str, Any]) -> Difference:
        """What a notebook lacks of it. What a person did to the same cell meanwhile stays as it is."""
        return compare(notebook, [edit for _, edit in self._edits]) if self else Difference([], [])


def compare(notebook: dict[str, Any], edits: Sequence[CellEdit]) -> Difference:
    """What a notebook lacks of these edits, that were done one after another."""
    wanted: dict[str, _Cell] = {}
    deleted = {edit.cell for edit in edits if edit.action == "delete"}
    last = {edit.after: edit.cell for edit in edits if edit.action in ("insert", "move") and edit.cell not in deleted}
    for edit in edits:
        if edit.action == "move" and last.get(edit.after) != edit.cell:
            continue  # another cell was put in between later, so where this one is says nothing
        _note(wanted.setdefault(edit.cell, _Cell()), edit)
    found = Difference([], [])
    for name, cell in wanted.items():
        present = find(notebook, name)
        if present is None:
            _absent(found, name, cell)
        elif not cell.there:
            _to_delete(found, name, cell, present["source"])
        else:
            _present(found, name, cell, present, notebook)
    found.done = bool(wanted.keys() - {edit.cell for edit in found.missing} - set(found.theirs))
    return _in_reach(found, notebook)


def _note(cell: _Cell, edit: CellEdit) -> None:
    if edit.before is not None:
        cell.known.add(edit.before)
    if edit.action == "delete":
        cell.there = False
    elif edit.action == "move":
        cell.moved = edit
    elif edit.action == "outputs":
        cell.outputs = edit
    else:
        cell.there = True
        cell.known.add(_source(edit))
        cell.source = edit
        if edit.action == "insert":
            cell.inserted, cell.moved, cell.outputs = edit, None, None


def _source(edit: CellEdit) -> str:
    source = edit.source if edit.whole is None else edit.whole.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def _absent(found: Difference, name: str, cell: _Cell) -> None:
    if not cell.there:
        return
    if cell.inserted is None:
        found.theirs.append(name)  # somebody deleted it
        return
    place = cell.moved or cell.inserted
    last = cell.source or cell.inserted
    found.missing.append(
        cell.inserted.model_copy(
            update={
                "after": place.after,
                "source": last.source,
                "whole": last.whole,
                "cell_type": last.cell_type or cell.inserted.cell_type,
            }
        )
    )
    if cell.outputs is not None:
        found.missing.append(cell.outputs)


def _to_delete(found: Difference, name: str, cell: _Cell, source: str) -> None:
    if not cell.known or source in cell.known:
        found.missing.append(CellEdit(action="delete", cell=name, before=source))
    else:
        found.theirs.append(name)


def _present(found: Difference, name: str, cell: _Cell, present: dict[str, Any], notebook: dict[str, Any]) -> None:
    last = cell.source
    if last is not None and (present["source"] != _source(last) or _other_type(last, present)):
        if present["source"] in cell.known:
            found.missing.append(last.model_copy(update={"action": "replace", "before": present["source"]}))
        else:
            found.theirs.append(name)
            return
    if cell.moved is not None and _behind(notebook, name) != cell.moved.after:
        found.missing.append(cell.moved.model_copy(update={"before": None}))
    if cell.outputs is not None and _outputs(present) != _outputs_of(cell.outputs):
        found.missing.append(cell.outputs.model_copy(update={"before": None}))


def _other_type(edit: CellEdit, present: dict[str, Any]) -> bool:
    return edit.whole is None and edit.cell_type is not None and edit.cell_type != present["cell_type"]


def _behind(notebook: dict[str, Any], name: str) -> str | None:
    order = ids(notebook)
    place = order.index(name)
    return order[place - 1] if place else None


def _outputs(cell: dict[str, Any]) -> tuple[int, Any]:
    return len(cell.get("outputs", [])), cell.get("execution_count")


def _outputs_of(edit: CellEdit) -> tuple[int, Any]:
    return len(edit.outputs or []), edit.execution_count


def _in_reach(found: Difference, notebook: dict[str, Any]) -> Difference:
    """What is to follow a cell that is there no more goes to the end; a move that cannot be done any more is let be."""
    there = ids(notebook)
    missing: list[CellEdit] = []
    for edit in found.missing:
        if edit.action == "insert":
            if edit.after is not None and edit.after not in there:
                edit = edit.model_copy(update={"after": there[-1] if there else None})  # noqa: PLW2901
            there.append(edit.cell)
        elif edit.action == "move" and edit.after is not None and edit.after not in there:
            continue
        missing.append(edit)
    return Difference(missing, found.theirs, found.done)
