"""A client of the channel that cannot miss a frame: everything is kept from the first instant, and the end as well."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

PATIENCE = 60.0  # seconds; only ever reached by a test that fails
Frame = dict[str, Any]


class ChannelClient:
    """One socket. `frames` is all that came, decoded, in order; `closed` is set at the end."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.closed = asyncio.Event()
        self._news = asyncio.Event()
        self._socket: WebSocketClientConnection

    @classmethod
    async def open(cls, url: str, headers: dict[str, str]) -> ChannelClient:
        """Connect; raises HTTPClientError with the status where the server refuses before the upgrade."""
        client = cls()
        request = HTTPRequest(url, headers=headers, connect_timeout=PATIENCE, request_timeout=PATIENCE)
        client._socket = await websocket_connect(
            request, on_message_callback=client._received, max_message_size=256 << 20
        )
        return client

    @property
    def close_code(self) -> int | None:
        """Why the server closed."""
        return self._socket.close_code

    @property
    def close_reason(self) -> str | None:
        """The words that went with it."""
        return self._socket.close_reason

    @property
    def seqs(self) -> list[int]:
        """The numbers of the session's frames, in the order of their arrival."""
        return [frame["seq"] for frame in self.frames if "seq" in frame]

    def types(self) -> list[str]:
        """The frames' types, in order."""
        return [frame["type"] for frame in self.frames]

    async def send(self, frame: Frame | str | bytes) -> None:
        """Send a frame, or anything else; bytes go as a binary frame."""
        if isinstance(frame, dict):
            frame = json.dumps(frame)
        await self._socket.write_message(frame, binary=isinstance(frame, bytes))

    async def prompt(self, text: str) -> str:
        """Send a prompt; returns its id."""
        prompt = str(uuid.uuid4())
        await self.send({"type": "prompt", "id": prompt, "prompt": prompt, "text": text})
        return prompt

    async def wait(self, wanted: str | Callable[[Frame], bool], *, after: int = 0) -> Frame:
        """The first frame of a type, or that fits, at position `after` or later; waits until it comes."""
        fits = wanted if callable(wanted) else (lambda frame: frame["type"] == wanted)
        position = after

        async def look() -> Frame:
            nonlocal position
            while True:
                self._news.clear()
                while position < len(self.frames):
                    position += 1
                    if fits(self.frames[position - 1]):
                        return self.frames[position - 1]
                if self.closed.is_set():
                    raise AssertionError(f"closed with {self.close_code} before {wanted}; came: {self.types()[-20:]}")
                await self._news.wait()

        try:
            return await asyncio.wait_for(look(), PATIENCE)
        except asyncio.TimeoutError:
            raise AssertionError(f"no {wanted} came; the last were {self.frames[-5:]}") from None

    async def turn(self, text: str) -> list[Frame]:
        """Send a prompt and gather all frames up to the end of its turn."""
        start = len(self.frames)
        prompt = await self.prompt(text)
        begun = await self.wait(lambda frame: frame.get("origin", {}).get("prompt") == prompt, after=start)
        ended = await self.wait(
            lambda frame: frame["type"] == "turn_ended" and frame["turn"] == begun["turn"], after=start
        )
        return self.frames[start : self.frames.index(ended) + 1]

    async def refused(self, frame: Frame | str | bytes) -> Frame:
        """Send something that must be refused; returns the problem."""
        start = len(self.frames)
        await self.send(frame)
        return (await self.wait("error", after=start))["problem"]

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    async def ended(self) -> int | None:
        """Wait for the end; returns the close code."""
        await asyncio.wait_for(self.closed.wait(), PATIENCE)
        return self.close_code

    def _received(self, message: str | bytes | None) -> None:
        if message is None:
            self.closed.set()
        else:
            self.frames.append(json.loads(message))
        self._news.set()
