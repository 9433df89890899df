"""The real Claude Code CLI on the demo model: one process, many prompts, and what came of each."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from claude_agent_sdk import (
    AssistantMessage,
    ClaudeAgentOptions,
    ClaudeSDKClient,
    PermissionResultAllow,
    PermissionResultDeny,
    ResultMessage,
    StreamEvent,
    SystemMessage,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)

Decide = Callable[[str, dict[str, Any]], Any]


def allow(name: str, given: dict[str, Any]) -> Any:
    """Say yes; to a question, its first option."""
    if name == "AskUserQuestion":
        given = {**given, "answers": {item["question"]: item["options"][0]["label"] for item in given["questions"]}}
    return PermissionResultAllow(updated_input=given)


def deny(_name: str, _given: dict[str, Any]) -> Any:
    """Say no, with words."""
    return PermissionResultDeny(message="Not on this machine.")


@dataclass
class Turn:
    """What one turn showed.

    `text` is what the whole messages of the main agent say, `streamed` what their deltas said; `inner` are subagents'
    texts and tool names, `remarks` what the CLI itself put into a message's place.
    """

    text: str = ""
    streamed: str = ""
    thinking: str = ""
    tools: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)
    results: list[ToolResultBlock] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    retries: list[int | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    result: ResultMessage | None = None

    @property
    def status(self) -> int | None:
        """The API error that ended the turn; None: it was answered."""
        assert self.result is not None
        assert self.result.is_error or self.result.api_error_status is None
        return self.result.api_error_status

    @property
    def tool_names(self) -> list[str]:
        """The main agent's tool calls, in order."""
        return [name for name, _given in self.tools]


class Player:
    """One CLI process in folders of its own; `ask` sends a prompt and waits for the end of its turn."""

    def __init__(self, home: Path, environment: dict[str, str], **options: Any) -> None:
        self.folder = home / "work"
        for folder in (self.folder, home / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        self.decide: Decide = allow
        self._asked: list[tuple[str, dict[str, Any]]] = []
        quiet = {
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_ENABLE_TODO_TOOLS": "1",
            "CLAUDE_CODE_MAX_RETRIES": "3",
        }
        places = {"HOME": home, "CLAUDE_CONFIG_DIR": home / "config", "CLAUDE_CODE_TMPDIR": home / "tmp"}
        extra = options.pop("env", {})
        self.client = ClaudeSDKClient(
            ClaudeAgentOptions(
                cwd=self.folder,
                env={**{name: str(place) for name, place in places.items()}, **quiet, **environment, **extra},
                system_prompt={"type": "preset", "preset": "claude_code"},
                setting_sources=["user"],
                # Else tools in plan mode go to a classifier that only Anthropic's own servers have, and are refused.
                settings='{"permissions": {"disableAutoMode": "disable"}}',
                can_use_tool=self._may,
                include_partial_messages=True,
                max_buffer_size=64 << 20,
                stderr=lambda _line: None,
                **options,
            )
        )

    async def _may(self, name: str, given: dict[str, Any], _context: Any) -> Any:
        self._asked.append((name, given))
        return self.decide(name, given)

    async def ask(self, prompt: str | None) -> Turn:
        """Send a prompt (None: only listen, for a turn that the CLI begins) and gather its turn."""
        turn = Turn()
        self._asked = turn.asked
        if prompt is not None:
            await self.client.query(prompt, session_id=str(uuid.uuid4()))
        async for message in self.client.receive_response():
            gather(turn, message)
        return turn


def gather(turn: Turn, message: Any) -> None:
    """Add one message of the SDK to what is known of the turn."""
    if isinstance(message, StreamEvent):
        delta = message.event.get("delta", {})
        turn.streamed += delta.get("text", "")
    elif isinstance(message, ResultMessage):
        turn.result = message
    elif isinstance(message, SystemMessage):
        turn.notes.append(message.subtype)
        if message.subtype == "api_retry":
            turn.retries.append(message.data.get("error_status"))
    elif isinstance(message, AssistantMessage) and message.model == "<synthetic>":
        turn.remarks += [block.text for block in message.content if isinstance(block, TextBlock)]
    elif isinstance(message, (AssistantMessage, UserMessage)):
        for block in message.content if isinstance(message.content, list) else []:
            _block(turn, block, message.parent_tool_use_id is None, isinstance(message, AssistantMessage))


def _block(turn: Turn, block: Any, main: bool, model: bool) -> None:
    if isinstance(block, TextBlock):
        if not main:
            turn.inner.append(block.text)
        elif model:
            turn.text += block.text
    elif isinstance(block, ThinkingBlock):
        turn.thinking += block.thinking
    elif isinstance(block, ToolUseBlock):
        if main:
            turn.tools.append((block.name, block.input))
        else:
            turn.inner.append(block.name)
    elif isinstance(block, ToolResultBlock) and main:
        turn.results.append(block)


async def played(
    home: Path, environment: dict[str, str], play: Callable[[Player], Awaitable[Any]], **options: Any
) -> Any:
    """Start a CLI, let `play` use it, and end it."""
    player = Player(home, environment, **options)
    async with player.client:
        return await play(player)


def run(home: Path, environment: dict[str, str], play: Callable[[Player], Awaitable[Any]], **options: Any) -> Any:
    """The same on a loop of its own."""
    return asyncio.run(played(home, environment, play, **options))
