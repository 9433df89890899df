"""What a process tells its session, beside frames, and what it asks. No SDK types leave this package."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ..protocol.content import Mode, Problem, Rule, Usage
from ..protocol.frames import Down
from ..protocol.notebook import ChangeVerdict


@dataclass(frozen=True)
class Identity:
    """Under which id Claude Code keeps this conversation now, and with which model."""

    claude_session: str
    model: str


@dataclass(frozen=True)
class Point:
    """A point in Claude Code's own conversations: the id of one, and the id of the last entry of its transcript.

    `entry` is empty where nothing was said in it yet, and None where it is not known.
    """

    conversation: str
    entry: str | None


@dataclass(frozen=True)
class Entered:
    """The transcript has this entry now; it is the conversation's last one."""

    entry: str


@dataclass(frozen=True)
class Taken:
    """With the request that follows, the model reads these prompts: all of the turn's so far, in order."""

    prompts: tuple[str, ...]


@dataclass(frozen=True)
class InMode:
    """The permission mode that is in force from now on."""

    mode: Mode


@dataclass(frozen=True)
class Finished:
    """A turn of the CLI's ended.

    `prompts`: ids of the prompts that it took in; None where the CLI did not say. `own`: it began by itself.
    """

    why: Literal["completed", "interrupted", "failed"]
    prompts: tuple[str, ...] | None
    own: bool
    problem: Problem | None = None
    usage: Usage | None = None
    duration_ms: int | None = None
    model: str | None = None


@dataclass(frozen=True)
class Hopeless:
    """Trying again will not help (wrong key): the turn should be stopped now."""

    problem: Problem


@dataclass(frozen=True)
class Alive:
    """A sign of life that shows nothing."""


Event = Down | Identity | Entered | Taken | InMode | Finished | Hopeless | Alive


@dataclass(frozen=True)
class AskRequest:
    """Claude Code asks whether a tool may run."""

    tool: str
    name: str
    input: dict[str, Any]
    title: str = ""
    reason: str = ""
    blocked_path: str | None = None
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer. `input`: run it with this instead. `rule`: do not ask again in this session where it applies.

    `changes`: what was decided about each change of cells, in their order; empty: `allow` stands for all.
    """

    allow: bool
    message: str = ""
    input: dict[str, Any] | None = None
    rule: Rule | None = None
    interrupt: bool = False
    changes: tuple[ChangeVerdict, ...] = ()


@dataclass(frozen=True)
class Prompting:
    """One prompt as Claude Code takes it: `content` are API content blocks.

    `entry` is its id in Claude Code's transcript, another one each time it is sent: Claude Code drops in silence what
    bears an id that it has seen before, even if that was taken back.
    """

    prompt: str
    entry: str
    content: list[dict[str, Any]] = field(default_factory=list)
