"""A WebSocket without manners: sends any bytes as any frame, reads only when told to, answers no ping."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from types import TracebackType

TEXT, BINARY, CLOSE, PING, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0x0
FINAL = 0x80


class RawSocket:
    """Use it as an async context manager; it is connected inside."""

    def __init__(self, host: str, path: str, headers: dict[str, str]) -> None:
        self._host = host
        self._path = path
        self._headers = headers
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def __aenter__(self) -> RawSocket:
        name, _, port = self._host.partition(":")
        self.reader, self.writer = await asyncio.open_connection(name, int(port), limit=1 << 20)
        lines = [
            f"GET {self._path} HTTP/1.1",
            f"Host: {self._host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            *(f"{name}: {value}" for name, value in self._headers.items()),
        ]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = await self.reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101"), answer
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.close()

    def send(self, opcode: int, payload: bytes, *, flags: int = FINAL, announce: int | None = None) -> None:
        """Send one frame, masked with zeros; `announce` claims another length than the payload has."""
        length = len(payload) if announce is None else announce
        if length < 126:
            head = struct.pack("!BB", flags | opcode, 0x80 | length)
        elif length < 1 << 16:
            head = struct.pack("!BBH", flags | opcode, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", flags | opcode, 0x80 | 127, length)
        self.writer.write(head + bytes(4) + payload)

    async def receive(self) -> tuple[int, bytes]:
        """The next frame: its opcode and payload. Raises IncompleteReadError or ConnectionError at the end."""
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(length)

    async def close_code(self) -> int | None:
        """Read to the end; the code of the close frame, None where the connection just ended."""
        while True:
            try:
                opcode, payload = await self.receive()
            except (asyncio.IncompleteReadError, ConnectionError):
                return None
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")
