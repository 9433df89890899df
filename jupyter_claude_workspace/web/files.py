"""Files below a session's notebook, as the panel completes them after an `@`."""

from __future__ import annotations

from typing import Any

from ..errors import BadRequest
from .auth import allowed
from .handler import WorkspaceHandler
from .listing import Rules
from .notebooks import folder_of, root_of
from .resource import session_id_of

MOST = 50
MOST_CHARACTERS = 500


class FilesHandler(WorkspaceHandler):
    """What lies in and below the folder of a session's notebook, by the rules of /api/contents."""

    @allowed("read")
    async def get(self, session_id: str) -> None:
        """Find files and folders whose paths fit `q`; where it ends with `/`, list that folder."""
        query = self.get_query_argument("q", "", strip=False)
        if len(query) > MOST_CHARACTERS:
            raise BadRequest(f"q: at most {MOST_CHARACTERS} characters")
        info = await self.services.backend.session(session_id_of(session_id))
        folder = await folder_of(self, info.notebook)
        self.look()
        manager: Any = self.contents_manager
        rules = Rules(root_of(self), bool(manager.allow_hidden), manager.should_list)
        found = await self.services.listing.find(folder, rules, query, MOST)
        self.answer({"files": [{"path": each.path, "kind": each.kind} for each in found]})
