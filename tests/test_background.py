"""Background tasks: how the frames tell that one runs, and that it has ended."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from claude_agent_sdk import TaskNotificationMessage, TaskStartedMessage
from claude_agent_sdk.types import TaskUpdatedMessage

from jupyter_claude_workspace.claude.translate import Translator
from jupyter_claude_workspace.protocol.frames import Down, Text, ToolFinished, ToolProgress, TurnEnded
from jupyter_claude_workspace.session.journal import Journal
from jupyter_claude_workspace.session.recovery import repair
from jupyter_claude_workspace.session.store import Store

COMMON: dict[str, Any] = {"data": {}, "uuid": "u", "session_id": "s", "task_id": "b1"}


def told(translator: Translator, message: Any) -> list[tuple[str, str]]:
    """The tool calls and states of the frames that come of it."""
    return [(event.tool, event.state) for event in translator.translate(message) if isinstance(event, ToolProgress)]


def started() -> TaskStartedMessage:
    return TaskStartedMessage(subtype="task_started", description="Train", tool_use_id="k", **COMMON)


def notified(status: Any) -> TaskNotificationMessage:
    return TaskNotificationMessage(
        subtype="task_notification", status=status, output_file="", summary="Over", tool_use_id="k", **COMMON
    )


def updated(status: Any) -> TaskUpdatedMessage:
    return TaskUpdatedMessage(subtype="task_updated", patch={"status": status}, status=status, **COMMON)


@pytest.mark.parametrize(("status", "state"), [("completed", "done"), ("failed", "failed"), ("stopped", "stopped")])
def test_a_notification_says_how_a_task_ended(status: str, state: str) -> None:
    """It runs from its start until then."""
    translator = Translator()

    assert told(translator, started()) == [("k", "running")]
    assert told(translator, notified(status)) == [("k", state)]


def test_a_task_that_was_killed_has_ended_without_a_notification() -> None:
    """An update names the task only; it is known which call started it, and told once."""
    translator = Translator()
    told(translator, started())

    assert told(translator, updated("running")) == []
    assert told(translator, updated("killed")) == [("k", "stopped")]
    assert told(translator, updated("killed")) == []


def test_the_end_of_the_process_stops_what_still_ran() -> None:
    """Tasks live in Claude Code's process; what had ended before is not told again."""
    translator = Translator()
    told(translator, started())

    assert [(event.tool, event.state) for event in translator.ended() if isinstance(event, ToolProgress)] == [
        ("k", "stopped")
    ]
    assert translator.ended() == []


LAUNCHED = ToolFinished(tool="k", outcome="done", detail={"backgroundTaskId": "b1"})


def test_after_its_turn_a_conversation_still_tells_how_a_task_ended(tmp_path: Path) -> None:
    """When the turn is over, progress goes and the end of a task stays, for whoever opens the page later."""
    store = Store(tmp_path / "sessions.sqlite")
    store.open()
    journal = Journal("s", store, head=0, memory=1 << 20)
    ended = ToolProgress(tool="k", state="failed")
    for frame in (Text(message="m", block=0, text="piece"), ToolProgress(tool="j"), LAUNCHED, ended):
        journal.append(frame, "t")
    journal.append(TurnEnded(why="completed"), "t")
    store.end_turn("s", "t")
    kept = asyncio.run(journal.frames())
    store.close()

    assert [type(frame) for frame in kept] == [ToolFinished, ToolProgress, TurnEnded]


@pytest.mark.parametrize(
    ("frames", "stopped"),
    [
        ([LAUNCHED], ["k"]),
        ([LAUNCHED, ToolProgress(tool="k")], ["k"]),
        ([LAUNCHED, ToolProgress(tool="k", state="done")], []),
        ([ToolFinished(tool="k", outcome="done")], []),
    ],
)
def test_a_server_that_died_took_its_tasks_along(frames: list[Down], stopped: list[str]) -> None:
    """Loaded again, a conversation says of each task without an end that it was stopped."""
    assert [frame.tool for frame, _ in repair(frames) if isinstance(frame, ToolProgress)] == stopped
