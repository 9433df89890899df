"""Steering: what a person puts into a running turn is read in it or answered after it, once, and never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from engine_room import TESTS, Client, Play, Reader, Room, room, sleeping, text_of

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.errors import BadRequest
from jupyter_claude_workspace.protocol.content import Attachment, ImageBlock, TextBlock
from jupyter_claude_workspace.protocol.frames import (
    Interrupt,
    Question,
    Queue,
    Restart,
    Steered,
    Text,
    ToolFinished,
    TurnEnded,
    TurnStarted,
    Unqueue,
)

READER = Reader()
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoThread]:
    with DemoThread([SHIPPED, TESTS], pace=400, asking=READER) as made:
        yield made


async def steer(client: Client, text: str, **more: Any) -> str:
    return await client.prompt(text, when="steer", **more)


async def in_a_tool(client: Client, words: str = "demo: nap") -> str:
    """Begin a turn and wait until its command runs; returns the prompt."""
    start = len(client.frames)
    prompt = await client.prompt(words)
    await client.answer(await client.kind(Question, after=start))
    await sleeping(client.session_id)
    return prompt


def story(client: Client) -> list[str]:
    """What happened, in a few words: prompts by the last word of their text."""
    told = []
    for frame in client.frames:
        if isinstance(frame, TurnStarted):
            told.append(f"+{frame.text.split()[-1]}")
        elif isinstance(frame, Steered):
            told.append(f"<{frame.text.split()[-1]}")
        elif isinstance(frame, ToolFinished):
            told.append("tool")
        elif isinstance(frame, TurnEnded):
            told.append(frame.why)
    return told


def test_a_turn_reads_what_is_put_into_it_while_a_tool_runs(play: Play) -> None:
    """Two prompts, one with a picture and a file, are read with the tool's result; the frames stand at that place."""

    async def scene(_: Room, client: Client) -> None:
        await in_a_tool(client)
        files = [
            Attachment(name="dot.png", content=ImageBlock(kind="image", media_type="image/png", data=PIXEL)),
            Attachment(name="notes.txt", content=TextBlock(kind="text", text="Units are grams.")),
        ]
        first = await steer(client, "use the median")
        second = await steer(client, "look here", attachments=files)
        await client.kind(TurnEnded)
        await client.ready()
        assert story(client) == ["+nap", "tool", "<median", "<here", "completed"]
        shown = [frame for frame in client.frames if isinstance(frame, Steered)]
        assert [(frame.prompt, frame.user) for frame in shown] == [(first, "ann"), (second, "ann")]
        assert shown[1].attachments == files
        for word in ("use the median", "look here", "Units are grams."):
            assert READER.count(word) == 1
        assert READER.count("'type': 'image'") == 1
        listed = [
            [(item.text, item.when) for item in frame.prompts] for frame in client.frames if isinstance(frame, Queue)
        ]
        assert listed[:2] == [
            [("use the median", "steer")],
            [("use the median", "steer"), ("look here", "steer")],
        ]
        assert listed[-1] == []

    play(scene)


