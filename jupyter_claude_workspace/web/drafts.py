"""The agent that is made in a session: saved as it is now, or tried."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from .agent_resource import agent_resource, comparing
from .auth import allowed
from .etags import Versioned
from .handler import WorkspaceHandler
from .resource import session_id_of, session_resource
from .sessions import ENDED


class SaveDraftHandler(Versioned):
    """The draft, as a file next to the notebook."""

    @allowed("write")
    async def post(self, session_id: str) -> None:
        """Save it; who saves it has accepted it."""
        from ..session.saving import whole  # noqa: PLC0415 - see the package's docstring

        session_id, backend = session_id_of(session_id), self.services.backend
        notebook = (await backend.session(session_id)).notebook
        expect = self.replaced()
        draft, accepted = await backend.draft(session_id), await backend.accepted()
        with comparing(notebook, accepted, whole(draft.model_dump())):
            entry = await backend.save_draft(session_id, expect)
        resource = await asyncio.to_thread(agent_resource, entry, notebook, accepted)
        self.set_header("ETag", resource["etag"])
        self.answer(resource, HTTPStatus.CREATED if expect is None else HTTPStatus.OK)


class TryDraftHandler(WorkspaceHandler):
    """A side conversation that runs as the draft is now."""

    @allowed("write")
    async def post(self, session_id: str) -> None:
        """Open it, in the place of the one that tried the draft before."""
        services = self.services
        info, ended = await services.backend.try_draft(
            session_id_of(session_id), self.user_name, services.config.model or None
        )
        for name in ended:
            services.channels.close_session(name, ENDED, "another one tries the draft")
        self.answer(session_resource(info, services), HTTPStatus.CREATED)
