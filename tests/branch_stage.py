"""Going back in a conversation, and what the model knows then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine_room import Client, Reader, Room, ended, room

from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.protocol.frames import (
    Branch,
    Rewind,
    TurnStarted,
)

READER = Reader()


@asynccontextmanager
async def talk(folder: Path, demo: DemoThread, **settings: Any) -> AsyncIterator[tuple[Room, Client]]:
    """A room with one session that is ready; the second time in a folder, the same one."""
    async with room(folder, demo=demo, **settings) as made:
        client = await made.open()
        await client.ready()
        yield made, client
        await client.leave()


async def say(client: Client, *words: str) -> list[str]:
    """Ask for the history, once for each of these words; returns the turns."""
    made = []
    for word in words:
        frames = await client.ask(f"demo: history {word}")
        assert ended(frames).why == "completed"
        made.append(next(frame.turn for frame in frames if isinstance(frame, TurnStarted)))
    return made


async def back(client: Client, turn: str | None, *, move: bool = True) -> None:
    """Go back to a turn, and wait until the session is ready there; `move`: it was elsewhere before."""
    start = len(client.frames)
    await client.post(Rewind(type="rewind", after=turn))
    assert (await client.kind(Branch, after=start)).after == turn
    if move:
        await client.state("waking", after=start)
        await client.state("ready", after=start)


async def known(client: Client, word: str) -> str:
    """What people asked so far, as far as the model is told with the next prompt: the last word of each."""
    await say(client, word)
    return " ".join(text.split()[-1] for text in READER.last if text.startswith("demo: "))


def begun(client: Client) -> dict[str, str | None]:
    """Each turn and the one that it follows, as this client was told."""
    return {frame.turn: frame.after for frame in client.frames if isinstance(frame, TurnStarted)}
