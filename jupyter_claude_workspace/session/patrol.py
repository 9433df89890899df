"""Looks after agent files while somebody looks on, so that a change is told soon."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from .session import Session

EVERY = 2.0  # seconds


async def patrol(sessions: Callable[[], Iterable[Session]], log: logging.Logger) -> None:
    """Until it is cancelled. Files are read where one of a folder changed; else it costs one listing of the folder."""
    while True:
        await asyncio.sleep(EVERY)
        for session in list(sessions()):
            if session.journal.listeners == 0 or session.driver.process is None:
                continue
            try:
                if await session.agents.outdated() and session.state == "ready":
                    session.driver.do(session.driver.next)
            except Exception:
                log.exception("session %s: its agents could not be looked at", session.session_id)
