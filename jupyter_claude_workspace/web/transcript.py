"""The whole conversation of a session, readable without any process."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

from ..errors import BadRequest
from .auth import allowed
from .handler import WorkspaceHandler
from .resource import session_id_of, session_resource

if TYPE_CHECKING:
    from ..protocol.frames import Down
    from ..session.info import SessionInfo


class TranscriptHandler(WorkspaceHandler):
    """`format=json`: the session and its frames, compacted. `md`: for people. `notebook`: what its notebook keeps."""

    @allowed("read")
    async def get(self, session_id: str) -> None:
        """Send it in the asked form."""
        form = self.get_query_argument("format", "json")
        if form not in {"json", "md", "notebook"}:
            raise BadRequest("format: one of json, md, notebook")
        session_id = session_id_of(session_id)
        info = await self.services.backend.session(session_id)
        frames = await self.services.backend.transcript(session_id)
        self.set_header("Cache-Control", "no-store")
        # A long conversation takes a while to write out, and the server has one thread for everybody.
        if form == "md":
            from .markdown import as_markdown  # noqa: PLC0415 - needed by this answer only

            text = await asyncio.to_thread(as_markdown, info, frames)
            self.finish(text, set_content_type="text/markdown; charset=UTF-8")
        elif form == "notebook":
            self.answer(await asyncio.to_thread(self._excerpt, info, frames))
        else:
            head = session_resource(info, self.services)
            self.finish(await asyncio.to_thread(_as_json, head, frames))

    def _excerpt(self, info: SessionInfo, frames: list[Down]) -> dict[str, Any]:
        from .excerpt import excerpt  # noqa: PLC0415 - as above
        from .redaction import redactor  # noqa: PLC0415

        clean = redactor(os.environ, [getattr(self.identity_provider, "token", "")])
        return excerpt(info, frames, limit=self.services.config.notebook_bytes, clean=clean)


def _as_json(head: dict[str, Any], frames: list[Down]) -> str:
    from ..protocol.codec import encode  # noqa: PLC0415 - see the package's docstring

    return f'{{"session":{json.dumps(head)},"frames":[{",".join(map(encode, frames))}]}}'
