"""What of a session's notebook may go along with a prompt, and what of it would be sent."""

from __future__ import annotations

from dataclasses import asdict

from ..errors import BadRequest
from .auth import allowed
from .handler import WorkspaceHandler
from .resource import session_id_of

MOST_CHARACTERS = 200  # of what is written after the @
MAX_BODY = 1 << 20  # a selection may be long


class MentionsHandler(WorkspaceHandler):
    """Cells and variables, as the composer completes them."""

    # It lets the kernel say which variables it has.
    @allowed("execute")
    async def get(self, session_id: str) -> None:
        """Those that fit `query`."""
        query = self.get_query_argument("query", "")
        if len(query) > MOST_CHARACTERS:
            raise BadRequest(f"query: at most {MOST_CHARACTERS} characters")
        found = await self.services.backend.mentionable(session_id_of(session_id), query)
        self.answer(asdict(found))


class PreviewHandler(WorkspaceHandler):
    """What would be sent."""

    @allowed("execute")
    async def post(self, session_id: str) -> None:
        """Look at it as it is now; nothing is sent."""
        from .bodies import PreviewMentions  # noqa: PLC0415 - see the package's docstring

        session_id = session_id_of(session_id)
        mentions = self.body(PreviewMentions, MAX_BODY).mentions
        found = await self.services.backend.preview(session_id, mentions)
        texts = [block.text for block in found.blocks if block.kind == "text"]
        self.answer(
            {
                "blocks": [block.model_dump(mode="json") for block in found.blocks],
                "chars": sum(map(len, texts)),
                "images": len(found.blocks) - len(texts),
                "level": found.level,
            }
        )
