"""Pictures of what cells gave out that only a browser draws: of the page that shows it, else drawn here."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ...drawing.artist import Sketch, can_draw
from ...errors import WorkspaceError
from ...notebook.access import WantedPicture
from ...notebook.outputs import MOST_PICTURES
from ...notebook.undrawn import Output, Undrawn, pictured, undrawn
from ...protocol.notebook import Privacy

if TYPE_CHECKING:
    from .work import NotebookWork

MOST = 12  # pictures that are made for one answer
PAGE_SECONDS = 2.0  # for a page's answer, beyond what it waits for drawings
DRAWN_SECONDS = 0.3  # for a page to show that it does not draw any more
# For all that is drawn here; Plotly needs a browser, which takes seconds to start.
DRAWING_SECONDS, PLOTLY_SECONDS = 8.0, 25.0
MOST_SECONDS = 40.0  # for one answer
GaveOut = tuple["str | None", Sequence[Output]]


class Drawing:
    """Lives on the engine's loop."""

    def __init__(self, work: NotebookWork) -> None:
        self._work = work

    async def pictured(
        self, cells: Sequence[GaveOut], level: Privacy, *, fresh: bool = False, seconds: float = MOST_SECONDS
    ) -> list[list[Output]]:
        """The outputs of these cells, with pictures beside those that lack one; where none can be had, as they are.

        `fresh`: they came just now, so that a page may still be drawing them. `seconds`: for all of it. Scratch code is
        in no cell (None). Where pictures may not be shown, none is made.
        """
        made = [list(outputs) for _, outputs in cells]
        if level != "full":
            return made
        found = await asyncio.to_thread(lambda: [undrawn(outputs)[:MOST_PICTURES] for outputs in made])
        lacking = [(number, each) for number, some in enumerate(found) for each in some][:MOST]
        if not fresh:
            lacking = [(number, replace(each, wait=min(each.wait, DRAWN_SECONDS))) for number, each in lacking]
        with suppress(asyncio.TimeoutError):  # what there is by then counts
            await asyncio.wait_for(self._complete(cells, made, lacking), seconds)
        return made

    async def _complete(
        self, cells: Sequence[GaveOut], made: list[list[Output]], lacking: Sequence[tuple[int, Undrawn]]
    ) -> None:
        """First what the person sees; and where they see nothing, the same drawn here."""
        shown = {number for number, each in lacking if each.wait}
        pages = [
            self._from_page(cell, made[number], [each for at, each in lacking if at == number and each.wait])
            for number, (cell, _) in enumerate(cells)
            if number in shown and cell is not None
        ]
        await asyncio.gather(*pages)
        await self._here(made, [(at, each) for at, each in lacking if made[at][each.place] is cells[at][1][each.place]])

    async def _from_page(self, cell: str, outputs: list[Output], lacking: Sequence[Undrawn]) -> None:
        wanted = [WantedPicture(each.place, each.kinds, each.wait) for each in lacking]
        asking = self._work.notebooks.pictures(self._work.path, cell, wanted)
        try:
            pictures = await asyncio.wait_for(asking, max(each.wait for each in lacking) + PAGE_SECONDS)
        except (WorkspaceError, asyncio.TimeoutError):
            return
        for each, picture in zip(lacking, pictures, strict=True):
            if picture is not None:
                outputs[each.place] = pictured(outputs[each.place], picture.kind, picture.data)

    async def _here(self, made: list[list[Output]], lacking: Sequence[tuple[int, Undrawn]]) -> None:
        able = [(at, each.place, sketch) for at, each in lacking if (sketch := _sketch(each)) and can_draw(sketch.kind)]
        for plotly in (False, True):  # one that takes long does not hold up the others
            some = [item for item in able if (item[2].kind == "plotly") is plotly]
            seconds = PLOTLY_SECONDS if plotly else DRAWING_SECONDS
            drawn = await self._work.session.around.artist.draw([sketch for _, _, sketch in some], seconds)
            for (at, place, _), png in zip(some, drawn, strict=True):
                if png is not None:
                    made[at][place] = pictured(made[at][place], "image/png", base64.b64encode(png).decode())


def _sketch(each: Undrawn) -> Sketch | None:
    if each.svg:
        return Sketch("svg", each.svg)
    return Sketch(each.figure.kind, each.figure.spec) if each.figure is not None else None
