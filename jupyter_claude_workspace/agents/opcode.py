"""Agents that opcode exported: `NAME.opcode.json`, one JSON object with the agent under `agent`."""

from __future__ import annotations

from typing import Any

from ..errors import AgentInvalid
from .naming import named

LONGEST_STARTER = 1_000
_KNOWN = {"name", "model", "system_prompt", "default_task"}
_WHY = {"hooks": "an agent here runs no commands by itself", "icon": "an agent here has no picture"}


def is_opcode(raw: Any) -> bool:
    """Whether a JSON value is of this form."""
    return isinstance(raw, dict) and isinstance(raw.get("agent"), dict) and "system_prompt" in raw["agent"]


def read(raw: dict[str, Any], filename: str, stem: str) -> tuple[dict[str, Any], list[str]]:
    """The values of an agent's fields, as far as they can be carried, and sentences about the rest.

    Raises:
        AgentInvalid: it has no prompt.
    """
    agent: dict[str, Any] = raw["agent"]
    prompt, task, called = (_text(agent.get(key)) for key in ("system_prompt", "default_task", "name"))
    if not prompt.strip():
        raise AgentInvalid(f"{filename} has no prompt.", remedy="Write one as its `system_prompt`.")
    name, about = named(called or stem, stem)
    lost = [about] if called and about else []
    lost.append("It has no description; its name and task stand there until somebody writes when to use it.")
    starters = [task] if task and len(task) <= LONGEST_STARTER else []
    if task and not starters:
        lost.append("`default_task` was left out: a first question has at most 1,000 characters.")
    for key, value in agent.items():
        if key not in _KNOWN and value not in (None, "", False, [], {}):
            lost.append(f"`{key[:60]}` was left out: {_WHY.get(key, 'an agent has no such field')}.")
    values = {
        "name": name,
        "description": ": ".join(filter(None, (called or name, " ".join(starters).strip()))),
        "prompt": prompt,
        "model": _text(agent.get("model")).strip() or None,
        "starters": starters,
    }
    return values, lost


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
