"""Frames to clients. Those of one connection are not numbered and not kept; those of the session are both."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .base import Model
from .content import (
    Ask,
    Attachment,
    Block,
    Context,
    DraftFields,
    Origin,
    PlanItem,
    Problem,
    QueuedPrompt,
    Rule,
    Settings,
    State,
    Usage,
)
from .notebook import ChangeVerdict, Mention, Privacy, SentItem

PROTOCOL_VERSION = 1


class Welcome(Model):
    """First frame of every connection."""

    type: Literal["welcome"] = "welcome"
    protocol: int = PROTOCOL_VERSION
    session: str
    context: Context
    notebook: str
    title: str
    head: int = Field(description="seq of the newest frame of the session")
    state: State
    settings: Settings
    demo: bool = Field(description="true where the model is the scripted stand-in")


class Snapshot(Model):
    """Forget what you have: the frames that follow, up to `head`, are the whole conversation, compacted."""

    type: Literal["snapshot"] = "snapshot"
    head: int


class Error(Model):
    """A client frame was refused; the connection stays."""

    type: Literal["error"] = "error"
    problem: Problem
    reply_to: str | None = Field(default=None, description="`id` of the refused frame, where it had one")


class Down(Model):
    """A frame of the session. `seq` rises by one a frame while the server lives, and jumps when it was restarted."""

    seq: int = 0
    at: int = Field(default=0, description="milliseconds since 1970-01-01 UTC")
    turn: str | None = None


class TurnStarted(Down):
    """A turn begins: `text` is the prompt that is answered."""

    type: Literal["turn_started"] = "turn_started"
    origin: Origin
    text: str = ""
    attachments: list[Attachment] = Field(default_factory=list)
    mentions: list[Mention] = Field(default_factory=list)
    after: str | None = Field(default=None, description="the turn that this one follows; absent: the last one shown")


class Steered(Down):
    """A prompt was put into the turn that runs, at this place."""

    type: Literal["steered"] = "steered"
    prompt: str
    text: str
    attachments: list[Attachment] = Field(default_factory=list)
    mentions: list[Mention] = Field(default_factory=list)
    user: str | None = None


class Branch(Down):
    """The conversation goes on after another turn than the newest: the next turn follows that one."""

    type: Literal["branch"] = "branch"
    after: str | None = Field(default=None, description="a turn; absent: before the first one")


class Piece(Down):
    """A provisional piece of block `block` of API message `message`; append it to what is there."""

    message: str
    block: int
    text: str


class Text(Piece):
    """A piece of the reply."""

    type: Literal["text"] = "text"


class Thinking(Piece):
    """A piece of thinking."""

    type: Literal["thinking"] = "thinking"


class ToolInput(Piece):
    """A piece of a tool call's input, JSON as text, before the call is whole."""

    type: Literal["tool_input"] = "tool_input"
    tool: str
    name: str


class Message(Down):
    """A whole block: it replaces whatever pieces of (message, block) came before. The truth.

    `partial`: the stream ended before the block did (interrupted, or the process died); this is all there is.
    """

    type: Literal["message"] = "message"
    message: str
    block: int
    kind: Literal["text", "thinking"]
    text: str
    parent: str | None = Field(default=None, description="tool call of the subagent that says this")
    partial: bool = False


class Discard(Down):
    """The pieces of this API message never became whole (a retry starts anew): drop them."""

    type: Literal["discard"] = "discard"
    message: str


class ToolStarted(Down):
    """Claude calls a tool; replaces pieces of its input."""

    type: Literal["tool_started"] = "tool_started"
    tool: str = Field(description="id of this call")
    name: str
    input: dict[str, Any]
    message: str = ""
    block: int = 0
    parent: str | None = None


class ToolProgress(Down):
    """A tool, subagent or background task is at work, or a background task has ended (`state`)."""

    type: Literal["tool_progress"] = "tool_progress"
    tool: str
    text: str = ""
    state: Literal["running", "done", "failed", "stopped"] = "running"
    elapsed_ms: int | None = None
    tokens: int | None = None
    tool_uses: int | None = None


