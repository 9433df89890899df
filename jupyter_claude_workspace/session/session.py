"""A session: one conversation of one notebook. Takes clients' frames in, gives numbered frames out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Literal

from ..claude.events import (
    AskRequest,
    Entered,
    Event,
    Finished,
    Hopeless,
    Identity,
    InMode,
    Taken,
    Verdict,
)
from ..protocol.content import Mode, Problem, Settings, State
from ..protocol.frames import (
    Branch,
    Configured,
    Down,
    Message,
    Notice,
    Piece,
    Prompt,
    Question,
    QuestionSettled,
    Queue,
    StateChanged,
    ToolStarted,
    Welcome,
)
from .agents import Agents
from .branches import Branches
from .drafting import Drafting
from .driver import Driver
from .info import SessionInfo
from .journal import Journal, Subscription
from .notebook.work import NotebookWork
from .permissions import Gate
from .prompts import PromptQueue
from .record import StoredSession
from .requests import take
from .saving import Saving
from .sealing import refusal
from .state import move
from .surroundings import Surroundings
from .turn import Turn
from .turns import Turns

TITLE_CHARS = 60
# Of these, one that comes while no turn runs begins a turn of Claude Code's own (a background task ended).
SPEAKING = (Piece, Message, ToolStarted)
# What others are told of, without what is in it.
TOLD = (StateChanged, Configured, Question, QuestionSettled)


class Session:
    """Lives on the engine's loop; everything but `Subscription` is called there."""

    def __init__(
        self, record: StoredSession, journal: Journal, known: set[str], branches: Branches, surroundings: Surroundings
    ) -> None:
        self.record = record
        self.journal = journal
        self.state: State = "asleep"
        self.gate = Gate(self.publish, self._questions_changed, record.rules)
        self.settings = record.settings
        self.around = surroundings
        self.queue = PromptQueue(surroundings.config, known)
        self.branches = branches
        self.turns = Turns(self)
        self.agents = Agents(self)
        self.drafting = Drafting(self)
        self.saving = Saving(self)
        self.work = NotebookWork(self, surroundings.notebooks)
        self.driver = Driver(self, surroundings)
        self.model: str | None = None  # as the process names it
        self.changing = 0  # changes of the mode that the process has not confirmed yet
        self._missing = False
        self._kept = False
        self._listed = 0  # how many prompts the last `queue` frame showed

    @property
    def session_id(self) -> str:
        """The session's id, a UUID."""
        return self.record.session_id

    @property
    def turn(self) -> Turn | None:
        """The turn that runs."""
        return self.turns.now

    async def ask(self, request: AskRequest) -> Verdict:
        """Decide what Claude Code asks, or ask the person."""
        if words := self.forbidden(request.name):
            return Verdict(allow=False, message=words)
        verdict = await self.work.ask(request)
        return await self.saving.ask(request) if verdict is None else verdict

    def forbidden(self, tool: str) -> str:
        """Why a tool may not be used as things stand, whether or not Claude Code would ask; empty: it may."""
        return refusal(self.settings, tool)

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
            turns=self.journal.turns,
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

    async def post(self, frame: Any, user: str) -> None:
        """Take one client frame in.

        Raises:
            WorkspaceError: it cannot be done; nothing has changed.
        """
        await take(self, frame, user)

    def rename(self, title: str) -> None:
        """Give it another title."""
        self.save(title=title.strip()[:200])
        self.publish(Configured(settings=self.settings, title=self.record.title))

    def relocate(self, notebook: str, directory: str) -> None:
        """Its notebook has another path; a process that runs in another folder is started anew when it may be."""
        elsewhere = directory != self.record.directory
        self.record = replace(self.record, notebook=notebook, directory=directory)
        self.around.store.save(self.record)
        self.work.undoing.moved()
        self.publish(Configured(settings=self.settings, title=self.record.title, notebook=notebook))
        if elsewhere:
            self.driver.do(self.driver.refresh)

    def rewind(self, after: str | None) -> None:
        """Go on after another turn; None: before the first one.

        Raises:
            BadRequest: that is not possible.
        """
        self.branches.check(after)
        self.drafting.forget()
        self.work.forget()
        self.publish(Branch(after=after))
        self.driver.do(self.driver.move)

    async def close(self) -> None:
        """End its process and everything that runs for it."""
        await self.driver.close()
        await self.work.undoing.close()

    # ── for the driver ──

    def set_state(self, state: State, *, problem: Problem | None = None) -> None:
        """Move to another state; the same one again is no move."""
        if state == self.state and problem is None:
            return
        self.state = move(self.state, state) if state != self.state else state
        self.publish(StateChanged(state=state, why=problem.text if problem else "", problem=problem))

    def stray(self) -> bool:
        """Whether Claude Code's own conversation stands elsewhere than where this one goes on."""
        head, stands = self.branches.head, self.record.stands or None
        return head != stands and self.branches.point(head) != self.branches.point(stands)

    def adopt(self, claude_session: str) -> None:
        """Claude Code keeps the conversation under this id from now on."""
        self.drafting.forget()
        self.work.forget()
        self.save(claude_session=claude_session)

    def tell_missing(self, problem: Problem | None) -> None:
        """Say what keeps the model from answering, or take that back."""
        if problem is not None:
            self._missing = True
            self.publish(Notice(code="missing", level="warning", text=problem.text, remedy=problem.remedy))
        elif self._missing:
            self._missing = False
            self.publish(Notice(code="missing", over=True))

    def cut(self, why: Literal["cut", "interrupted", "failed"] | str, problem: Problem | None) -> None:
        """The process is gone: nobody waits for answers, and the turn, if one runs, is over."""
        self.gate.withdraw_all()
        self.turns.cut(why, problem)

    def list_queue(self) -> None:
        """Tell which prompts wait."""
        self._listed = len(self.queue)
        self.publish(Queue(prompts=self.queue.listing()))
        if self._kept and not self._listed:
            self._kept = False
            self.around.store.let_go(self.session_id)

    def keep(self, prompt: Prompt) -> None:
        """Keep what a prompt that waits has attached: the `queue` frame only names it."""
        if prompt.attachments:
            self._kept = True
            self.around.store.keep(self.session_id, prompt)

    def relist_queue(self) -> None:
        """The same, where it was told before that some do."""
        if self._listed:
            self.list_queue()

    def configured(self, settings: Settings) -> None:
        """Keep what it runs with from now on, and tell it."""
        self.settings = settings
        # Running without asking is never remembered.
        forgotten = {"mode": "default"} if settings.mode == "bypassPermissions" else {}
        self.save(settings=settings.model_copy(update=forgotten))
        self.publish(Configured(settings=settings, title=self.record.title))

    # ── from the process ──

    def deliver(self, events: list[Event]) -> None:
        """What one message of the process means."""
        self.turns.sign_of_life()
        for event in events:
            match event:
                case Down():
                    self._say(event)
                case Entered(entry=entry):
                    self.turns.entered(entry)
                case Taken(prompts=prompts):
                    self.turns.taken(prompts)
                case Finished():
                    self.turns.finished(event)
                case Identity():
                    self._identified(event)
                case InMode(mode=mode):
                    self._in_mode(mode)
                case Hopeless():
                    self.turns.hopeless(event)

    def _say(self, frame: Down) -> None:
        if self.turn is None and isinstance(frame, SPEAKING):
            self.turns.begin_own()
        self.publish(self.work.heard(frame))

    def _identified(self, event: Identity) -> None:
        self.model = event.model
        if event.claude_session and event.claude_session != self.record.claude_session:
            self.adopt(event.claude_session)
            self.turns.cleared()

    def _in_mode(self, mode: Mode) -> None:
        """Claude Code changed the permission mode by itself (a plan was approved), or says so after we did."""
        if mode != self.settings.mode and not self.changing:
            self.configured(self.settings.model_copy(update={"mode": mode}))

    def publish(self, frame: Down) -> None:
        """Number a frame and send it to all who listen."""
        self.turns.note(frame)
        self.branches.note(self.journal.append(frame, self.turn.turn if self.turn else None))
        if isinstance(frame, TOLD):
            self.around.herald.changed(self)

    def _questions_changed(self) -> None:
        if self.turn is not None and self.state in ("running", "waiting"):
            self.set_state("waiting" if len(self.gate) else "running")

    def save(self, **changes: Any) -> None:
        """Keep what has changed of its row."""
        self.record = replace(self.record, modified=now(), **changes)
        self.around.store.save(self.record)


def now() -> str:
    """The time, ISO 8601, UTC."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
