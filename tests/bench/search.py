"""Searching many conversations, and listing them: what a person waits for, and how long a frame waits meanwhile."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from figures import Table, quantile, spread
from stage import Stage

from jupyter_claude_workspace.protocol import codec
from jupyter_claude_workspace.protocol.content import Origin, TextBlock
from jupyter_claude_workspace.protocol.frames import Message, ToolFinished, ToolStarted, TurnEnded, TurnStarted
from jupyter_claude_workspace.session.search import search
from jupyter_claude_workspace.session.store import TICK, Store, StoredSession

REPLY = "The penguins of Malmö were weighed in spring; their mass follows the length of the flipper. " * 20
OUTPUT = "species,island,mass\nAdelie,Torgersen,3750\n" * 100
CASES = {"in every conversation": "penguins", "in one": "albatross 7-5", "in none": "gentoo", "in none, ü": "ügentoo"}


async def run(stage: Stage) -> Table:
    """Conversations of 100 turns, each with two tools; each search several times."""
    conversations = 20 if stage.quick else 200
    path = stage.place.folder / "search" / "sessions.sqlite"
    names = await asyncio.to_thread(_filled, path, conversations)
    store = Store(path)
    store.open()
    table = Table(
        f"Search in {conversations} conversations of 100 turns ({path.stat().st_size >> 20} MB), ms",
        "what", "median (min–max)", "write of a frame meanwhile: median, max",
    )  # fmt: skip
    for name, query in CASES.items():
        took, waits = [], []
        for _ in range(5):
            began = time.perf_counter()
            searching = asyncio.create_task(asyncio.to_thread(search, path, names, query))
            while not searching.done():
                store.append(names[0], int(time.time_ns() >> 10), "state", None, None, "{}")
                asked = time.perf_counter()
                await asyncio.wrap_future(store.flush())
                waits.append((time.perf_counter() - asked) * 1000)
                await asyncio.wait({searching}, timeout=TICK)  # as often as a store writes
            await searching
            took.append((time.perf_counter() - began) * 1000)
        table.row(name, spread(took), f"{quantile(waits, 0.5):.1f}, {max(waits):.0f}")
    counting = []
    for _ in range(5):
        began = time.perf_counter()
        await asyncio.wrap_future(store.turns())
        counting.append((time.perf_counter() - began) * 1000)
    table.row("turns of each", spread(counting, 1), "")
    store.close()
    return table


def _filled(path: Path, conversations: int) -> list[str]:
    """A store with conversations in it; returns their names."""
    store = Store(path)
    store.open()
    names = [f"{number:08}" for number in range(conversations)]
    for number, name in enumerate(names):
        store.save(StoredSession(name, "workspace", "/", "n.ipynb", "/", name, "", "", name))
        seq = 0
        for turn in range(100):
            for frame in _turn(f"albatross {number}-{turn}"):
                seq += 1
                numbered = frame.model_copy(update={"seq": seq, "at": 1, "turn": str(turn)})
                store.append(name, seq, frame.type, str(turn), None, codec.encode(numbered))
        store.flush().result()
    store.close()
    return names


def _turn(words: str) -> list[TurnStarted | Message | ToolStarted | ToolFinished | TurnEnded]:
    output = [TextBlock(kind="text", text=OUTPUT)]
    frames: list[TurnStarted | Message | ToolStarted | ToolFinished | TurnEnded] = [
        TurnStarted(origin=Origin(kind="prompt"), text=f"What of {words}?")
    ]
    for tool in ("a", "b"):
        frames.append(Message(message=tool, block=0, kind="text", text="I look into the file."))
        frames.append(ToolStarted(tool=tool, name="Read", input={"file_path": "penguins.csv"}, message=tool, block=1))
        frames.append(ToolFinished(tool=tool, outcome="done", content=output))
    return [*frames, Message(message="m", block=0, kind="text", text=REPLY), TurnEnded(why="completed")]
