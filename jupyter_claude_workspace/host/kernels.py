"""The kernels of notebooks, through Jupyter's own managers; lives on the server's loop."""

from __future__ import annotations

import asyncio
import inspect
import posixpath
import time
from contextlib import suppress
from logging import Logger
from typing import Any
from weakref import WeakValueDictionary

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

from ..errors import KernelMissing
from ..notebook.access import KernelState
from .line import START_SECONDS, Line, Restless

UNUSED_SECONDS = 60.0  # after which a connection is closed: a kernel's messages cost its listeners time
RESTARTS = 6.0  # seconds in which Jupyter starts a kernel again that died
CHOOSE = "Ask the person to choose a kernel for the notebook."
NONE = "none"
NOT_IDLE = ("busy", "starting", "restarting")
IDLE_PAUSE = 0.02  # seconds between two looks whether a kernel is idle


class KernelGone(KernelMissing):
    """There is no kernel of this id any more."""


class Kernels:
    """`kernel_manager` and `session_manager` are the server's; a gateway's will do."""

    def __init__(self, kernel_manager: Any, session_manager: Any, log: Logger) -> None:
        self._kernels = kernel_manager
        self._sessions = session_manager
        self._log = log
        self._lines: dict[str, Line] = {}
        self._opening: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._closer: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Let go of all kernels."""
        if self._closer is not None:
            self._closer.cancel()
            await asyncio.gather(self._closer, return_exceptions=True)
        lines, self._lines = list(self._lines.values()), {}
        await asyncio.gather(*(line.close() for line in lines))

    async def of(self, path: str) -> str | None:
        """Id of the kernel of a notebook's Jupyter session; None: it has none."""
        for session in await self._sessions.list_sessions():
            # A page with jupyter-collaboration names its drive before the path.
            if session["path"] == path or session["path"].partition(":")[2] == path:
                kernel: str = session["kernel"]["id"]
                return kernel
        return None

    async def ensure(self, path: str, notebook: dict[str, Any]) -> str:
        """The same; a notebook that has none is given the one that its metadata names, else the server's default.

        Raises:
            KernelMissing: it cannot be started.
        """
        async with self._alone(f"for {path}"):
            if found := await self.of(path):
                return found
            name = _about(notebook, "kernelspec").get("name") or None
            try:
                made = await self._sessions.create_session(
                    path=path, name=posixpath.basename(path), type="notebook", kernel_name=name
                )
            except (NoSuchKernel, KeyError) as error:
                text = f"The notebook's kernel {name} is not installed here."
                raise KernelMissing(text, remedy=CHOOSE) from error
            except (HTTPError, RuntimeError, OSError) as error:
                raise KernelMissing(f"The notebook's kernel did not start: {error}", remedy=CHOOSE) from error
            kernel: str = made["kernel"]["id"]
            return kernel

    async def line(self, kernel_id: str) -> Line:
        """A connection to a kernel, shared by all who need one.

        Raises:
            KernelGone: there is none of this id.
            KernelMissing: the kernel does not answer.
        """
        async with self._alone(kernel_id):
            line = self._lines.get(kernel_id)
            if line is not None and not line.lost:
                line.used = time.monotonic()
                return line
            if line is not None:
                del self._lines[kernel_id]
                await line.close()
            line = self._lines[kernel_id] = await self._connect(kernel_id)
            if self._closer is None:
                self._closer = asyncio.create_task(self._close_unused())
            return line

    async def line_for(self, path: str, notebook: dict[str, Any]) -> Line:
        """A connection to the kernel of a notebook; one that has none is given one, as `ensure` does.

        Raises:
            KernelMissing: it cannot be started, or does not answer.
        """
        with suppress(KernelGone):  # it died just now, once too often for Jupyter
            return await self.line(await self.ensure(path, notebook))
        return await self.line(await self.ensure(path, notebook))

    async def state(self, kernel_id: str | None, notebook: dict[str, Any]) -> KernelState:
        """What there is to say of a notebook's kernel."""
        spec, info = _about(notebook, "kernelspec"), _about(notebook, "language_info")
        language = str(info.get("name") or spec.get("language") or "")
        if kernel_id is None or kernel_id not in self._kernels:
            return KernelState(kernel=None, name=str(spec.get("name") or ""), language=language, state=NONE)
        model = await ensure_async(self._kernels.kernel_model(kernel_id))
        return KernelState(
            kernel=kernel_id, name=model["name"], language=language, state=str(model.get("execution_state") or "")
        )

    async def rest(self, kernel_id: str, seconds: float) -> bool:
        """Whether the kernel runs nothing within so many seconds, whoever asked for it; raises KernelMissing."""
        end = time.monotonic() + seconds
        while await self._busy(kernel_id):
            if time.monotonic() > end:
                return False
            await asyncio.sleep(IDLE_PAUSE)
        return True

    async def interrupt(self, kernel_id: str) -> None:
        """Interrupt what the kernel runs; raises KernelMissing."""
        self._check(kernel_id)
        await ensure_async(self._kernels.interrupt_kernel(kernel_id))

    async def restart(self, kernel_id: str) -> None:
        """Restart the kernel; returns when it answers again.

        Raises:
            KernelMissing: it is gone, or does not come back.
        """
        self._check(kernel_id)
        try:
            answers = await ensure_async(self._kernels.restart_kernel(kernel_id))
            if inspect.isawaitable(answers):
                await asyncio.wait_for(answers, START_SECONDS)
            await self.line(kernel_id)  # it answers us, too
            await self.rest(kernel_id, RESTARTS)
        except (HTTPError, RuntimeError, OSError, asyncio.TimeoutError) as error:
            raise KernelMissing(f"The kernel was not restarted: {error}", remedy=CHOOSE) from error

    # ── inside ──

    def _alone(self, name: str) -> asyncio.Lock:
        """One at a time; whoever waits keeps the lock alive."""
        return self._opening.setdefault(name, asyncio.Lock())

    async def _busy(self, kernel_id: str) -> bool:
        self._check(kernel_id)
        line = self._lines.get(kernel_id)
        if line is not None and line.running:
            return True
        model = await ensure_async(self._kernels.kernel_model(kernel_id))
        return model.get("execution_state") in NOT_IDLE

    def _check(self, kernel_id: str) -> None:
        if kernel_id not in self._kernels:
            raise KernelGone("The notebook's kernel is gone.", remedy="Running a cell starts it anew.")

    async def _connect(self, kernel_id: str) -> Line:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            await self._alive(kernel_id)
            line = Line(self._kernels, kernel_id, self._log)
            with suppress(Restless):
                await line.open()
                return line
        raise KernelMissing("The notebook's kernel does not come to rest.", remedy="Look at it again in a while.")

    async def _alive(self, kernel_id: str) -> None:
        """Wait while a kernel is restarted, by whomever, or by Jupyter because it died; raises KernelMissing."""
        end = time.monotonic() + RESTARTS
        while True:
            self._check(kernel_id)
            closing = self._kernels.get_kernel(kernel_id).shutting_down
            if not closing and await ensure_async(self._kernels.is_alive(kernel_id)):
                return
            if time.monotonic() > end:
                raise KernelMissing("The notebook's kernel died.", remedy="Restart it, with the tool `kernel`.")
            await asyncio.sleep(0.1)

    async def _close_unused(self) -> None:
        while True:
            await asyncio.sleep(UNUSED_SECONDS / 4)
            old = time.monotonic() - UNUSED_SECONDS
            for kernel_id, line in list(self._lines.items()):
                if line.lost or (line.used < old and not line.busy):
                    del self._lines[kernel_id]
                    await line.close()


def _about(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of a notebook's metadata, which anybody may have written."""
    found = notebook.get("metadata", {}).get(name)
    return found if isinstance(found, dict) else {}
