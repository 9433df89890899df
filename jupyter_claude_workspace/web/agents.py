"""The agents next to a notebook, over REST. What is done with files is done on other threads than the server's."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ..errors import BadRequest
from .agent_resource import agent_resource, comparing
from .auth import allowed
from .etags import Versioned
from .handler import WorkspaceHandler
from .notebooks import Notebook, find_notebook
from .sessions import CreateSessionHandler

SCHEMA = Path(__file__).parent.parent / "agents" / "schema.json"
CREATE_SESSION = "create-session"


class NotebookHandler(Versioned):
    """A handler for what lies next to a notebook, which the query names."""

    async def notebook(self) -> Notebook:
        """The one that the query names; raises as `find_notebook`."""
        path = self.get_query_argument("notebook", None, strip=False)
        if path is None:
            raise BadRequest("notebook is missing.", remedy="Add ?notebook= with its path.")
        return await find_notebook(self, path)

    def show(self, resource: dict[str, Any], status: int = HTTPStatus.OK) -> None:
        """Answer it with its etag; a GET that names this etag has the file already."""
        self.set_header("ETag", resource["etag"])
        if self.request.method == "GET" and self.check_etag_header():
            self.set_status(HTTPStatus.NOT_MODIFIED)
            self.finish()
        else:
            self.answer(resource, status)


class AgentsHandler(NotebookHandler):
    """All agents next to a notebook."""

    @allowed("read")
    async def get(self) -> None:
        """List them by name, also those that cannot be read."""
        from ..agents.store import AgentFolder  # noqa: PLC0415 - see the package's docstring

        notebook = await self.notebook()
        accepted = await self.services.backend.accepted()

        def look() -> list[dict[str, Any]]:
            entries = AgentFolder(notebook.directory).entries()
            return [agent_resource(entry, notebook.path, accepted) for entry in entries]

        self.answer({"agents": await asyncio.to_thread(look)})


class AgentHandler(NotebookHandler):
    """One agent next to a notebook."""

    @allowed("read")
    async def get(self, name: str = CREATE_SESSION) -> None:
        """Look at it."""
        from ..agents.store import AgentFolder  # noqa: PLC0415 - see the package's docstring

        notebook = await self.notebook()
        accepted = await self.services.backend.accepted()

        def look() -> dict[str, Any]:
            return agent_resource(AgentFolder(notebook.directory).entry(name), notebook.path, accepted)

        self.show(await asyncio.to_thread(look))

    @allowed("write")
    async def put(self, name: str = CREATE_SESSION) -> None:
        """Save it under its name; who saves it has accepted it."""
        from ..agents.document import parse  # noqa: PLC0415 - see the package's docstring
        from ..agents.model import SUFFIX  # noqa: PLC0415
        from ..agents.store import AgentFolder  # noqa: PLC0415

        expect = self.replaced()
        notebook = await self.notebook()
        accepted = await self.services.backend.accepted()

        def save() -> dict[str, Any]:
            document = parse(self.request.body, name + SUFFIX).named(name)
            with comparing(notebook.path, accepted, document.agent):
                accepted.add(document.agent)
                entry = AgentFolder(notebook.directory).save(document.agent, expect=expect, schema=document.schema)
            return agent_resource(entry, notebook.path, accepted)

        self.show(await asyncio.to_thread(save), HTTPStatus.CREATED if expect is None else HTTPStatus.OK)

    @allowed("write")
    async def delete(self, name: str = CREATE_SESSION) -> None:
        """Delete its file."""
        from ..agents.store import AgentFolder  # noqa: PLC0415 - see the package's docstring

        expect = self.version()
        notebook = await self.notebook()
        accepted = await self.services.backend.accepted()

        def delete() -> None:
            with comparing(notebook.path, accepted):
                AgentFolder(notebook.directory).delete(name, expect=expect)

        await asyncio.to_thread(delete)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class NewAgentHandler(AgentHandler, CreateSessionHandler):
    """`api/agents/create-session` makes a session when posted to; else it is the agent of that name, as any other."""


class AcceptHandler(NotebookHandler):
    """A person's word that an agent may run."""

    @allowed("execute")
    async def post(self, name: str) -> None:
        """Give it for the version that the request names, and for all files that say the same."""
        from ..agents.store import AgentFolder  # noqa: PLC0415 - see the package's docstring

        expect = self.version()
        notebook = await self.notebook()
        accepted = await self.services.backend.accepted()

        def accept() -> dict[str, Any]:
            with comparing(notebook.path, accepted):
                entry = AgentFolder(notebook.directory).entry(name, expect=expect)
            accepted.add(entry.usable())
            return agent_resource(entry, notebook.path, accepted)

        self.show(await asyncio.to_thread(accept))


class AgentSchemaHandler(WorkspaceHandler):
    """The JSON Schema of agent files, for editors."""

    @allowed("read")
    async def get(self) -> None:
        """Send the file."""
        self.finish(SCHEMA.read_bytes(), set_content_type="application/schema+json")
