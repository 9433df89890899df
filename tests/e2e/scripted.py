"""The built page on a small server that says what a test wants, in the words of the protocol."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

import jupyter_claude_workspace

STATIC = Path(jupyter_claude_workspace.__file__).with_name("static")
#: The style sheets of JupyterLab's own themes.
THEMES = Path(sys.prefix) / "share/jupyter/lab/themes/@jupyterlab"
#: What the real page is served with (test_safety.py compares).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
SESSION = "9d1f2a34-0b5c-4d6e-8f70-1a2b3c4d5e6f"
PREFIX = "/claude-workspace"
FILES = "/static/jupyter_claude_workspace"

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Scripted</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/jupyter_claude_workspace/page.css">
{head}
</head>
<body data-context="workspace" {body}>
<script id="jcw-config" type="application/json">{config}</script>
<script type="module" src="/static/jupyter_claude_workspace/page.js"></script>
</body>
</html>
"""

WELCOME: dict[str, Any] = {
    "type": "welcome",
    "protocol": 1,
    "session": SESSION,
    "context": "workspace",
    "notebook": "analysis/penguins.ipynb",
    "title": "Penguins",
    "head": 0,
    "state": "ready",
    "settings": {"model": "claude-sonnet-4-5", "effort": None, "mode": "default", "agent": None},
    "demo": False,
}


class Scripted:
    """A server on a thread of its own. Every channel that is open gets what `say` says."""

    def __init__(self) -> None:
        self.welcome = dict(WELCOME)
        #: What GETs of the API answer: path behind the session's (or behind `api/`) → JSON, or a status with a problem.
        #: `POST` and the last part of a path: what POSTs there answer.
        self.answers: dict[str, Any] = {}
        #: Frames that came from panels.
        self.heard: list[dict[str, Any]] = []
        #: The header that pages are served with.
        self.policy = ("Content-Security-Policy-Report-Only", POLICY)
        self.head = ""
        self.body = ""
        self.channels: list[_Channel] = []
        self._seq = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> Scripted:
        self._thread.start()
        sockets, self.port = bind_unused_port()
        static = {"path": str(STATIC)}
        routes: list[Any] = [
            (r"/page", _Page, {"stage": self}),
            (rf"{FILES}/(.*)", StaticFileHandler, static),
            (r"/themes/(.*)", StaticFileHandler, {"path": str(THEMES)}),
            (rf"{PREFIX}/api/sessions/[^/]+/channel", _Channel, {"stage": self}),
            (rf"{PREFIX}/api/(.*)", _Api, {"stage": self}),
        ]

        def serve() -> None:
            self._server = HTTPServer(Application(routes, websocket_max_message_size=1 << 24))
            self._server.add_sockets([sockets])

        self._call(serve)
        return self

    def stop(self) -> None:
        async def end() -> None:
            self._server.stop()
            for channel in list(self.channels):
                channel.close()
            await self._server.close_all_connections()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/page"

    def say(self, frames: Iterable[dict[str, Any]]) -> None:
        """Send frames to every panel, numbered as the session's."""
        numbered = [self._numbered(frame) for frame in frames]
        self._call(lambda: [channel.tell(frame) for channel in self.channels for frame in numbered])

    def hang_up(self) -> None:
        """Break every channel."""
        self._call(lambda: [channel.close(1011) for channel in list(self.channels)])

    def page(self) -> str:
        config = json.dumps({"base_url": "/", "session_id": SESSION})
        return _PAGE.format(head=self.head, body=self.body, config=config)

    def answer(self, path: str) -> Any:
        parts = path.split("/")
        return self.answers.get("/".join(parts[2:]) if parts[0] == "sessions" and len(parts) > 2 else path)

    def _numbered(self, frame: dict[str, Any]) -> str:
        if frame["type"] in {"welcome", "snapshot", "error"}:
            return json.dumps(frame)
        return json.dumps({"at": int(time.time() * 1000), **frame, "seq": next(self._seq)})

    def _call(self, what: Any) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (what(), done.set()))
        assert done.wait(10)


class _Page(RequestHandler):
    def initialize(self, stage: Scripted) -> None:
        self.stage = stage

    def get(self) -> None:
        name, value = self.stage.policy
        if value:
            self.set_header(name, value)
        self.finish(self.stage.page())


class _Api(RequestHandler):
    def initialize(self, stage: Scripted) -> None:
        self.stage = stage

    def get(self, path: str) -> None:
        answer = self.stage.answer(path)
        if answer is None:
            answer = (404, {"code": "not_found", "message": "No such thing.", "remedy": "None."})
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        self.set_status(status)
        self.finish(body)

    def post(self, path: str) -> None:
        usual = (503 if "refuse" in self.stage.answers else 200, {"ticket": "t"} if path.endswith("/ticket") else {})
        status, body = self.stage.answers.get(f"POST {path.rpartition('/')[2]}", usual)
        self.set_status(status)
        self.finish(body)

    def patch(self, path: str) -> None:
        self.finish({})

    def delete(self, path: str) -> None:
        self.set_status(204)


class _Channel(WebSocketHandler):
    def initialize(self, stage: Scripted) -> None:
        self.stage = stage

    def open(self) -> None:
        self.tell(json.dumps(self.stage.welcome))
        self.stage.channels.append(self)

    def on_message(self, message: str | bytes) -> None:
        self.stage.heard.append(json.loads(message))

    def on_close(self) -> None:
        if self in self.stage.channels:
            self.stage.channels.remove(self)

    def tell(self, frame: str) -> None:
        try:
            self.write_message(frame)
        except WebSocketClosedError:
            self.on_close()
