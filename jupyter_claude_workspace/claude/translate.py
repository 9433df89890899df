"""SDK messages → frames and events. Pure: no clock, no I/O; one translator follows one process.

What the rules rest on was measured with claude-agent-sdk 0.2.187 and CLI 2.1.330: an AssistantMessage carries one whole
block and comes just before that block's `content_block_stop`; after a cut or an API error the stream restarts under a
new message id, or the answer arrives whole under another; subagents send whole blocks only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claude_agent_sdk import (
    AssistantMessage,
    Message,
    RateLimitEvent,
    ResultMessage,
    StreamEvent,
    SystemMessage,
    TaskNotificationMessage,
    TaskProgressMessage,
    TaskStartedMessage,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)
from claude_agent_sdk.types import ConversationResetMessage, ServerToolResultBlock, ServerToolUseBlock

from ..protocol import frames
from .events import Alive, Event, Identity
from .results import finished, tool_finished
from .todo import TodoList
from .weather import Weather

SYNTHETIC = "<synthetic>"  # the model that the CLI names in messages it writes itself


class Translator:
    """Follows the messages of one process; `translate` gives what each of them means."""

    def __init__(self) -> None:
        self._stream: str = ""  # id of the API message that streams
        self._kinds: dict[int, tuple[str, str, str]] = {}  # block → (kind, tool id, tool name) of the streaming message
        self._whole: dict[str, int] = {}  # message id → how many of its blocks came whole
        self._provisional: set[int] = set()  # streaming blocks that are not whole yet
        self._identity: Identity | None = None
        self._spent = 0.0  # cost so far, as the CLI counts it
        self._spoken = False  # something of this turn was shown
        self._tool_names: dict[str, str] = {}
        self._problem_text = ""
        self._weather = Weather()
        self._todo = TodoList()

    def translate(self, message: Message) -> list[Event]:
        """What one message means, in order; never empty: at least it is a sign of life."""
        for kind, handle in self._handlers:
            if isinstance(message, kind):
                return handle(self, message) or [Alive()]
        return [Alive()]

    # ── streaming ──

    def _stream_event(self, message: StreamEvent) -> list[Event]:
        if message.parent_tool_use_id is not None:
            return []
        event = message.event
        match event.get("type"):
            case "message_start":
                return [*self._weather.passed(), *self._begin(str(event["message"].get("id", "")))]
            case "content_block_start":
                return self._block_start(int(event["index"]), event["content_block"])
            case "content_block_delta":
                return self._block_delta(int(event["index"]), event["delta"])
        return []

    def _begin(self, message_id: str) -> list[Event]:
        dropped = self._drop()
        self._stream, self._kinds = message_id, {}
        return dropped

    def _drop(self) -> list[Event]:
        """Pieces that never became whole are void: a retry starts anew."""
        if not self._provisional:
            return []
        self._provisional.clear()
        return [frames.Discard(message=self._stream)]

    def _block_start(self, index: int, block: dict[str, Any]) -> list[Event]:
        kind = str(block.get("type"))
        self._kinds[index] = (kind, str(block.get("id", "")), str(block.get("name", "")))
        self._provisional.add(index)
        if kind in ("tool_use", "server_tool_use"):
            _, tool, name = self._kinds[index]
            return [frames.ToolInput(message=self._stream, block=index, text="", tool=tool, name=name)]
        return []

    def _block_delta(self, index: int, delta: dict[str, Any]) -> list[Event]:
        match delta.get("type"):
            case "text_delta":
                return [frames.Text(message=self._stream, block=index, text=delta["text"])]
            case "thinking_delta":
                return [frames.Thinking(message=self._stream, block=index, text=delta["thinking"])]
            case "input_json_delta":
                _, tool, name = self._kinds.get(index, ("", "", ""))
                text = delta["partial_json"]
                return [frames.ToolInput(message=self._stream, block=index, text=text, tool=tool, name=name)]
        return []

    # ── whole blocks ──

    def _assistant(self, message: AssistantMessage) -> list[Event]:
        if message.error is not None:
            # The words of an API error; the result that follows says it as the turn's problem.
            self._problem_text = "".join(block.text for block in message.content if isinstance(block, TextBlock))
            return self._drop()
        if message.model == SYNTHETIC:
            return self._synthetic(message)
        message_id = message.message_id or message.uuid or ""
        made: list[Event] = [*self._weather.passed()]
        if message.parent_tool_use_id is None and message_id != self._stream:
            made += self._drop()
        for block in message.content:
            made += self._block(message_id, block, message.parent_tool_use_id)
        return made

    def _synthetic(self, message: AssistantMessage) -> list[Event]:
        """The CLI's own words (a slash command's answer); its placeholder for an unanswered turn is not for people."""
        text = "".join(block.text for block in message.content if isinstance(block, TextBlock)).strip()
        if not text or text == "No response requested.":
            return []
        self._spoken = True
        return [frames.Message(message=message.uuid or text[:40], block=0, kind="text", text=text)]

    def _block(self, message_id: str, block: Any, parent: str | None) -> list[Event]:
        index = self._index(message_id, parent)
        self._spoken = True
        if isinstance(block, TextBlock):
            return [frames.Message(message=message_id, block=index, kind="text", text=block.text, parent=parent)]
        if isinstance(block, ThinkingBlock):
            text = block.thinking
            return [frames.Message(message=message_id, block=index, kind="thinking", text=text, parent=parent)]
        if isinstance(block, (ToolUseBlock, ServerToolUseBlock)):
            self._tool_names[block.id] = block.name
            started = frames.ToolStarted(
                tool=block.id, name=block.name, input=block.input, message=message_id, block=index, parent=parent
            )
            return [started, *self._todo.called(block.id, block.name, block.input)]
        if isinstance(block, ServerToolResultBlock):
            return [tool_finished(block.tool_use_id, block.content, failed=False, detail=None)]
        return []

    def _index(self, message_id: str, parent: str | None) -> int:
        """Which block of the API message this is: the streaming one that is open, else the next in count."""
        if parent is None and message_id == self._stream and self._provisional:
            index = max(self._provisional)
            self._provisional.discard(index)
            self._whole[message_id] = max(self._whole.get(message_id, 0), index + 1)
            return index
        index = self._whole.get(message_id, 0)
        self._whole[message_id] = index + 1
        return index

    def _user(self, message: UserMessage) -> list[Event]:
        if isinstance(message.content, str):
            return []
        made: list[Event] = []
        for block in message.content:
            if isinstance(block, ToolResultBlock):
                detail = message.tool_use_result if isinstance(message.tool_use_result, dict) else None
                made.append(tool_finished(block.tool_use_id, block.content, failed=bool(block.is_error), detail=detail))
                made += self._todo.answered(block.tool_use_id, detail)
                self._tool_names.pop(block.tool_use_id, None)
        return made

    # ── the rest ──

    def _system(self, message: SystemMessage) -> list[Event]:
        data = message.data
        match message.subtype:
            case "init":
                return self._init(data)
            case "api_retry":
                return [*self._drop(), *self._weather.retry(data)]
            case "status":
                return self._weather.status(data)
            case "compact_boundary":
                return [frames.Notice(code="compacted", text="Earlier parts of the conversation were summarised.")]
        return []

    def _init(self, data: dict[str, Any]) -> list[Event]:
        identity = Identity(claude_session=str(data.get("session_id", "")), model=str(data.get("model", "")))
        if identity == self._identity:
            return []
        self._identity = identity
        return [identity]

    def _task(self, message: TaskStartedMessage | TaskProgressMessage | TaskNotificationMessage) -> list[Event]:
        if not message.tool_use_id:
            return []
        usage = getattr(message, "usage", None) or {}
        text = message.summary if isinstance(message, TaskNotificationMessage) else message.description
        tool = getattr(message, "last_tool_name", None)
        return [
            frames.ToolProgress(
                tool=message.tool_use_id,
                text=f"{text} ({tool})" if tool else text,
                elapsed_ms=usage.get("duration_ms"),
                tokens=usage.get("total_tokens"),
                tool_uses=usage.get("tool_uses"),
            )
        ]

    def _rate_limit(self, message: RateLimitEvent) -> list[Event]:
        return self._weather.rate_limit(message.rate_limit_info)

    def _reset(self, message: ConversationResetMessage) -> list[Event]:
        self._spent = 0.0
        return [frames.Notice(code="cleared", text="Claude starts from an empty conversation here.")]

    def _result(self, message: ResultMessage) -> list[Event]:
        made: list[Event] = [*self._weather.passed(), *self._drop()]
        if message.result and not message.is_error and not self._spoken:
            # A local slash command answers in the result alone.
            made.append(frames.Message(message=message.uuid or "result", block=0, kind="text", text=message.result))
        total = message.total_cost_usd or 0.0
        turn_cost, self._spent = max(0.0, total - self._spent), total
        model = self._identity.model if self._identity else None
        made.append(finished(message, cost=turn_cost, model=model, words=self._problem_text))
        self._spoken, self._problem_text = False, ""
        self._whole.clear()
        self._stream = ""
        return made

    _handlers: tuple[tuple[type | tuple[type, ...], Callable[[Translator, Any], list[Event]]], ...] = (
        (StreamEvent, _stream_event),
        (AssistantMessage, _assistant),
        (UserMessage, _user),
        (ResultMessage, _result),
        ((TaskStartedMessage, TaskProgressMessage, TaskNotificationMessage), _task),
        (SystemMessage, _system),
        (RateLimitEvent, _rate_limit),
        (ConversationResetMessage, _reset),
    )
