"""What a session runs as: the agent as it was given, which its file may have left behind."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from ..agents.model import Agent
from ..protocol.base import Model


class Role(Model):
    """`agent` None: Claude Code itself, after it was an agent. `etag` is that of the file it was read from.

    `interview` is the session whose draft is tried in this one; empty: the agent is one of a file.
    """

    agent: Agent | None = None
    etag: str = ""
    interview: str = ""

    @classmethod
    def read(cls, text: str) -> Role | None:
        """As the store keeps it; None: it never was an agent. One that this version does not understand is none."""
        try:
            return cls.model_validate_json(text) if text else None
        except ValidationError:
            return cls()


def definition(agent: Agent) -> dict[str, Any]:
    """An agent in Claude Code's own words; nothing else of a file gets there."""
    return {
        "description": agent.description,
        "prompt": agent.prompt,
        "tools": agent.tools,
        "disallowedTools": agent.disallowed_tools or None,
        "model": agent.model,
        "effort": agent.effort,
        "maxTurns": agent.max_turns,
    }


def own_model(agent: Agent | None) -> str | None:
    """The model that an agent asks for; None: the conversation's."""
    return None if agent is None or agent.model == "inherit" else agent.model
