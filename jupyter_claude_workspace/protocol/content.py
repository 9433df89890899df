"""What frames carry: content blocks, attachments, questions, usage. Frozen, closed, JSON only."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .base import Model
from .notebook import CellChange, CellToRun, Mention, Privacy

State = Literal["asleep", "waking", "ready", "running", "waiting", "stopping", "failed"]
Context = Literal["workspace", "agent-create", "agent-try"]
Mode = Literal["default", "acceptEdits", "plan", "bypassPermissions"]
Effort = Literal["low", "medium", "high", "xhigh", "max"]
Color = Literal["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]


class TextBlock(Model):
    """Plain or markdown text."""

    kind: Literal["text"]
    text: str


class ImageBlock(Model):
    """A picture, base64."""

    kind: Literal["image"]
    media_type: Literal["image/png", "image/jpeg", "image/gif", "image/webp"]
    data: str


Block = Annotated[TextBlock | ImageBlock, Field(discriminator="kind")]


class Attachment(Model):
    """Something that the person put beside a prompt: a pasted picture or a file's text."""

    name: str = Field(max_length=255)
    content: Block


class Origin(Model):
    """Why a turn began: a person's prompt, or the CLI itself (a background task ended)."""

    kind: Literal["prompt", "task", "other"]
    prompt: str | None = Field(default=None, description="id of the prompt that is answered")
    user: str | None = Field(default=None, description="display name of who sent it, as the server knows it")


class QueuedPrompt(Model):
    """A prompt that waits for its turn."""

    prompt: str
    text: str
    user: str | None = None
    attachments: list[str] = Field(default_factory=list, description="their names")
    mentions: list[Mention] = Field(default_factory=list)
    when: Literal["steer"] | None = Field(default=None, description="it is on its way into the turn that runs")


class Settings(Model):
    """What a session runs with. None: whatever Claude Code's own settings say."""

    model: str | None = None
    effort: Effort | None = None
    mode: Mode = "default"
    agent: str | None = None
    privacy: Privacy = Field(default="full", description="how much of the notebook's data our tools show to Claude")
    sealed: bool = Field(default=False, description="Claude's own tools that could read the data elsewhere are denied")


class Rule(Model):
    """A permission rule a person may grant for the rest of this session, in Claude Code's own grammar."""

    tool: str
    pattern: str | None = Field(default=None, description="what inside the tool, e.g. `git status:*`; None: all of it")


class PermissionAsk(Model):
    """May this tool run with this input?"""

    kind: Literal["permission"]
    name: str = Field(description="tool name, e.g. Bash")
    input: dict[str, Any]
    title: str = Field(description="one line: what will happen")
    reason: str = Field(default="", description="why Claude Code asks")
    blocked_path: str | None = Field(default=None, description="a path outside of the session's folder")
    rules: list[Rule] = Field(default_factory=list, description="what `allow_session` may grant; usually one")


class ChoiceOption(Model):
    """One possible answer."""

    label: str
    description: str = ""


class ChoiceItem(Model):
    """One question of a choice."""

    question: str
    header: str = ""
    options: list[ChoiceOption]
    multi_select: bool = False


class ChoiceAsk(Model):
    """Claude asks the person (AskUserQuestion). Free text is always possible."""

    kind: Literal["choice"]
    items: list[ChoiceItem]


class PlanAsk(Model):
    """Claude presents a plan for approval (ExitPlanMode)."""

    kind: Literal["plan"]
    plan: str = Field(description="markdown")


class CellsAsk(Model):
    """May the notebook be changed like this? Each change is accepted or rejected by itself (`Answer.changes`)."""

    kind: Literal["cells"]
    title: str
    changes: list[CellChange]
    rules: list[Rule] = Field(default_factory=list)


class RunAsk(Model):
    """May this run in the person's kernel, or this be done to the kernel? The answer's `input` may edit `code`."""

    kind: Literal["run"]
    what: Literal["cells", "scratch", "interrupt", "restart"]
    title: str
    cells: list[CellToRun] = Field(default_factory=list)
    code: str = ""
    rules: list[Rule] = Field(default_factory=list)


Ask = Annotated[PermissionAsk | ChoiceAsk | PlanAsk | CellsAsk | RunAsk, Field(discriminator="kind")]


class PlanItem(Model):
    """One entry of Claude's to-do list."""

    id: str
    text: str
    status: Literal["pending", "in_progress", "completed"]


class Usage(Model):
    """Tokens of one turn, and money as Claude Code estimates it."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float = Field(default=0.0, description="an estimate made on this machine, not an invoice")
    context_window: int | None = Field(default=None, description="tokens that fit into the model's context")
    context_tokens: int | None = Field(default=None, description="tokens in the context when the turn ended")


class Problem(Model):
    """What went wrong and what to do about it."""

    code: str
    text: str
    remedy: str = ""


class DraftFields(Model):
    """An agent that is being made, as far as it is; what each field means says `agents/model.py`. None: nothing yet.

    Not checked as a finished agent is: a name may be half typed.
    """

    name: str | None = Field(default=None, max_length=200)
    description: str | None = Field(default=None, max_length=4_000)
    prompt: str | None = Field(default=None, max_length=100_000)
    tools: list[Annotated[str, Field(max_length=200)]] | None = Field(default=None, max_length=200)
    disallowed_tools: list[Annotated[str, Field(max_length=200)]] | None = Field(default=None, max_length=200)
    model: str | None = Field(default=None, max_length=200)
    effort: Effort | None = None
    max_turns: int | None = Field(default=None, ge=1, le=10_000)
    color: Color | None = None
    starters: list[Annotated[str, Field(max_length=1_000)]] | None = Field(default=None, max_length=20)
