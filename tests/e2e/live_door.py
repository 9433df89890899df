"""A door into the server of a test: what a session's tools do with notebooks, without a session.

Loaded by the server as an extension of Jupyter's own (`jpserver_extensions`); see `live_stage.py`.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.utils import url_path_join
from tornado import web

from jupyter_claude_workspace.errors import CellChanged, WorkspaceError
from jupyter_claude_workspace.host.documents import PageGone
from jupyter_claude_workspace.host.runs import Runs
from jupyter_claude_workspace.protocol.live import CellEdit
from jupyter_claude_workspace.web.live import TICKET
from jupyter_claude_workspace.web.services import services_of


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "live_door"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    base_url = app.web_app.settings["base_url"]
    app.web_app.add_handlers(".*$", [(url_path_join(base_url, "live-door"), _Door)])


class Contents(AsyncLargeFileManager):  # type: ignore[misc]
    """The usual contents manager; files whose names begin with "locked" cannot be written, not even by root."""

    async def get(self, path: str, *given: Any, **named: Any) -> Any:
        """As ever."""
        model = await super().get(path, *given, **named)
        model["writable"] = model["writable"] and not model["name"].startswith("locked")
        return model


class _Door(JupyterHandler):  # type: ignore[misc]
    """`{"do": …, "path": …}` and arguments; answers with what came of it, or with `{"code", "text", "cell"}`."""

    def check_xsrf_cookie(self) -> None:
        """Not needed: the tests come with the token."""

    @web.authenticated
    async def post(self) -> None:
        asked: dict[str, Any] = json.loads(self.request.body)
        try:
            answer = await self._do(asked.pop("do"), asked.pop("path"), asked)
        except WorkspaceError as error:
            answer = {"code": error.code, "text": error.text}
            if isinstance(error, CellChanged):
                answer["cell"] = error.cell
        except PageGone:
            answer = {"code": "page_gone", "text": ""}
        self.finish(json.dumps(answer))

    async def _run(self, runs: Runs, deed: str, path: str, given: dict[str, Any]) -> Any:
        if deed == "run":
            return {"run": await runs.run(path, [(each["cell"], each["source"]) for each in given["cells"]])}
        if deed == "scratch":
            return {"run": await runs.scratch(path, given["code"])}
        if deed == "report":
            return dataclasses.asdict(await runs.report(given["run"], given["seconds"]))
        if deed == "stop":
            return dataclasses.asdict(await runs.stop(given["run"]))
        return dataclasses.asdict(await runs.kernel(path, given["action"]))

    async def _do(self, deed: str, path: str, given: dict[str, Any]) -> Any:
        hosted = services_of(self.settings).hosting()
        if deed == "read":
            return dataclasses.asdict(await hosted.host.read(path))
        if deed == "edit":
            edits = [CellEdit.model_validate(edit) for edit in given["edits"]]
            return dataclasses.asdict(await hosted.host.edit(path, edits))
        if deed in ("run", "scratch", "report", "stop", "kernel"):
            return await self._run(hosted.runs, deed, path, given)
        if deed == "pages":
            pages = hosted.host.pages._pages.values()
            return [
                {"client": page.client, "holds": notebook.model_dump()}
                for page in pages
                if (notebook := page.holds(path))
            ]
        if deed == "hang_up":
            return services_of(self.settings).lives.close_session(TICKET, 1011, "hung up")
        page = hosted.host.pages.holding(path)
        if page is None:
            raise PageGone
        if deed == "front":
            return page.client
        return await page.call(deed, path, given)
