"""The demo model on an asyncio loop of its own, for whoever has none: tests, and a kernel."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Any

from .api import DemoModel


class DemoThread:
    """A demo model in a daemon thread; also a context manager. Takes the arguments of DemoModel.

    Raises:
        ScenarioError: a scenario file is not valid.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        self.model = DemoModel(*args, **settings)
        self._loop: asyncio.SelectorEventLoop
        self._thread: threading.Thread

    def start(self) -> DemoThread:
        """Listen. Returns when it does.

        Raises:
            OSError: no port is free.
        """
        # Not a Proactor loop, which Windows would give: tornado reads sockets with a selector.
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo-model", daemon=True)
        self._thread.start()
        try:
            self.online()
        except OSError:
            self._end()
            raise
        return self

    def stop(self) -> None:
        """Stop listening, drop every connection, and end the thread."""
        self.offline()
        self._end()

    def online(self) -> None:
        """Listen again after `offline`, on the same port with the same key."""

        async def listen() -> None:
            self.model.start()

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result()

    def offline(self) -> None:
        """Refuse connections and drop those there are, as if the network were gone."""
        asyncio.run_coroutine_threadsafe(self.model.stop(), self._loop).result()

    def environment(self) -> dict[str, str]:
        """What Claude Code's environment needs to be answered by this model."""
        return self.model.environment()

    def __enter__(self) -> DemoThread:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
