"""What all parts share: the model, the raw SDK, the servers and the browser, started when a part first needs them."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from typing import Any

from panel import Panel, browser
from place import Place
from playwright.async_api import Browser, async_playwright
from reply import Reply
from server import Server
from worker import Worker

DEFAULT_HOLD = None  # what the package sets


class Stage:
    """Use as an asynchronous context manager. `runs` is how often each measurement is repeated."""

    def __init__(self, *, quick: bool, with_panel: bool) -> None:
        self.quick = quick
        self.runs = 2 if quick else 5
        self.with_panel = with_panel
        self.place = Place()
        self.environment: dict[str, str]
        self.model: Worker
        self.raw: Worker
        self._servers: dict[int | None, Server] = {}
        self._browser: Browser | None = None
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Stage:
        self._exits.callback(self.place.clear)
        self.model = await Worker("model.py", self.place.environment).start()
        self._exits.push_async_callback(self.model.stop)
        self.environment = {**self.place.environment, **await self.model.ask("environment")}
        os.environ["TMPDIR"] = self.environment["TMPDIR"]
        self.raw = await Worker("raw.py", self.environment).start()
        self._exits.push_async_callback(self.raw.stop)
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._exits.aclose()

    async def server(self, hold: int | None = DEFAULT_HOLD) -> Server:
        """The server whose CLI joins tokens for `hold` ms; None: as the package has it."""
        if hold not in self._servers:
            cli = "" if hold is None else str(self.place.holding(hold))
            server = Server(self.place, self.environment, name=f"s{hold}", cli=cli)
            await server.start()
            self._exits.push_async_callback(server.stop)
            self._servers[hold] = server
        return self._servers[hold]

    async def panel(self, hold: int | None = DEFAULT_HOLD) -> Panel:
        """A new session in a new page; one browser for all."""
        if self._browser is None:
            playwright = await self._exits.enter_async_context(async_playwright())
            self._browser = await browser(playwright)
            self._exits.push_async_callback(self._browser.close)
        return await Panel.open(self._browser, await self.server(hold))

    async def raw_turn(self, name: str, text: str) -> Reply:
        """One prompt to a client of the raw SDK."""
        return as_reply(await self.raw.ask("turn", name=name, text=text))

    async def sent(self, reply: Reply) -> tuple[float, list[tuple[int, float]]]:
        """When the model was asked for a reply, and what it wrote when."""
        taken = await self.model.ask("take")
        return taken["requests"][-1], [(position, at) for position, at in taken["sent"][reply.message]]


def as_reply(answer: dict[str, Any]) -> Reply:
    """A worker's answer."""
    return Reply(**{**answer, "arrivals": [(position, at) for position, at in answer["arrivals"]]})
