"""Where in the notebook changes of cells are, as people count: from 1."""

from __future__ import annotations

from collections.abc import Sequence

from ..protocol.notebook import CellChange
from .document import Notebook, ids


def numbered(notebook: Notebook, changes: Sequence[CellChange]) -> list[CellChange]:
    """The changes, each with the places of the cells that it names, in the notebook as it is before all of them.

    A cell that follows a new one is where the cell is which that one follows.
    """
    places = {name: number for number, name in enumerate(ids(notebook), 1)}
    coming: dict[str, int] = {}
    made: list[CellChange] = []
    for change in changes:
        after = 0 if change.after is None else coming.get(change.after, places.get(change.after, 0))
        if change.action == "insert":
            coming[change.cell] = after
        follows = after if change.action in ("insert", "move") else None
        made.append(change.model_copy(update={"number": places.get(change.cell), "after_number": follows}))
    return made
