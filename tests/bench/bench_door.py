"""A door into the server of `live_edit.py`: what a tool does, with the times at which it began and ended."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Coroutine
from typing import Any, ClassVar

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import web

from jupyter_claude_workspace.host.bridge import Bridge
from jupyter_claude_workspace.protocol.live import CellEdit
from jupyter_claude_workspace.web.services import services_of

PATIENCE = 60.0


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "bench_door"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    base_url = app.web_app.settings["base_url"]
    app.web_app.add_handlers(".*$", [(url_path_join(base_url, "bench-door"), _Door)])


class _Door(JupyterHandler):  # type: ignore[misc]
    """`{"do": "edit" | "run" | "bare", …}`; answers with `began` and `ended`, milliseconds since 1970."""

    _clients: ClassVar[dict[str, Any]] = {}

    def check_xsrf_cookie(self) -> None:
        """Not needed: it comes with the token."""

    @web.authenticated
    async def post(self) -> None:
        asked: dict[str, Any] = json.loads(self.request.body)
        if asked["do"] == "bare":
            self.finish(json.dumps(await self._timed(self._bare(asked["kernel"], asked["code"]))))
            return
        bridge = services_of(self.settings).hosting().bridge
        deed = _edit(bridge, asked) if asked["do"] == "edit" else _run(bridge, asked)
        # As the tools do, from a loop in another thread.
        self.finish(json.dumps(await asyncio.to_thread(lambda: asyncio.run(self._timed(deed)))))

    async def _timed(self, deed: Coroutine[Any, Any, None]) -> dict[str, float]:
        began = time.time() * 1000
        await deed
        return {"began": began, "ended": time.time() * 1000}

    async def _bare(self, kernel: str, code: str) -> None:
        """The reply and the kernel's rest, with a client that is connected already."""
        client = self._clients.get(kernel)
        if client is None:
            client = self._clients[kernel] = self.kernel_manager.get_kernel(kernel).client()
            client.start_channels()
            await client.wait_for_ready(timeout=PATIENCE)
        message = client.execute(code)
        while True:
            said = await client.get_iopub_msg(timeout=PATIENCE)
            ours = said["parent_header"].get("msg_id") == message
            if ours and said["msg_type"] == "status" and said["content"]["execution_state"] == "idle":
                break
        await client.get_shell_msg(timeout=PATIENCE)


async def _edit(bridge: Bridge, asked: dict[str, Any]) -> None:
    await bridge.edit(asked["path"], [CellEdit.model_validate(edit) for edit in asked["edits"]])


async def _run(bridge: Bridge, asked: dict[str, Any]) -> None:
    view = await bridge.read(asked["path"])
    run = await bridge.run(asked["path"], [(asked["cell"], asked["code"])], view)
    report = await bridge.report(run, PATIENCE)
    if [cell.state for cell in report.cells] != ["ok"]:
        raise RuntimeError(f"it did not run: {report}")
