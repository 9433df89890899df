"""What a scenario file may say, and reading a folder of them. `scenarios/README.md` tells authors the format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Discriminator, Field, Tag, ValidationError, field_validator, model_validator

from ..errors import WorkspaceError
from ..protocol.base import Model
from .faults import AnyFault

SHIPPED = Path(__file__).parent / "scenarios"


class ScenarioError(WorkspaceError):
    """A scenario file is not of the documented form; the text names file, key and fault."""

    code = "bad_scenario"


class TextPart(Model):
    """A text block, markdown."""

    text: str


class ThinkingPart(Model):
    """A thinking block."""

    thinking: str


class Long(Model):
    """A text of an exact length, made by repeating paragraphs."""

    paragraphs: list[Annotated[str, Field(min_length=1)]] = Field(min_length=1)
    tokens: int = Field(gt=0, description="length of the whole, in stream tokens")


class LongPart(Model):
    """A text block of an exact number of tokens."""

    long: Long


class ToolPart(Model):
    """A tool call."""

    tool: str = Field(min_length=1)
    input: dict[str, Any] = Field(default_factory=dict)
    with_result: bool = Field(default=False, description="below `input`: the JSON object that the last tool gave")


def _part_kind(raw: Any) -> str | None:
    """Which kind a part is: its first known key decides, so that a wrong one beside it is named."""
    if not isinstance(raw, dict):
        return type(raw).__name__.removesuffix("Part").lower()
    return next((key for key in ("text", "thinking", "long", "tool") if key in raw), None)


Part = Annotated[
    Annotated[TextPart, Tag("text")]
    | Annotated[ThinkingPart, Tag("thinking")]
    | Annotated[LongPart, Tag("long")]
    | Annotated[ToolPart, Tag("tool")],
    Discriminator(
        _part_kind,
        custom_error_type="part_kind",
        custom_error_message="a part of a reply has one of the keys text, thinking, long, tool",
    ),
]


class Reply(Model):
    """One API message. `if_failed` takes its place where a tool of the round before failed or was refused.

    `find` looks in what the conversation holds, the newest first; `if_missing` takes its place where it is not there.
    """

    content: list[Part] = Field(min_length=1)
    if_failed: list[Part] | None = Field(default=None, min_length=1)
    if_missing: list[Part] | None = Field(default=None, min_length=1)
    find: dict[str, str] = Field(default_factory=dict, description="by name, a regular expression with one group")
    pace: float | None = Field(default=None, ge=0, description="tokens a second; 0: as fast as it goes")

    @field_validator("find")
    @classmethod
    def _finds(cls, value: dict[str, str]) -> dict[str, str]:
        for name, pattern in value.items():
            if not re.fullmatch(r"[a-z_]+", name):
                raise ValueError(f"{name!r}: a name is made of small letters and _")
            try:
                groups = re.compile(pattern).groups
            except re.error as error:
                raise ValueError(f"{name}: not a regular expression: {error}") from error
            if groups != 1:
                raise ValueError(f"{name}: has {groups} groups, and needs one")
        return value


class Scenario(Model):
    """What the demo model does about one kind of prompt."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    about: str = Field(min_length=1, description="one line for people")
    ask: str = Field(default="", description="a natural prompt that reaches it")
    place: int = Field(default=0, ge=0, description="place in the list that visitors see; 0: not listed")
    match: str = Field(default="", description="regular expression, looked for in the prompt, case ignored")
    system: str = Field(default="", description="only where this regular expression is found in the system prompt")
    turn: int = Field(default=0, ge=0, description="only the conversation's n-th prompt; 0: any")
    helper: bool = Field(default=False, description="answers what Claude Code asks by itself, not a person's prompt")
    order: int = Field(default=100, description="lower ones are tried first")
    pace: float = Field(default=80.0, ge=0, description="tokens a second; 0: as fast as it goes")
    delay: float = Field(default=0.0, ge=0, description="seconds before the first byte")
    faults: list[AnyFault] = Field(default_factory=list)
    per: Literal["step", "session"] = Field(default="step", description="what the attempts are counted by")
    replies: list[Reply] = Field(min_length=1)

    @field_validator("match", "system")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _makes_sense(self) -> Scenario:
        if any(isinstance(part, ToolPart) for part in self.replies[-1].content):
            raise ValueError("the last reply calls a tool, so the conversation would never end: add a reply of text")
        if self.helper and (not self.match or len(self.replies) != 1 or self.ask):
            raise ValueError("a helper has a `match`, exactly one reply, and no `ask`")
        if self.place and not self.ask:
            raise ValueError("a `place` in the list needs an `ask` to list")
        if self.ask and not self.matches(self.ask):
            raise ValueError(f"its own `match` does not find its `ask` {self.ask!r}")
        if self.helper and (self.system or self.turn):
            raise ValueError("a helper is chosen by its `match` alone: take `system` and `turn` away")
        return self

    def fits(self, prompt: str, system: str, turn: int) -> bool:
        """Whether it answers this prompt, the `turn`-th of a conversation; where it asks for a system prompt, any."""
        if self.turn not in (0, turn):
            return False
        if not self.system:
            return self.matches(prompt)
        return re.search(self.system, system, re.MULTILINE) is not None and (not self.match or self.matches(prompt))

    def matches(self, text: str) -> bool:
        """Whether `match` is found in the text."""
        return bool(self.match) and re.search(self.match, text, re.IGNORECASE) is not None


