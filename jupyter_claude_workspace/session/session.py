"""A session: one conversation of one notebook. Takes clients' frames in, gives numbered frames out."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from ..claude.events import Event, Finished, Hopeless, Identity, Prompting
from ..protocol.content import Origin, Problem, State
from ..protocol.frames import (
    Configured,
    Down,
    Message,
    Notice,
    Piece,
    Prompt,
    Queue,
    StateChanged,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    TurnStarted,
    Welcome,
)
from .driver import Driver
from .info import SessionInfo
from .journal import Journal, Subscription
from .permissions import Gate
from .prompts import PromptQueue, prompting
from .requests import take
from .state import move
from .store import StoredSession
from .surroundings import Surroundings
from .turn import Turn

if TYPE_CHECKING:
    from ..claude.options import ProcessSpec

TITLE_CHARS = 60
# Of these, one that comes while no turn runs begins a turn of Claude Code's own (a background task ended).
SPEAKING = (Piece, Message, ToolStarted)


class Session:
    """Lives on the engine's loop; everything but `Subscription` is called there."""

    def __init__(self, record: StoredSession, journal: Journal, known: set[str], surroundings: Surroundings) -> None:
        self.record = record
        self.journal = journal
        self.state: State = "asleep"
        self.turn: Turn | None = None
        self.turn_over = asyncio.Event()
        self.gate = Gate(self.publish, self._questions_changed, record.rules)
        self.settings = record.settings
        self.around = surroundings
        self.queue = PromptQueue(surroundings.config, known)
        self.driver = Driver(self, surroundings)
        self._model: str | None = None
        self._missing = False
        self._listed = 0  # how many prompts the last `queue` frame showed

    @property
    def session_id(self) -> str:
        """The session's id, a UUID."""
        return self.record.session_id

    # ── from outside ──

    def info(self) -> SessionInfo:
        """What there is to know."""
        record, process = self.record, self.driver.process
        return SessionInfo(
            session_id=record.session_id,
            context=record.context,
            notebook=record.notebook,
            title=record.title,
            state=self.state,
            settings=self.settings,
            created=record.created,
            modified=record.modified,
            queued=len(self.queue),
            questions=len(self.gate),
            process=process is not None,
            pid=process.pid if process else None,
        )

    def subscribe(self, since: int | None, notify: Callable[[], None], *, wake: bool) -> Subscription:
        """A listener; the session wakes for one who may use it."""
        record = self.record
        welcome = Welcome(
            session=record.session_id,
            context=record.context,
            notebook=record.notebook,
            title=record.title,
            head=self.journal.head,
            state=self.state,
            settings=self.settings,
            demo=self.around.demo,
        )
        if wake:
            self.warm()
        return self.journal.subscribe(welcome, since, notify)

    def warm(self) -> None:
        """Start the process before it is needed."""
        if self.state == "asleep":
            self.driver.do(self.driver.wake)

    def post(self, frame: Any, user: str) -> None:
        """Take one client frame in.

        Raises:
            WorkspaceError: it cannot be done; nothing has changed.
        """
        take(self, frame, user)

    def rename(self, title: str) -> None:
        """Give it another title."""
        self.save(title=title.strip()[:200])
        self.publish(Configured(settings=self.settings, title=self.record.title))

    async def close(self) -> None:
        """End its process and everything that runs for it."""
        await self.driver.close()

    # ── for the driver ──

    def process_spec(self, *, resume: bool, allow_bypass: bool) -> ProcessSpec:
        """How its process is to be started."""
        from ..claude.options import ProcessSpec  # noqa: PLC0415 - imports the SDK

        record = self.record
        return ProcessSpec(
            session_id=record.session_id,
            context=record.context,
            notebook=record.notebook,
            directory=Path(record.directory),
            settings=self.settings,
            claude_session=record.claude_session,
            resume=resume,
            allow_bypass=allow_bypass,
        )

    def set_state(self, state: State, *, problem: Problem | None = None) -> None:
        """Move to another state; the same one again is no move."""
        if state == self.state and problem is None:
            return
        self.state = move(self.state, state) if state != self.state else state
        self.publish(StateChanged(state=state, why=problem.text if problem else "", problem=problem))

    def adopt(self, claude_session: str) -> None:
        """Claude Code keeps the conversation under this id from now on."""
        self.save(claude_session=claude_session)

    def tell_missing(self, problem: Problem | None) -> None:
        """Say what keeps the model from answering, or take that back."""
        if problem is not None:
            self._missing = True
            self.publish(Notice(code="missing", level="warning", text=problem.text, remedy=problem.remedy))
        elif self._missing:
            self._missing = False
            self.publish(Notice(code="missing", over=True))

    def begin_next(self) -> Prompting | None:
        """Begin the turn of the next prompt that waits; None where none does."""
        waiting = self.queue.pop()
        if waiting is None:
            return None
        self._begin(waiting.prompt, waiting.user)
        if self._listed:
            self.list_queue()
        return prompting(waiting.prompt)

    def cut(self, why: Literal["cut", "interrupted", "failed"] | str, problem: Problem | None) -> None:
        """The process is gone: nobody waits for answers, and the turn, if one runs, is over."""
        self.gate.withdraw_all()
        if self.turn is not None:
            self._end_turn(TurnEnded(why=why, problem=problem))

    # ── from the process ──

    def deliver(self, events: list[Event]) -> None:
        """What one message of the process means."""
        self._sign_of_life()
        for event in events:
            if isinstance(event, Down):
                if self.turn is None and isinstance(event, SPEAKING):
                    self._begin(None, "")
                    self.driver.watch()
                self.publish(event)
            elif isinstance(event, Finished):
                self._finished(event)
            elif isinstance(event, Identity):
                self._model = event.model
                if event.claude_session and event.claude_session != self.record.claude_session:
                    self.adopt(event.claude_session)
            elif isinstance(event, Hopeless) and self.turn is not None and self.turn.problem is None:
                self.turn.problem = event.problem
                self.driver.stop()

    def publish(self, frame: Down) -> None:
        """Number a frame and send it to all who listen."""
        if self.turn is not None:
            self.turn.note(frame)
            if isinstance(frame, Notice) and frame.retry_in_ms:
                self.turn.last_sign = monotonic() + frame.retry_in_ms / 1000  # it said how long it will be silent
        self.journal.append(frame, self.turn.turn if self.turn else None)

    # ── turns ──

    def _begin(self, prompt: Prompt | None, user: str) -> None:
        self.turn = Turn(turn=f"t-{secrets.token_hex(8)}", prompt=prompt)
        self.turn_over.clear()
        origin = Origin(kind="prompt", prompt=prompt.prompt, user=user or None) if prompt else Origin(kind="task")
        text, attachments = (prompt.text, prompt.attachments) if prompt else ("", [])
        self.publish(TurnStarted(origin=origin, text=text, attachments=attachments))
        if self.state == "ready":
            self.set_state("running")

    def _finished(self, event: Finished) -> None:
        turn = self.turn
        if turn is None:
            return
        answered = event.prompts is not None and turn.prompt is not None and turn.prompt.prompt in event.prompts
        if turn.prompt is not None and event.own and not answered:
            return  # a turn of Claude Code's own ended just as ours began
        problem = turn.problem or event.problem
        self._end_turn(
            TurnEnded(
                why="failed" if turn.problem else event.why,
                problem=problem,
                usage=event.usage,
                duration_ms=event.duration_ms,
                model=event.model or self._model,
            )
        )

    def _end_turn(self, ended: TurnEnded) -> None:
        turn = self.turn
        assert turn is not None
        self._sign_of_life()
        for partial in turn.pieces.remains():
            self.publish(partial)
        for tool in sorted(turn.tools):
            self.publish(ToolFinished(tool=tool, outcome="interrupted"))
        kept = turn.prompt is not None and ended.why in ("failed", "cut")
        self.publish(ended.model_copy(update={"prompt_kept": kept}))
        self.turn = None
        self.turn_over.set()
        if self.state in ("running", "waiting"):
            self.set_state("ready")
        self.around.store.end_turn(self.session_id, turn.turn)
        self.save()
        self.driver.do(self.driver.next)

    def _sign_of_life(self) -> None:
        if self.turn is None:
            return
        self.turn.last_sign = max(self.turn.last_sign, monotonic())
        if self.turn.silent:
            self.turn.silent = False
            self.publish(Notice(code="silent", over=True))

    def _questions_changed(self) -> None:
        if self.turn is not None and self.state in ("running", "waiting"):
            self.set_state("waiting" if len(self.gate) else "running")

    def list_queue(self) -> None:
        """Tell which prompts wait."""
        self._listed = len(self.queue)
        self.publish(Queue(prompts=self.queue.listing()))

    def save(self, **changes: Any) -> None:
        """Keep what has changed of its row."""
        self.record = replace(self.record, modified=now(), **changes)
        self.around.store.save(self.record)


def now() -> str:
    """The time, ISO 8601, UTC."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
