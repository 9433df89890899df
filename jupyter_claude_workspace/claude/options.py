"""What a process is started with: the SDK's options for one session."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from claude_agent_sdk import AgentDefinition, ClaudeAgentOptions, HookMatcher
from claude_agent_sdk.types import SystemPromptPreset

from ..protocol.content import Context, Settings
from .wording import INTERVIEW_PROMPT, NOTEBOOK_PROMPT, PASTE_PROMPT, WORKSPACE_PROMPT

# One stdout line larger than this kills the SDK's reader (a picture in a tool result is one line).
LINE_BYTES = 64 << 20
# Other notebooks' sessions are nobody's business here; NotebookEdit works on the file behind the open notebook's back.
DISALLOWED = ("ListAgents", "SendMessage", "NotebookEdit")

# Not even offered in a sealed session (session/sealing.py, which denies whatever else there is).
SEALED = ("Bash", "Read", "Grep", "Glob", "Edit", "Write", "WebFetch", "WebSearch", "Task", "Agent", "Monitor", "Skill")

# In plan mode, and after a plan was refused, a classifier would decide about commands in the person's place.
SETTINGS = {"permissions": {"disableAutoMode": "disable"}}

# The interviewer looks at the folder, and writes nothing but the draft.
INTERVIEW_TOOLS = ("Read", "Glob", "Grep", "AskUserQuestion")


@dataclass(frozen=True)
class ProcessSpec:
    """One start of one session's process.

    `claude_session` is the id under which Claude Code keeps the conversation; `resume` says that it has begun. `agents`
    are those that may be delegated to, in Claude Code's own words, and `agent` the one among them that it runs as.
    `keep_prompt`: the system prompt stays what it was when the conversation began. `servers`: our own tools, by name.
    """

    session_id: str
    context: Context
    notebook: str
    directory: Path
    settings: Settings
    claude_session: str
    resume: bool
    allow_bypass: bool = False
    agent: str | None = None
    agents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    max_turns: int | None = None
    keep_prompt: bool = True
    servers: Mapping[str, Any] = field(default_factory=dict)


def build(
    spec: ProcessSpec,
    *,
    cli_path: Path,
    environment: dict[str, str],
    can_use_tool: Callable[..., Awaitable[Any]],
    before_tool: Callable[..., Awaitable[Any]],
    stderr: Callable[[str], None],
) -> ClaudeAgentOptions:
    """The SDK's options. Only the person's own settings are loaded: a folder's hooks, keys and servers are not."""
    interview = spec.context == "agent-create"
    prompt = SystemPromptPreset(type="preset", preset="claude_code", append=_words(spec))
    if not spec.keep_prompt:
        prompt["snapshot"] = False
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
        disallowed_tools=[*DISALLOWED, *(SEALED if spec.settings.sealed else ())],
        can_use_tool=can_use_tool,
        # A failing hook blocks the tool: what is sealed stays sealed.
        hooks={"PreToolUse": [HookMatcher(hooks=[before_tool], on_failure="block")]},
        include_partial_messages=True,
        forward_subagent_text=True,
        max_buffer_size=LINE_BYTES,
        stderr=stderr,
        session_id=None if spec.resume else spec.claude_session,
        resume=spec.claude_session if spec.resume else None,
        tools=list(INTERVIEW_TOOLS) if interview else None,
        mcp_servers=dict(spec.servers),
        agents={name: AgentDefinition(**words) for name, words in spec.agents.items()} or None,
        max_turns=spec.max_turns,
        extra_args=_arguments(spec),
    )


def _words(spec: ProcessSpec) -> str:
    """What we add to the system prompt, which is Claude Code's own or the agent's."""
    if spec.context == "agent-create":
        return INTERVIEW_PROMPT.format(notebook=spec.notebook)
    who = "You are Claude Code" if spec.agent is None else f"You work as the agent `{spec.agent}`"
    work = NOTEBOOK_PROMPT if spec.servers else PASTE_PROMPT
    return f"{WORKSPACE_PROMPT.format(who=who, notebook=spec.notebook)}\n{work}"


def _arguments(spec: ProcessSpec) -> dict[str, str | None]:
    """Flags that the SDK has no option for. The only words of a file among them are an agent's checked name."""
    bypass: dict[str, str | None] = {"allow-dangerously-skip-permissions": None} if spec.allow_bypass else {}
    return bypass if spec.agent is None else {**bypass, "agent": spec.agent}
