"""A page with notebooks open in it, without a browser: speaks the live protocol over a real WebSocket."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from channel_client import PATIENCE, ChannelClient, Frame
from server_stage import Stage

from jupyter_claude_workspace.errors import CellChanged, CellUnknown
from jupyter_claude_workspace.notebook.changes import apply_edits
from jupyter_claude_workspace.notebook.document import find, normal
from jupyter_claude_workspace.protocol.live import CellEdit

Calls = list[Frame]


@dataclass
class Document:
    """One notebook that is open in the page. `saves`: it is written after each change, as Jupyter's autosave does."""

    path: str
    notebook: dict[str, Any]
    modified: str
    dirty: bool = False
    saves: bool = True
    kernel: str | None = None

    def told(self) -> Frame:
        """What `open` says of it."""
        return {
            "path": self.path,
            "kernel": self.kernel,
            "active": True,
            "dirty": self.dirty,
            "modified": self.modified,
            "collaborative": False,
        }

    def type(self, cell: str, source: str) -> None:
        """A person types."""
        found = find(self.notebook, cell)
        assert found is not None
        found["source"] = source
        self.dirty = True


@dataclass
class LivePage:
    """One page. `calls` is all that it was called to do, in order.

    `before` runs when a call comes, before it is done; `after` when it is done, before it is answered. What raises
    `Silence` there ends the call without an answer.
    """

    stage: Stage
    client: str = field(default_factory=lambda: secrets.token_hex(8))
    documents: dict[str, Document] = field(default_factory=dict)
    calls: Calls = field(default_factory=list)
    drawn: Any = None  # its answer when it is asked for pictures
    before: Callable[[Frame], Awaitable[None]] | None = None
    after: Callable[[Frame], Awaitable[None]] | None = None
    _socket: ChannelClient | None = None
    _serving: asyncio.Task[None] | None = None

    @property
    def socket(self) -> ChannelClient:
        """Its connection."""
        assert self._socket is not None
        return self._socket

    async def connect(self, calls: list[str] | None = None) -> LivePage:
        """Open the socket, say hello and what is open; `calls`: those whose results are still to come."""
        await self.leave()
        self._socket = await self.stage.socket("api/live")
        await self.socket.send({"type": "hello", "protocol": 1, "client": self.client, "calls": calls or []})
        self._serving = asyncio.create_task(self._serve(self.socket))
        if self.documents:
            await self.tell()
        return self

    async def leave(self) -> None:
        """Close the page, as a browser does."""
        await self._stop_serving()
        if self._socket is not None:
            self._socket._socket.close(1001)
            await self._socket.ended()
            self._socket = None

    async def break_off(self) -> None:
        """Lose the connection, as a laptop does that goes out of reach."""
        await self._stop_serving()
        protocol: Any = self.socket._socket.protocol
        protocol.stream.close()
        await self.socket.ended()
        self._socket = None

    async def _stop_serving(self) -> None:
        serving, self._serving = self._serving, None
        while serving is not None and not serving.done():
            serving.cancel()  # more than once: until Python 3.12 `wait_for` may swallow a cancellation
            await asyncio.wait([serving], timeout=0.1)

    async def load(self, path: str, *, saves: bool = True) -> Document:
        """Read a notebook's file, and tell nobody yet."""
        notebook, modified = await self.file(path)
        self.documents[path] = Document(path, notebook, modified, saves=saves)
        return self.documents[path]

    async def open(self, path: str, *, saves: bool = True) -> Document:
        """Open a notebook."""
        document = await self.load(path, saves=saves)
        await self.tell(focused=True)
        return document

    async def close(self, path: str) -> None:
        """Close a notebook; what is not saved is given up."""
        del self.documents[path]
        await self.tell()

    async def tell(self, *, focused: bool = False) -> None:
        """Say what is open, and wait until the server has heard it."""
        notebooks = [document.told() for document in self.documents.values()]
        await self.socket.send({"type": "open", "notebooks": notebooks, "focused": focused})

        async def heard() -> None:
            while self._socket is not None and self._known() != {
                path: document.modified for path, document in self.documents.items()
            }:
                await asyncio.sleep(0.002)

        await asyncio.wait_for(heard(), PATIENCE)

    def _known(self) -> dict[str, str]:
        pages = self.stage.services.hosting().host.pages._pages.values()
        found = [page for page in pages if page.client == self.client and page.connected]
        return {path: held.notebook.modified for page in found for path, held in page._held.items()}

    async def save(self, document: Document) -> None:
        """Write a document to its file."""
        content = document.notebook
        body = {"type": "notebook", "format": "json", "content": content}
        place = f"{self.stage.base_url}api/contents/{document.path}"
        answer = await self.stage.request("PUT", place, body)
        while answer.code == 500:  # it is being written just now, in which Jupyter fails: autosave tries again
            answer = await self.stage.request("PUT", place, body)
        assert answer.code in (200, 201), answer.body
        document.modified, document.dirty = json.loads(answer.body)["last_modified"], False
        await self.tell()

    async def file(self, path: str) -> tuple[dict[str, Any], str]:
        """A notebook's file as it is now, and when it was written."""
        answer = await self.stage.request("GET", f"{self.stage.base_url}api/contents/{path}")
        while answer.code in (400, 404, 500):  # it is being written just now, in which Jupyter fails
            answer = await self.stage.request("GET", f"{self.stage.base_url}api/contents/{path}")
        assert answer.code == 200, answer.body
        model = json.loads(answer.body)
        return normal(model["content"]), model["last_modified"]

    async def called(self, name: str, count: int = 1) -> Frame:
        """Wait until it was called so often to do this; the last of these calls."""

        async def look() -> Frame:
            while len(found := [call for call in self.calls if call["name"] == name]) < count:
                await asyncio.sleep(0.01)
            return found[count - 1]

        return await asyncio.wait_for(look(), PATIENCE)

    async def _serve(self, socket: ChannelClient) -> None:
        position = 0
        while True:
            frame = await _next(socket, position)
            position += 1
            if frame["type"] == "call":
                self.calls.append(frame)
                try:
                    await self._answer(frame)
                except Silence:
                    continue

    async def _answer(self, call: Frame) -> None:
        if self.before is not None:
            await self.before(call)
        answer: Frame = {"type": "result", "call": call["call"], "ok": True, "result": None, "problem": None}
        document = self.documents.get(call["path"])
        try:
            if document is None:
                raise LookupError
            answer["result"] = await getattr(self, f"_do_{call['name']}")(document, call["arguments"])
        except LookupError:
            answer |= {"ok": False, "problem": {"code": "not_open", "text": "", "remedy": ""}}
        except CellChanged as error:
            answer |= {"ok": False, "problem": {"code": "cell_changed", "text": error.cell, "remedy": ""}}
        except CellUnknown as error:
            answer |= {"ok": False, "problem": {"code": "cell_unknown", "text": error.text, "remedy": ""}}
        if self.after is not None:
            await self.after(call)
        await self.socket.send(answer)
        if document is not None and document.dirty and document.saves and call["name"] == "apply":
            await self.save(document)

    async def _do_read(self, document: Document, arguments: Frame) -> Frame:
        return {"notebook": document.notebook}

    async def _do_apply(self, document: Document, arguments: Frame) -> Frame:
        edits = [CellEdit.model_validate(edit) for edit in arguments["edits"]]
        document.notebook = apply_edits(document.notebook, edits)
        document.dirty = True
        cells = ((edit.cell, find(document.notebook, edit.cell)) for edit in edits)
        return {"cells": {name: cell["source"] for name, cell in cells if cell is not None}}

    async def _do_reload(self, document: Document, arguments: Frame) -> Frame:
        if not document.dirty:
            document.notebook, document.modified = await self.file(document.path)
            await self.tell()
        return {"reloaded": not document.dirty, "modified": document.modified}

    async def _do_save(self, document: Document, arguments: Frame) -> Frame:
        await self.save(document)
        return {"modified": document.modified}

    async def _do_pictures(self, document: Document, arguments: Frame) -> Any:
        return self.drawn


class Silence(Exception):
    """A page that says nothing."""


async def _next(socket: ChannelClient, position: int) -> Frame:
    while len(socket.frames) <= position:
        await asyncio.sleep(0.005)
    return socket.frames[position]
