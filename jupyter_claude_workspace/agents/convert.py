"""Agents in other forms than ours: read what Claude Code and opcode keep, write what Claude Code reads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from ..errors import AgentInvalid
from . import claude_code, opcode
from .document import MAX_BYTES, Document, parse, too_large
from .explain import explain
from .model import Agent

MARKDOWN = (".md", ".markdown")
LONGEST_DESCRIPTION = 4_000
_SUFFIX = re.compile(r"(\.opcode|\.agent)?\.json$|\.(md|markdown)$", re.IGNORECASE)
FORMS = "An agent comes as `NAME.md` of Claude Code, `NAME.opcode.json`, or `NAME.agent.json`."


@dataclass(frozen=True)
class Imported:
    """An agent that was read, not saved yet; `lost` says in sentences what is not as it was there."""

    agent: Agent
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Exported:
    """A file in another form; `lost` says in sentences what it could not take."""

    filename: str
    text: str
    lost: tuple[str, ...]


def read_agent(filename: str, text: str) -> Imported:
    """Read an agent in any form that is known. Of `filename` only the last part counts, and nothing is opened.

    Raises:
        AgentInvalid: it is of no such form, or no agent; the text names the file, and the key where it is one.
    """
    filename = PurePosixPath(filename.replace("\\", "/")).name[:255] or "the file"
    stem = _SUFFIX.sub("", filename)
    if len(text) > MAX_BYTES:
        raise too_large(filename)
    if filename.lower().endswith(MARKDOWN):
        return _made(*claude_code.read(text, filename, stem), filename)
    if not filename.lower().endswith(".json"):
        raise AgentInvalid(f"{filename} is no form of an agent.", remedy=FORMS)
    raw = _json(text)
    if opcode.is_opcode(raw):
        return _made(*opcode.read(raw, filename, stem), filename)
    return Imported(parse(_bytes(text, filename), filename).agent, ())


def write_agent(agent: Agent) -> Exported:
    """The agent as a `.claude/agents/NAME.md`."""
    text, lost = claude_code.write(agent)
    return Exported(f"{agent.name}.md", text, tuple(lost))


def _made(values: dict[str, Any], lost: list[str], filename: str) -> Imported:
    if len(values["description"]) > LONGEST_DESCRIPTION:
        values["description"] = values["description"][:LONGEST_DESCRIPTION]
        lost.append(f"The description was cut after {LONGEST_DESCRIPTION:,} characters.")
    try:
        agent = Agent.model_validate(values, strict=True)
    except ValidationError as error:
        text, remedy = explain(error)
        raise AgentInvalid(f"{filename}: {text}", remedy=remedy) from error
    # As strictly as a file of ours: what is imported can be saved.
    parse(Document(agent).render(), filename)
    return Imported(agent, tuple(lost))


def _json(text: str) -> Any:
    """What the text is as JSON; None where it is none, which who reads a file of ours says better."""
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _bytes(text: str, filename: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise AgentInvalid(f"{filename} holds half of a character (a lone surrogate).", remedy=FORMS) from error
