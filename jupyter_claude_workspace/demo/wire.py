"""One answer on its way to the client: what can be done to a connection, kindly or not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

LINGER_NONE = struct.pack("ii", 1, 0)  # closing then resets the connection instead of ending it in order
READING = 0.1  # seconds


class ClientLeftError(Exception):
    """The client closed the connection; nobody reads what is left of the answer."""


class Wire:
    """The response of one request.

    Every method that waits raises ClientLeftError when the client leaves.
    """

    def __init__(self, handler: RequestHandler) -> None:
        self._handler = handler
        self._gone = asyncio.Event()

    def gone(self) -> None:
        """The client has left."""
        self._gone.set()

    async def json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Answer with a JSON document, whole."""
        self._handler.set_status(status)
        for name, value in (headers or {}).items():
            self._handler.set_header(name, value)
        await self._written(self._handler.finish(body))

    async def other(self, status: int, content_type: str, body: str) -> None:
        """Answer with something that is not the API's."""
        self._handler.set_status(status)
        self._handler.set_header("Content-Type", content_type)
        await self._written(self._handler.finish(body))

    async def open(self) -> None:
        """Begin an event stream: its headers leave at once."""
        self._handler.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self._handler.set_header("Cache-Control", "no-cache")
        # Without this a small write waits for the client's acknowledgement of the one before: 40 ms and more.
        self._stream().set_nodelay(True)
        await self._written(self._handler.flush())

    async def send(self, data: bytes) -> None:
        """Write bytes of the event stream, and wait until the socket has taken them."""
        if self._gone.is_set():
            raise ClientLeftError
        self._handler.write(data)
        await self._written(self._handler.flush())

    async def finish(self) -> None:
        """End the answer in good order."""
        await self._written(self._handler.finish())

    async def cut(self) -> None:
        """Reset the TCP connection, once the client has had time to read what it was sent."""
        # A reset throws away what the client's socket still holds.
        await self.wait(READING)
        self.drop()

    def drop(self) -> None:
        """Reset the TCP connection now."""
        stream = self._stream()
        if stream.socket is not None:
            with contextlib.suppress(OSError):
                stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        stream.close()

    async def wait(self, seconds: float) -> None:
        """Do nothing for so long; 0: until the client leaves."""
        try:
            await asyncio.wait_for(self._gone.wait(), seconds or None)
        except (TimeoutError, asyncio.TimeoutError):
            return
        raise ClientLeftError

    def _stream(self) -> Any:
        return self._handler.request.connection.stream  # type: ignore[union-attr]

    @staticmethod
    async def _written(writing: Awaitable[None]) -> None:
        try:
            await writing
        except StreamClosedError:
            raise ClientLeftError from None
