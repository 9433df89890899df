"""THE definition of the channel: every frame, both directions.

`PROTOCOL.md` beside this file says in prose what each means, what follows it and what ends it.
`export.py` makes `schema.json` and the TypeScript types of it; `tests/golden/` holds one JSON document per frame.

Client frames are closed (an unknown key is an error frame). Server frames may grow: a client must tolerate unknown ones.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .content import (
    Ask,
    Attachment,
    Block,
    Context,
    Effort,
    Mode,
    Model,
    Origin,
    PlanItem,
    Problem,
    QueuedPrompt,
    Rule,
    Settings,
    State,
    Usage,
)

PROTOCOL_VERSION = 1
MAX_FRAME_BYTES = 1 << 20  # a client frame; larger ones close the socket with 1009
MAX_PROMPT_CHARS = 400_000
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


# ── up: from a client ────────────────────────────────────────────────────────────────────────────────────────────────


class Up(Model):
    """A frame from a client. `id` is the client's own; an `error` frame names it in `reply_to`."""

    id: Id | None = None


class Prompt(Up):
    """Ask Claude. Runs now, or waits in the queue behind the turn that runs."""

    type: Literal["prompt"]
    prompt: Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    text: str = Field(max_length=MAX_PROMPT_CHARS)
    attachments: list[Attachment] = Field(default_factory=list, max_length=20)
    cells: list[Id] = Field(default_factory=list, max_length=100, description="cell ids to send along")
    variables: list[str] = Field(default_factory=list, max_length=50, description="kernel variables to send along")


class Answer(Up):
    """Answer an open question. The nonce is single-use; the first answer wins."""

    type: Literal["answer"]
    question: Id
    nonce: str = Field(max_length=128)
    decision: Literal["allow", "allow_session", "deny"]
    message: str = Field(default="", max_length=20_000, description="words that go with a denial, or a plan's comments")
    input: dict[str, Any] | None = Field(default=None, description="the tool's input as the person edited it")
    rule: Rule | None = Field(default=None, description="with `allow_session`: one of the rules that were offered")
    answers: dict[str, str] | None = Field(default=None, description="for a choice: question → label(s) or free text")


class Interrupt(Up):
    """Stop the turn that runs. The queue stays."""

    type: Literal["interrupt"]


class Restart(Up):
    """End the process and start it again with the same conversation; the way out of `failed`."""

    type: Literal["restart"]


class Configure(Up):
    """Change what the session runs with. A key that is absent stays; null means Claude Code's own default."""

    type: Literal["configure"]
    model: str | None = Field(default=None, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@\[\]-]*$")
    effort: Effort | None = None
    mode: Mode | None = None
    agent: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")


class Unqueue(Up):
    """Take a waiting prompt back."""

    type: Literal["unqueue"]
    prompt: Id


class Rewind(Up):
    """Go back to before a turn."""

    type: Literal["rewind"]
    turn: Id


class CallResult(Up):
    """The live notebook's answer to a `call`."""

    type: Literal["call_result"]
    call: Id
    ok: bool
    result: Any = None
    problem: Problem | None = None


ClientFrame = Annotated[
    Prompt | Answer | Interrupt | Restart | Configure | Unqueue | Rewind | CallResult,
    Field(discriminator="type"),
]


# ── down, to one connection: not numbered, not kept ──────────────────────────────────────────────────────────────────


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


# ── down, of the session: numbered, kept in the journal ──────────────────────────────────────────────────────────────


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
    """A tool, subagent or background task is at work."""

    type: Literal["tool_progress"] = "tool_progress"
    tool: str
    text: str = ""
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
    over: bool = False


class TurnEnded(Down):
    """A turn is over. `why`: completed; interrupted by a person; failed (`problem` says how); cut (process or server died).

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
    """What the session runs with from now on, and its title."""

    type: Literal["configured"] = "configured"
    settings: Settings
    title: str = ""


class Call(Down):
    """A request to the live notebook of one client; others ignore it. Answered by `call_result`."""

    type: Literal["call"] = "call"
    call: str
    client: str
    name: str
    arguments: dict[str, Any]
    timeout_ms: int


class AgentDraft(Down):
    """The agent that is being made, as far as it is."""

    type: Literal["agent_draft"] = "agent_draft"
    fields: dict[str, Any]


class AgentSaved(Down):
    """An agent file was written."""

    type: Literal["agent_saved"] = "agent_saved"
    name: str
    path: str


SessionFrame = Annotated[
    TurnStarted | Text | Thinking | ToolInput | Message | Discard | ToolStarted | ToolProgress | ToolFinished | Question
    | QuestionSettled | Plan | Notice | TurnEnded | StateChanged | Queue | Configured | Call | AgentDraft | AgentSaved,
    Field(discriminator="type"),
]  # fmt: skip

ServerFrame = Annotated[
    Welcome | Snapshot | Error | TurnStarted | Text | Thinking | ToolInput | Message | Discard | ToolStarted
    | ToolProgress | ToolFinished | Question | QuestionSettled | Plan | Notice | TurnEnded | StateChanged | Queue
    | Configured | Call | AgentDraft | AgentSaved,
    Field(discriminator="type"),
]  # fmt: skip

PROVISIONAL = ("text", "thinking", "tool_input")