def test_what_comes_too_late_has_a_turn_of_its_own(play: Play) -> None:
    """While text streams nothing can be read; after it two prompts are answered together, as a proper turn."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: markdown")
        await client.kind(Text)
        first = await steer(client, "demo: history one")
        await steer(client, "demo: history two")
        waiting = await client.prompt("demo: history last")
        await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.origin.prompt == waiting)
        await client.ready()
        assert story(client) == ["+markdown", "completed", "+one", "<two", "completed", "+last", "completed"]
        begun = [frame for frame in client.frames if isinstance(frame, TurnStarted)]
        assert [frame.origin.kind for frame in begun] == ["prompt"] * 3
        assert begun[1].origin.prompt == first
        assert [frame.after for frame in begun] == [None, begun[0].turn, begun[1].turn]
        assert READER.count("demo: history one") == READER.count("demo: history two") == 1

    play(scene)


@pytest.mark.parametrize("tool", [True, False])
def test_a_stop_does_not_lose_it(play: Play, tool: bool) -> None:
    """Where the turn is stopped before it was read, it is the next turn, and asked once."""

    async def scene(_: Room, client: Client) -> None:
        if tool:
            await in_a_tool(client, "demo: slow-command")
        else:
            await client.prompt("demo: long")
            await client.kind(Text)
        late = await steer(client, "demo: history late")
        await client.post(Interrupt(type="interrupt"))
        begun = await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.origin.prompt == late)
        await client.ready()
        answer = client.frames[client.frames.index(begun) :]
        told = [word for word in story(client) if word != "tool"]
        assert told[1:] == ["interrupted", "+late", "completed"]
        assert "late" in text_of(answer)
        assert READER.count("history late") == 1

    play(scene)


@pytest.mark.parametrize("how", ["kill", "restart"])
def test_a_death_does_not_lose_it(play: Play, how: str) -> None:
    """Where the process dies or is restarted before it was read, it waits, and the next process is asked once."""

    async def scene(_: Room, client: Client) -> None:
        await in_a_tool(client, "demo: slow-command")
        await steer(client, "demo: history late")
        await asyncio.sleep(0.2)
        if how == "kill":
            psutil.Process((await client.info()).pid).kill()
        else:
            await client.post(Restart(type="restart"))
        end = await client.kind(TurnEnded)
        await client.kind(TurnEnded, after=client.frames.index(end) + 1)
        await client.ready()
        assert [word for word in story(client) if word != "tool"] == ["+slow-command", "cut", "+late", "completed"]
        listed = [[item.when for item in frame.prompts] for frame in client.frames if isinstance(frame, Queue)]
        assert listed == [["steer"], [None], []]
        assert READER.count("history late") == 1

    play(scene)


def test_a_server_that_ends_marks_it_as_unsent(tmp_path: Path, demo: DemoThread) -> None:
    """After the server's end and start it is a turn that was cut, to be sent again by a person, with all of it."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made:
            client = await made.open()
            await client.state("ready")
            await in_a_tool(client, "demo: slow-command")
            files = [Attachment(name="notes.txt", content=TextBlock(kind="text", text="Units are grams."))]
            prompt = await steer(client, "demo: history late", attachments=files)
            await client.prompt("demo: history later", attachments=files)
            await client.until(lambda frame: isinstance(frame, Queue) and len(frame.prompts) == 2)
            await client.leave()
        async with room(tmp_path, demo=demo) as made:
            client = await made.open()
            await client.state("ready")
            told = [word for word in story(client) if word != "tool"]
            assert told == ["+slow-command", "cut", "+late", "cut", "+later", "cut"]
            begun = [frame for frame in client.frames if isinstance(frame, TurnStarted)]
            assert (begun[1].origin.prompt, begun[1].after) == (prompt, begun[0].turn)
            assert [frame.attachments for frame in begun] == [[], files, files]
            assert [frame.prompt_kept for frame in client.frames if isinstance(frame, TurnEnded)] == [True] * 3
            await client.ask("demo: history next")
            assert READER.count("history late") == 0
            await client.leave()

    asyncio.run(main())


def test_it_can_be_taken_back_until_it_is_read(play: Play) -> None:
    """What was taken back is never read, may be sent again under the same id, and then is read once."""

    async def scene(_: Room, client: Client) -> None:
        await in_a_tool(client, "demo: slow-command")
        prompt = await steer(client, "demo: history back")
        await steer(client, "demo: history stays")
        await client.post(Unqueue(type="unqueue", prompt=prompt))
        await client.until(
            lambda frame: isinstance(frame, Queue) and [x.text for x in frame.prompts] == ["demo: history stays"],
            after=client.frames.index(await client.kind(Queue)) + 2,
        )
        with pytest.raises(BadRequest):
            await client.post(Unqueue(type="unqueue", prompt=prompt))
        await steer(client, "demo: history again", prompt=prompt)
        await client.post(Interrupt(type="interrupt"))
        await client.until(lambda frame: isinstance(frame, Steered) and frame.prompt == prompt)
        await client.ready()
        assert story(client)[-4:] == ["interrupted", "+stays", "<again", "completed"]
        assert READER.count("history back") == 0
        assert READER.count("history again") == 1

    play(scene)


def test_steering_nothing_is_asking(play: Play) -> None:
    """Where no turn runs it is a prompt like others."""

    async def scene(_: Room, client: Client) -> None:
        await steer(client, "demo: history alone")
        await client.kind(TurnEnded)
        await client.ready()
        assert story(client) == ["+alone", "completed"]
        assert not [frame for frame in client.frames if isinstance(frame, Queue)]

    play(scene)


def test_a_local_command_put_into_a_turn_is_answered(play: Play) -> None:
    """A slash command that the model never sees ends like any other turn."""

    async def scene(_: Room, client: Client) -> None:
        await in_a_tool(client)
        await steer(client, "/context")
        await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.text == "/context")
        await client.ready()
        assert story(client) == ["+nap", "tool", "completed", "+/context", "completed"]
        assert "Context Usage" in text_of(client.frames)

    play(scene)
