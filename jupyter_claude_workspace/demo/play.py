"""Plays a message to a client: at an exact pace, and with the fault that the scenario wants."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from . import faults
from .faults import AnyFault, Midway
from .stream import Message, event
from .wire import Wire

BATCH = 16_384  # bytes that are written at once where there is no pace

# Told of every write of deltas: the message's id, how many characters have been sent, and time.monotonic().
Sent = Callable[[str, int, float], None]


class Player:
    """Sends one message as an event stream.

    The n-th delta is due n/pace seconds after the first, whatever the ones before took: a delay is caught up with,
    never added to. Deltas that are due together leave in one write.
    """

    def __init__(
        self, wire: Wire, message: Message, *, pace: float, fault: AnyFault | None = None, sent: Sent | None = None
    ) -> None:
        self._wire = wire
        self._message = message
        self._pace = pace
        self._fault = fault if isinstance(fault, Midway) else None
        self._fragment = 0
        self._sent = sent
        self._characters = 0
        self._buffer = bytearray()

    async def play(self) -> None:
        """Send the stream.

        Raises:
            ClientLeftError: the client left before the end.
        """
        await self._wire.open()
        started, deltas = time.monotonic(), 0
        for piece in self._message.pieces():
            ends = piece.event.startswith(b"event: message_delta")
            if self._fault is not None and (ends or self._characters + piece.characters > self._fault.after):
                fault, self._fault = self._fault, None
                await self._flush()
                if await self._meet(fault):
                    return
                started, deltas = time.monotonic(), 0
            if piece.characters and self._pace:
                await self._until(started + deltas / self._pace)
                deltas += 1
            self._buffer += piece.event
            self._characters += piece.characters
            if len(self._buffer) >= BATCH:
                await self._flush()
                await asyncio.sleep(0)
        await self._flush()
        await self._wire.finish()

    async def _until(self, due: float) -> None:
        ahead = due - time.monotonic()
        if ahead > 0:
            await self._flush()
            await asyncio.sleep(ahead)

    async def _flush(self) -> None:
        if not self._buffer:
            return
        data = bytes(self._buffer)
        self._buffer.clear()
        size = self._fragment or len(data)
        if self._sent is not None:
            self._sent(self._message.id, self._characters, time.monotonic())
        for start in range(0, len(data), size):
            await self._wire.send(data[start : start + size])

    async def _meet(self, fault: Midway) -> bool:
        """Let the fault happen; True where the answer is over with it."""
        if isinstance(fault, faults.Cut):
            await self._wire.cut()
            return True
        if isinstance(fault, faults.Truncate):
            await self._wire.finish()
            return True
        if isinstance(fault, faults.StreamError):
            error = {"type": fault.error, "message": fault.message}
            await self._wire.send(event("error", error=error))
            await self._wire.finish()
            return True
        if isinstance(fault, faults.BadJson):
            await self._wire.send(f"event: content_block_delta\ndata: {fault.data}\n\n".encode())
        elif isinstance(fault, faults.Stall):
            await self._wire.wait(fault.seconds)
        elif isinstance(fault, faults.Pings):
            await self._ping(fault)
        elif isinstance(fault, faults.Slow):
            self._pace, self._fragment = fault.pace, fault.fragment
        return False

    async def _ping(self, fault: faults.Pings) -> None:
        ends = time.monotonic() + fault.seconds if fault.seconds else None
        while ends is None or time.monotonic() < ends:
            await self._wire.send(event("ping"))
            await self._wire.wait(fault.every)
