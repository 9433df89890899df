"""THE definition of the channel: every frame, both directions.

`PROTOCOL.md` beside this file says in prose what each means, what follows it and what ends it. `up.py`, `down.py` and
`content.py` hold the models, `export.py` makes `schema.json` and with it the TypeScript types, and `tests/golden/` has
one JSON document per frame.

Client frames are closed: an unknown key is an error frame. Server frames may grow: a client must tolerate unknown
ones.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .down import (
    PROTOCOL_VERSION,
    AgentDraft,
    AgentSaved,
    Branch,
    Configured,
    Discard,
    Down,
    Error,
    Message,
    NotebookChanged,
    Notice,
    Piece,
    Plan,
    Question,
    QuestionSettled,
    Queue,
    Sent,
    Snapshot,
    StateChanged,
    Steered,
    Text,
    Thinking,
    ToolFinished,
    ToolInput,
    ToolProgress,
    ToolStarted,
    TurnEnded,
    TurnStarted,
    Welcome,
)
from .up import (
    MAX_FRAME_BYTES,
    MAX_PROMPT_CHARS,
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

__all__ = [
    "MAX_FRAME_BYTES", "MAX_PROMPT_CHARS", "PROTOCOL_VERSION", "PROVISIONAL", "AgentDraft", "AgentSaved", "Answer",
    "Branch", "ClientFrame", "Configure", "Configured", "Discard", "Down", "EditDraft", "Error", "Interrupt",
    "Message", "NotebookChanged", "Notice", "Piece", "Plan", "Prompt", "Question", "QuestionSettled", "Queue",
    "Reorder", "Restart", "Rewind", "Sent", "ServerFrame", "SessionFrame", "Snapshot", "StateChanged", "Steered",
    "Text", "Thinking", "ToolFinished", "ToolInput", "ToolProgress", "ToolStarted", "TurnEnded", "TurnStarted",
    "Unqueue", "Welcome",
]  # fmt: skip

ClientFrame = Annotated[
    Prompt | Answer | Interrupt | Restart | Configure | Unqueue | Reorder | Rewind | EditDraft,
    Field(discriminator="type"),
]

SessionFrame = Annotated[
    TurnStarted | Steered | Branch | Text | Thinking | ToolInput | Message | Discard | ToolStarted | ToolProgress
    | ToolFinished | Question | QuestionSettled | Plan | Notice | TurnEnded | StateChanged | Queue
    | Configured | Sent | NotebookChanged | AgentDraft | AgentSaved,
    Field(discriminator="type"),
]  # fmt: skip

ServerFrame = Annotated[Welcome | Snapshot | Error | SessionFrame, Field(discriminator="type")]

PROVISIONAL = ("text", "thinking", "tool_input")
