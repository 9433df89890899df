"""What is put right in a journal whose server ended without warning: nothing shown is lost, nothing is sent again."""

from __future__ import annotations

from collections.abc import Iterable

from ..protocol.content import Origin, Problem
from ..protocol.frames import (
    Down,
    Question,
    QuestionSettled,
    Queue,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    TurnStarted,
)
from .pieces import Pieces

CUT = Problem(
    code="server_stopped",
    text="The Jupyter server ended during this turn. What Claude was doing then was stopped.",
    remedy="Send the prompt again; Claude remembers the conversation up to here.",
)
UNSENT = Problem(
    code="server_stopped", text="The Jupyter server ended before this was sent.", remedy="Send the prompt again."
)
Repair = list[tuple[Down, str | None]]


def repair(frames: Iterable[Down]) -> Repair:
    """The frames, each with its turn, that close what a dead server left open; empty where all is in order."""
    left = _Left()
    for frame in frames:
        left.note(frame)
    return [*left.questions_withdrawn(), *left.turn_cut(), *left.prompts_unsent()]


class _Left:
    """What is open after the frames that were noted."""

    def __init__(self) -> None:
        self._turn: str | None = None
        self._pieces = Pieces()
        self._tools: dict[str, None] = {}  # in the order of their calls
        self._questions: dict[str, str | None] = {}
        self._queue = Queue(prompts=[])

    def note(self, frame: Down) -> None:
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
            case Question():
                self._questions[frame.question] = frame.turn
            case QuestionSettled():
                self._questions.pop(frame.question, None)
            case Queue():
                self._queue = frame

    def questions_withdrawn(self) -> Repair:
        return [(QuestionSettled(question=key, decision="withdrawn"), turn) for key, turn in self._questions.items()]

    def turn_cut(self) -> Repair:
        if self._turn is None:
            return []
        made: list[Down] = [*self._pieces.remains()]
        made += [ToolFinished(tool=tool, outcome="interrupted") for tool in self._tools]
        made.append(TurnEnded(why="cut", problem=CUT, prompt_kept=True))
        return [(frame, self._turn) for frame in made]

    def prompts_unsent(self) -> Repair:
        """Prompts that waited are shown as turns that were cut: to be sent again by their person, not by themselves."""
        made: Repair = []
        for waiting in self._queue.prompts:
            origin, turn = Origin(kind="prompt", prompt=waiting.prompt, user=waiting.user), f"t-{waiting.prompt}"
            made.append((TurnStarted(origin=origin, text=waiting.text), turn))
            made.append((TurnEnded(why="cut", problem=UNSENT, prompt_kept=True), turn))
        return [*made, (Queue(prompts=[]), None)] if made else []
