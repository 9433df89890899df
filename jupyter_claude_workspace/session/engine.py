"""The engine: one asyncio loop in a thread of its own, on which all sessions live.

The same in a server, in a kernel, and on Windows, where the SDK needs a Proactor loop and Jupyter's own is another.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


if sys.platform == "win32":
    _new_loop = asyncio.ProactorEventLoop
else:
    _new_loop = asyncio.SelectorEventLoop


class Engine:
    """Owns the loop's thread. `start` once, `stop` once; between them `run` and `post` work from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the loop's thread; returns when the loop runs."""
        running = threading.Event()
        self._thread = threading.Thread(target=self._main, args=(running,), name="claude-workspace", daemon=True)
        self._thread.start()
        running.wait()

    def stop(self) -> None:
        """Stop the loop and join its thread. What runs on it should have ended before; the rest is cancelled."""
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the engine's loop and await its result on the caller's.

        Raises:
            RuntimeError: the engine is stopped.
        """
        if self._loop is None:
            coroutine.close()
            raise RuntimeError("the engine is stopped")
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self._loop))

    def run_blocking(self, coroutine: Coroutine[Any, Any, T], timeout: float) -> T:
        """Like `run`, for callers without a loop; `timeout` in seconds.

        Raises:
            RuntimeError: the engine is stopped.
            TimeoutError: it took longer.
        """
        if self._loop is None:
            coroutine.close()
            raise RuntimeError("the engine is stopped")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout)

    def post(self, callback: Callable[..., object], *args: Any) -> None:
        """Call something soon on the engine's loop; nothing happens when it is stopped."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(callback, *args)

    def _main(self, running: threading.Event) -> None:
        loop = _new_loop()
        asyncio.set_event_loop(loop)
        self._loop = loop
        loop.call_soon(running.set)
        try:
            loop.run_forever()
        finally:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()
