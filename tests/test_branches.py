"""Going back: the conversation goes on after an earlier turn, and the model knows what was said until then, no more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from branch_stage import READER, back, begun, known, say, talk
from engine_room import TESTS, Client
from server_stage import Stage

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.errors import BadRequest
from jupyter_claude_workspace.protocol.frames import (
    Branch,
    Interrupt,
    Notice,
    Question,
    Restart,
    Rewind,
    Snapshot,
    Steered,
    Text,
    TurnEnded,
    TurnStarted,
)
from jupyter_claude_workspace.session.branches import Branches, shown


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoThread]:
    with DemoThread([SHIPPED, TESTS], pace=400, asking=READER) as made:
        yield made


def test_the_conversation_goes_on_after_an_earlier_turn(tmp_path: Path, demo: DemoThread) -> None:
    """The model knows the path up to there, in each branch, however often it changes; turns name what they follow."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (_, client):
            a, b, c = await say(client, "a", "b", "c")
            await back(client, a)
            assert await known(client, "d") == "a d"
            d = list(begun(client))[-1]
            await back(client, c)
            assert await known(client, "e") == "a b c e"
            await back(client, d)
            assert await known(client, "f") == "a d f"
            await back(client, None)
            assert await known(client, "g") == "g"
            await back(client, b)
            await back(client, d)
            assert await known(client, "h") == "a d h"
            turns = list(begun(client))
            assert list(begun(client).values()) == [None, a, b, a, c, d, None, d]
            assert len(turns) == len(set(turns)) == 8

    asyncio.run(main())


def test_a_branch_outlives_the_server(tmp_path: Path, demo: DemoThread) -> None:
    """After a restart between going back and the next prompt, and after one in a branch, the model knows the same."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (_, client):
            a, _, c = await say(client, "a", "b", "c")
            await client.post(Rewind(type="rewind", after=a))
        async with talk(tmp_path, demo) as (_, client):
            assert await known(client, "d") == "a d"
            d = list(begun(client))[-1]
        async with talk(tmp_path, demo) as (_, client):
            assert await known(client, "e") == "a d e"
            await back(client, c)
        async with talk(tmp_path, demo) as (_, client):
            assert await known(client, "f") == "a b c f"
            await back(client, d)
            assert await known(client, "g") == "a d g"
            assert list(begun(client).values())[3:] == [a, d, c, d]

    asyncio.run(main())


def test_a_killed_process_comes_back_to_the_branch(tmp_path: Path, demo: DemoThread) -> None:
    """Killed before the first prompt in a branch and after it, the model knows the branch and nothing else."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (_, client):
            a, *_ = await say(client, "a", "b", "c")
            await back(client, a)
            for word, wanted in (("d", "a d"), ("e", "a d e")):
                start = len(client.frames)
                psutil.Process((await client.info()).pid).kill()
                await client.until(lambda frame: isinstance(frame, Notice) and frame.code == "restarted", after=start)
                await client.state("ready", after=start)
                assert await known(client, word) == wanted

    asyncio.run(main())


def test_a_summary_is_no_wall(tmp_path: Path, demo: DemoThread) -> None:
    """After /compact one may go back before it, to it and behind it."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (_, client):
            a, _ = await say(client, "a", "b")
            summed = next(f.turn for f in await client.ask("/compact") if isinstance(f, TurnStarted))
            c, _ = await say(client, "c", "d")
            await back(client, a)
            assert await known(client, "e") == "a e"
            await back(client, summed)
            assert await known(client, "f") == "f"
            await back(client, c)
            assert await known(client, "g") == "c g"

    asyncio.run(main())


def test_clear_begins_anew_and_can_be_gone_back_behind(tmp_path: Path, demo: DemoThread) -> None:
    """After /clear the model knows nothing; the turn still follows the one before, to which one may go back."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (_, client):
            a, b = await say(client, "a", "b")
            cleared = next(f.turn for f in await client.ask("/clear") if isinstance(f, TurnStarted))
            assert begun(client)[cleared] == b
            assert await known(client, "c") == "c"
            c = list(begun(client))[-1]
            await back(client, b)
            assert await known(client, "d") == "a b d"
            await back(client, cleared)
            assert await known(client, "e") == "e"
            await back(client, c)
            assert await known(client, "f") == "c f"
            await back(client, a)
            assert await known(client, "g") == "a g"

    asyncio.run(main())


