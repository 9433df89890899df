"""What is killed, and what is left of it: nothing that runs, and everything that was said."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from channel_client import Frame
from engine_room import TESTS, gone, marked, runs
from follower import Follower
from real_server import PACKAGE, RealServer, below

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.session.store import Store

KILLS, KILLS_LARGE = 3, 50


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoThread]:
    """The model; not in the servers, so that it goes on when they are killed."""
    with DemoThread([SHIPPED, TESTS], pace=200) as made:
        yield made


@asynccontextmanager
async def serving(folder: Path, demo: DemoThread | None, **settings: Any) -> AsyncIterator[RealServer]:
    """A server that runs, on a model that outlives it; None: on its own demo model."""
    environment = demo.environment() if demo else {}
    server = RealServer(folder / "server", environment, demo="off" if demo else "on", **settings)
    await server.start()
    try:
        yield server
    finally:
        server.kill()


async def allow(follower: Follower) -> None:
    """Allow what is asked, once it is."""

    def unsettled() -> list[Frame]:
        settled = {item["question"] for item in follower.shown.of("question_settled")}
        return [item for item in follower.shown.of("question") if item["question"] not in settled]

    (question,) = await follower.until(unsettled)
    answer = {"type": "answer", "question": question["question"], "nonce": question["nonce"], "decision": "allow"}
    await follower.send(answer)


async def command_of(session_id: str) -> psutil.Process:
    """The process of `demo: slow-command`, once it runs."""
    while True:
        for process in marked(session_id):
            if runs(process, "time.sleep(60)") and process.name().startswith("python"):
                return process
        await asyncio.sleep(0.05)


WRITER = """
import os, pathlib, signal, sys
from jupyter_claude_workspace.session import store as module
module.TICK = 3600.0  # the database gets nothing of what follows
store = module.Store(pathlib.Path(sys.argv[1]))
store.open()
for session in ("kept", "ended"):
    store.save(module.StoredSession(session, "workspace", "/", "n.ipynb", "/", "", "", "", session)).result()
for seq in (1, 2, 3):
    store.append("kept", seq, "text", "t-1", None, f"frame {seq} é\\n")
store.append("ended", 1, "text", "t-1", None, "frame")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_frame_is_safe_as_soon_as_it_is_shown(tmp_path: Path) -> None:
    """What the journal announced but the database did not have yet is there after a kill, unless its session ended."""
    path = tmp_path / "data" / "sessions.sqlite"
    killed = subprocess.run([sys.executable, "-c", WRITER, str(path)], cwd=PACKAGE, check=False)
    assert killed.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute("SELECT COUNT(*) FROM frames").fetchone() == (0,)
        database.execute("DELETE FROM sessions WHERE session_id = 'ended'")
    for _ in range(2):  # the second finds it in the database alone
        store = Store(path)
        store.open()
        assert store.frames("kept").result() == [(seq, "text", f"frame {seq} é\n") for seq in (1, 2, 3)]
        assert store.frames("ended").result() == []
        store.close()
    assert list((path.parent / "tails").iterdir()) == []


@pytest.mark.timeout(1800)
def test_a_killed_server_leaves_no_process_and_loses_no_word(tmp_path: Path, demo: DemoThread, large: bool) -> None:
    """Killed in mid-turn, again and again: all is back, the cut turn is marked, and Claude remembers."""
    chance = random.Random(17)

    async def main() -> None:
        async with serving(tmp_path, demo) as server:
            session_id = await server.create()
            async with server.follow(session_id) as follower:
                await follower.ended(await follower.prompt("demo: hello"))
                for number in range(KILLS_LARGE if large else KILLS):
                    await killed_in_mid_turn(server, session_id, follower, f"demo: endless {number}", chance.random())

    asyncio.run(main())


async def killed_in_mid_turn(
    server: RealServer, session_id: str, follower: Follower, words: str, chance: float
) -> None:
    """One kill of the server while a turn streams, its start, and a prompt after it."""
    prompt = await follower.prompt(words)
    begun = await follower.until(lambda: follower.begun(prompt))
    await follower.until(lambda: len(follower.shown.text(begun["turn"])) > 20)
    await asyncio.sleep(chance)
    await server.end(signal.SIGKILL)
    assert await gone(session_id, 2), [process.cmdline() for process in marked(session_id)]
    await follower.until(lambda: not follower.connected)
    before, snapshots = follower.shown, follower.snapshots
    await server.start()
    end = await follower.ended(prompt)
    assert follower.snapshots == snapshots + 1
    assert (end["why"], end["prompt_kept"], end["problem"]["code"]) == ("cut", True, "server_stopped")
    # More may have been written than had reached the client.
    assert follower.shown.text(begun["turn"]).startswith(before.text(begun["turn"]))
    (partial,) = [item for item in follower.shown.of("block") if item["turn"] == begun["turn"]]
    assert partial["partial"]
    for item in ("turn_started", "turn_ended"):
        assert follower.shown.of(item)[: len(before.of(item))] == before.of(item)
    await follower.until(lambda: follower.state == "ready")
    again = await follower.ended(await follower.prompt("demo: history"))
    assert again["why"] == "completed"
    answer = follower.shown.text(again["turn"])
    # What Claude Code itself had not written when it was killed, the cut prompt, may be missing from its own memory.
    assert "demo: hello" in answer


