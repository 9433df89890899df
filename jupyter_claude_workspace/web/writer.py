"""The writing half of a channel."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..session.journal import Subscription
    from .auth import Permission
    from .backend import Backend

STALLED_SECONDS = 25.0  # before a ping of the socket goes unanswered, whose end gives the client no reason
BATCH_CHARACTERS = 256 << 10

Write = Callable[[str], "asyncio.Future[None]"]


class Writer:
    """Sends a subscription's frames as fast as the client reads; what waits is kept by the session alone."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._news.set()

    def notify(self) -> None:
        """Say that there are new frames; from any thread."""
        with contextlib.suppress(RuntimeError):  # the server's loop is closed: nobody is left to read
            self._loop.call_soon_threadsafe(self._news.set)

    async def run(self, subscription: Subscription, backend: Backend, may_look: Permission) -> None:
        """Send until cancelled, or until the person may no longer look on.

        Raises:
            TimeoutError: the client has stopped reading.
            WebSocketClosedError: it is gone.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            while (frames := await self._next(subscription, backend)) != []:
                if not await may_look.holds():
                    return
                await self.send(frames)

    async def send(self, frames: Sequence[str]) -> None:
        """Send frames in order, some 256 kB at a time.

        Raises:
            TimeoutError: the client has stopped reading.
            WebSocketClosedError: it is gone.
        """
        sent: list[asyncio.Future[None]] = []
        characters = 0
        try:
            for frame in frames:
                sent.append(self._write(frame))
                characters += len(frame)
                if characters >= BATCH_CHARACTERS:
                    await self._flushed(sent)
                    sent, characters = [], 0
            await self._flushed(sent)
        except BaseException:
            # The others will fail too; unasked, each would complain in the server's log, and so would cancelled ones.
            asyncio.gather(*sent, return_exceptions=True)
            raise

    async def _next(self, subscription: Subscription, backend: Backend) -> list[str]:
        frames = subscription.take()
        return await backend.resync(subscription) if frames is None else frames

    async def _flushed(self, sent: list[asyncio.Future[None]]) -> None:
        if not sent:
            return
        # Not `wait_for`, which may swallow a cancellation until Python 3.12: the writer would outlive its channel.
        done, waiting = await asyncio.wait(sent, timeout=STALLED_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
        for each in done:
            each.result()
        if waiting:
            raise asyncio.TimeoutError
