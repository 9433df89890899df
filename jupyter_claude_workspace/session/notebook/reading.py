"""read_notebook: the outline of the notebook, or some cells whole with what they gave out."""

from __future__ import annotations

import asyncio
import posixpath
from typing import TYPE_CHECKING, Any

from ...errors import BadRequest, CellUnknown
from ...notebook import outputs
from ...notebook.access import View
from ...notebook.document import Cell, find, ids
from ...notebook.excerpt import delimited, outline
from ...protocol.content import Block, ImageBlock, TextBlock
from ...protocol.notebook import SentItem
from ...tools.names import READ_NOTEBOOK

if TYPE_CHECKING:
    from .work import NotebookWork

# Characters of one answer: Claude Code puts what is longer than about 50,000 into a file instead.
OUTLINE_CHARS = 30_000
ANSWER_CHARS = 40_000
SHOWN = 300  # characters of what was sent that the ledger shows
WHERE = {"live": "open in the person's browser", "file": "not open in a browser: the file is worked on"}


class Reading:
    """Lives on the engine's loop."""

    def __init__(self, work: NotebookWork) -> None:
        self._work = work

    async def read_notebook(self, given: dict[str, Any]) -> list[Block]:
        """What Claude is shown. All sources that are shown whole count as read.

        Raises:
            BadRequest: an argument is not what it should be.
            CellUnknown: a cell is not there.
        """
        cells, start = _wanted(given)
        view = await self._work.view()
        if cells:
            return await self._whole(view, cells, start)
        return [TextBlock(kind="text", text=self._outline(view, given.get("from_cell")))]

    def _outline(self, view: View, first: Any) -> str:
        notebook = view.notebook
        if first is not None and (not isinstance(first, str) or find(notebook, first) is None):
            raise unknown(str(first))
        place = ids(notebook).index(first) if first is not None else 0
        level = self._work.session.settings.privacy
        about = lambda cell: outputs.summary(cell.get("outputs", []), level)  # noqa: E731
        text, whole = outline(notebook["cells"][place:], about, OUTLINE_CHARS)
        self._work.seen.update({cell["id"]: cell["source"] for cell in whole})
        item = SentItem(kind="outline", what=view.path, chars=len(text), excerpt=text[:SHOWN])
        self._work.sent(READ_NOTEBOOK, [item])
        return f"{_about(view)}\n{text}"

    async def _whole(self, view: View, wanted: list[str], start: int) -> list[Block]:
        level = self._work.session.settings.privacy
        blocks: list[Block] = [TextBlock(kind="text", text=_about(view))]
        items: list[SentItem] = []
        left: list[str] = []
        size = 0
        found = _found(view, wanted)
        given_out = [(name, _given_out(cell)) for name, cell in found.items()]
        if start == 0:  # pictures come with the beginning
            drawn = await self._work.drawing.pictured(given_out, level)
            given_out = list(zip(found, drawn, strict=True))
        for (name, cell), (_, gave) in zip(found.items(), given_out, strict=True):
            # Large pictures are made smaller, which takes a while.
            given = [*_shown(cell), *await asyncio.to_thread(outputs.blocks, name, gave, level, start)]
            chars = sum(len(block.text) for block in given if isinstance(block, TextBlock))
            if size and size + chars > ANSWER_CHARS:
                left.append(name)
                continue
            size += chars
            blocks += given
            items += _items(name, given)
            self._work.seen[name] = cell["source"]
        if left:
            text = f"Not shown, because this answer would be too long: {', '.join(left)}. Read them in another call."
            blocks.append(TextBlock(kind="text", text=text))
        self._work.sent(READ_NOTEBOOK, items)
        return blocks


def unknown(cell: str) -> CellUnknown:
    """What Claude is told of a cell that is not there."""
    return CellUnknown(
        f"The notebook has no cell `{cell[:80]}` (any more).",
        remedy="Call read_notebook without arguments: it names all cells.",
    )


# ── inside ──


def _wanted(given: dict[str, Any]) -> tuple[list[str], int]:
    cells, start = given.get("cells"), given.get("output_start", 0)
    if cells is not None and not (isinstance(cells, list) and all(isinstance(cell, str) for cell in cells)):
        raise BadRequest("`cells` is not a list of ids.", remedy='Give it as {"cells": ["3fa2b1c0"]}.')
    if not isinstance(start, int) or start < 0:
        raise BadRequest("`output_start` is not a number of characters.")
    if start and len(cells or ()) != 1:
        raise BadRequest("`output_start` needs exactly one cell in `cells`.")
    return list(dict.fromkeys(cells or ())), start


def _found(view: View, wanted: list[str]) -> dict[str, Cell]:
    """All of these cells, before anything of one of them counts as shown."""
    found: dict[str, Cell] = {}
    for name in wanted:
        cell = find(view.notebook, name)
        if cell is None:
            raise unknown(name)
        found[name] = cell
    return found


def _about(view: View) -> str:
    notebook = view.notebook
    count = len(notebook["cells"])
    kernel = notebook["metadata"].get("kernelspec", {}).get("display_name") or "no kernel chosen"
    runs = "running" if view.kernel else "not running"
    cells = f"{count} cell{'' if count == 1 else 's'}"
    return f"{posixpath.basename(view.path)}: {cells}, {WHERE[view.where]}; kernel: {kernel}, {runs}."


def _shown(cell: Cell) -> list[Block]:
    return [TextBlock(kind="text", text=delimited(cell, cell["source"]))]


def _given_out(cell: Cell) -> list[dict[str, Any]]:
    """Its outputs; of a text cell, the pictures that are attached to it."""
    attached = cell.get("attachments", {}).values()
    pictures = [{"output_type": "display_data", "metadata": {}, "data": bundle} for bundle in attached]
    return [*pictures, *cell.get("outputs", [])]


def _items(cell: str, blocks: list[Block]) -> list[SentItem]:
    """The pieces as the ledger lists them: the source comes first."""
    items: list[SentItem] = []
    for place, block in enumerate(blocks):
        if isinstance(block, ImageBlock):
            items.append(SentItem(kind="image", what=cell, chars=len(block.data) * 3 // 4, excerpt=block.media_type))
        else:
            text = block.text
            kind = "output" if place else "source"
            items.append(SentItem(kind=kind, what=cell, chars=len(text), excerpt=text[:SHOWN]))
    return items
