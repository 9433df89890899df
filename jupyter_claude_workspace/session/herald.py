"""Tells that sessions begin, change and end; never what is said in them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..protocol.content import Context, State

if TYPE_CHECKING:
    from .session import Session

PAUSE = 0.1  # seconds: what changes within them is told once


@dataclass(frozen=True)
class SessionNews:
    """What happened to a session, and how it is after that."""

    session_id: str
    notebook: str
    context: Context
    state: State
    questions: int
    change: Literal["created", "changed", "ended"]


class Herald:
    """Lives on the engine's loop. `tell` takes the news there; what it raises is logged, and harms no session."""

    def __init__(self, tell: Callable[[SessionNews], None], log: logging.Logger) -> None:
        self._tell = tell
        self._log = log
        self._pending: dict[str, asyncio.TimerHandle] = {}
        self._new: set[str] = set()
        self._told: dict[str, tuple[object, ...]] = {}

    def created(self, session: Session) -> None:
        """It began."""
        self._new.add(session.session_id)
        self.changed(session)

    def changed(self, session: Session) -> None:
        """Something of it may be another than it was; told in a moment, where it still is."""
        if session.session_id not in self._pending:
            loop = asyncio.get_running_loop()
            self._pending[session.session_id] = loop.call_later(PAUSE, self._look, session)

    def ended(self, session: Session) -> None:
        """It was deleted."""
        name = session.session_id
        if name in self._pending:
            self._pending.pop(name).cancel()
        self._new.discard(name)
        self._told.pop(name, None)
        self._send(session, "ended")

    def _look(self, session: Session) -> None:
        name, record = session.session_id, session.record
        del self._pending[name]
        now = (session.state, len(session.gate), record.title, record.notebook)
        if name in self._new or self._told.get(name) != now:
            self._send(session, "created" if name in self._new else "changed")
        self._new.discard(name)
        self._told[name] = now

    def _send(self, session: Session, change: Literal["created", "changed", "ended"]) -> None:
        record = session.record
        news = SessionNews(
            session_id=record.session_id,
            notebook=record.notebook,
            context=record.context,
            state=session.state,
            questions=len(session.gate),
            change=change,
        )
        try:
            self._tell(news)
        except Exception:
            self._log.exception("session %s: its news could not be told", record.session_id)
