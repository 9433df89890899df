"""Calls of our tools: what was decided about one before it runs, and what really happened, for its card.

A tool's handler is given its input and nothing else: which call of Claude's it is follows from the input. Two calls of
the same tool with the same input at the same time would be mixed up; of the tools that change something, Claude Code
runs one after another.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from ...claude.events import AskRequest
from ...protocol.content import Block
from ...protocol.frames import ToolFinished, ToolStarted
from ...tools.names import NOTEBOOK

# Takes a tool's input and answers with what Claude is told; raises WorkspaceError where it cannot be done.
Tool = Callable[[dict[str, Any]], Awaitable[list[Block]]]
Key = str

PREFIX = f"mcp__{NOTEBOOK}__"
KEPT = 200  # calls; one that was broken off is never finished
_CALL: ContextVar[Key] = ContextVar("call")


class Calls:
    """Lives on the engine's loop."""

    def __init__(self) -> None:
        self._started: OrderedDict[str, Key] = OrderedDict()  # the call's id →
        self._details: OrderedDict[Key, dict[str, Any]] = OrderedDict()

    def asked(self, request: AskRequest, given: dict[str, Any] | None = None) -> None:
        """A call may run; `given` is what its input was changed to."""
        _put(self._started, request.tool, key_of(request.name, request.input if given is None else given))

    def bound(self, name: str, tool: Tool) -> Tool:
        """A tool, during whose calls `detail` knows which one it is; `name` is the short one."""

        async def call(given: dict[str, Any]) -> list[Block]:
            token = _CALL.set(key_of(PREFIX + name, given))
            try:
                return await tool(given)
            finally:
                _CALL.reset(token)

        return call

    def detail(self, detail: dict[str, Any]) -> None:
        """What the call that runs did, for its card."""
        _put(self._details, _CALL.get(), detail)

    def started(self, frame: ToolStarted) -> None:
        """A call was announced."""
        if frame.name.startswith(PREFIX) and frame.tool not in self._started:
            _put(self._started, frame.tool, key_of(frame.name, frame.input))

    def finished(self, frame: ToolFinished) -> ToolFinished:
        """A call is over: its frame, with what it did."""
        key = self._started.pop(frame.tool, "")
        detail = self._details.pop(key, None)
        return frame if detail is None else frame.model_copy(update={"detail": detail})


def key_of(name: str, given: dict[str, Any]) -> Key:
    """What tells a call from others."""
    return name + json.dumps(given, sort_keys=True)


def _put(kept: OrderedDict[str, Any], key: str, value: Any) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > KEPT:
        kept.popitem(last=False)
