"""A notebook in the one form that all of this works on: nbformat 4.5, each text one string, an id in each cell.

`normal` makes it of any notebook of nbformat 4, and loses nothing. There is no way back to write: nbformat splits texts
into lines by itself when a file is written, and `lines` does the same for who compares.
"""

from __future__ import annotations

import copy
import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from typing import Any

from ..errors import NotebookUnknown

Notebook = dict[str, Any]
Cell = dict[str, Any]

MINOR = 5
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ID_CHARS = 8
# What nbformat keeps as a list of lines in files, beside all that is text/….
SPLIT = ("application/javascript", "image/svg+xml")


def normal(notebook: Notebook) -> Notebook:
    """The same notebook in our form, as a copy.

    A cell without an id, with one that nbformat does not allow, or with that of another cell is given one that depends
    on what is in it and not on where it is: the same each time, until the notebook is written with it.

    Raises:
        NotebookUnknown: it is no notebook of nbformat 4.
    """
    cells = notebook.get("cells")
    if (
        notebook.get("nbformat") != 4
        or not isinstance(cells, list)
        or not all(isinstance(cell, dict) for cell in cells)
    ):
        raise NotebookUnknown(
            "This file is not a notebook of format 4.", remedy="Open it in Jupyter and save it, which converts it."
        )
    made: Notebook = copy.deepcopy(notebook)
    made["nbformat_minor"] = max(int(made.get("nbformat_minor") or 0), MINOR)
    made.setdefault("metadata", {})
    _identify(made["cells"])
    for cell in made["cells"]:
        _complete(cell)
        _each_text(cell, _joined)
    return made


def lines(notebook: Notebook) -> Notebook:
    """The same notebook as nbformat writes it to a file, with texts as lists of lines; a copy."""
    made: Notebook = copy.deepcopy(notebook)
    for cell in made["cells"]:
        _each_text(cell, _split)
    return made


def fresh_id(taken: Collection[str]) -> str:
    """An id for a new cell that is none of these."""
    while (found := secrets.token_hex(ID_CHARS // 2)) in taken:
        pass
    return found


def new_cell(cell: str, cell_type: str, source: str) -> Cell:
    """A cell that has only its source."""
    made: Cell = {"cell_type": cell_type, "id": cell, "metadata": {}, "source": source}
    return {**made, "execution_count": None, "outputs": []} if cell_type == "code" else made


def find(notebook: Notebook, cell: str) -> Cell | None:
    """The cell of this id."""
    return next((found for found in notebook["cells"] if found["id"] == cell), None)


def ids(notebook: Notebook) -> list[str]:
    """The ids of all cells, in order."""
    return [cell["id"] for cell in notebook["cells"]]


# ── inside ──


def _identify(cells: list[Cell]) -> None:
    """Give an id to each cell that has none of its own."""
    taken: set[str] = set()
    without: list[Cell] = []
    for cell in cells:
        found = cell.get("id")
        if isinstance(found, str) and ID.fullmatch(found) and found not in taken:
            taken.add(found)
        else:
            without.append(cell)
    for cell in without:
        cell["id"] = next(found for found in _candidates(cell) if found not in taken)
        taken.add(cell["id"])


def _candidates(cell: Cell) -> Iterator[str]:
    """Ids that follow from what a cell is: of two that are alike, the second one takes the second."""
    source = cell.get("source", "")
    text = f"{cell.get('cell_type')}\n{''.join(source) if isinstance(source, list) else source}"
    count = 0
    while True:
        yield hashlib.sha256(f"{count}\n{text}".encode(errors="replace")).hexdigest()[:ID_CHARS]
        count += 1


def _complete(cell: Cell) -> None:
    """Add what nbformat requires and carelessly written files leave out."""
    cell.setdefault("metadata", {})
    cell.setdefault("source", "")
    if cell.get("cell_type") == "code":
        cell.setdefault("execution_count", None)
        cell.setdefault("outputs", [])


def _each_text(cell: Cell, change: Callable[[dict[str, Any], str], None]) -> None:
    """Call `change` with each place of a cell that nbformat keeps as lines in a file: an object, and the key in it."""
    change(cell, "source")
    bundles = list(cell.get("attachments", {}).values())
    for output in cell.get("outputs", []) if cell.get("cell_type") == "code" else []:
        if output.get("output_type") == "stream":
            change(output, "text")
        bundles.append(output.get("data"))
    for bundle in bundles:
        for mime in bundle if isinstance(bundle, dict) else ():
            if not _is_json(mime):
                change(bundle, mime)


def _is_json(mime: str) -> bool:
    return mime == "application/json" or (mime.startswith("application/") and mime.endswith("+json"))


def _joined(place: dict[str, Any], key: str) -> None:
    value = place.get(key)
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        place[key] = "".join(value)


def _split(place: dict[str, Any], key: str) -> None:
    value = place.get(key)
    textual = key in ("source", "text") or key.startswith("text/") or key in SPLIT
    if isinstance(value, str) and textual:
        place[key] = value.splitlines(True)
