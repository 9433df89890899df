"""What a session's process is asked about itself: what it offers, and what fills its context."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ..claude.context import ContextUsage
from ..claude.offers import Command, Model, Offers
from ..errors import ClaudeFailed, SessionAsleep
from ..protocol.content import Effort, Mode
from .session import Session

if TYPE_CHECKING:
    from ..claude.process import ClaudeProcess

WAKE_SECONDS = 20.0  # a process starts in one or two
ANSWER_SECONDS = 10.0
MODES: tuple[Mode, ...] = ("default", "acceptEdits", "plan")
T = TypeVar("T")


@dataclass(frozen=True)
class SessionOffers:
    """What may be called and chosen in one session."""

    commands: tuple[Command, ...]
    models: tuple[Model, ...]
    efforts: tuple[Effort, ...]
    modes: tuple[Mode, ...]


class Inquiries:
    """Asks processes, and keeps what holds for all of them: one CLI and one person's settings are behind them all."""

    def __init__(self, *, bypass: bool) -> None:
        self._modes: tuple[Mode, ...] = (*MODES, "bypassPermissions") if bypass else MODES
        self._last: Offers | None = None
        self._counting: dict[str, asyncio.Task[ContextUsage]] = {}

    async def offers(self, session: Session, *, wake: bool) -> SessionOffers:
        """What the session's process offers; of one that sleeps, what the last one offered that was asked.

        Raises:
            SessionAsleep: no process was asked yet, and `wake` forbids to start one.
            TooManySessions: there is no room to start one.
            ClaudeFailed: it does not start.
        """
        process, offers = session.driver.process, self._last
        if process is not None or offers is None:
            process = process or await _woken(session, wake=wake)
            offers = self._last = await _in_time(process.offers())
        efforts = offers.efforts(session.settings.model)
        return SessionOffers(commands=offers.commands, models=offers.models, efforts=efforts, modes=self._modes)

    async def context(self, session: Session, *, wake: bool) -> ContextUsage:
        """What fills the context of the session's model now. Who asks while it is being counted gets the same answer.

        Raises:
            SessionAsleep: it sleeps, and `wake` forbids to start its process.
            TooManySessions: there is no room to start it.
            ClaudeFailed: it does not start, or does not say.
        """
        process = session.driver.process or await _woken(session, wake=wake)
        name = session.session_id
        if name not in self._counting:
            task = asyncio.create_task(_in_time(process.context()), name=f"context-{name}")
            self._counting[name] = task
            task.add_done_callback(lambda _: self._counting.pop(name, None))
        return await asyncio.shield(self._counting[name])


async def _woken(session: Session, *, wake: bool) -> ClaudeProcess:
    if session.state == "asleep":
        if not wake:
            raise SessionAsleep("This conversation sleeps.", remedy="Somebody who may write in it must open it first.")
        session.around.admit(session.session_id)
        session.warm()
    passed = asyncio.Event()

    async def work() -> None:
        passed.set()

    session.driver.do(work)  # comes after the start that is under way
    try:
        await asyncio.wait_for(passed.wait(), WAKE_SECONDS)
    except asyncio.TimeoutError as error:
        raise ClaudeFailed("Claude Code did not start in time.", remedy="Try again in a moment.") from error
    if session.driver.process is None:
        raise ClaudeFailed("Claude Code is not running.", remedy="Press Restart in the conversation.")
    return session.driver.process


async def _in_time(answer: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(answer, ANSWER_SECONDS)
    except asyncio.TimeoutError as error:
        raise ClaudeFailed("Claude Code did not answer in time.", remedy="Try again when it is less busy.") from error
