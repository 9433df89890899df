"""What clients ask of a session, frame by frame. Each either does it or raises and has changed nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import BadRequest
from ..protocol.frames import (
    Answer,
    Configure,
    EditDraft,
    Interrupt,
    Prompt,
    Reorder,
    Restart,
    Rewind,
    Unqueue,
)
from .configuring import configure

if TYPE_CHECKING:
    from .session import Session

TITLE_CHARS = 60


async def take(session: Session, frame: Any, user: str) -> None:
    """Do what a client frame asks.

    Raises:
        WorkspaceError: it cannot be done.
    """
    if isinstance(frame, Configure):
        await configure(session, frame)
    else:
        HANDLERS[type(frame)](session, frame, user)


def _prompt(session: Session, frame: Prompt, user: str) -> None:
    steer = frame.when == "steer" and session.turn is not None
    if not session.queue.add(frame, user, busy=session.turn is not None, steer=steer):
        return
    if not session.record.title:
        session.rename(" ".join(frame.text.split())[:TITLE_CHARS] or _wordless(frame))
    if session.state == "ready" and len(session.queue) == 1:
        session.driver.do(session.driver.next)
        return
    session.keep(frame)
    session.list_queue()
    if steer:
        session.driver.do(partial(session.driver.steer, frame.prompt))
    elif session.state in ("asleep", "failed"):
        session.driver.do(session.driver.wake)


def _wordless(frame: Prompt) -> str:
    """What a prompt without words is about."""
    if frame.attachments:
        return frame.attachments[0].name
    mention = frame.mentions[0]
    return mention.name if mention.kind == "variable" else mention.label[:TITLE_CHARS] or f"Cell {mention.cell}"


def _answer(session: Session, frame: Answer, user: str) -> None:
    session.gate.answer(frame, user)
    if frame.rule is not None:
        session.save(rules=tuple(session.gate.rules))


def _interrupt(session: Session, frame: Interrupt, user: str) -> None:
    if session.turn is None:
        raise BadRequest("No turn runs.")
    session.driver.stop()


def _restart(session: Session, frame: Restart, user: str) -> None:
    session.driver.do(session.driver.restart)


def _unqueue(session: Session, frame: Unqueue, user: str) -> None:
    if session.queue.steering(frame.prompt) is not None:
        session.driver.do(partial(session.driver.take_back, frame.prompt))
        return
    session.queue.take_back(frame.prompt)
    session.list_queue()


def _reorder(session: Session, frame: Reorder, user: str) -> None:
    session.queue.reorder(frame.prompts)
    session.list_queue()


def _rewind(session: Session, frame: Rewind, user: str) -> None:
    if session.turn is not None:
        raise BadRequest("A turn runs.", remedy="Stop it, or wait for its end.")
    if len(session.queue):
        raise BadRequest("Prompts wait.", remedy="Take them back, or wait until they were answered.")
    session.rewind(frame.after)


def _edit_draft(session: Session, frame: EditDraft, user: str) -> None:
    if session.record.context != "agent-create":
        raise BadRequest("No agent is made in this session.")
    session.drafting.edit(frame.fields)


HANDLERS: dict[type, Callable[[Session, Any, str], None]] = {
    Prompt: _prompt,
    Answer: _answer,
    Interrupt: _interrupt,
    Restart: _restart,
    Unqueue: _unqueue,
    Reorder: _reorder,
    Rewind: _rewind,
    EditDraft: _edit_draft,
}
