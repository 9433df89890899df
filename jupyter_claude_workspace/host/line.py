"""The server's own connection to a kernel: sends code, and hears what comes of it and of what pages send."""

from __future__ import annotations

import asyncio
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from logging import Logger
from typing import Any

import zmq.asyncio
from jupyter_core.utils import ensure_async

from ..errors import KernelMissing
from ..notebook.gathering import Displays
from .execution import Execution
from .pulse import Fate, Pulse

START_SECONDS = 60.0  # for a kernel that starts to answer
BUSY_SECONDS = 2.0  # for one that is busy, and may not answer at all
POLL_SECONDS = 0.02  # between two looks at channels that cannot be waited for (a gateway's)
BATCH = 20  # messages taken in one go
KNOWN = 200  # executions of which late output is heard
STRAYS = 1_000  # messages kept of which it is not known yet whether they belong to a page's run
# "restarting" is said of a kernel that died and that Jupyter starts again by itself.
LEAVING: dict[str, Fate] = {"restarting": "died", "starting": "restarted", "dead": "died"}
HIDDEN = "An exception occurred, which this server does not show."


class Restless(Exception):
    """The kernel was restarted, or died, while it was being connected to."""


class Line:
    """Use `open` first and `close` last. `lost` says what befell the kernel; such a line is of no use any more."""

    def __init__(self, kernels: Any, kernel_id: str, log: Logger) -> None:
        self.kernel_id = kernel_id
        self.lost: Fate = ""
        self.gone = asyncio.Event()  # set when it is lost
        self.used = time.monotonic()
        self._kernels = kernels
        self._log = log
        self._pulse = Pulse(kernels, kernel_id)
        # Its sockets drop nothing: a kernel that floods is read more slowly than it writes.
        self._context = zmq.asyncio.Context()
        self._context.rcvhwm = 0
        self._client: Any = kernels.get_kernel(kernel_id).client(context=self._context)
        self._client.session.session = str(uuid.uuid4())  # else two clients of one manager take each other's replies
        self._displays = Displays()
        self._executions: dict[str, Execution] = {}
        self._strays: deque[tuple[float, str, str, dict[str, Any]]] = deque(maxlen=STRAYS)
        self._expecting = 0
        self._heard = asyncio.Event()
        self._replied = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # ── life ──

    async def open(self) -> None:
        """Connect, and wait until the kernel answers.

        Raises:
            KernelMissing: it does not.
            Restless: it may soon.
        """
        await ensure_async(self._client.start_channels(stdin=False, hb=False))
        self._start(self._pump(self._client.iopub_channel, self._iopub))
        self._start(self._pump(self._client.shell_channel, self._shell))
        self._start(self._pump(self._client.control_channel, self._shell))
        try:
            await self._greet()
        except BaseException:
            await self.close()
            raise
        self._start(self._watch())

    async def close(self) -> None:
        """Let go of the kernel."""
        self._pulse.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lose("died")
        self._client.stop_channels()
        self._context.destroy(linger=0)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for something on it."""
        return self._expecting > 0 or self.running

    @property
    def running(self) -> bool:
        """Whether it knows of something that is not over."""
        return any(not each.over.is_set() for each in self._executions.values())

    # ── executions ──

    def send(self, code: str, *, cell: str | None = None, silent: bool = False, aside: bool = False) -> Execution:
        """Let the kernel run code. `aside`: it is kept in no history, and its failure stops nothing that waits.

        Raises:
            KernelMissing: the kernel is gone.
        """
        if self.lost:
            raise KernelMissing(f"The kernel {self.lost} just now.", remedy="Try again.")
        content = {
            "code": code,
            "silent": silent,
            "store_history": not (silent or aside),
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": not (silent or aside),
        }
        session = self._client.session
        message = session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        execution = self._know(message["header"]["msg_id"], own=True)
        self._client.shell_channel.send(message)
        return execution

    def expect(self) -> Callable[[], None]:
        """Keep what comes of unknown requests from now on: a page is about to send some; returns how to end that."""
        self._expecting += 1

        def end() -> None:
            self._expecting -= 1
            if not self._expecting:
                self._strays.clear()

        return end

    def follow(self, msg_id: str) -> Execution:
        """Hear what comes, and came, of a page's request."""
        execution = self._know(msg_id, own=False)
        for at, parent, kind, content in self._strays:
            if parent == msg_id:
                execution.heard(kind, content, at)
        if self.lost:
            execution.lose()
        return execution

    def sent_by_others(self, code: str) -> str | None:
        """The newest unknown request that runs this code; None: there is none."""
        found = (
            parent
            for _at, parent, kind, content in reversed(self._strays)
            if kind == "execute_input" and content.get("code") == code and parent not in self._executions
        )
        return next(found, None)

    # ── inside ──

    def _know(self, msg_id: str, *, own: bool) -> Execution:
        self.used = time.monotonic()
        execution = self._executions[msg_id] = Execution(msg_id, self._displays, own=own)
        over = [each for each, known in self._executions.items() if known.over.is_set()]
        for forgotten in over[: max(0, len(self._executions) - KNOWN)]:
            del self._executions[forgotten]
        return execution

    def _start(self, work: Any) -> None:
        self._tasks.append(asyncio.create_task(work))

    async def _greet(self) -> None:
        """Iopub is not heard before the kernel knows of it: ask until an answer comes that way, too."""
        began = time.monotonic()
        while not (self._heard.is_set() and self._replied.is_set()):
            for channel in (self._client.shell_channel, self._client.control_channel):
                channel.send(self._client.session.msg("kernel_info_request", {}))
            try:
                await asyncio.wait_for(asyncio.gather(self._heard.wait(), self._replied.wait()), 0.5)
            except asyncio.TimeoutError:
                waited = time.monotonic() - began
                model = await ensure_async(self._kernels.kernel_model(self.kernel_id))
                if model.get("execution_state") == "busy" and waited > BUSY_SECONDS:
                    return
                if await self._pulse.fate():
                    raise Restless from None
                if waited > START_SECONDS:
                    text = "The notebook's kernel does not answer."
                    raise KernelMissing(text, remedy="Look at its state, or ask the person to restart it.") from None

    async def _pump(self, channel: Any, take: Callable[[dict[str, Any]], None]) -> None:
        timeout = 0 if isinstance(channel, queue.Queue) else None
        count = 0
        while True:
            try:
                message = await channel.get_msg(timeout=timeout)
            except queue.Empty:
                await asyncio.sleep(POLL_SECONDS)
                continue
            except RuntimeError:  # a gateway's connection is gone
                self._lose("died")
                return
            except ValueError as error:  # not signed, or not a message
                self._log.warning("A message of kernel %s was not understood: %s", self.kernel_id, error)
                continue
            take(message)
            count += 1
            if count % BATCH == 0:  # a flood of messages must not keep the server from everything else
                await asyncio.sleep(0)

    def _iopub(self, message: dict[str, Any]) -> None:
        self._heard.set()
        kind, content, at = message["header"]["msg_type"], message["content"], _sent(message["header"])
        if kind == "error" and not self._kernels.allow_tracebacks:
            content = {"ename": "ExecutionError", "evalue": "Execution error", "traceback": [HIDDEN]}
        parent = (message.get("parent_header") or {}).get("msg_id", "")
        execution = self._executions.get(parent)
        if kind == "shutdown_reply":
            self._lose("restarted" if content.get("restart") else "died")
        elif kind == "status" and content.get("execution_state") in LEAVING and self._began():
            self._lose(LEAVING[content["execution_state"]])
        elif execution is not None:
            self._tell(execution, kind, content, at)
        else:
            if kind in ("update_display_data", "display_data"):
                self._displays.update(content)
            if self._expecting and parent:
                self._strays.append((at, parent, kind, content))

    def _began(self) -> bool:
        """Whether it runs something that we know of: a kernel that only just starts says so, too."""
        return any(each.began.is_set() and not each.over.is_set() for each in self._executions.values())

    def _tell(self, execution: Execution, kind: str, content: dict[str, Any], at: float) -> None:
        if kind == "status" and content.get("execution_state") == "idle" and execution.error and self._pulse.closing:
            return  # who restarts a kernel interrupts it first: it did not fail
        execution.heard(kind, content, at)

    def _shell(self, message: dict[str, Any]) -> None:
        self._replied.set()
        execution = self._executions.get((message.get("parent_header") or {}).get("msg_id", ""))
        if execution is not None and message["header"]["msg_type"] == "execute_reply":
            execution.replied(message["content"])

    async def _watch(self) -> None:
        while not self.lost:
            await asyncio.sleep(self._pulse.pause)
            if self.busy and (fate := await self._pulse.fate()):
                self._lose(fate)

    def _lose(self, fate: Fate) -> None:
        self.lost = self.lost or fate
        self.gone.set()
        for execution in self._executions.values():
            if not execution.over.is_set():
                execution.lose()


def _sent(header: dict[str, Any]) -> float:
    """When the kernel sent it, by its own clock, in seconds; a gateway hands times on as text."""
    date = header.get("date")
    if isinstance(date, str):
        with suppress(ValueError):
            date = datetime.fromisoformat(date.replace("Z", "+00:00"))
    return date.timestamp() if isinstance(date, datetime) else time.time()
