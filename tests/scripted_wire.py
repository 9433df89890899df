"""The built panel on a page of its own, and a server on loopback that sends it whatever frames are written for it.

For what the CLI would take hours to say: a conversation of 1,000 turns, a tool's output of 10,000 lines.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

import jupyter_claude_workspace

Frame = dict[str, Any]
STATIC = Path(jupyter_claude_workspace.__file__).parent / "static"
FILES = "static/jupyter_claude_workspace"
PAGE = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>wire</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{FILES}/page.css">
</head>
<body>
<script id="jcw-config" type="application/json">{{"base_url": "/", "session_id": "s"}}</script>
<script type="module" src="{FILES}/page.js"></script>
</body>
</html>
"""
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class ScriptedWire:
    """Use as a context manager. `begin` is what a page gets when it connects; `say` adds to that, and sends it."""

    def __init__(self, frames: Iterable[Frame] = ()) -> None:
        self.got: list[Frame] = []  # what the page sent
        self._seq = 0
        self._frames: list[Frame] = []
        self._sockets: list[WebSocketHandler] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._add(frames)

    def __enter__(self) -> ScriptedWire:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def say(self, *frames: Frame) -> None:
        """Number the frames and send them to every page that is open, and to those that come later."""
        texts = [json.dumps(frame) for frame in self._add(frames)]
        asyncio.run_coroutine_threadsafe(self._send(texts), self._loop).result(60)

    async def _listen(self) -> None:
        socket, port = bind_unused_port(address="127.0.0.1")
        self.url = f"http://127.0.0.1:{port}/"
        wire = self

        class Page(RequestHandler):
            def get(self) -> None:
                self.write(PAGE)

        class Ticket(RequestHandler):
            def post(self) -> None:
                self.write({"ticket": "t"})

        class Other(RequestHandler):
            def get(self) -> None:
                self.set_status(404)

        class Socket(WebSocketHandler):
            def open(self, *_: str) -> None:
                wire._sockets.append(self)
                for text in wire._opening():
                    self.write_message(text)

            def on_message(self, message: str | bytes) -> None:
                wire.got.append(json.loads(message))

            def on_close(self) -> None:
                wire._sockets.remove(self)

        api = r"/claude-workspace/api/sessions/s/"
        routes: list[Any] = [
            (r"/", Page), (f"/{FILES}/(.*)", StaticFileHandler, {"path": str(STATIC)}),
            (f"{api}ticket", Ticket), (f"{api}channel", Socket), (r"/.*", Other),
        ]  # fmt: skip
        self._server = HTTPServer(Application(routes))
        self._server.add_socket(socket)

    async def _send(self, texts: list[str]) -> None:
        for socket in self._sockets:
            for text in texts:
                socket.write_message(text)

    async def _close(self) -> None:
        self._server.stop()
        for socket in list(self._sockets):
            socket.close()
        await self._server.close_all_connections()

    def _add(self, frames: Iterable[Frame]) -> list[Frame]:
        made = []
        for frame in frames:
            self._seq += 1
            made.append({"turn": None, "at": 1_000 * self._seq, **frame, "seq": self._seq})
        self._frames += made
        return made

    def _opening(self) -> list[str]:
        welcome = {
            "type": "welcome", "protocol": 1, "session": "s", "context": "workspace", "notebook": "a.ipynb",
            "title": "Scripted", "head": self._seq, "state": "ready", "settings": {"mode": "default"}, "demo": False,
        }  # fmt: skip
        return [json.dumps(frame) for frame in (welcome, {"type": "snapshot", "head": self._seq}, *self._frames)]


def turn(name: str, text: str, *content: Frame, why: str = "completed") -> list[Frame]:
    """A whole turn: what was asked, the frames of what came of it, its end."""
    asked = {"text": text, "attachments": [], "mentions": []}
    started = {"type": "turn_started", "origin": {"kind": "prompt", "prompt": name}, **asked}
    ended = {"type": "turn_ended", "why": why, "prompt_kept": False}
    return [{**frame, "turn": name} for frame in (started, *content, ended)]


def reply(message: str, text: str, block: int = 0, kind: str = "text", parent: str | None = None) -> Frame:
    """A whole block."""
    return {
        "type": "message", "message": message, "block": block, "kind": kind, "text": text, "partial": False,
        "parent": parent,
    }  # fmt: skip


def call(
    tool: str, name: str, input_: dict[str, Any], output: str | None = "", parent: str | None = None
) -> list[Frame]:
    """A tool call, and its end unless `output` is None."""
    started: Frame = {
        "type": "tool_started", "tool": tool, "name": name, "input": input_, "message": f"m-{tool}", "block": 0,
        "parent": parent,
    }  # fmt: skip
    if output is None:
        return [started]
    content = [{"kind": "text", "text": output}]
    return [started, {"type": "tool_finished", "tool": tool, "outcome": "done", "content": content, "omitted": 0}]


def picture(tool: str) -> Frame:
    """The end of a tool call that gives back a picture of one pixel."""
    block = {"kind": "image", "media_type": "image/png", "data": PIXEL}
    return {"type": "tool_finished", "tool": tool, "outcome": "done", "content": [block], "omitted": 0}
