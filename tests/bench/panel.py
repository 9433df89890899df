"""The panel in a real Chromium: the plain page of a session."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

from channel import journal
from playwright.async_api import Browser, BrowserContext, Page, Playwright
from reply import Reply
from server import Server

PROBE = Path(__file__).with_name("probe.js")
COMPOSER = '[data-jcw="composer"]'
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CLOCK_LOOKS = 30
PATIENCE_MS = 60_000.0


async def browser(playwright: Playwright) -> Browser:
    """The Chromium on PATH, else Playwright's own."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return await playwright.chromium.launch(executable_path=found, args=FLAGS)


class Panel:
    """One open page. Its clock is read against ours, by the quickest of many looks."""

    def __init__(self, server: Server, session: str, context: BrowserContext, page: Page) -> None:
        self.server = server
        self.session = session
        self.uncertainty = 0.0  # seconds that the two clocks may be apart
        self._context = context
        self._page = page
        self._offset = 0.0
        self._head = 0

    @classmethod
    async def open(cls, chromium: Browser, server: Server) -> Panel:
        """Create a session and open its page; returns when the composer is there. Its process may still be starting."""
        session = await server.create()
        context = await chromium.new_context(viewport={"width": 900, "height": 700})
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.add_init_script(path=PROBE)
        await page.goto(f"{server.url}/claude-workspace/workspace?session={session}&token={server.token}")
        await page.wait_for_selector(COMPOSER)
        return cls(server, session, context, page)

    async def turn(self, text: str) -> Reply:
        """One prompt. Positions are characters as the page has them. `more`: what kept the page busy."""
        await self._page.evaluate("__bench.begin()")
        await self._set_clock()
        await self._page.fill(COMPOSER, text)
        cpu = self.server.cpu
        await self._page.press(COMPOSER, "Enter")
        await self._page.evaluate("__bench.end()")
        await asyncio.sleep(0.3)  # the state that follows, and what the page still has to draw
        spent = self.server.cpu - cpu
        found = await self._page.evaluate("({...__bench, shown: __bench.shown()})")
        frames = await journal(self.server, self.session, self._head)
        self._head = frames[-1]["seq"]
        whole = [frame for frame in frames if frame["type"] == "message"]
        python = _summed([(len(frame["text"]), frame["at"]) for frame in frames if frame["type"] == "text"])
        return Reply(
            asked=self._ours(found["asked"]),
            ended=self._ours(found["ended"]),
            arrivals=[(position, self._ours(at)) for position, at in found["marks"]],
            text="".join(frame["text"] for frame in whole),
            message=whole[-1]["message"],
            cpu=spent,
            more={"python": python, **{name: found[name] for name in ("long", "frames", "shown")}},
        )

    async def settle(self, seconds: float) -> None:
        """Leave it alone for so long."""
        await asyncio.sleep(seconds)

    async def work(self, milliseconds: float, pause: float) -> None:
        """Let the page do so much work after each `pause` (milliseconds), until `rest`."""
        await self._page.evaluate(
            "([work, pause]) => { __bench.begin(); __bench.work(work, pause) }", [milliseconds, pause]
        )

    async def rest(self) -> list[list[float]]:
        """End the work; returns the long tasks (start, milliseconds) that it made."""
        found: list[list[float]] = await self._page.evaluate("() => { __bench.rest(); return __bench.long }")
        return found

    async def close(self) -> None:
        """Close the page and end the session."""
        await self._context.close()
        await self.server.ask("DELETE", f"sessions/{self.session}")

    def _ours(self, milliseconds: float) -> float:
        return milliseconds / 1000 + self._offset

    async def _set_clock(self) -> None:
        looks = []
        for _ in range(CLOCK_LOOKS):
            before = time.monotonic()
            theirs = await self._page.evaluate("performance.now()")
            after = time.monotonic()
            looks.append((after - before, (before + after) / 2 - theirs / 1000))
        trip, self._offset = min(looks)
        self.uncertainty = trip / 2


def visible(text: str, sent: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Positions in plain paragraphs → positions in what the page has, which is one newline between them."""
    return [(position - text.count("\n\n", 0, position), at) for position, at in sent]


def _summed(pieces: list[tuple[int, int]]) -> list[tuple[int, float]]:
    """(length, milliseconds since 1970) → (position, monotonic seconds)."""
    offset = time.time() - time.monotonic()
    position, made = 0, []
    for length, at in pieces:
        position += length
        made.append((position, at / 1000 - offset))
    return made
