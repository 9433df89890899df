"""The past of a session's notebook: what there is, one state of it, going back to it, and undoing a turn."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..errors import HistoryUnknown
from .auth import allowed
from .handler import WorkspaceHandler
from .resource import session_id_of

if TYPE_CHECKING:
    from ..session.notebook.undoing import Undone

MOST_LINE = 80  # characters


class TimelineHandler(WorkspaceHandler):
    """All that is kept."""

    @allowed("read")
    async def get(self, session_id: str) -> None:
        """Newest first."""
        found = await self.services.backend.timeline(session_id_of(session_id))
        self.answer({"entries": [asdict(each) for each in found]})


class SnapshotHandler(WorkspaceHandler):
    """One snapshot."""

    @allowed("read")
    async def get(self, session_id: str, snapshot: str) -> None:
        """It, beside the notebook as it is now."""
        found = await self.services.backend.look_at(session_id_of(session_id), _number(snapshot))
        self.answer(asdict(found))


class RestoreHandler(WorkspaceHandler):
    """Going back to a snapshot."""

    @allowed("write")
    async def post(self, session_id: str, snapshot: str) -> None:
        """Bring the notebook's cells back to how they were."""
        from .bodies import RestoreSnapshot  # noqa: PLC0415 - see the package's docstring

        session_id = session_id_of(session_id)
        self.body(RestoreSnapshot)
        self.answer(_told(await self.services.backend.restore(session_id, _number(snapshot))))


class UndoHandler(WorkspaceHandler):
    """Undoing a turn."""

    @allowed("write")
    async def post(self, session_id: str, turn: str) -> None:
        """Take back what a turn did to the notebook, or do it again."""
        from .bodies import UndoTurn  # noqa: PLC0415 - see the package's docstring

        session_id = session_id_of(session_id)
        redo = self.body(UndoTurn).redo
        self.answer(_told(await self.services.backend.undo(session_id, turn, redo=redo)))


def _number(snapshot: str) -> int:
    if not snapshot.isascii() or not snapshot.isdigit() or len(snapshot) > 18:
        raise HistoryUnknown("There is no such snapshot.")
    return int(snapshot)


def _told(undone: Undone) -> dict[str, Any]:
    """What came of it, with cells as a person knows them: by their place and how they begin."""
    cells = undone.notebook["cells"]
    known = {cell["id"]: (place, _line(cell["source"])) for place, cell in enumerate(cells, 1)}

    def named(cell: str) -> dict[str, Any]:
        place, line = known.get(cell, (None, ""))
        return {"cell": cell, "place": place, "line": line}

    return {
        "turn": undone.turn,
        "undone": undone.undone,
        "restored": [{**named(each.cell), "what": each.deed} for each in undone.restored],
        "left": [{**named(each.cell), "why": each.why} for each in undone.left],
    }


def _line(source: str) -> str:
    return next((line.strip() for line in source.splitlines() if line.strip()), "")[:MOST_LINE]
