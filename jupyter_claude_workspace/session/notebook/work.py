"""A session's work in its notebook: what the tools do, what is asked before they do it, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...claude.events import AskRequest, Verdict
from ...errors import NotebookUnknown
from ...notebook.access import Notebooks, View
from ...notebook.document import find
from ...protocol.frames import Down, Notice, Sent, ToolFinished, ToolStarted
from ...protocol.live import CellEdit
from ...protocol.notebook import SentItem
from ...tools.names import EDIT_CELLS, INSPECT_VARIABLE, LIST_VARIABLES, READ_NOTEBOOK
from .calls import Calls, Tool
from .drawing import Drawing
from .editing import Editing
from .looking import Looking
from .reading import SHOWN, Reading
from .reviewing import Reviewing
from .running import Running
from .undoing import Undoing

if TYPE_CHECKING:
    from ..session import Session

# They only look, within the privacy setting: nobody is asked.
LOOKING = (READ_NOTEBOOK, LIST_VARIABLES, INSPECT_VARIABLE)


class NotebookWork:
    """Lives on the engine's loop. Each tool is a module beside this one; this holds what they share."""

    def __init__(self, session: Session, notebooks: Notebooks | None) -> None:
        self.session = session
        self._notebooks = notebooks
        # Sources of cells as Claude last saw or wrote them, by id: what is otherwise now, it may not change unseen.
        self.seen: dict[str, str] = {}
        # Cells whose source Claude wrote without a person's look at it.
        self.unreviewed: set[str] = set()
        self.calls = Calls()
        self.drawing = Drawing(self)
        self.reading = Reading(self)
        self.editing = Editing(self)
        self.reviewing = Reviewing(self)
        self.running = Running(self)
        self.looking = Looking(self)
        self.undoing = Undoing(session, self, session.around.history)

    @property
    def hosted(self) -> bool:
        """Whether this session has the notebook's tools: it is a notebook's conversation, on a Jupyter server."""
        return self._notebooks is not None and self.session.record.context != "agent-create"

    @property
    def notebooks(self) -> Notebooks:
        """Where the notebook is.

        Raises:
            NotebookUnknown: nobody hosts notebooks here.
        """
        if self._notebooks is None:
            raise NotebookUnknown("No Jupyter server hosts this notebook.")
        return self._notebooks

    @property
    def path(self) -> str:
        """The notebook's API path, as it is now."""
        return self.session.record.notebook

    async def view(self) -> View:
        """The notebook as it is now."""
        return await self.notebooks.read(self.path)

    async def change(self, edits: Sequence[CellEdit]) -> View:
        """Change the notebook for Claude: all of these edits or none; the notebook as it is then."""
        return await self.undoing.change(edits)

    def wrote(self, view: View, cells: Sequence[str], *, reviewed: bool) -> None:
        """Claude knows these cells as they are now, because it wrote them; `reviewed`: so does the person."""
        for name in cells:
            cell = find(view.notebook, name)
            if cell is None:
                self.seen.pop(name, None)
            else:
                self.seen[name] = cell["source"]
        if reviewed:
            self.unreviewed.difference_update(cells)
        else:
            self.unreviewed.update(cells)

    def tools(self) -> dict[str, Tool]:
        """The tools by their short names."""
        found: dict[str, Tool] = {
            "read_notebook": self.reading.read_notebook,
            "edit_cells": self.editing.edit_cells,
            **self.running.tools(),
            **self.looking.tools(),
        }
        return {name: self.calls.bound(name, tool) for name, tool in found.items()}

    async def ask(self, request: AskRequest) -> Verdict | None:
        """Decide about a call of one of these tools, or ask the person; None: it is none of them."""
        verdict = await self._asked(request) if self.hosted else None
        if verdict is not None and verdict.allow:
            self.calls.asked(request, verdict.input)
        return verdict

    def showed(self, tool: str, sources: Mapping[str, str]) -> None:
        """Claude is given these cells as they are now, by id, with what the tool says to its call."""
        self.seen.update(sources)
        self.sent(
            tool,
            [
                SentItem(kind="source", what=cell, chars=len(source), excerpt=source[:SHOWN])
                for cell, source in sources.items()
            ],
        )

    def sent(self, tool: str | None, items: Sequence[SentItem]) -> None:
        """Record what of the notebook or the kernel goes to the model; without a tool: along with a prompt."""
        if items:
            self.session.publish(Sent(tool=tool, level=self.session.settings.privacy, items=list(items)))

    def heard(self, frame: Down) -> Down:
        """What Claude Code says: a call of ours that is over is told with what it did."""
        self.undoing.heard(frame)
        match frame:
            case ToolStarted():
                self.calls.started(frame)
            case ToolFinished():
                return self.calls.finished(frame)
            case Notice(code="compacted" | "cleared"):
                self.forget()
        return frame

    def forget(self) -> None:
        """Claude does not know any more what it read: it starts afresh, or from an earlier place."""
        self.seen.clear()

    async def _asked(self, request: AskRequest) -> Verdict | None:
        if request.name in LOOKING:
            return Verdict(allow=True)
        if request.name == EDIT_CELLS:
            return await self.editing.ask(request)
        return await self.running.ask(request)
