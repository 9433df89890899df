"""Changes of cells, applied to a notebook as data: what both backends do, wherever the notebook is.

`js/src/lab/live-notebook/apply.ts` does the same in a document that is open.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

from ..errors import CellChanged, CellUnknown
from ..protocol.live import CellEdit
from .document import Cell, Notebook, find, ids, new_cell, normal

# What a cell keeps when it becomes one of another type.
KEPT = ("id", "metadata")


def apply_edits(notebook: Notebook, edits: Sequence[CellEdit]) -> Notebook:
    """The notebook with all of these edits, one after another; a copy, so that a failure has changed nothing.

    `notebook` is in the form of `document.normal`. A cell keeps its id, its metadata, its attachments and its outputs,
    whatever is done to its source; of another type it keeps what such a cell can have.

    Raises:
        CellUnknown: a cell that is to be changed, or to be followed, is not there.
        CellChanged: a cell is otherwise than `before`; an id to be inserted is there already; outputs for no code cell.
    """
    made = {**notebook, "cells": list(notebook["cells"])}
    for edit in edits:
        DEEDS[edit.action](made, edit)
    return made


def one_line_end(source: str) -> str:
    """A source as editors have it: they know one kind of line end only."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


# ── inside ──


def _insert(notebook: Notebook, edit: CellEdit) -> None:
    place = _behind(notebook, edit)
    if find(notebook, edit.cell) is not None:
        raise CellChanged(f"There is a cell {edit.cell} already.", cell=edit.cell)
    if edit.whole is not None:
        cell = _whole(edit)
    else:
        cell = new_cell(edit.cell, edit.cell_type or "code", one_line_end(edit.source))
    notebook["cells"].insert(place, cell)


def _replace(notebook: Notebook, edit: CellEdit) -> None:
    place, cell = _at(notebook, edit)
    notebook["cells"][place] = _whole(edit) if edit.whole is not None else _rewritten(cell, edit)


def _delete(notebook: Notebook, edit: CellEdit) -> None:
    place, _ = _at(notebook, edit)
    del notebook["cells"][place]


def _move(notebook: Notebook, edit: CellEdit) -> None:
    place, cell = _at(notebook, edit)
    if edit.after == edit.cell:
        raise CellUnknown(f"The cell {edit.cell} cannot follow itself.")
    _behind(notebook, edit)
    del notebook["cells"][place]
    notebook["cells"].insert(_behind(notebook, edit), cell)


def _outputs(notebook: Notebook, edit: CellEdit) -> None:
    place, cell = _at(notebook, edit)
    if cell["cell_type"] != "code":
        raise CellChanged(f"The cell {edit.cell} is no code cell.", cell=edit.cell)
    fresh = normal({**notebook, "cells": [{**cell, "outputs": edit.outputs or []}]})["cells"][0]
    notebook["cells"][place] = {**cell, "outputs": fresh["outputs"], "execution_count": edit.execution_count}


DEEDS: dict[str, Callable[[Notebook, CellEdit], None]] = {
    "insert": _insert,
    "replace": _replace,
    "delete": _delete,
    "move": _move,
    "outputs": _outputs,
}


def _at(notebook: Notebook, edit: CellEdit) -> tuple[int, Cell]:
    """Where the cell to be changed is, and the cell, which is what it is believed to be."""
    cell = find(notebook, edit.cell)
    if cell is None:
        raise CellUnknown(f"The notebook has no cell {edit.cell}.")
    if edit.before is not None and cell["source"] != edit.before:
        raise CellChanged(f"The cell {edit.cell} is another now.", cell=edit.cell)
    return ids(notebook).index(edit.cell), cell


def _behind(notebook: Notebook, edit: CellEdit) -> int:
    """The place behind the cell that is to be followed; first, where none is."""
    if edit.after is None:
        return 0
    if find(notebook, edit.after) is None:
        raise CellUnknown(f"The notebook has no cell {edit.after}.")
    return ids(notebook).index(edit.after) + 1


def _whole(edit: CellEdit) -> Cell:
    """A cell to be put back as it was, under the id that the edit names."""
    whole = copy.deepcopy({**(edit.whole or {}), "id": edit.cell})
    cell: Cell = normal({"nbformat": 4, "cells": [whole]})["cells"][0]
    return cell


def _rewritten(cell: Cell, edit: CellEdit) -> Cell:
    source, now = one_line_end(edit.source), cell["cell_type"]
    if edit.cell_type is None or edit.cell_type == now:
        return {**cell, "source": source}
    kept = {name: cell[name] for name in (*KEPT, *_shared(now, edit.cell_type)) if name in cell}
    return {**new_cell(edit.cell, edit.cell_type, source), **kept}


def _shared(one: str, other: str) -> tuple[str, ...]:
    """What only some types of cells have, and both of these do."""
    return () if "code" in (one, other) else ("attachments",)
