"""Sessions on the real CLI: turns, memory, and what is kept when the server is another one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from engine_room import Client, Play, Room, ended, gone, marked, room, streamed, text_of

from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.errors import (
    AgentUnknown,
    BadRequest,
    NotAllowed,
    RateLimited,
    SessionLocked,
    TooManySessions,
)
from jupyter_claude_workspace.protocol import codec
from jupyter_claude_workspace.protocol.frames import (
    Configure,
    Configured,
    Interrupt,
    Message,
    Plan,
    Rewind,
    Text,
    ToolFinished,
    ToolProgress,
    ToolStarted,
    TurnEnded,
    TurnStarted,
)


def test_a_turn_streams_and_ends(play: Play) -> None:
    """A prompt is answered piece by piece, the whole equals the pieces, and the turn tells its usage."""

    async def scene(_: Room, client: Client) -> None:
        frames = await client.ask("demo: markdown")
        assert isinstance(frames[0], (TurnStarted, Configured))
        assert len([frame for frame in frames if isinstance(frame, Text)]) > 3
        assert streamed(frames) == text_of(frames) != ""
        end = ended(frames)
        assert (end.why, end.prompt_kept) == ("completed", False)
        assert end.usage is not None
        assert end.usage.output_tokens > 0
        seqs = [frame.seq for frame in frames]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))

    play(scene)


def test_a_conversation_has_a_memory_and_a_title(play: Play) -> None:
    """Turns follow each other in one process; the first prompt names the conversation."""

    async def scene(_: Room, client: Client) -> None:
        pid = (await client.info()).pid
        await client.ask("demo: hello")
        await client.ask("demo: hello")
        info = await client.info()
        assert (info.pid, info.title, info.process) == (pid, "demo: hello", True)

    play(scene)


def test_subagents_to_do_lists_and_pictures_come_through(play: Play) -> None:
    """A subagent's blocks name their call, the to-do list is one frame, a picture is a picture."""

    async def scene(_: Room, client: Client) -> None:
        frames = await client.ask("demo: subagent")
        call = next(frame for frame in frames if isinstance(frame, ToolStarted) and frame.parent is None)
        assert [frame for frame in frames if isinstance(frame, Message) and frame.parent == call.tool]
        assert [frame for frame in frames if isinstance(frame, ToolProgress) and frame.tool == call.tool]
        frames = await client.ask("demo: todo")
        plans = [frame for frame in frames if isinstance(frame, Plan)]
        assert {item.status for item in plans[-1].items} == {"completed"}
        frames = await client.ask("demo: plot")
        blocks = [block for frame in frames if isinstance(frame, ToolFinished) for block in frame.content]
        assert [block.kind for block in blocks].count("image") == 1

    play(scene)


def test_a_turn_of_claudes_own_is_a_turn(play: Play) -> None:
    """A background task that ends after its turn begins another one, with its origin."""

    async def scene(_: Room, client: Client) -> None:
        await client.ask("demo: background")
        start = len(client.frames)
        own = await client.kind(TurnStarted, after=start)
        assert own.origin.kind == "task"
        assert (await client.kind(TurnEnded, after=start)).why == "completed"
        await client.ask("demo: hello")

    play(scene)


def test_what_cannot_be_done_is_refused_by_name(play: Play) -> None:
    """Empty prompts, unknown agents, forbidden modes and too many prompts are refused, and nothing changes."""

    async def scene(_: Room, client: Client) -> None:
        with pytest.raises(BadRequest, match="text"):
            await client.prompt("  ")
        with pytest.raises(AgentUnknown, match="nobody-knows-me"):
            await client.post(Configure(type="configure", agent="nobody-knows-me"))
        with pytest.raises(NotAllowed):
            await client.post(Configure(type="configure", mode="bypassPermissions"))
        with pytest.raises(BadRequest):
            await client.post(Interrupt(type="interrupt"))
        with pytest.raises(BadRequest):
            await client.post(Rewind(type="rewind", after="t-1"))
        await client.ask("demo: hello")
        await client.ask("demo: hello")
        with pytest.raises(RateLimited):
            await client.prompt("demo: hello")
        assert (await client.info()).state == "ready"

    play(scene, prompts_per_minute=2)


def test_sessions_are_found_again(tmp_path: Path, demo: DemoThread) -> None:
    """A notebook's session is the same for every tab, another notebook's and a new one are others."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made:
            first, second = await asyncio.gather(made.open("a.ipynb"), made.open("a.ipynb"))
            other = await made.open("b.ipynb")
            new = await made.open("a.ipynb", new=True)
            assert first.session_id == second.session_id
            assert len({first.session_id, other.session_id, new.session_id}) == 3
            listed = await made.run(made.registry.list("a.ipynb"))
            assert {info.session_id for info in listed} == {first.session_id, new.session_id}
            await made.run(made.registry.end(new.session_id))
            assert await gone(new.session_id, 2)
            assert len(await made.run(made.registry.list("a.ipynb"))) == 1

    asyncio.run(main())


def test_another_server_keeps_the_conversation(tmp_path: Path, demo: DemoThread) -> None:
    """After the server's end and start everything is shown again and Claude remembers; two at once are refused."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made:
            client = await made.open()
            await client.state("ready")
            before = text_of(await client.ask("demo: hello"))
            async with room(tmp_path, demo=demo) as rival:
                other = await rival.open()
                failed = await other.state("failed")
                assert failed.problem.code == SessionLocked.code
        assert not marked(client.session_id)
        async with room(tmp_path, demo=demo) as again:
            back = await again.open()
            assert back.session_id == client.session_id
            await back.state("ready")
            assert text_of(back.frames) == before
            assert "demo: hello" in text_of(await back.ask("demo: history"))

    asyncio.run(main())


def test_looking_on_can_leave_a_session_asleep(tmp_path: Path, demo: DemoThread) -> None:
    """Who may only look on sees the whole conversation and starts no process."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made:
            client = await made.open()
            await client.state("ready")
            before = text_of(await client.ask("demo: hello"))
        async with room(tmp_path, demo=demo) as again:
            looking = await again.run(again.registry.subscribe(client.session_id, None, lambda: None, wake=False))
            shown = [codec.load_server_frame(text) for text in await again.run(looking.resync())]
            assert text_of(shown) == before
            await asyncio.sleep(0.5)
            info = await again.run(again.registry.get(client.session_id))
            assert (info.state, info.process) == ("asleep", False)

    asyncio.run(main())


def test_the_cap_on_sessions_is_kept(tmp_path: Path, demo: DemoThread) -> None:
    """One more than allowed is politely refused."""

    async def main() -> None:
        async with room(tmp_path, demo=demo, max_sessions=1) as made:
            await (await made.open("a.ipynb")).state("ready")
            with pytest.raises(TooManySessions):
                await made.open("b.ipynb")

    asyncio.run(main())