def test_what_was_put_into_a_turn_is_part_of_it(tmp_path: Path, demo: DemoThread) -> None:
    """Going back to a steered turn, the model knows what was put into it; going back before it, it does not."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (_, client):
            (a,) = await say(client, "a")
            start = len(client.frames)
            await client.prompt("demo: nap")
            await client.answer(await client.kind(Question, after=start))
            await client.prompt("Use the median.", when="steer")
            await client.kind(Steered, after=start)
            end = await client.kind(TurnEnded, after=start)
            await client.state("ready", after=client.frames.index(end))
            await say(client, "c")
            for turn, there in ((a, False), (end.turn, True)):
                await back(client, turn)
                await say(client, "d")
                assert READER.count("Use the median.") == there

    asyncio.run(main())


def test_going_back_is_refused_while_something_goes_on(tmp_path: Path, demo: DemoThread) -> None:
    """While a turn runs or a prompt waits, and to a turn that there is not, nothing changes; where it is, it stays."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (_, client):
            (a,) = await say(client, "a")
            pid = (await client.info()).pid
            with pytest.raises(BadRequest, match="no such turn"):
                await client.post(Rewind(type="rewind", after="t-1"))
            await back(client, a, move=False)
            start = len(client.frames)
            await client.prompt("demo: long")
            await client.kind(Text, after=start)
            with pytest.raises(BadRequest, match="turn runs"):
                await client.post(Rewind(type="rewind", after=a))
            await client.post(Interrupt(type="interrupt"))
            end = await client.kind(TurnEnded, after=start)
            await client.state("ready", after=client.frames.index(end))
            assert (await client.info()).pid == pid
            assert len([frame for frame in client.frames if isinstance(frame, Branch)]) == 1
            start = len(client.frames)
            await client.post(Restart(type="restart"))
            await client.state("stopping", after=start)
            await client.prompt("demo: history c")
            with pytest.raises(BadRequest, match="Prompts wait"):
                await client.post(Rewind(type="rewind", after=a))
            await client.kind(TurnEnded, after=start)

    asyncio.run(main())


def test_who_comes_later_sees_the_same_branches(tmp_path: Path, demo: DemoThread) -> None:
    """A new listener's frames make the same tree and the same path as those of one who saw it happen."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (made, client):
            a, b = await say(client, "a", "b")
            await back(client, None)
            await say(client, "c")
            await back(client, a)
            await say(client, "d")
            await back(client, b)
            late = await Client(made, client.session_id).join()
            await late.kind(Snapshot)
            last = client.frames[-1].seq
            await late.until(lambda frame: getattr(frame, "seq", 0) == last)
            assert begun(late) == begun(client)
            trees = []
            for frames in (client.frames, late.frames):
                tree = Branches()
                for frame in frames:
                    tree.note(frame)
                trees.append((tree.path(), tree.ends()))
            assert trees == [([a, b], 3)] * 2
            kept, ends = shown(await made.run(made.registry.transcript(client.session_id)))
            assert ends == 3
            assert [frame.text for frame in kept if isinstance(frame, TurnStarted)] == [
                "demo: history a",
                "demo: history b",
            ]
            await late.leave()

    asyncio.run(main())


async def test_the_transcript_for_people_has_the_branch_that_is_shown(stage: Stage) -> None:
    """As markdown one branch is told, and that there are others; as JSON all frames of all branches are there."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.turn("demo: hello first")
    await channel.turn("demo: hello second")
    start = len(channel.frames)
    await channel.send({"type": "rewind"})
    await channel.wait("branch", after=start)
    ends = (await channel.turn("demo: hello third"))[-1]
    assert ends["why"] == "completed"
    address = f"api/sessions/{session_id}/transcript"
    told = (await stage.ask("GET", address, params={"format": "md"})).body.decode()
    assert [word for word in ("first", "second", "third") if f"> demo: hello {word}" in told] == ["third"]
    assert "2 branches" in told
    frames = json.loads((await stage.ask("GET", address)).body)["frames"]
    begun = [(frame["text"].split()[-1], "after" in frame) for frame in frames if frame["type"] == "turn_started"]
    assert begun == [("first", False), ("second", True), ("third", False)]
    assert [frame["type"] for frame in frames].count("branch") == 1


def test_what_claude_code_has_forgotten_is_said(tmp_path: Path, demo: DemoThread) -> None:
    """Where its transcript is gone, the session is told so, and goes on without a memory."""

    async def main() -> None:
        async with talk(tmp_path, demo) as (made, client):
            a, _ = await say(client, "a", "b")
            for transcript in (made.folder / "data").rglob("*.jsonl"):
                transcript.unlink()
            await client.post(Rewind(type="rewind", after=a))
            notice = await client.until(lambda frame: isinstance(frame, Notice) and frame.code == "conversation_gone")
            assert notice.remedy
            assert await known(client, "c") == "c"

    asyncio.run(main())