class ToolFinished(Down):
    """A tool call ended. Long text is cut to its head and tail; `omitted` counts the characters left out."""

    type: Literal["tool_finished"] = "tool_finished"
    tool: str
    outcome: Literal["done", "failed", "denied", "interrupted"]
    content: list[Block] = Field(default_factory=list)
    detail: dict[str, Any] | None = Field(default=None, description="Claude Code's structured result, e.g. a patch")
    omitted: int = 0


class Question(Down):
    """A person must answer. Waits for ever; silence is no."""

    type: Literal["question"] = "question"
    question: str
    nonce: str
    tool: str | None = None
    parent: str | None = None
    ask: Ask


class QuestionSettled(Down):
    """A question is answered or withdrawn; it can be answered no more."""

    type: Literal["question_settled"] = "question_settled"
    question: str
    decision: Literal["allow", "allow_session", "deny", "withdrawn"]
    user: str | None = None
    message: str = ""
    rule: Rule | None = None
    answers: dict[str, str] | None = None
    input: dict[str, Any] | None = Field(default=None, description="what was allowed, where a person edited it")
    changes: list[ChangeVerdict] | None = Field(default=None, description="for changes of cells: what became of each")


class Plan(Down):
    """Claude's to-do list, whole."""

    type: Literal["plan"] = "plan"
    items: list[PlanItem]


class Notice(Down):
    """The weather: something a person should know that is not part of the conversation.

    `over`: the condition `code` has passed; take its notice away.
    """

    type: Literal["notice"] = "notice"
    code: str = Field(description="retrying, rate_limit, silent, compacting, compacted, restarted, cut, …")
    level: Literal["info", "warning", "error"] = "info"
    text: str = ""
    remedy: str = ""
    attempt: int | None = None
    max_attempts: int | None = None
    retry_in_ms: int | None = None
    snapshot: int | None = Field(default=None, description="of the timeline: restoring it puts this right")
    over: bool = False


class TurnEnded(Down):
    """A turn is over: completed, interrupted by a person, failed (`problem` says how), or cut (process or server died).

    `prompt_kept`: the prompt was not answered; offer to send `text` of its `turn_started` again. Never done by itself.
    """

    type: Literal["turn_ended"] = "turn_ended"
    why: Literal["completed", "interrupted", "failed", "cut"]
    problem: Problem | None = None
    prompt_kept: bool = False
    usage: Usage | None = None
    duration_ms: int | None = None
    model: str | None = None


class StateChanged(Down):
    """The session's state. `why` is for people."""

    type: Literal["state"] = "state"
    state: State
    why: str = ""
    problem: Problem | None = None


class Queue(Down):
    """The prompts that wait, whole and in order."""

    type: Literal["queue"] = "queue"
    prompts: list[QueuedPrompt]


class Configured(Down):
    """What the session runs with from now on, its title, and where its notebook is now if that was moved."""

    type: Literal["configured"] = "configured"
    settings: Settings
    title: str = ""
    notebook: str | None = None


class Sent(Down):
    """Pieces of the notebook's or the kernel's data went to the model: by a tool of ours, or along with a prompt."""

    type: Literal["sent"] = "sent"
    tool: str | None = Field(default=None, description="name of the tool; absent: they went along with a prompt")
    level: Privacy = Field(description="the privacy setting at that time")
    items: list[SentItem]


class NotebookChanged(Down):
    """How many cells of the notebook the turn `of` has changed so far, and whether that was undone."""

    type: Literal["notebook_changed"] = "notebook_changed"
    of: str = Field(description="the turn")
    cells: int
    undone: bool = False


class AgentDraft(Down):
    """The agent that is being made, whole, as far as it is."""

    type: Literal["agent_draft"] = "agent_draft"
    fields: DraftFields
    by: Literal["claude", "person"] = Field(description="whose change this is")


class AgentSaved(Down):
    """An agent file was written. `etag` is that of the file."""

    type: Literal["agent_saved"] = "agent_saved"
    name: str
    path: str = Field(description="of the file, below the server's root")
    etag: str
