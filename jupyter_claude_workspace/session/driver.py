"""The driver: the one task that connects, drives and closes a session's process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from ..errors import ClaudeFailed, WorkspaceError
from ..protocol.content import Problem
from ..protocol.frames import Configure, Notice
from .lock import SessionLock
from .notebook.mentioning import mentioned
from .starting import started
from .surroundings import Surroundings
from .turns import STOPPED
from .watch import watch

if TYPE_CHECKING:
    from ..claude.process import ClaudeProcess
    from .session import Session

Work = Callable[[], Awaitable[None]]


class Driver:
    """Works off what is to be done with the process, one thing after the other. Only stopping overtakes."""

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        self._session = session
        self._around = surroundings
        self._config = surroundings.config
        self._lock = SessionLock(surroundings.locks, session.session_id)
        self._inbox: asyncio.Queue[Work] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(), name=f"session-{session.session_id}")
        self._stopping: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._deaths: deque[float] = deque()
        self._stale = False  # the process must be started anew for a setting to take effect
        self.process: ClaudeProcess | None = None

    def do(self, work: Work) -> None:
        """Have something done after all that is waiting."""
        self._inbox.put_nowait(work)

    # ── what can be done ──

    async def wake(self) -> None:
        """Start the process, where there is none."""
        if self.process is not None:
            return
        session = self._session
        session.set_state("waking")
        try:
            self._around.admit(session.session_id)
            self._lock.acquire()
            self.process = await started(session, self._around, lambda why: self.do(partial(self._lost, why)))
        except WorkspaceError as error:
            self._lock.release()
            session.set_state("failed", problem=Problem(code=error.code, text=error.text, remedy=error.remedy))
            return
        except BaseException:
            self._lock.release()
            raise
        self._stale = False
        session.set_state("ready")
        session.tell_missing(self._around.missing())
        await self.next()

    async def next(self) -> None:
        """Send the next prompt that waits, where none runs."""
        session, process = self._session, self.process
        # One that comes while files are looked at has a place of its own among the things to do.
        waiting = session.queue.first()
        if process is not None and session.turn is None:
            # Not while something works in the background, which would end with the process.
            self._stale = self._stale or (await session.agents.outdated() and not process.tasks)
        if self._stale and session.turn is None and self.process is not None:
            await self.restart()
            return
        if self.process is None or session.state != "ready" or waiting is None:
            return
        beside = await mentioned(session.work, waiting.prompt.mentions)
        process = self.process
        if session.queue.first() is not waiting or process is None or session.state != "ready":
            self.do(self.next)  # it was taken back, or another turn began, while the notebook was looked at
            return
        prompting = session.turns.begin_next(beside)
        if prompting is None:
            return
        self.watch()
        try:
            await process.send(prompting)
        except ClaudeFailed as error:
            await self._died(process, error.text)

    async def restart(self) -> None:
        """End the process and start it again; a person's way out, so earlier deaths are forgiven."""
        self._deaths.clear()
        await self._close()
        await self.wake()

    async def refresh(self) -> None:
        """Start the process anew, where there is one, as soon as no turn runs."""
        if self.process is not None:
            self._stale = True
            await self.next()

    async def move(self) -> None:
        """Take Claude Code's own conversation to where ours goes on, and be ready there."""
        if self._session.stray():
            await self._close()
        await self.wake()

    async def steer(self, prompt: str) -> None:
        """Send a prompt into the turn that runs."""
        session = self._session
        waiting = session.queue.steering(prompt)
        if waiting is None or self.process is None:
            return  # the process went away, and the prompt waits like others
        beside = await mentioned(session.work, waiting.prompt.mentions)
        process = self.process
        if process is None or session.queue.steering(prompt) is not waiting:
            return
        if session.turn is None:  # it ended meanwhile
            session.queue.give_back()
            session.list_queue()
            await self.next()
            return
        session.queue.handed_over(waiting)
        try:
            await process.send(session.turns.prompting(waiting, beside))
        except ClaudeFailed as error:
            await self._died(process, error.text)

    async def take_back(self, prompt: str) -> None:
        """Take back a prompt that was sent into the turn, unless the model has read it."""
        waiting, process = self._session.queue.steering(prompt), self.process
        if waiting is not None and process is not None and await process.take_back(waiting.entry):
            self._session.queue.take_back(prompt)
            self._session.list_queue()

    async def configure(self, frame: Configure) -> None:
        """Bring a changed setting to the process that runs."""
        given = frame.model_fields_set
        if given & {"effort", "agent"} or frame.sealed is not None:
            self._stale = True
        try:
            if self.process is not None:
                if "model" in given:
                    await self.process.set_model(frame.model)
                if frame.mode is not None:
                    await self.process.set_mode(frame.mode)
        finally:
            self._session.changing -= frame.mode is not None
        await self.next()

    def stop(self) -> None:
        """Stop the turn: overtakes everything, and does not depend on the process to listen."""
        if self._session.turn is not None:
            self._session.turn.stopped = True
        if self._stopping is None or self._stopping.done():
            self._stopping = asyncio.create_task(self._stop(), name=f"stop-{self._session.session_id}")

    def watch(self) -> None:
        """Watch the turn that runs for silence."""
        turn, process = self._session.turn, self.process
        if turn is None or process is None:
            return
        if self._watching is not None:
            self._watching.cancel()
        coroutine = watch(self._session, turn, process, self._config, self._give_up)
        self._watching = asyncio.create_task(coroutine, name=f"watch-{self._session.session_id}")

    async def close(self) -> None:
        """End everything; the session sleeps then."""
        tasks = {task for task in (self._task, self._stopping, self._watching) if task is not None}
        while tasks:  # more than once: until Python 3.12 `wait_for` may swallow a cancellation
            for task in tasks:
                task.cancel()
            _, tasks = await asyncio.wait(tasks, timeout=10)
        await self._close()
        if self._session.state != "asleep":
            self._session.set_state("stopping")
            self._session.set_state("asleep")

    # ── inside ──

    async def _run(self) -> None:
        while True:
            work = await self._inbox.get()
            try:
                await work()
            except WorkspaceError as error:
                self._session.publish(Notice(code=error.code, level="error", text=error.text, remedy=error.remedy))
            except Exception:
                self._around.log.exception("session %s", self._session.session_id)
                self._session.publish(
                    Notice(code="internal", level="error", text="Something went wrong; the server's log says what.")
                )

    async def _lost(self, why: str) -> None:
        if self.process is not None:
            await self._died(self.process, why)

    async def _died(self, process: ClaudeProcess, why: str) -> None:
        """The process is gone without our doing: mark the turn, and start again unless that happens too often."""
        if self.process is not process:
            return
        self.process = None
        await process.kill()
        self._session.cut("cut", Problem(code="claude_died", text=why, remedy="Send the prompt again."))
        now = monotonic()
        self._deaths.append(now)
        while self._deaths and self._deaths[0] < now - self._config.crash_window:
            self._deaths.popleft()
        if len(self._deaths) > self._config.crash_limit:
            self._lock.release()
            text = f"Claude Code died {len(self._deaths)} times within {self._config.crash_window:.0f} s: {why}"
            problem = Problem(code="crash_loop", text=text, remedy="Find the cause, then press Restart.")
            self._session.set_state("failed", problem=problem)
            return
        self._session.publish(Notice(code="restarted", level="warning", text="Claude Code died and was started again."))
        await self.wake()

    async def _stop(self) -> None:
        session, process = self._session, self.process
        turn = session.turn
        if turn is None or process is None:
            return
        try:
            await asyncio.wait_for(process.interrupt(), self._config.interrupt_seconds)
            await asyncio.wait_for(session.turns.over.wait(), self._config.interrupt_seconds)
        except (ClaudeFailed, asyncio.TimeoutError):
            if session.turn is turn:
                await self._abandon(process, "interrupted", turn.problem)

    def _give_up(self) -> None:
        """The turn has been silent past the limit."""
        process = self.process
        if process is not None:
            problem = Problem(code="silent", text="Claude Code gave no sign of life.", remedy="Send the prompt again.")
            self.do(partial(self._abandon, process, "cut", problem))

    async def _abandon(self, process: ClaudeProcess, why: str, problem: Problem | None) -> None:
        """End a process that does not listen, then start anew: the conversation goes on, the turn does not."""
        if self.process is not process:
            return
        self.process = None
        await process.kill()
        self._session.cut("failed" if why == "interrupted" and problem else why, problem)
        self.do(self.wake)

    async def _close(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            self._session.set_state("stopping")
            running, unread = self._session.turn is not None, self._session.queue.unread()
            await process.close(running=running, unread=unread, step=self._config.close_seconds)
            self._session.cut("cut", STOPPED)
            self._session.set_state("asleep")
        self._lock.release()
