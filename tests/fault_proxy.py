"""A TCP proxy on loopback that cuts what passes through it, at places that a seed decides.

Each connection may pass a number of bytes up and another down; whichever is used up first brings its fault:

* `reset`: both sides get an RST, and what was on its way is lost
* `finish`: both sides get a FIN
* `half_open`: nothing passes any more, and nobody is told
* `stall`: nothing passes for a moment; then the connection goes on, towards its next fault
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections import Counter
from typing import Literal

Fault = Literal["reset", "finish", "half_open", "stall"]
FAULTS: tuple[Fault, ...] = ("reset", "finish", "half_open", "stall")
FATAL = ("reset", "finish", "half_open")
STALL_SECONDS = 0.2
CHUNK = 16 << 10
RST = struct.pack("ii", 1, 0)  # struct linger: on, for no time at all


class FaultProxy:
    """Listens on a port of its own and forwards to `target`. `cuts` counts the faults by kind.

    `mean` is the mean number of bytes that come down between two faults. Set `calm` to let all pass from then on.
    """

    def __init__(self, target: int, *, seed: int, mean: int, faults: tuple[Fault, ...] = FAULTS) -> None:
        self.cuts: Counter[str] = Counter()
        self.calm = False
        self.port = 0
        self._target = target
        self._random = random.Random(seed)
        self._mean = mean
        self._faults = faults
        self._links: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server

    @property
    def fatal(self) -> int:
        """How many connections were cut for good."""
        return sum(self.cuts[fault] for fault in FATAL)

    async def __aenter__(self) -> FaultProxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for link in list(self._links):
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        task.add_done_callback(self._links.discard)
        try:
            above = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        link = _Link(self, (reader, writer), above)
        try:
            await link.run()
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            link.close()

    def budget(self, *, up: bool) -> int:
        """How many bytes may pass in one direction before the next fault: often few, now and then many."""
        # A request is some 400 bytes and a prompt 150: cuts come in the handshake, in a prompt, and never.
        return self._random.randint(0, 1500) if up else int(self._random.expovariate(1 / self._mean))

    def fault(self) -> Fault:
        """Which fault comes now."""
        return self._random.choice(self._faults)


class _Link:
    """One connection through the proxy."""

    def __init__(
        self,
        proxy: FaultProxy,
        below: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        above: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._proxy = proxy
        self._below, self._above = below, above
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Forward until one side ends or a fault ends both."""
        up = asyncio.create_task(self._forward(self._below[0], self._above[1], up=True))
        down = asyncio.create_task(self._forward(self._above[0], self._below[1], up=False))
        over = asyncio.create_task(self._over.wait())
        tasks = {up, down, over}
        try:
            # One side's end is the other's too: nobody here speaks on a half-closed connection.
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """End both sides, in good order unless a fault did already."""
        for _, writer in (self._below, self._above):
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool) -> None:
        left = self._proxy.budget(up=up)
        try:
            while data := await reader.read(CHUNK):
                while not self._proxy.calm and len(data) > left:
                    writer.write(data[:left])  # up to the very byte
                    data = data[left:]
                    await self._fault()
                    left = self._proxy.budget(up=up)
                await self._flowing.wait()
                left -= len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # it was reset

    async def _fault(self) -> None:
        await self._flowing.wait()
        fault = self._proxy.fault()
        self._proxy.cuts[fault] += 1
        self._flowing.clear()
        if fault == "stall":
            await asyncio.sleep(STALL_SECONDS)
            self._flowing.set()
            return
        if fault == "half_open":
            # The server keeps its side for as long as the test runs; the client leaves when it loses patience.
            await asyncio.Event().wait()
        for _, writer in (self._below, self._above):
            if fault == "reset":
                sock: socket.socket = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST)
                writer.transport.abort()
        self._over.set()
        await asyncio.Event().wait()
