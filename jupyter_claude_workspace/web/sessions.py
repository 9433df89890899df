"""Sessions over REST: list, open, look at, rename, end."""

from __future__ import annotations

from http import HTTPStatus
from typing import get_args

from ..errors import BadRequest
from .auth import allowed
from .handler import WorkspaceHandler
from .notebooks import find_notebook, normal, notebook_of_kernel
from .resource import session_id_of, session_resource, session_resources

ENDED = 1000
MOST_CHARACTERS = 200  # of a search


class CreateSessionHandler(WorkspaceHandler):
    """A new session for a notebook, in either context."""

    @allowed("write")
    async def post(self) -> None:
        """Create it; its process starts at once, so that the first prompt finds it ready."""
        from .bodies import CreateSession  # noqa: PLC0415 - see the package's docstring

        asked = self.body(CreateSession)
        notebook = await find_notebook(self, asked.notebook)
        info, _ = await self.services.backend.open_session(
            notebook=notebook.path,
            directory=notebook.directory,
            context=asked.context,
            user=self.user_name,
            model=asked.model,
            agent=asked.agent,
            new=True,
        )
        await self.services.hosting.noted(notebook.path)
        whole = session_resource(info, self.services)
        keys = ("session_id", "context", "notebook", "socket_url", "page_url")
        self.answer({key: whole[key] for key in keys}, HTTPStatus.CREATED)


class SessionsHandler(WorkspaceHandler):
    """All sessions of this server."""

    @allowed("read")
    async def get(self) -> None:
        """List them, newest first: a notebook's, those of a context, those in which `q` occurs; or all."""
        from ..protocol.content import Context  # noqa: PLC0415 - see the package's docstring

        notebook = self.get_query_argument("notebook", None)
        context = self.get_query_argument("context", None)
        query = self.get_query_argument("q", "")
        if context is not None and context not in get_args(Context):
            raise BadRequest(f"context: one of {', '.join(get_args(Context))}")
        if len(query) > MOST_CHARACTERS:
            raise BadRequest(f"q: at most {MOST_CHARACTERS} characters")
        if query:
            self.look()
        if notebook is not None:
            await self.services.hosting.met(normal(notebook))
        infos = await self.services.backend.sessions(None if notebook is None else normal(notebook), query)
        wanted = [info for info in infos if context in (None, info.context)]
        self.answer({"sessions": await session_resources(wanted, self.services)})

    @allowed("write")
    async def post(self) -> None:
        """The newest session of a notebook and context, or a new one where there is none or `new` asks for it."""
        from .bodies import OpenSession  # noqa: PLC0415 - see the package's docstring

        asked = self.body(OpenSession)
        path = asked.notebook if asked.notebook is not None else await notebook_of_kernel(self, asked.kernel or "")
        notebook = await find_notebook(self, path)
        await self.services.hosting.met(notebook.path)
        info, made = await self.services.backend.open_session(
            notebook=notebook.path,
            directory=notebook.directory,
            context=asked.context,
            user=self.user_name,
            new=asked.new,
        )
        await self.services.hosting.noted(notebook.path)
        self.answer(session_resource(info, self.services), HTTPStatus.CREATED if made else HTTPStatus.OK)


class SessionHandler(WorkspaceHandler):
    """One session."""

    @allowed("read")
    async def get(self, session_id: str) -> None:
        """Look at it."""
        info = await self.services.backend.session(session_id_of(session_id))
        self.answer(session_resource(info, self.services))

    @allowed("write")
    async def patch(self, session_id: str) -> None:
        """Rename it."""
        from .bodies import ChangeSession  # noqa: PLC0415 - see the package's docstring

        title = self.body(ChangeSession).title
        info = await self.services.backend.rename(session_id_of(session_id), title)
        self.answer(session_resource(info, self.services))

    @allowed("write")
    async def delete(self, session_id: str) -> None:
        """End its process, delete it and what was said in it, and close its channels."""
        session_id = session_id_of(session_id)
        for ended in await self.services.backend.end(session_id):
            self.services.channels.close_session(ended, ENDED, "the session was ended")
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class TicketHandler(WorkspaceHandler):
    """Tickets for opening a session's channel."""

    # Minting changes nothing that lasts, and who may only look on needs one too: sending asks for "execute" by itself.
    @allowed("read")
    async def post(self, session_id: str) -> None:
        """Mint one, for this session and this person."""
        info = await self.services.backend.session(session_id_of(session_id))
        tickets = self.services.tickets
        ticket = tickets.mint(info.session_id, self.current_user.username)
        self.answer({"ticket": ticket, "expires_in": tickets.seconds}, HTTPStatus.CREATED)
