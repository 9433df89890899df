"""What Claude asks to change, as changes of cells: checked against the notebook as it is, and as Claude last saw it.

Pure. All that is wrong is said at once, each with what to do, so that the next call can be right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast, get_args

from ..errors import BadRequest, CellChanged, WorkspaceError
from ..protocol.notebook import CellChange, CellType
from .changes import one_line_end
from .document import Cell, Notebook, fresh_id, ids
from .excerpt import delimited

ACTIONS = ("insert", "replace", "edit", "delete", "move")
START = "start"
EXCERPT = 4_000  # characters of a source that goes with a fault
NAMES = 120  # characters of a model's own words that are repeated


class StaleCells(CellChanged):
    """Cells are otherwise than Claude believes. The text has their sources as they are; so has `sources`, by id."""

    def __init__(self, text: str, *, sources: Mapping[str, str], remedy: str = "") -> None:
        super().__init__(text, cell=next(iter(sources)), remedy=remedy)
        self.sources = sources


def plan(notebook: Notebook, edits: Any, seen: Mapping[str, str]) -> list[CellChange]:
    """The changes that these edits of Claude's are; empty where they change nothing.

    Several edits of one cell become one change. Cells to be inserted have their ids. `seen`: the sources of the cells
    as Claude last saw them.

    Raises:
        BadRequest: an edit is not of the documented form, or cannot be done.
        StaleCells: Claude has not read a cell, or it is another since.
    """
    if not isinstance(edits, list) or not edits:
        raise BadRequest(
            "`edits` is not a list of edits.",
            remedy='Give it as {"edits": [{"action": "insert", "source": "…"}]}; nothing was changed.',
        )
    planning = _Planning(notebook, seen)
    for number, edit in enumerate(edits, 1):
        planning.take(number, edit)
    return planning.changes()


def stale(cells: Sequence[Cell], seen: Mapping[str, str]) -> StaleCells:
    """The refusal of edits to these cells, as they are now."""
    said = []
    for cell in cells:
        why = "changed since you read it" if cell["id"] in seen else "was not read yet"
        said.append(f"The cell `{cell['id']}` {why}. It is now:\n{delimited(cell, cell['source'])}")
    return StaleCells(
        "Nothing was changed.\n" + "\n".join(said),
        sources={cell["id"]: cell["source"] for cell in cells},
        remedy="\nYou know it now: make your edits fit it, and call again.",
    )


class _Planning:
    """Goes through the edits in thought."""

    def __init__(self, notebook: Notebook, seen: Mapping[str, str]) -> None:
        self._cells: dict[str, Cell] = {cell["id"]: cell for cell in notebook["cells"]}
        self._order = ids(notebook)  # as it would be
        self._seen = seen
        self._made: dict[tuple[str, str], CellChange] = {}  # by what is done and the cell
        self._behind: dict[str | None, str] = {}  # the last cell that was inserted behind each
        self._stale: dict[str, Cell] = {}
        self._faults: list[str] = []

    def take(self, number: int, edit: Any) -> None:
        """One edit."""
        try:
            DEEDS[_formed(edit)](self, edit)
        except _Stale:
            pass
        except _Fault as fault:
            self._faults.append(f"Edit {number}: {fault.text}")

    def changes(self) -> list[CellChange]:
        """All changes; raises what stands against them."""
        if self._faults:
            raise BadRequest(
                "Nothing was changed.\n" + "\n".join(self._faults), remedy="\nCorrect this and call again."
            )
        if self._stale:
            raise stale(list(self._stale.values()), self._seen)
        return [change for change in self._made.values() if not self._idle(change)]

    # ── the actions ──

    def insert(self, edit: dict[str, Any]) -> None:
        source = _text(edit, "source")
        after = self._place(edit)
        cell = fresh_id(self._cells.keys() | set(self._order))
        follows = self._behind.get(after, after)
        self._behind[after] = cell
        self._order.insert(self._order.index(follows) + 1 if follows is not None else 0, cell)
        change = CellChange(
            action="insert", cell=cell, cell_type=_type(edit) or "code", source=one_line_end(source), after=follows
        )
        self._made["source", cell] = change

    def replace(self, edit: dict[str, Any]) -> None:
        source, kind = _text(edit, "source"), _type(edit)
        self._rewrite(self._known(edit), one_line_end(source), kind)

    def edit(self, edit: dict[str, Any]) -> None:
        old, new = _text(edit, "old"), _text(edit, "new")
        cell = self._known(edit)
        source = self._source(cell)
        count = source.count(old) if old else 0
        if count != 1:
            often = f"occurs {count} times in" if count else "does not occur in"
            hint = "Give more of what surrounds it." if count else "Copy it exactly, with its spaces."
            shown = source if len(source) <= EXCERPT else f"{source[:EXCERPT]}…"
            raise _Fault(f"`old` {often} the cell `{cell['id']}`. {hint} Its source is:\n{delimited(cell, shown)}")
        self._rewrite(cell, source.replace(old, one_line_end(new)), None)

    def delete(self, edit: dict[str, Any]) -> None:
        cell = self._known(edit)
        name = cell["id"]
        self._made.pop(("source", name), None)
        self._order.remove(name)
        self._made["source", name] = CellChange(
            action="delete", cell=name, cell_type=cell["cell_type"], before=cell["source"]
        )

    def move(self, edit: dict[str, Any]) -> None:
        name = self._there(_text(edit, "cell"))
        after = self._place(edit, but=name)
        if after == name:
            raise _Fault(f"the cell `{name}` cannot follow itself.")
        self._order.remove(name)
        self._order.insert(self._order.index(after) + 1 if after is not None else 0, name)
        cell = self._cells[name]
        kind, source = cell["cell_type"], cell["source"]
        self._made[f"move {len(self._made)}", name] = CellChange(
            action="move", cell=name, cell_type=kind, before=source, source=source, after=after
        )

    # ── inside ──

    def _rewrite(self, cell: Cell, source: str, kind: CellType | None) -> None:
        name = cell["id"]
        earlier = self._made.get(("source", name))
        kind = kind or (earlier.cell_type if earlier else cell["cell_type"])
        self._made["source", name] = CellChange(
            action="replace", cell=name, cell_type=kind, before=cell["source"], source=source
        )

    def _source(self, cell: Cell) -> str:
        """A cell's source after the edits so far."""
        earlier = self._made.get(("source", cell["id"]))
        source: str = earlier.source if earlier else cell["source"]
        return source

    def _there(self, name: str) -> str:
        """A cell that is in the notebook before this call, and still would be."""
        if name in self._cells and name in self._order:
            return name
        if name in self._cells:
            raise _Fault(f"the cell `{name}` is deleted by an earlier edit of this call.")
        hint = " Cells are named by id, not by number." if name.isdigit() else ""
        raise _Fault(f"there is no cell `{name[:NAMES]}`.{hint} read_notebook without arguments names all.")

    def _known(self, edit: dict[str, Any]) -> Cell:
        """The cell to be changed, which is as Claude saw it."""
        cell = self._cells[self._there(_text(edit, "cell"))]
        if self._seen.get(cell["id"]) != cell["source"]:
            self._stale[cell["id"]] = cell
            raise _Stale
        return cell

    def _place(self, edit: dict[str, Any], but: str = "") -> str | None:
        """The cell that is to be followed; None: the first place."""
        if "after" not in edit:
            return next((name for name in reversed(self._order) if name != but), None)
        after = _text(edit, "after")
        return None if after == START and START not in self._cells else self._there(after)

    def _idle(self, change: CellChange) -> bool:
        """Whether a change would change nothing."""
        if change.action != "replace":
            return False
        cell = self._cells[change.cell]
        return bool(change.source == cell["source"] and change.cell_type == cell["cell_type"])


