"""What runs need of notebooks: to read one, to write outputs into it, and the page that has it open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..notebook.access import View
from ..protocol.live import CellEdit


class PageGone(Exception):
    """The page went away, or closed the notebook, before it answered."""


class Page(Protocol):
    """A page in which a notebook is open."""

    @property
    def kernel(self) -> str | None:
        """Id of the kernel that the notebook has there."""

    async def run(self, cells: Sequence[tuple[str, str]], running: Callable[[str, str], None]) -> dict[str, Any]:
        """The call `run` of LIVE.md; `running` hears of each cell's message as it is sent. Cancelling cancels the call.

        Raises:
            PageGone: it does not answer any more.
            WorkspaceError: its problem.
        """


class Documents(Protocol):
    """Where notebooks are, on the server's loop. What it raises is what `Notebooks` documents."""

    async def read(self, path: str) -> View:
        """The notebook as it is now."""

    async def edit(self, path: str, edits: Sequence[CellEdit]) -> View:
        """Do all of these or none."""

    def page(self, path: str) -> Page | None:
        """The page to ask; None: it is open nowhere."""

    def now(self, path: str) -> str:
        """The path of a notebook that had this one a while ago: renames are followed."""
