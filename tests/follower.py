"""A client that comes back: it follows a session over bad connections and keeps what a page would show."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from channel_client import PATIENCE, ChannelClient, Frame
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httputil import url_concat
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketError, websocket_connect

PAUSE = 0.02  # seconds before the next attempt
SUSPICION = 0.5  # seconds without a frame, while something is expected, after which another connection is tried
REPLACED = ("text", "thinking", "tool_input")


class Conversation:
    """What a page shows after some frames: turns in order, each with its blocks, tools, questions and end."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, ...], Any] = {}
        self.latest: dict[str, Any] = {}  # what only has a newest value

    def add(self, frame: Frame) -> None:
        """Take a frame of the session into account."""
        said = {key: value for key, value in frame.items() if key not in ("seq", "at")}
        kind = frame["type"]
        if kind in REPLACED:
            block = self.items.setdefault(self._block(frame), {"open": True, "kind": kind, "text": ""})
            block["text"] += frame["text"]
        elif kind == "discard":
            for key in [
                key for key, item in self.items.items() if key[:2] == ("block", frame["message"]) and "open" in item
            ]:
                del self.items[key]
        elif kind in ("message", "tool_started"):
            self.items[self._block(frame)] = said
        elif kind in ("state", "queue", "configured", "plan", "branch", "agent_draft"):
            self.latest[kind] = said
        elif kind == "notice":
            self.latest[f"notice {frame['code']}"] = said
        elif kind != "tool_progress":
            name = frame.get("question") or frame.get("tool") or frame.get("prompt") or ""
            assert (kind, str(frame["turn"]), name) not in self.items, f"shown twice: {frame}"
            self.items[kind, str(frame["turn"]), name] = said

    def text(self, turn: str | None = None) -> str:
        """The reply's text, of all turns or of one, whole and provisional."""
        shown = [
            item["text"]
            for key, item in self.items.items()
            if key[0] == "block" and item.get("kind") == "text" and turn in (None, item.get("turn", turn))
        ]
        return "".join(shown)

    def of(self, kind: str) -> list[Any]:
        """All items of one kind of frame, in order."""
        return [item for key, item in self.items.items() if key[0] == kind]

    @staticmethod
    def _block(frame: Frame) -> tuple[str, ...]:
        return ("block", str(frame["message"]), str(frame["block"]))


class Attempt(ChannelClient):
    """A socket that may fail at any byte."""

    @classmethod
    async def to(cls, url: str, headers: dict[str, str], patience: float) -> Attempt:
        """Connect within `patience` seconds; raises whatever a broken connection raises."""
        client = cls()
        request = HTTPRequest(url, headers=headers, connect_timeout=patience, request_timeout=patience)
        client._socket = await websocket_connect(
            request, on_message_callback=client._received, max_message_size=256 << 20
        )
        return client

    async def more(self, position: int, patience: float) -> bool:
        """Whether there are frames beyond a position, now or within `patience` seconds."""
        try:
            while len(self.frames) <= position and not self.closed.is_set():
                self._news.clear()
                await asyncio.wait_for(self._news.wait(), patience)
        except asyncio.TimeoutError:
            return False
        return len(self.frames) > position


BROKEN = (OSError, StreamClosedError, WebSocketClosedError, WebSocketError, HTTPClientError)