def test_a_killed_server_keeps_the_branch(tmp_path: Path, demo: DemoThread) -> None:
    """Killed when going back was just confirmed, and in the branch's first turn: Claude knows that branch alone."""

    async def main() -> None:
        async with serving(tmp_path, demo) as server:
            session_id = await server.create()
            async with server.follow(session_id) as follower:
                first = await follower.ended(await follower.prompt("demo: history first"))
                await follower.ended(await follower.prompt("demo: history second"))
                await follower.send({"type": "rewind", "after": first["turn"]})
                await follower.until(lambda: "branch" in follower.shown.latest)
                await killed(server, session_id, follower)
                third = await follower.ended(await follower.prompt("demo: history third"))
                assert told(follower, third) == ["first", "third"]
                endless = await follower.prompt("demo: endless")
                begun = await follower.until(lambda: follower.begun(endless))
                assert begun["after"] == third["turn"]
                await follower.until(lambda: len(follower.shown.text(begun["turn"])) > 20)
                await killed(server, session_id, follower)
                last = await follower.ended(await follower.prompt("demo: history last"))
                assert [word for word in told(follower, last) if word != "endless"] == ["first", "third", "last"]

    asyncio.run(main())


async def killed(server: RealServer, session_id: str, follower: Follower) -> None:
    """One kill of the server, and its start."""
    await server.end(signal.SIGKILL)
    assert await gone(session_id, 2)
    await follower.until(lambda: not follower.connected)
    await server.start()


def told(follower: Follower, end: Frame) -> list[str]:
    """The last word of each prompt that Claude remembers, as `demo: history` says it."""
    return [line.split()[-1] for line in follower.shown.text(end["turn"]).split("\n")]


def test_a_stopped_server_ends_in_order(tmp_path: Path) -> None:
    """SIGTERM in mid-turn, with the demo model in the server: it ends soon, and nothing of it is left."""

    async def main() -> None:
        async with serving(tmp_path, None) as server:
            session_id = await server.create()
            async with server.follow(session_id) as follower:
                await follower.prompt("demo: long")
                await follower.until(lambda: len(follower.shown.text()) > 20)
                server.process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(server.process.wait, 20)  # as long as a stop may take
            assert not marked(session_id)
            assert "Traceback" not in server.log

    asyncio.run(main())


def test_a_killed_process_is_replaced(tmp_path: Path, demo: DemoThread) -> None:
    """Its guard or Claude Code itself, killed in mid-turn and while a command runs: all of it ends, and it goes on."""

    async def main() -> None:
        async with serving(tmp_path, demo, crash_limit=10) as server:
            session_id = await server.create()
            async with server.follow(session_id) as follower:
                await follower.ended(await follower.prompt("demo: hello"))
                for victim in ("guard", "claude"):
                    for words in ("demo: endless", "demo: slow-command"):
                        await killed_beneath(server, session_id, follower, victim, f"{words} {victim}")

    asyncio.run(main())


async def killed_beneath(server: RealServer, session_id: str, follower: Follower, victim: str, words: str) -> None:
    """One kill of a process of the session while the server lives, and a prompt after it."""
    prompt = await follower.prompt(words)
    begun = await follower.until(lambda: follower.begun(prompt))
    if words.startswith("demo: slow-command"):
        await allow(follower)
        await command_of(session_id)
    else:
        await follower.until(lambda: len(follower.shown.text(begun["turn"])) > 20)
    old = marked(session_id)
    (guard,) = below(server.process.pid, "guard.py")
    target = guard if victim == "guard" else guard.children()[0]
    target.kill()
    end = await follower.ended(prompt)
    assert (end["why"], end["prompt_kept"], end["problem"]["code"]) == ("cut", True, "claude_died")
    assert not psutil.wait_procs(old, timeout=2)[1]
    await follower.until(lambda: follower.state == "ready")
    again = await follower.ended(await follower.prompt("demo: history"))
    assert "demo: hello" in follower.shown.text(again["turn"])
    assert len(follower.shown.of("turn_started")) == len(follower.shown.of("turn_ended"))