def load(folders: Iterable[Path]) -> list[Scenario]:
    """The scenarios of all folders' `*.yaml`, in the order in which they are tried: by `order`, then folder, then name.

    Raises:
        ScenarioError: a folder is missing, a file is not valid, or two files give the same name.
    """
    found: dict[str, Path] = {}
    scenarios: list[Scenario] = []
    for folder in folders:
        if not folder.is_dir():
            raise ScenarioError(f"{folder}: there is no such folder.", remedy="Name a folder of scenario files.")
        for path in sorted(folder.glob("*.yaml")):
            scenario = read(path)
            if scenario.name in found:
                first = found[scenario.name]
                text = f"{path}: name: {scenario.name!r} is taken by {first}."
                raise ScenarioError(text, remedy="Choose another name.")
            found[scenario.name] = path
            scenarios.append(scenario)
    return sorted(scenarios, key=lambda scenario: scenario.order)


def read(path: Path) -> Scenario:
    """One scenario file.

    Raises:
        ScenarioError: not YAML, or not of the documented form.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: cannot be read: {error}.", remedy="Save it as a UTF-8 text file.") from error
    except yaml.YAMLError as error:
        remedy = "Check indentation and quotes there; a text that holds `: ` needs quotes or a block (`|`)."
        raise ScenarioError(f"{path}: not YAML: {error}", remedy=remedy) from error
    if not isinstance(raw, dict):
        raise ScenarioError(f"{path}: the file is not a mapping of keys.", remedy="Start from another scenario file.")
    try:
        scenario = Scenario.model_validate(raw)
    except ValidationError as error:
        raise _explained(path, error) from error
    if scenario.name != path.stem:
        raise ScenarioError(
            f"{path}: name: is {scenario.name!r}, but the file is called {path.name}.",
            remedy=f"Write `name: {path.stem}`, or rename the file.",
        )
    return scenario


def _explained(path: Path, error: ValidationError) -> ScenarioError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(step) for step in first["loc"]) or "the whole file"
    remedies = {
        "extra_forbidden": "Take this key away or correct its spelling.",
        "missing": "Add this key.",
    }
    remedy = remedies.get(first["type"], "Correct this value; scenarios/README.md describes every key.")
    return ScenarioError(f"{path}: {where}: {first['msg'].removeprefix('Value error, ')}.", remedy=remedy)
