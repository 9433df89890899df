"""Going back to turns that broke off: stopped, failed, or cut by a death, at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from branch_stage import READER, back, known, say, talk
from engine_room import TESTS, Client, sleeping

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.protocol.frames import (
    Interrupt,
    Question,
    Restart,
    Text,
    TurnEnded,
    TurnStarted,
)


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoThread]:
    with DemoThread([SHIPPED, TESTS], pace=400, asking=READER) as made:
        yield made


async def interrupted(client: Client) -> None:
    start = len(client.frames)
    await client.prompt("demo: long")
    await client.kind(Text, after=start)
    await client.post(Interrupt(type="interrupt"))


async def interrupted_at_once(client: Client) -> None:
    start = len(client.frames)
    await client.prompt("demo: silence")
    await client.state("running", after=start)
    await client.post(Interrupt(type="interrupt"))


async def failed(client: Client) -> None:
    await client.prompt("demo: error-400")


async def killed_in_text(client: Client) -> None:
    start = len(client.frames)
    await client.prompt("demo: long")
    await client.kind(Text, after=start)
    psutil.Process((await client.info()).pid).kill()


async def killed_at_once(client: Client) -> None:
    start = len(client.frames)
    await client.prompt("demo: silence")
    await client.state("running", after=start)
    psutil.Process((await client.info()).pid).kill()


async def killed_in_a_tool(client: Client) -> None:
    start = len(client.frames)
    await client.prompt("demo: slow-command")
    await client.answer(await client.kind(Question, after=start))
    await sleeping(client.session_id)
    psutil.Process((await client.info()).pid).kill()


async def restarted(client: Client) -> None:
    start = len(client.frames)
    await client.prompt("demo: long")
    await client.kind(Text, after=start)
    await client.post(Restart(type="restart"))


BROKEN = {
    "interrupted": (interrupted, "interrupted"),
    "interrupted at once": (interrupted_at_once, "interrupted"),
    "failed": (failed, "failed"),
    "killed in text": (killed_in_text, "cut"),
    "killed at once": (killed_at_once, "cut"),
    "killed in a tool": (killed_in_a_tool, "cut"),
    "restarted": (restarted, "cut"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_turn_that_broke_off_can_be_gone_back_to(tmp_path: Path, demo: DemoThread, how: str) -> None:
    """After it the model knows what came before it, and its prompt as far as Claude Code had written it down."""
    breaking, why = BROKEN[how]

    async def main() -> None:
        async with talk(tmp_path, demo) as (_, client):
            (a,) = await say(client, "a")
            start = len(client.frames)
            await breaking(client)
            end = await client.kind(TurnEnded, after=start)
            assert end.why == why
            await client.state("ready", after=client.frames.index(end))
            asked = next(frame.text for frame in client.frames[start:] if isinstance(frame, TurnStarted)).split()[-1]
            c, d = await say(client, "c", "d")
            await back(client, end.turn)
            unwritten = ["a e"] if how.startswith("killed") else []
            assert await known(client, "e") in [f"a {asked} e", *unwritten]
            await back(client, c)
            assert (await known(client, "f")).endswith("c f")
            await back(client, a)
            assert await known(client, "g") == "a g"
            await back(client, d)
            assert (await known(client, "h")).endswith("c d h")

    asyncio.run(main())
