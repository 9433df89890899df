"""Sessions that work in a notebook in memory, and scenarios in which the model calls the tools that a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from engine_room import TESTS, Client, Room, room
from plain_notebooks import PlainNotebooks, code, text

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.protocol.frames import Question, ToolFinished, TurnEnded

NOTEBOOK = "mcp__notebook__"
HELLO = {"output_type": "stream", "name": "stdout", "text": "hello\n"}
Call = tuple[str, dict[str, Any]]


def call(tool: str, /, **given: Any) -> Call:
    """A call of one of the notebook's tools."""
    return NOTEBOOK + tool, given


def edit(*edits: dict[str, Any]) -> Call:
    """A call of edit_cells."""
    return call("edit_cells", edits=list(edits))


def write_scripts(folder: Path, scripts: Mapping[str, Sequence[Call]]) -> None:
    """One scenario for each: the model makes these calls, one after another whatever comes of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, calls in scripts.items():
        replies = [{"content": [{"tool": tool, "input": given}]} for tool, given in calls]
        last = {"content": [{"text": "That was all."}]}
        scenario = {"name": name, "about": "calls tools", "replies": [*replies, last]}
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(scenario, allow_unicode=True))


def scripted(folder: Path, scripts: Mapping[str, Sequence[Call]]) -> DemoThread:
    """The demo model with these, to be entered."""
    write_scripts(folder, scripts)
    return DemoThread([SHIPPED, TESTS, folder], pace=0)


def told(frames: Sequence[Any]) -> list[tuple[str, str]]:
    """What each call came to: its outcome, and the text that Claude was given."""
    finished = [frame for frame in frames if isinstance(frame, ToolFinished)]
    return [
        (frame.outcome, "\n".join(getattr(block, "text", "(picture)") for block in frame.content)) for frame in finished
    ]


Scene = Callable[[Room, Client, PlainNotebooks], Coroutine[Any, Any, None]]
Play = Callable[..., None]


def playing(folder: Path, model: DemoThread) -> Play:
    """What runs a scene in which one session has a notebook: three cells, or another; settings by name."""

    def play(scene: Scene, notebooks: PlainNotebooks | None = None, **settings: Any) -> None:
        ran = code("aa", "x = 1", outputs=[HELLO], execution_count=3)
        made = notebooks or PlainNotebooks(ran, text("bb", "# Text"), code("cc", "z = 3"))

        async def main() -> None:
            async with room(folder, demo=model, hosted=made, **settings) as made_room:
                client = await made_room.open()
                await client.state("ready")
                await scene(made_room, client, made)
                await client.leave()

        asyncio.run(main())

    return play


def of(frames: Sequence[Any], kind: type[Any]) -> list[Any]:
    """The frames of one kind."""
    return [frame for frame in frames if isinstance(frame, kind)]


async def until_asked(client: Client, prompt: str) -> Question:
    """Send a prompt; the question that it leads to."""
    start = len(client.frames)
    await client.prompt(prompt)
    question: Question = await client.kind(Question, after=start)
    return question


async def until_over(client: Client, start: int) -> list[Any]:
    """The frames from a place on, once the turn is over and the next may begin."""
    end = await client.kind(TurnEnded, after=start)
    await client.state("ready", after=client.frames.index(end))
    return client.frames[start:]
