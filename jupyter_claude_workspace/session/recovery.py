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


def repair(frames: Iterable[Down]) -> list[tuple[Down, str | None]]:
    """The frames, each with its turn, that close what a dead server left open; empty where all is in order."""
    turn: str | None = None
    pieces, tools, questions = Pieces(), dict[str, str](), dict[str, str | None]()
    queue: Queue | None = None
    for frame in frames:
        pieces.add(frame)
        match frame:
            case TurnStarted():
                turn, pieces, tools = frame.turn, Pieces(), {}
            case TurnEnded():
                turn = None
            case ToolStarted():
                tools[frame.tool] = frame.tool
            case ToolFinished():
                tools.pop(frame.tool, None)
            case Question():
                questions[frame.question] = frame.turn
            case QuestionSettled():
                questions.pop(frame.question, None)
            case Queue():
                queue = frame
    made: list[tuple[Down, str | None]] = []
    made += [(QuestionSettled(question=key, decision="withdrawn"), of) for key, of in questions.items()]
    if turn is not None:
        made += [(partial, turn) for partial in pieces.remains()]
        made += [(ToolFinished(tool=tool, outcome="interrupted"), turn) for tool in tools]
        made.append((TurnEnded(why="cut", problem=CUT, prompt_kept=True), turn))
    if queue is not None and queue.prompts:
        for waiting in queue.prompts:
            origin = Origin(kind="prompt", prompt=waiting.prompt, user=waiting.user)
            unsent = f"t-{waiting.prompt}"
            made.append((TurnStarted(origin=origin, text=waiting.text), unsent))
            made.append((TurnEnded(why="cut", problem=UNSENT, prompt_kept=True), unsent))
        made.append((Queue(prompts=[]), None))
    return made
