"""SDK messages → frames and events. Pure: no clock, no I/O; one translator follows one process.

What the rules rest on was measured with claude-agent-sdk 0.2.187 and CLI 2.1.330: an AssistantMessage carries one whole
block and comes just before that block's `content_block_stop`; after a cut or an API error the stream restarts under a
new message id, or the answer arrives whole under another; subagents send whole blocks only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, get_args

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
from claude_agent_sdk.types import (
    ConversationResetMessage,
    ServerToolResultBlock,
    ServerToolUseBlock,
    TaskUpdatedMessage,
)

from ..protocol import frames
from ..protocol.content import Mode
from .events import Alive, Entered, Event, Identity, InMode, Taken
from .gauge import Gauge
from .results import finished, tool_finished
from .todo import TodoList
from .weather import Weather

SYNTHETIC = "<synthetic>"  # the model that the CLI names in messages it writes itself

_TASK_STATES: dict[str, Literal["done", "failed", "stopped"]] = {
    "completed": "done", "failed": "failed", "stopped": "stopped", "killed": "stopped",
}  # fmt: skip


class Translator:
    """Follows the messages of one process; `translate` gives what each of them means.

    `prompts` has the prompt's id for each id under which one was sent, `denied` the tool calls that were not allowed.
    """

    def __init__(self, prompts: Mapping[str, str] | None = None, denied: Collection[str] = ()) -> None:
        self._denied = denied
        self._prompts = {} if prompts is None else prompts
        self._stream: str = ""  # id of the API message that streams
        self._kinds: dict[int, tuple[str, str, str]] = {}  # block → (kind, tool id, tool name) of the streaming message
        self._whole: dict[str, int] = {}  # message id → how many of its blocks came whole
        self._provisional: set[int] = set()  # streaming blocks that are not whole yet
        self._identity: Identity | None = None
        self._mode_told = ""
        self._spent = 0.0  # cost so far, as the CLI counts it
        self._spoken = False  # something of this turn was shown
        self._tool_names: dict[str, str] = {}
        self._tasks: dict[str, str] = {}  # task → the tool call that started it, while it runs
        self._problem_text = ""
        self._weather = Weather()
        self._todo = TodoList()
        self._replayed: set[str] = set()  # ids of messages that the CLI tells again after a summary
        self.gauge = Gauge()

    def translate(self, message: Message) -> list[Event]:
        """What one message means, in order; never empty: at least it is a sign of life."""
        for kind, handle in self._handlers:
            if isinstance(message, kind):
                return [*_entered(message), *handle(self, message)] or [Alive()]
        return [Alive()]

    # ── streaming ──

    def _stream_event(self, message: StreamEvent) -> list[Event]:
        if message.parent_tool_use_id is not None:
            return []
        event = message.event
        match event.get("type"):
            case "message_start":
                self.gauge.request(event["message"])
                return [*self._weather.passed(), *self._begin(str(event["message"].get("id", "")))]
            case "message_delta":
                self.gauge.answer(event.get("usage") or {})
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
            self.gauge.request({"model": message.model, "usage": message.usage})
            made += self._drop()
        for block in message.content:
            made += self._block(message_id, block, message.parent_tool_use_id)
        return made

    def _synthetic(self, message: AssistantMessage) -> list[Event]:
        """The CLI's own words (a slash command's answer); its placeholder for an unanswered turn is not for people."""
        text = "".join(block.text for block in message.content if isinstance(block, TextBlock)).strip()
        if not text or text == "No response requested." or message.uuid in self._replayed:
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
                tool, failed, denied = block.tool_use_id, bool(block.is_error), block.tool_use_id in self._denied
                made.append(tool_finished(tool, block.content, failed=failed, denied=denied, detail=detail))
                made += self._todo.answered(tool, detail)
                self._tool_names.pop(tool, None)
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
                return [*self._weather.status(data), *self._taken(data), *self._mode(data)]
            case "compact_boundary":
                self.gauge.summary()
                kept = data.get("compact_metadata", {}).get("preserved_messages") or {}
                self._replayed.update(kept.get("all_uuids") or ())
                return [frames.Notice(code="compacted", text="Earlier parts of the conversation were summarised.")]
        return []

    def _init(self, data: dict[str, Any]) -> list[Event]:
        identity = Identity(claude_session=str(data.get("session_id", "")), model=str(data.get("model", "")))
        told = [] if identity == self._identity else [identity]
        self._identity = identity
        return [*told, *self._mode(data)]

    def _taken(self, data: dict[str, Any]) -> list[Event]:
        """Which prompts go into the request that is made now."""
        prompts = self._named(data.get("user_message_uuids") or ())
        return [Taken(prompts)] if prompts else []

    def _named(self, entries: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._prompts.get(entry, entry) for entry in entries)

    def _mode(self, data: dict[str, Any]) -> list[Event]:
        """The mode, where it is another than the last that was told; one of a newer CLI is nothing we could show."""
        mode: Any = data.get("permissionMode")
        if mode == self._mode_told or mode not in get_args(Mode):
            return []
        self._mode_told = mode
        return [InMode(mode)]

    def _task(self, message: TaskStartedMessage | TaskProgressMessage | TaskNotificationMessage) -> list[Event]:
        if not message.tool_use_id:
            return []
        usage = getattr(message, "usage", None) or {}
        text = message.summary if isinstance(message, TaskNotificationMessage) else message.description
        tool = getattr(message, "last_tool_name", None)
        if isinstance(message, TaskNotificationMessage):
            self._tasks.pop(message.task_id, None)
            state: Literal["running", "done", "failed", "stopped"] = _TASK_STATES.get(message.status, "done")
        else:
            self._tasks[message.task_id] = message.tool_use_id
            state = "running"
        return [
            frames.ToolProgress(
                tool=message.tool_use_id,
                text=f"{text} ({tool})" if tool else text,
                state=state,
                elapsed_ms=usage.get("duration_ms"),
                tokens=usage.get("total_tokens"),
                tool_uses=usage.get("tool_uses"),
            )
        ]

    def _task_updated(self, message: TaskUpdatedMessage) -> list[Event]:
        state = _TASK_STATES.get(message.status or "")
        tool = self._tasks.pop(message.task_id, None) if state else None
        return [frames.ToolProgress(tool=tool, state=state)] if tool and state else []

    @property
    def tasks(self) -> bool:
        """Whether background tasks run."""
        return bool(self._tasks)

    def ended(self) -> list[Event]:
        """What the end of the process means: its background tasks went with it."""
        tools, self._tasks = list(self._tasks.values()), {}
        return [frames.ToolProgress(tool=tool, state="stopped") for tool in tools]

    def _rate_limit(self, message: RateLimitEvent) -> list[Event]:
        return self._weather.rate_limit(message.rate_limit_info)

    def _reset(self, message: ConversationResetMessage) -> list[Event]:
        self._spent = 0.0
        self.gauge.summary()
        return [frames.Notice(code="cleared", text="Claude starts from an empty conversation here.")]

    def _result(self, message: ResultMessage) -> list[Event]:
        made: list[Event] = [*self._weather.passed(), *self._drop()]
        if message.result and not message.is_error and not self._spoken:
            # A local slash command answers in the result alone.
            made.append(frames.Message(message=message.uuid or "result", block=0, kind="text", text=message.result))
        total = message.total_cost_usd or 0.0
        turn_cost, self._spent = max(0.0, total - self._spent), total
        model = self._identity.model if self._identity else None
        ended = finished(message, cost=turn_cost, model=model, words=self._problem_text, gauge=self.gauge)
        made.append(ended if ended.prompts is None else replace(ended, prompts=self._named(ended.prompts)))
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
        (TaskUpdatedMessage, _task_updated),
        (SystemMessage, _system),
        (RateLimitEvent, _rate_limit),
        (ConversationResetMessage, _reset),
    )


def _entered(message: Message) -> list[Event]:
    """Every whole message of the main conversation is an entry of its transcript, under the same id."""
    if not isinstance(message, (AssistantMessage, UserMessage)) or message.parent_tool_use_id is not None:
        return []
    return [Entered(message.uuid)] if message.uuid else []
