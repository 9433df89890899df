"""What is put right in a journal whose server ended without warning: nothing shown is lost, nothing is sent again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..claude.events import Point
from ..protocol.content import Origin, Problem
from ..protocol.frames import (
    AgentDraft,
    AgentSaved,
    Branch,
    Down,
    Prompt,
    Question,
    QuestionSettled,
    Queue,
    StateChanged,
    ToolFinished,
    ToolProgress,
    ToolStarted,
    TurnEnded,
    TurnStarted,
)
from .branches import Branches
from .pieces import Pieces

if TYPE_CHECKING:
    from .session import Session

CUT = Problem(
    code="server_stopped",
    text="The Jupyter server ended during this turn. What Claude was doing then was stopped.",
    remedy="Send the prompt again; Claude remembers the conversation up to here.",
)
UNSENT = Problem(
    code="server_stopped", text="The Jupyter server ended before this was sent.", remedy="Send the prompt again."
)
EMPTY: Mapping[str, Prompt] = MappingProxyType({})
Repair = list[tuple[Down, str | None]]


def restore(session: Session, frames: Sequence[Down], kept: Mapping[str, Prompt]) -> None:
    """Bring a session that was loaded to where its frames end, and close what a dead server left open.

    `kept` has whole prompts of those that waited.
    """
    branches, store, record = session.branches, session.around.store, session.record
    for frame in frames:
        branches.note(frame)
        if isinstance(frame, AgentDraft):
            session.drafting.restored(frame.fields)
        elif isinstance(frame, AgentSaved):
            session.drafting.restored_file(frame.name, frame.etag)
    if not record.stands and branches.head is not None and not any(isinstance(frame, Branch) for frame in frames):
        session.save(stands=branches.head)  # kept by a version that had no branches
    made = [session.journal.append(frame, turn) for frame, turn in repair(frames, kept)]
    if kept:
        store.let_go(session.session_id)
    for frame in made:
        branches.note(frame)
        if frame.turn is None or branches.point(frame.turn) is not None:
            continue
        point = branches.point(frame.after) if isinstance(frame, TurnStarted) else Point(record.claude_session, None)
        if point is not None:
            branches.stood(frame.turn, point)
            store.stood(session.session_id, frame.turn, point)
    session.journal.append(StateChanged(state="asleep"), None)
    for turn in {frame.turn for frame in made if frame.turn is not None}:
        store.end_turn(session.session_id, turn)


def repair(frames: Iterable[Down], kept: Mapping[str, Prompt] = EMPTY) -> Repair:
    """The frames, each with its turn, that close what a dead server left open; empty where all is in order."""
    left = _Left()
    for frame in frames:
        left.note(frame)
    return [*left.questions_withdrawn(), *left.tasks_stopped(), *left.turn_cut(), *left.prompts_unsent(kept)]


class _Left:
    """What is open after the frames that were noted."""

    def __init__(self) -> None:
        self._turn: str | None = None
        self._pieces = Pieces()
        self._tools: dict[str, None] = {}  # in the order of their calls
        self._tasks: dict[str, None] = {}  # calls that went on in the background
        self._questions: dict[str, str | None] = {}
        self._queue = Queue(prompts=[])
        self._branches = Branches()

    def note(self, frame: Down) -> None:
        self._branches.note(frame)
        self._pieces.add(frame)
        match frame:
            case TurnStarted():
                self._turn, self._pieces, self._tools = frame.turn, Pieces(), {}
            case TurnEnded():
                self._turn = None
            case ToolStarted():
                self._tools[frame.tool] = None
            case ToolFinished():
                self._tools.pop(frame.tool, None)
                if frame.detail and (frame.detail.get("backgroundTaskId") or frame.detail.get("isAsync")):
                    self._tasks[frame.tool] = None
            case ToolProgress() if frame.state != "running":
                self._tasks.pop(frame.tool, None)
            case Question():
                self._questions[frame.question] = frame.turn
            case QuestionSettled():
                self._questions.pop(frame.question, None)
            case Queue():
                self._queue = frame

    def questions_withdrawn(self) -> Repair:
        return [(QuestionSettled(question=key, decision="withdrawn"), turn) for key, turn in self._questions.items()]

    def tasks_stopped(self) -> Repair:
        return [(ToolProgress(tool=tool, state="stopped"), None) for tool in self._tasks]

    def turn_cut(self) -> Repair:
        if self._turn is None:
            return []
        made: list[Down] = [*self._pieces.remains()]
        made += [ToolFinished(tool=tool, outcome="interrupted") for tool in self._tools]
        made.append(TurnEnded(why="cut", problem=CUT, prompt_kept=True))
        return [(frame, self._turn) for frame in made]

    def prompts_unsent(self, kept: Mapping[str, Prompt]) -> Repair:
        """Prompts that waited are shown as turns that were cut: to be sent again by their person, not by themselves."""
        made: Repair = []
        after = self._branches.head
        for waiting in self._queue.prompts:
            origin, turn = Origin(kind="prompt", prompt=waiting.prompt, user=waiting.user), f"t-{waiting.prompt}"
            attachments = kept[waiting.prompt].attachments if waiting.prompt in kept else []
            asked = {"text": waiting.text, "attachments": attachments, "mentions": waiting.mentions}
            started = TurnStarted(origin=origin, **asked, after=after)
            made.append((started, turn))
            made.append((TurnEnded(why="cut", problem=UNSENT, prompt_kept=True), turn))
            after = turn
        return [*made, (Queue(prompts=[]), None)] if made else []
