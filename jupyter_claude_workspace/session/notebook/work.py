"""A session's work in its notebook: what the tools do, what is asked before they do it, and what is kept of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ...claude.events import AskRequest, Verdict
from ...errors import NotebookUnknown
from ...notebook.access import Notebooks, View
from ...protocol.content import Block

if TYPE_CHECKING:
    from ..session import Session

# Takes a tool's input and answers with what Claude is told; raises WorkspaceError where it cannot be done.
Tool = Callable[[dict[str, Any]], Awaitable[list[Block]]]


class NotebookWork:
    """Lives on the engine's loop. Each tool is a module beside this one; this holds what they share."""

    def __init__(self, session: Session, notebooks: Notebooks | None) -> None:
        self.session = session
        self._notebooks = notebooks
        # Sources of cells as Claude last saw or wrote them, by id: what is otherwise now, it may not change unseen.
        self.seen: dict[str, str] = {}

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

    def tools(self) -> dict[str, Tool]:
        """The tools by their short names."""
        return {}

    async def ask(self, request: AskRequest) -> Verdict | None:
        """Decide about a call of one of these tools, or ask the person; None: it is none of them."""
        return None
