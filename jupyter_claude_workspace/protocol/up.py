"""Frames from a client. Closed: an unknown key is refused by name."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .base import Model
from .content import Attachment, DraftFields, Effort, Mode, Rule
from .notebook import ChangeVerdict, Mention, Privacy

MAX_FRAME_BYTES = 1 << 20  # a larger frame closes the socket with 1009
MAX_PROMPT_CHARS = 400_000
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


class Up(Model):
    """A frame from a client. `id` is the client's own; an `error` frame names it in `reply_to`."""

    id: Id | None = None


class Prompt(Up):
    """Ask Claude. Runs now; while a turn runs, waits behind it (`queue`) or is put into it (`steer`)."""

    type: Literal["prompt"]
    prompt: Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    text: str = Field(max_length=MAX_PROMPT_CHARS)
    when: Literal["queue", "steer"] = "queue"
    attachments: list[Attachment] = Field(default_factory=list, max_length=20)
    mentions: list[Mention] = Field(default_factory=list, max_length=50, description="what of the notebook goes along")


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
    changes: list[ChangeVerdict] | None = Field(
        default=None,
        max_length=500,
        description="for changes of cells: each; `decision` stands for the others",
    )


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
    privacy: Privacy | None = None
    sealed: bool | None = None


class Unqueue(Up):
    """Take a waiting prompt back."""

    type: Literal["unqueue"]
    prompt: Id


class Reorder(Up):
    """Let the waiting prompts wait in this order. Those that are not named follow in their present order."""

    type: Literal["reorder"]
    prompts: list[Id] = Field(max_length=1000)


class Rewind(Up):
    """Let the conversation go on after another turn; what came after it stays as a branch of its own."""

    type: Literal["rewind"]
    after: Id | None = Field(default=None, description="a turn; absent: before the first one")


class EditDraft(Up):
    """Change fields of the agent that is being made. A key that is absent stays; null empties it."""

    type: Literal["edit_draft"]
    fields: DraftFields
