"""Prompts that wait: in order, in another order, taken back, once each."""

from __future__ import annotations

import uuid

import pytest
from engine_room import Client, Play, Room

from jupyter_claude_workspace.errors import BadRequest
from jupyter_claude_workspace.protocol.frames import (
    Interrupt,
    Prompt,
    Queue,
    Reorder,
    Text,
    TurnEnded,
    TurnStarted,
    Unqueue,
)


def test_prompts_wait_in_order_and_can_be_taken_back(play: Play) -> None:
    """Prompts sent during a turn are listed, run in order, and one that was taken back does not run."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: long")
        await client.kind(Text)
        second = await client.prompt("demo: hello")
        third = await client.prompt("demo: code")
        fourth = await client.prompt("demo: markdown")
        await client.post(Unqueue(type="unqueue", prompt=third))
        with pytest.raises(BadRequest):
            await client.post(Unqueue(type="unqueue", prompt=third))
        await client.post(Interrupt(type="interrupt"))
        await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.origin.prompt == fourth)
        await client.until(lambda frame: isinstance(frame, Queue) and not frame.prompts)
        begun = [frame.origin.prompt for frame in client.frames if isinstance(frame, TurnStarted)]
        assert begun[1:] == [second, fourth]
        listed = [[item.prompt for item in frame.prompts] for frame in client.frames if isinstance(frame, Queue)]
        assert listed == [[second], [second, third], [second, third, fourth], [second, fourth], [fourth], []]

    play(scene)


def test_a_prompt_is_taken_once(play: Play) -> None:
    """A client that sends a prompt again after a cut does not ask twice."""

    async def scene(_: Room, client: Client) -> None:
        frame = Prompt(type="prompt", prompt="0b6cbb63-1f6c-4f8e-8f5c-0d5b5b1f7a11", text="demo: hello")
        for _ in range(3):
            await client.post(frame)
        await client.kind(TurnEnded)
        await client.ask("demo: hello")
        assert len([item for item in client.frames if isinstance(item, TurnStarted)]) == 2

    play(scene)


def waiting(client: Client) -> list[list[str]]:
    """The last word of each prompt that waits, in each `queue` frame."""
    return [[item.text.split()[-1] for item in frame.prompts] for frame in client.frames if isinstance(frame, Queue)]


def test_prompts_wait_in_the_order_that_a_person_gives_them(play: Play) -> None:
    """Named ones come first, in their order; the others follow as they did; one that does not wait is passed over."""

    async def scene(_: Room, client: Client) -> None:
        running = await client.prompt("demo: long")
        await client.kind(Text)
        a, b, c, d = [await client.prompt(f"demo: history {word}") for word in "abcd"]
        await client.post(Reorder(type="reorder", prompts=[d, running, b, str(uuid.uuid4())]))
        await client.until(lambda frame: isinstance(frame, Queue) and frame.prompts[0].prompt == d)
        assert waiting(client)[-1] == ["d", "b", "a", "c"]
        await client.post(Interrupt(type="interrupt"))
        last = await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.origin.prompt == c)
        await client.kind(TurnEnded, after=client.frames.index(last))
        begun = [frame.origin.prompt for frame in client.frames if isinstance(frame, TurnStarted)]
        assert begun == [running, d, b, a, c]
        assert waiting(client)[4:] == [["d", "b", "a", "c"], ["b", "a", "c"], ["a", "c"], ["c"], []]

    play(scene)


def test_the_order_does_not_touch_what_is_on_its_way(play: Play) -> None:
    """What was put into the turn that runs stays before all that waits for its end."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: long")
        await client.kind(Text)
        a, b = [await client.prompt(f"demo: history {word}") for word in "ab"]
        steered = await client.prompt("demo: history s", when="steer")
        await client.post(Reorder(type="reorder", prompts=[b, steered]))
        await client.until(lambda frame: isinstance(frame, Queue) and len(frame.prompts) == 3)
        await client.post(Interrupt(type="interrupt"))
        last = await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.origin.prompt == a)
        await client.kind(TurnEnded, after=client.frames.index(last))
        begun = [frame.origin.prompt for frame in client.frames if isinstance(frame, TurnStarted)]
        assert begun[1:] == [steered, b, a]
        assert ["s", "b", "a"] in waiting(client)

    play(scene)


def test_a_full_queue_is_refused(play: Play) -> None:
    """More than may wait are refused, those on their way into the turn counted in; nothing is lost."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: long")
        await client.kind(Text)
        await client.prompt("demo: history a")
        await client.prompt("demo: history b", when="steer")
        for when in ("queue", "steer"):
            with pytest.raises(BadRequest, match="2 prompts wait"):
                await client.prompt("demo: history c", when=when)
        await client.post(Interrupt(type="interrupt"))
        last = await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.text == "demo: history a")
        await client.kind(TurnEnded, after=client.frames.index(last))

    play(scene, max_queue=2)
