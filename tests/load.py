"""Load on a channel: what a session would say if its model were much faster, and readers of several kinds."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from channel_client import Frame
from server_stage import Stage
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyter_claude_workspace.claude.events import Event, Finished
from jupyter_claude_workspace.demo import scenario
from jupyter_claude_workspace.session.session import Session

TESTS = Path(__file__).parent / "scenarios"


def teach(stage: Stage, *folders: Path, pace: float | None = None) -> None:
    """Give the server's demo model more scenarios; None leaves each its own pace."""
    (extension,) = stage.server.extension_manager.extension_apps["jupyter_claude_workspace"]
    extension.demo.model.scenarios[:] = scenario.load([scenario.SHIPPED, TESTS, *folders])
    extension.demo.model.pace = pace


def session_of(stage: Stage, session_id: str) -> Session:
    """The live session; to be touched on the engine's loop only."""
    registry = stage.services.backend._registry
    assert registry is not None
    return registry._sessions[session_id]


async def publish(
    stage: Stage, session_id: str, events: Iterator[Event], *, pause: float = 0.0, every: int = 100
) -> None:
    """Let a session's process say things: `every` of them, then `pause` seconds, and so on; ends the turn."""

    async def say() -> None:
        session = session_of(stage, session_id)
        for number, event in enumerate(events):
            session.deliver([event])
            if number % every == every - 1:
                await asyncio.sleep(pause)
        if session.turn is not None:
            session.deliver([Finished(why="completed", prompts=None, own=True)])

    await stage.services.backend._engine.run(say())


def report(request: pytest.FixtureRequest, line: str) -> None:
    """Print a figure where it is seen without `-s`."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n  {request.node.name}: {line}")  # noqa: T201 - a figure, not a leftover


def resident() -> int:
    """Bytes of memory that this process, with the server in it, holds."""
    return int(psutil.Process().memory_info().rss)


class Lag:
    """How late a loop is: `await` its `run` there as a task."""

    STEP = 0.01  # seconds

    def __init__(self) -> None:
        self.late: list[float] = []

    async def run(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(self.STEP)
            self.late.append(time.perf_counter() - began - self.STEP)

    def __str__(self) -> str:
        late = sorted(self.late) or [0.0]
        middle, most = late[len(late) // 2], late[int(len(late) * 0.99)]
        return f"p50 {middle * 1e3:.1f} ms, p99 {most * 1e3:.1f} ms, max {late[-1] * 1e3:.1f} ms"


@contextmanager
def lag_of(engine: Any) -> Iterator[tuple[Lag, Lag]]:
    """Probe this loop, which is the server's, and the engine's."""
    ours, its = Lag(), Lag()
    task = asyncio.get_running_loop().create_task(ours.run())
    probe = asyncio.run_coroutine_threadsafe(its.run(), engine._loop)
    try:
        yield ours, its
    finally:
        task.cancel()
        probe.cancel()


class Sink:
    """A fast reader that keeps nothing but a fingerprint, so that its memory is not taken for the server's."""

    def __init__(self) -> None:
        self.last = 0
        self.count = 0
        self.gaps = 0
        self.types: set[str] = set()
        self._hash = hashlib.sha256()
        self._socket: WebSocketClientConnection

    @classmethod
    async def open(cls, url: str, headers: dict[str, str]) -> Sink:
        sink = cls()
        sink._socket = await websocket_connect(HTTPRequest(url, headers=headers), on_message_callback=sink._received)
        return sink

    @property
    def fingerprint(self) -> str:
        return self._hash.hexdigest()

    def _received(self, message: str | bytes | None) -> None:
        frame = json.loads(message) if message is not None else {"type": "closed"}
        self.types.add(frame["type"])
        if "seq" not in frame or message is None:
            return
        self.gaps += self.last != 0 and frame["seq"] != self.last + 1
        self.last = frame["seq"]
        self.count += 1
        self._hash.update(message.encode() if isinstance(message, str) else message)

    async def reached(self, seq: int) -> None:
        while self.last < seq:
            await asyncio.sleep(0.01)

    def close(self) -> None:
        self._socket.close()


class SlowReader:
    """A WebSocket on a bare socket that is read a little at a time, through as small a window as the system allows."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.code: int | None = None
        self._buffer = b""
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.setblocking(False)

    async def open(self, stage: Stage, path: str) -> None:
        """Connect and upgrade."""
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._socket, ("127.0.0.1", stage.port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1", f"Host: {stage.host}", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}",
            *(f"{name}: {value}" for name, value in stage.token_header.items()), "", "",
        ]  # fmt: skip
        await loop.sock_sendall(self._socket, "\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += await loop.sock_recv(self._socket, 256)
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        assert b" 101 " in head.splitlines()[0]

    async def sip(self, done: Callable[[], bool]) -> None:
        """Read 1 KB a second until something is so."""
        while not done():
            with suppress(BlockingIOError):  # the system opens a small window again only now and then
                self._feed(self._socket.recv(100))
            await asyncio.sleep(0.1)

    async def drain(self) -> None:
        """Read all that is left, as fast as it comes, to the end."""
        loop = asyncio.get_running_loop()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        try:
            while self.code is None and (data := await loop.sock_recv(self._socket, 1 << 20)):
                self._feed(data)
        except ConnectionError:
            pass
        self._socket.close()

    def _feed(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 2:
            size, start = self._buffer[1] & 127, 2
            if size >= 126:
                start = 4 if size == 126 else 10
                if len(self._buffer) < start:
                    return
                (size,) = struct.unpack("!H" if size == 126 else "!Q", self._buffer[2:start])
            if len(self._buffer) < start + size:
                return
            opcode, body = self._buffer[0] & 15, self._buffer[start : start + size]
            self._buffer = self._buffer[start + size :]
            if opcode == 1:
                self.frames.append(json.loads(body))
            elif opcode == 8:
                (self.code,) = struct.unpack("!H", body[:2])