class _Stale(Exception):
    """Said together with others."""


class _Fault(WorkspaceError):
    """What is wrong with one edit."""


DEEDS: dict[str, Callable[[_Planning, dict[str, Any]], None]] = {
    "insert": _Planning.insert,
    "replace": _Planning.replace,
    "edit": _Planning.edit,
    "delete": _Planning.delete,
    "move": _Planning.move,
}


def _formed(edit: Any) -> str:
    """The action of an edit whose values are of the types that the schema names: else nobody is asked about it."""
    if not isinstance(edit, dict):
        raise _Fault("it is not an object.")
    action = edit.get("action")
    if action not in ACTIONS:
        raise _Fault(f"`action` is `{str(action)[:NAMES]}`; there are {', '.join(ACTIONS)}.")
    for key in ("cell", "source", "old", "new", "after"):
        if key in edit and not isinstance(edit[key], str):
            raise _Fault(f"`{key}` is not a text.")
    if "cell_type" in edit and edit["cell_type"] not in get_args(CellType):
        raise _Fault(f"`cell_type` is `{str(edit['cell_type'])[:NAMES]}`; there are {', '.join(get_args(CellType))}.")
    return str(action)


def _text(edit: dict[str, Any], key: str) -> str:
    if key in edit:
        return str(edit[key])
    given = ", ".join(f"`{name[:NAMES]}`" for name in list(edit)[:10])
    raise _Fault(f"{edit['action']} needs `{key}`; it has {given}.")


def _type(edit: dict[str, Any]) -> CellType | None:
    return cast("CellType | None", edit.get("cell_type"))
