"""The pages of a server in which notebooks are open. Lives on the server's loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from .page import Page, Send

CALL_SECONDS = 20.0  # a page that is asleep or busy for longer counts as gone
COME_BACK_SECONDS = 5.0  # a connection that broke is waited for so long

Waiting = Callable[[str, str, "str | None"], None]


class Pages:
    """All pages of a server, and which one a call about a notebook goes to."""

    def __init__(
        self,
        *,
        announced: Callable[[Page, Sequence[str]], None],
        parted: Callable[[Page, Sequence[str]], None],
        waiting: Waiting,
    ) -> None:
        self._pages: dict[tuple[str, str], Page] = {}
        self.call_seconds = CALL_SECONDS
        self.come_back_seconds = COME_BACK_SECONDS
        self._openings = 0
        self._news = asyncio.Event()  # a page came back, or is gone for good
        self._announced = announced
        self._parted = parted
        self.waiting = waiting

    def connect(self, client: str, user: str, send: Send, calls: Sequence[str]) -> Page:
        """A page said hello on a socket; one that was here before goes on."""
        page = self._pages.get((user, client))
        if page is None:
            page = self._pages[user, client] = Page(client, user, self)
        page.attach(send, calls)
        self._news.set()
        return page

    def disconnect(self, page: Page, send: Send, *, left: bool) -> None:
        """A socket closed; `left`: because the page itself went. Nothing happens where the page has another by now."""
        if page._send == send:
            page.detach(seconds=0 if left else self.come_back_seconds)

    def holding(self, path: str) -> Page | None:
        """The page to ask: it has the notebook open, and the person turned to it last."""
        found = [page for page in self._pages.values() if page.connected and page.holds(path)]
        return max(found, key=lambda page: page.turned_to(path), default=None)

    async def awaited(self, path: str) -> None:
        """Where the only page that had it open has lost its connection, wait until it is back or gone."""
        while self.holding(path) is None and self._parting(path):  # which ends by itself
            self._news.clear()
            await self._news.wait()

    async def announcing(self, path: str, *, instead_of: str, until: float) -> None:
        """Wait while a page that has a notebook open under its old name has not said the new one."""
        while (left := until - time.monotonic()) > 0 and self.holding(path) is None and self.holding(instead_of):
            self._news.clear()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)

    def close(self) -> None:
        """The server stops."""
        for page in list(self._pages.values()):
            page.detach(seconds=0)

    # ── for `Page` ──

    def next_opening(self) -> int:
        """A number that no document had before."""
        self._openings += 1
        return self._openings

    def announced(self, page: Page, closed: Sequence[str]) -> None:
        """A page said what it has open; the person closed these."""
        self._news.set()
        self._announced(page, closed)

    def late(self, page: Page) -> None:
        """A page answered a call that nobody waits for: what it did may be news."""
        for held in page._held.values():
            held.opening = self.next_opening()
        self._announced(page, [])

    def parted(self, page: Page, paths: Sequence[str]) -> None:
        """A page is gone, and had these open."""
        self._pages.pop((page.user, page.client), None)
        self._news.set()
        self._parted(page, paths)

    def _parting(self, path: str) -> bool:
        return any(page._parting is not None and page.holds(path) for page in self._pages.values())