class Follower:
    """Follows a session from its first frame on. `log` holds the live frames by seq, `snapshots` counts fresh starts.

    `url` may be changed while it runs: a proxy's address is forgotten, or a server came back elsewhere.
    """

    def __init__(self, url: str, headers: dict[str, str], *, suspicion: float = SUSPICION) -> None:
        self.url = url
        self._suspicion = suspicion  # seconds; long for one that is not to come back on its own
        self.shown = Conversation()
        self.log: dict[int, Frame] = {}
        self.welcome: Frame = {}
        self.last: int | None = None
        self._head = 0  # how far the last snapshot reached
        self.connections = 0
        self.snapshots = 0
        self.replays: list[float] = []  # seconds from a new attempt until all that was missed had come
        self.refusals: list[Frame] = []
        self.codes: list[int | None] = []
        self._headers = headers
        self._outbox: dict[str, Frame] = {}  # prompts that were not seen to begin
        self._changed = asyncio.Condition()
        self._link: Attempt | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Follower:
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        while not self._task.done():  # until Python 3.12, `wait_for` may swallow a cancellation
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=0.1)
        self.hang_up()

    @property
    def state(self) -> str:
        """The session's state, as far as it was told."""
        return str(self.shown.latest.get("state", {}).get("state", ""))

    def hang_up(self) -> None:
        """Close the connection that there is."""
        if self._link is not None:
            self._link.close()

    async def prompt(self, text: str) -> str:
        """Send a prompt, again after every cut until it is seen; returns its id."""
        prompt = str(uuid.uuid4())
        self._outbox[prompt] = {"type": "prompt", "prompt": prompt, "text": text}
        await self._send(self._outbox[prompt])
        return prompt

    async def send(self, frame: Frame) -> None:
        """Send a frame once, over the connection that there is."""
        assert self._link is not None
        await self._link.send(frame)

    async def until(self, true: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until something holds of what is shown; returns it."""

        async def look() -> Any:
            async with self._changed:
                while not (found := true()):
                    await self._changed.wait()
                return found

        waiting = asyncio.create_task(look())
        assert self._task is not None
        await asyncio.wait({waiting, self._task}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            if self._task.done():
                self._task.result()
            raise AssertionError(f"it did not come; at {self.last} of {self.welcome.get('head')}: {self.shown.latest}")
        return waiting.result()

    async def ended(self, prompt: str) -> Frame:
        """Wait for the end of a prompt's turn; returns the frame."""
        begun = await self.until(lambda: self.begun(prompt))
        return await self.until(lambda: self.shown.items.get(("turn_ended", begun["turn"], "")))

    @property
    def connected(self) -> bool:
        """Whether there is a connection that nobody has closed."""
        return self._link is not None and not self._link.closed.is_set()

    def begun(self, prompt: str) -> Frame | None:
        """The start of a prompt's turn, once it is shown."""
        for item in self.shown.of("turn_started"):
            if item["origin"].get("prompt") == prompt:
                return item
        return None

    async def _follow(self) -> None:
        while True:
            began = time.monotonic()
            with suppress(*BROKEN):
                await self._connected(began)
            await asyncio.sleep(PAUSE)

    async def _connected(self, began: float) -> None:
        since = {} if self.last is None else {"since": str(self.last)}
        link = self._link = await Attempt.to(url_concat(self.url, since), self._headers, self._suspicion)
        self.connections += 1
        position, caught_up, comes_back = 0, False, self.last is not None
        try:
            for frame in tuple(self._outbox.values()):
                await link.send(frame)
            while await link.more(position, self._suspicion) or self._content(link):
                async with self._changed:
                    for frame in link.frames[position:]:
                        self._take(frame)
                        position += 1
                    self._changed.notify_all()
                if comes_back and not caught_up and (self.last or 0) >= self.welcome["head"]:
                    caught_up = True
                    self.replays.append(time.monotonic() - began)
        finally:
            link.close()
            self.codes.append(link.close_code)

    def _content(self, link: Attempt) -> bool:
        """Whether silence is nothing to worry about."""
        if link.closed.is_set() or not link.frames or self._outbox or (self.last or 0) < self.welcome["head"]:
            return False
        return self.state not in ("running", "waking")

    def _take(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "welcome":
            self.welcome = frame
        elif kind == "snapshot":
            self.snapshots += 1
            self.shown, self.last, self.log, self._head = Conversation(), 0, {}, frame["head"]
        elif kind == "error":
            self.refusals.append(frame)
        else:
            self._check(frame["seq"])
            self.last = frame["seq"]
            self.log[frame["seq"]] = frame
            self.shown.add(frame)
            if kind == "turn_started":
                self._outbox.pop(frame["origin"].get("prompt", ""), None)

    def _check(self, seq: int) -> None:
        """In order and only once; and without a gap, but for what a snapshot left out."""
        last = self.last or 0
        assert seq > last, f"{seq} came after {last}"
        assert seq <= self._head or seq == max(last, self._head) + 1, f"{seq} came after {last}, snapshot {self._head}"

    async def _send(self, frame: Frame) -> None:
        if self.connected and self._link is not None:
            with suppress(*BROKEN):
                await self._link.send(frame)


def plain(frames: dict[int, Frame]) -> str:
    """Frames as text that can be compared and hashed."""
    return "\n".join(json.dumps(frames[seq], sort_keys=True) for seq in sorted(frames))
