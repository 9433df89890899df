"""The watch on silence: about signs of life, not about length. A turn that streams for an hour is fine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from ..config import ClaudeWorkspace
from ..protocol.frames import Notice
from .turn import Turn

if TYPE_CHECKING:
    from ..claude.process import ClaudeProcess
    from .session import Session

REMEDY = "Wait, or press Stop and send the prompt again."


async def watch(
    session: Session, turn: Turn, process: ClaudeProcess, config: ClaudeWorkspace, give_up: Callable[[], None]
) -> None:
    """Follow one turn to its end; tell of silence once, and give up past the hard limit."""
    limit, hard = config.silence_seconds, config.silence_limit_seconds
    limits = [value for value in (limit, hard) if value]
    if not limits:
        return
    pause = min(1.0, min(limits) / 5)
    while session.turn is turn:
        await asyncio.sleep(pause)
        if len(session.gate):
            turn.last_sign = monotonic()  # it waits for a person, who may take for ever
            continue
        quiet = monotonic() - turn.last_sign
        if hard and quiet >= hard:
            give_up()
            return
        if limit and quiet >= limit and not turn.silent:
            await _tell(session, turn, process, min(4.0, limit))


async def _tell(session: Session, turn: Turn, process: ClaudeProcess, patience: float) -> None:
    """Say that it is silent; unless a tool runs, which may be quiet for long as long as the process itself reacts."""
    seen = turn.last_sign
    alive = await process.answers(patience)
    if session.turn is not turn or turn.last_sign != seen or len(session.gate):
        return
    if alive and turn.tools:
        turn.last_sign = monotonic()
        return
    turn.silent = True
    seconds = round(monotonic() - seen)
    text = (
        f"No answer from the model for {seconds} s; Claude Code still waits for it."
        if alive
        else f"No sign of life from Claude Code for {seconds} s."
    )
    session.publish(Notice(code="silent", level="warning", text=text, remedy=REMEDY))
