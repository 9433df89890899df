"""Claude Code's own form of an agent: `.claude/agents/NAME.md`, front matter and a prompt."""

from __future__ import annotations

import re
from typing import Any, get_args

from ..errors import AgentInvalid
from ..protocol.content import Color, Effort
from . import front_matter
from .model import Agent
from .naming import named

# What JavaScript's trim() takes away: Claude Code trims the prompt.
BLANK = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
# Fields of Claude Code's that an agent of ours does not have, and why.
WITHOUT = {
    "hooks": "an agent here runs no commands by itself",
    "mcpServers": "an agent here brings no servers along",
    "permissionMode": "what may run without asking is chosen in each conversation",
    "skills": "an agent here loads no skills of its own",
    "memory": "an agent here keeps no memory of its own",
    "background": "whether an agent runs in the background is decided when it is called",
    "isolation": "an agent here works in the notebook's folder",
}
_NOTHING: tuple[Any, ...] = ("", "null", "~", "false", "default", [], {})
_TOOL = re.compile(r"(?:[^\s,()]|\([^()]*\))+")
_FIELDS = {
    "name", "description", "tools", "disallowedTools", "model", "effort", "maxTurns", "color", "initialPrompt",
}  # fmt: skip


def read(text: str, filename: str, stem: str) -> tuple[dict[str, Any], list[str]]:
    """The values of an agent's fields, as far as they can be carried, and sentences about the rest.

    Raises:
        AgentInvalid: it is no such file, or one without a prompt.
    """
    fields, body = front_matter.split(text, filename)
    prompt = body.strip(BLANK)
    if not prompt:
        raise AgentInvalid(f"{filename} has no prompt.", remedy="Write one below the front matter.")
    lost: list[str] = []
    called = _text(fields.get("name"))
    name, about = named(called or stem, stem)
    lost += (
        [about] if called and about else [] if called else [f"It has no name, and is called `{name}` after its file."]
    )
    values: dict[str, Any] = {
        "name": name,
        "description": _description(fields, called or name, lost),
        "prompt": prompt,
        "tools": tools(fields["tools"]) if "tools" in fields else None,
        "disallowed_tools": tools(fields.get("disallowedTools")) or [],
        "model": _text(fields.get("model")).strip() or None,
        "effort": _one_of(fields, "effort", get_args(Effort), lost),
        "max_turns": _max_turns(fields, lost),
        "color": _one_of(fields, "color", get_args(Color), lost),
        "starters": _starters(fields, lost),
    }
    if (values["model"] or "").lower() == "inherit":
        values["model"] = "inherit"
    return values, lost + _left_out(fields)


def write(agent: Agent) -> tuple[str, list[str]]:
    """The text of the file, and sentences about what it cannot carry. When the agent was saved is not part of it."""
    given: dict[str, Any] = {
        "name": agent.name,
        "description": agent.description,
        "tools": agent.tools,
        "disallowedTools": agent.disallowed_tools or None,
        "model": agent.model,
        "effort": agent.effort,
        "maxTurns": agent.max_turns,
        "color": agent.color,
    }
    lines = [front_matter.field(key, value) for key, value in given.items() if value is not None]
    lost = []
    if agent.starters:
        lost.append("The first questions were left out: an agent of Claude Code has none.")
    if "\\n" in agent.description:
        lost.append("Claude Code reads `\\n` (a backslash and an n) in the description as a line break.")
    if agent.prompt.strip(BLANK) != agent.prompt:
        lost.append("Claude Code leaves out the blank space around the prompt.")
    odd = [name for name in [*(agent.tools or []), *agent.disallowed_tools] if tools(name) != [name]]
    lost += [f"Claude Code does not read `{name}` as the name of one tool." for name in odd]
    return "\n".join(["---", *lines, "---", "", agent.prompt, ""]), lost


def tools(value: Any) -> list[str] | None:
    """The tools that a field names: a list, or texts with commas or spaces between. None: all (`*`)."""
    texts = value if isinstance(value, list) else [value]
    found = [name for text in texts if isinstance(text, str) for name in _TOOL.findall(text)]
    named_ones = [name for name in found if name not in _NOTHING]
    return None if "*" in named_ones else list(dict.fromkeys(named_ones))


def _text(value: Any) -> str:
    return "" if not isinstance(value, str) or value in ("null", "~") else value


def _description(fields: dict[str, Any], name: str, lost: list[str]) -> str:
    # Front matter on one line has its line breaks as `\n`, which Claude Code reads so, quoted or not.
    description = _text(fields.get("description")).replace("\\n", "\n")
    if description.strip():
        return description
    lost.append("It has no description; its name stands there until somebody writes when to use it.")
    return name


def _one_of(fields: dict[str, Any], key: str, known: tuple[str, ...], lost: list[str]) -> str | None:
    value = fields.get(key)
    if value is None or value in _NOTHING:
        return None
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in known:
        return word
    lost.append(f"`{key}` was left out: it is none of {', '.join(known)}.")
    return None


def _max_turns(fields: dict[str, Any], lost: list[str]) -> int | None:
    value = fields.get("maxTurns")
    if value is None or value in _NOTHING:
        return None
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,3}|10000", value.strip()):
        return int(value)
    lost.append("`maxTurns` was left out: it is no whole number from 1 to 10,000.")
    return None


def _starters(fields: dict[str, Any], lost: list[str]) -> list[str]:
    prompt = _text(fields.get("initialPrompt")).strip()
    if not prompt:
        return []
    if len(prompt) > 1_000:
        lost.append("`initialPrompt` was left out: a first question has at most 1,000 characters.")
        return []
    lost.append("`initialPrompt` became a first question that is offered; it is not sent by itself.")
    return [prompt]


def _left_out(fields: dict[str, Any]) -> list[str]:
    said = []
    for key, value in fields.items():
        if key in _FIELDS or value in _NOTHING:
            continue
        why = WITHOUT.get(key, "an agent has no such field")
        said.append(f"`{key[:60]}` was left out: {why}.")
    return said
