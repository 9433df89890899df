"""A page that runs cells: over Jupyter's own kernel socket, as JupyterLab does, without a browser."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from channel_client import PATIENCE, Frame
from live_page import Document, LivePage
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyter_claude_workspace.notebook.document import find


@dataclass
class RunningPage(LivePage):
    """Opens notebooks with a kernel. `waits`: input that a cell asks for is never given."""

    kernels: dict[str, WebSocketClientConnection] = field(default_factory=dict)
    waits: bool = False

    async def start(self, path: str) -> Document:
        """Open a notebook, and start a kernel for it."""
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        answer = await self.stage.request("POST", f"{self.stage.base_url}api/sessions", body)
        kernel = json.loads(answer.body)["kernel"]["id"]
        url = f"ws://{self.stage.host}{self.stage.base_url}api/kernels/{kernel}/channels"
        request = HTTPRequest(url, headers=self.stage.token_header, connect_timeout=PATIENCE, request_timeout=PATIENCE)
        self.kernels[kernel] = await websocket_connect(request)
        document = await self.load(path)
        document.kernel = kernel
        await self.tell(focused=True)
        return document

    async def leave(self) -> None:
        """Close the page and its connections to kernels."""
        await super().leave()
        for socket in self.kernels.values():
            socket.close()
        self.kernels.clear()

    async def _do_run(self, document: Document, arguments: Frame) -> Frame:
        for given in arguments["cells"]:
            if await self._execute(document, given["cell"], given["source"]) != "ok":
                return {"status": "error", "cell": given["cell"]}
        return {"status": "ok", "cell": arguments["cells"][-1]["cell"]}

    async def _execute(self, document: Document, cell: str, source: str) -> str:
        """Run a cell; the kernel's word for how it ended. Its text goes into the document."""
        assert document.kernel is not None
        socket, msg_id = self.kernels[document.kernel], uuid.uuid4().hex
        await socket.write_message(json.dumps(_request(msg_id, source)))
        await self.socket.send({"type": "running", "call": self.calls[-1]["call"], "cell": cell, "msg_id": msg_id})
        found, status, idle = find(document.notebook, cell), "", False
        assert found is not None
        found["outputs"] = []
        while True:
            text = await asyncio.wait_for(socket.read_message(), PATIENCE)
            assert text is not None
            message = json.loads(text)
            kind, content = message["header"]["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            if kind == "input_request":
                await self._waiting(document.path, cell, content["prompt"])
                if not self.waits:
                    await socket.write_message(json.dumps(_message("input_reply", {"value": "Ann"}, "stdin")))
                    await self._waiting(document.path, cell, None)
            elif kind == "execute_reply":
                status = content["status"]
            elif kind == "status":
                idle = content["execution_state"] == "idle"
            elif kind == "stream":
                found["outputs"].append({"output_type": "stream", **content})
            if idle and status:  # they come on channels of their own, in either order
                found["execution_count"] = 1
                await self.save(document)
                return status

    async def _waiting(self, path: str, cell: str, prompt: str | None) -> None:
        await self.socket.send({"type": "waiting", "path": path, "cell": cell, "prompt": prompt})


def _request(msg_id: str, code: str) -> dict[str, Any]:
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": True, "stop_on_error": True}
    return _message("execute_request", content, "shell", msg_id)


def _message(kind: str, content: dict[str, Any], channel: str, msg_id: str = "") -> dict[str, Any]:
    header = {
        "msg_id": msg_id or uuid.uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": "page",
        "version": "5.3",
    }
    return {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": channel,
        "buffers": [],
    }
