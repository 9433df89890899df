"""What a process is started with: the SDK's options for one session."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions
from claude_agent_sdk.types import SystemPromptPreset

from ..protocol.content import Context, Settings

# One stdout line larger than this kills the SDK's reader (a picture in a tool result is one line).
LINE_BYTES = 64 << 20
# Other notebooks' sessions are nobody's business here; NotebookEdit works on the file behind the open notebook's back.
DISALLOWED = ("ListAgents", "SendMessage", "NotebookEdit")

# In plan mode, and after a plan was refused, a classifier would decide about commands in the person's place.
SETTINGS = {"permissions": {"disableAutoMode": "disable"}}

WORKSPACE_PROMPT = """
You are Claude Code inside Jupyter. The person works in the notebook `{notebook}`; your working directory is its folder.
They read your answers in a chat panel inside the notebook that renders GitHub-flavoured markdown.
The notebook is open in their browser: never write to its .ipynb file, which would conflict with what they have open.
Give code for the notebook as fenced code blocks that they can paste into a cell.
""".strip()

AGENT_PROMPT = """
You are Claude Code inside Jupyter, in a session in which a person creates an agent for the notebook `{notebook}`.
Interview them, one or two short questions at a time: what the agent is for, when to use it, what it should and should
not do, which tools it may use, how it should answer. Then propose a name (lower case letters, digits, `-`, `_`), a
one-sentence description and a system prompt, and refine them with the person. Do not do the agent's work yourself.
""".strip()


@dataclass(frozen=True)
class ProcessSpec:
    """One start of one session's process.

    `claude_session` is the id under which Claude Code keeps the conversation; `resume` says that it has begun.
    """

    session_id: str
    context: Context
    notebook: str
    directory: Path
    settings: Settings
    claude_session: str
    resume: bool
    allow_bypass: bool = False


def build(
    spec: ProcessSpec,
    *,
    cli_path: Path,
    environment: dict[str, str],
    can_use_tool: Callable[..., Awaitable[Any]],
    stderr: Callable[[str], None],
) -> ClaudeAgentOptions:
    """The SDK's options. Only the person's own settings are loaded: a folder's hooks, keys and servers are not."""
    template = AGENT_PROMPT if spec.context == "agent-create" else WORKSPACE_PROMPT
    prompt = SystemPromptPreset(type="preset", preset="claude_code", append=template.format(notebook=spec.notebook))
    return ClaudeAgentOptions(
        cwd=spec.directory,
        cli_path=cli_path,
        env=environment,
        model=spec.settings.model,
        effort=spec.settings.effort,
        permission_mode=spec.settings.mode,
        system_prompt=prompt,
        setting_sources=["user"],
        settings=json.dumps(SETTINGS),
        disallowed_tools=list(DISALLOWED),
        can_use_tool=can_use_tool,
        include_partial_messages=True,
        forward_subagent_text=True,
        max_buffer_size=LINE_BYTES,
        stderr=stderr,
        session_id=None if spec.resume else spec.claude_session,
        resume=spec.claude_session if spec.resume else None,
        extra_args={"allow-dangerously-skip-permissions": None} if spec.allow_bypass else {},
    )
