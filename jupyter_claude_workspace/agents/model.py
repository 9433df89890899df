"""What an agent file says. The fields follow Claude Code's own agent definition, so that a file converts both ways."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from ..protocol.base import Model
from ..protocol.content import Color, Effort

SCHEMA_VERSION = 1
SUFFIX = ".agent.json"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NAME_RULE = "1 to 64 lower case letters, digits, `-` and `_`, with a letter or digit first"

# A letter first: on the CLI's command line a name of a tool cannot be taken for a flag.
ToolName = Annotated[
    str,
    Field(max_length=200, pattern=r"^[A-Za-z][^\x00-\x1f\x7f]*$", description="1 to 200 characters, a letter first"),
]


class Agent(Model):
    """One agent. Closed: hooks, MCP commands, environment and permission modes are not fields of it.

    `tools`: None means all that the session has. `model`: None or `inherit` means that of the conversation.
    """

    schema_version: Literal[1] = 1
    name: str = Field(pattern=f"^{NAME.pattern}$", description=NAME_RULE)
    description: str = Field(min_length=1, max_length=4_000, description="when to use it, one or two sentences")
    prompt: str = Field(min_length=1, max_length=100_000, description="its system prompt")
    tools: list[ToolName] | None = Field(default=None, max_length=200, description="the only tools that it has")
    disallowed_tools: list[ToolName] = Field(default_factory=list, max_length=200)
    model: str | None = Field(default=None, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@\[\]-]*$")
    effort: Effort | None = None
    max_turns: int | None = Field(default=None, ge=1, le=10_000)
    color: Color | None = Field(default=None, description="how Claude Code marks it")
    starters: list[Annotated[str, Field(min_length=1, max_length=1_000)]] = Field(
        default_factory=list, max_length=20, description="first questions to offer"
    )
    created: str | None = Field(default=None, max_length=40, description="ISO 8601")
    modified: str | None = Field(default=None, max_length=40, description="ISO 8601")
