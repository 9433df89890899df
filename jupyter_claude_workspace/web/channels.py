"""The channels that are open in this server, so that they can be closed for a reason."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .live import Live
    from .socket import Channel

GOING_AWAY = 1001
STOP_SECONDS = 2.0


class Channels:
    """All open channels, and the tasks that write to them."""

    def __init__(self) -> None:
        self._open: set[Channel | Live] = set()
        self._writers: set[asyncio.Task[None]] = set()

    def add(self, channel: Channel | Live) -> None:
        """Remember a channel until `discard`."""
        self._open.add(channel)

    def discard(self, channel: Channel | Live) -> None:
        """Forget a channel; nothing happens when it was never added."""
        self._open.discard(channel)

    def own(self, writer: asyncio.Task[None]) -> None:
        """Keep a writer task until it is done, so that `stop` can await it."""
        self._writers.add(writer)
        writer.add_done_callback(self._writers.discard)

    def __len__(self) -> int:
        return len(self._open)

    def close_session(self, session_id: str, code: int, reason: str) -> None:
        """Close every channel of one session."""
        for channel in [each for each in self._open if each.session_id == session_id]:
            channel.close(code, reason)

    async def stop(self) -> None:
        """Close all, and wait a moment for their tasks."""
        for channel in list(self._open):
            channel.close(GOING_AWAY, "the server stops")
        for writer in list(self._writers):
            writer.cancel()
        if self._writers:
            await asyncio.wait(self._writers, timeout=STOP_SECONDS)
