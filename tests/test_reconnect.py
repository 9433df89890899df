"""Coming back: over connections that are cut at any byte, after a long absence, and as a reader who cannot keep up."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from channel_client import PATIENCE
from fault_proxy import FAULTS, FaultProxy
from follower import BROKEN, SUSPICION, Attempt, Follower
from load import Sink, SlowReader, publish, report, resident, session_of, teach
from server_stage import Stage

from jupyter_claude_workspace.claude.events import Event, Finished
from jupyter_claude_workspace.protocol.frames import Message, Text, ToolProgress
from jupyter_claude_workspace.web import writer
from jupyter_claude_workspace.web.wire import COME_BACK

SESSIONS = 4
CUTS, CUTS_LARGE = 60, 1000


@pytest.fixture
def workspace_config(request: pytest.FixtureRequest) -> dict[str, Any]:
    """No limit on how often a client may come back; some tests keep few frames in memory."""
    return {"connections_per_minute": 0, "prompts_per_minute": 0, **getattr(request, "param", {})}


@pytest.fixture(autouse=True)
def healthy(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """However a connection ends, the server has nothing to complain of."""
    yield
    complaints = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not complaints, "\n".join(complaints)


def scenario(folder: Path, blocks: int) -> Path:
    """A folder with a scenario that replies in so many numbered blocks that none can go missing unseen."""
    folder.mkdir()
    content = [
        {"thinking": f"Thought {number} of {blocks}."} if number % 10 == 0 else {"text": f"Line {number} of {blocks}. "}
        for number in range(1, blocks + 1)
    ]
    made = {"name": "blocks", "about": "many blocks", "pace": 400, "replies": [{"content": content}]}
    (folder / "blocks.yaml").write_text(yaml.safe_dump(made))
    return folder


def address(stage: Stage, session_id: str, port: int) -> str:
    """The channel of a session, over a port."""
    return f"ws://127.0.0.1:{port}{stage.base_url}claude-workspace/api/sessions/{session_id}/channel"


def same(follower: Follower, steady: Follower) -> None:
    """Both show the same: nothing lost, doubled or reordered."""
    assert list(follower.shown.items) == list(steady.shown.items)
    assert follower.shown.items == steady.shown.items
    assert follower.shown.latest == steady.shown.latest


async def turns(stage: Stage, proxy: FaultProxy, blocks: int) -> list[Follower]:
    """A turn in each of several sessions at once, followed through the proxy; checks what every follower saw."""
    proxy.calm = False
    ids = [await stage.create(stage.notebook(f"n{number}.ipynb")) for number in range(SESSIONS)]
    teach(stage, stage.root.parent / "scenarios")
    async with AsyncExitStack() as stack:

        async def follow(session_id: str, port: int, suspicion: float) -> Follower:
            url = address(stage, session_id, port)
            return await stack.enter_async_context(Follower(url, stage.token_header, suspicion=suspicion))

        pairs = [(await follow(each, proxy.port, SUSPICION), await follow(each, stage.port, PATIENCE)) for each in ids]
        prompts = [await follower.prompt("demo: blocks") for follower, _ in pairs]
        for (follower, steady), prompt in zip(pairs, prompts, strict=True):
            assert (await follower.ended(prompt))["why"] == "completed"
            await steady.until(lambda steady=steady: steady.shown.of("turn_ended") and steady.state == "ready")
            await follower.until(lambda follower=follower, steady=steady: follower.last == steady.last)
        proxy.calm = True
        for follower, steady in pairs:
            same(follower, steady)
            assert len(follower.shown.of("turn_ended")) == len(follower.shown.of("turn_started")) == 1
            assert len(follower.shown.of("block")) == blocks
            assert steady.connections == 1
    for each in ids:
        assert (await stage.ask("DELETE", f"api/sessions/{each}")).code == 204
    return [follower for follower, _ in pairs]


@pytest.mark.timeout(1800)
async def test_nothing_is_lost_over_connections_that_are_cut(
    stage: Stage, large: bool, request: pytest.FixtureRequest
) -> None:
    """However often and wherever it is cut, a client shows in the end what was said, once and in order."""
    proxy = FaultProxy(stage.port, seed=17, mean=9_000)
    followers = await cut_often(stage, proxy, 300, lambda _: proxy.fatal >= (CUTS_LARGE if large else CUTS), request)

    assert snapshots(followers) <= len(followers)  # the first connection's own


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("workspace_config", [{"memory_per_session": 8 << 10}], indirect=True)
async def test_nothing_is_lost_where_the_memory_is_short(
    stage: Stage, large: bool, request: pytest.FixtureRequest
) -> None:
    """The same where what was missed is often no longer in memory, so that the whole comes again."""
    proxy = FaultProxy(stage.port, seed=18, mean=16_000)
    wanted = CUTS_LARGE // 8 if large else 1
    await cut_often(stage, proxy, 60, lambda followers: snapshots(followers) >= len(followers) + wanted, request)


async def cut_often(
    stage: Stage,
    proxy: FaultProxy,
    blocks: int,
    enough: Callable[[list[Follower]], bool],
    request: pytest.FixtureRequest,
) -> list[Follower]:
    """Turns over a proxy that cuts until it did so enough; checks what was seen, and reports."""
    scenario(stage.root.parent / "scenarios", blocks)
    followers: list[Follower] = []
    async with proxy:
        while not enough(followers) or set(proxy.cuts) != set(FAULTS):
            followers += await turns(stage, proxy, blocks)
    await nobody_left(stage)
    replays = sorted(1000 * replay for follower in followers for replay in follower.replays)
    said = sum(len(follower.log) for follower in followers)
    made = sum(follower.connections for follower in followers)
    report(
        request,
        f"{len(followers)} turns, {said} frames, {proxy.fatal} connections cut ({dict(proxy.cuts)}), {made} made,"
        f" {snapshots(followers)} snapshots; {len(replays)} replays, stalls included:"
        f" median {statistics.median(replays):.0f} ms, p95 {replays[int(len(replays) * 0.95)]:.0f} ms",
    )
    return followers


def snapshots(followers: list[Follower]) -> int:
    """How often the whole was sent."""
    return sum(follower.snapshots for follower in followers)


async def nobody_left(stage: Stage) -> None:
    """Every channel is let go of, whichever way it ended."""
    deadline = time.monotonic() + PATIENCE
    while len(stage.services.channels) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert len(stage.services.channels) == 0


async def test_connections_that_are_cut_as_they_open_leave_nothing(stage: Stage, large: bool) -> None:
    """A client that goes while it is being welcomed is forgotten by the server and by the session."""
    session_id = await stage.create()
    async with FaultProxy(stage.port, seed=3, mean=400, faults=("reset", "finish")) as proxy:
        url = address(stage, session_id, proxy.port)
        while proxy.fatal < (2000 if large else 200):
            with contextlib.suppress(*BROKEN):
                (await Attempt.to(url, stage.token_header, SUSPICION)).close()
    await nobody_left(stage)
    assert session_of(stage, session_id).journal.listeners == 0


@pytest.mark.parametrize("workspace_config", [{"memory_per_session": 16 << 10}], indirect=True)
async def test_a_client_that_was_away_gets_the_whole(stage: Stage) -> None:
    """Who leaves early in a long turn and comes back in it, or after it, shows what those show who stayed."""
    session_id = await stage.create()
    teach(stage, scenario(stage.root.parent / "scenarios", 300))
    url = address(stage, session_id, stage.port)
    async with Follower(url, stage.token_header, suspicion=PATIENCE) as stayed:
        async with Follower(url, stage.token_header) as left:
            prompt = await left.prompt("demo: blocks")
            await left.until(lambda: len(left.shown.of("block")) > 20)
        await stayed.until(lambda: len(stayed.shown.of("block")) > 200)
        async with left:
            await left.until(lambda: len(left.shown.of("block")) > 200)
            assert "turn_ended" not in {key[0] for key in left.shown.items}
        await stayed.ended(prompt)
        await stayed.until(lambda: stayed.state == "ready")
        async with left:
            await left.until(lambda: left.last == stayed.last)
        assert left.snapshots == 3
        same(left, stayed)
        assert session_of(stage, session_id).journal._held <= 16 << 10


@pytest.mark.timeout(1800)
@pytest.mark.large
async def test_a_turn_of_100_000_frames_is_given_back(stage: Stage, request: pytest.FixtureRequest) -> None:
    """After a turn of any length the whole is back, and the session kept no more of it in memory than it may."""
    session_id = await stage.create()
    url = address(stage, session_id, stage.port)
    count = 100_000
    async with Follower(url, stage.token_header) as left:
        await left.until(lambda: left.state == "ready")
    before, began = resident(), time.monotonic()
    whole = "".join(f"piece {number} " for number in range(count))
    await publish(stage, session_id, (Text(message="m1", block=0, text=f"piece {n} ") for n in range(count)))
    said, grown = time.monotonic() - began, resident() - before
    began = time.monotonic()
    async with left:
        await left.until(lambda: left.shown.of("turn_ended"))
    report(
        request,
        f"{count} frames in {said:.1f} s, {grown >> 20} MB more resident; back in {time.monotonic() - began:.1f} s",
    )
    assert left.shown.text() == whole
    assert session_of(stage, session_id).journal._held <= stage.services.config.memory_per_session


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("workspace_config", [{"memory_per_session": 1 << 20}], indirect=True)
async def test_a_slow_reader_costs_nobody_anything(
    stage: Stage, large: bool, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """One that reads 1 KB/s is sent away with 1013 and misses nothing; the others get all, and memory stays bounded."""
    seconds, rate, readers = (60, 5 << 20, 9) if large else (3, 8 << 20, 2)
    if not large:
        monkeypatch.setattr(writer, "STALLED_SECONDS", 1.0)
    session_id = await stage.create()
    url = address(stage, session_id, stage.port)
    async with Follower(url, stage.token_header) as one:
        await one.until(lambda: one.state == "ready")
    since = one.last
    sinks = [await Sink.open(f"{url}?since={since}", stage.token_header) for _ in range(readers)]
    while len(stage.services.channels) != readers:
        await asyncio.sleep(0.01)
    others = set(stage.services.channels._open)
    slow = SlowReader()
    await slow.open(stage, f"{url.partition(str(stage.port))[2]}?since={since}")
    while not (opened := set(stage.services.channels._open) - others):
        await asyncio.sleep(0.01)
    (channel,) = opened
    sipping = asyncio.create_task(slow.sip(lambda: channel.ws_connection is None))
    before, most = resident(), 0
    saying = asyncio.create_task(
        publish(stage, session_id, flood(seconds * rate), pause=16 * FLOOD_BYTES / rate, every=16)
    )
    while not saying.done():
        await asyncio.sleep(0.1)
        most = max(most, resident() - before)
    await saying
    head = session_of(stage, session_id).journal.head
    await asyncio.wait_for(asyncio.gather(*(sink.reached(head) for sink in sinks)), PATIENCE)
    await asyncio.wait_for(sipping, PATIENCE + 60)
    await slow.drain()
    report(
        request, f"{seconds * rate >> 20} MB said to {readers} readers and a slow one: {most >> 20} MB more resident"
    )
    assert slow.code == COME_BACK
    assert {sink.gaps for sink in sinks} == {0}
    assert len({(sink.count, sink.fingerprint) for sink in sinks}) == 1
    assert not any("snapshot" in sink.types for sink in sinks)
    assert most < 16 << 20
    # With what it had read it comes back, and has missed nothing.
    for frame in slow.frames:
        one._take(frame)
    whole = Follower(url, stage.token_header)
    for follower in (one, whole):
        async with follower:
            await follower.until(lambda follower=follower: follower.last == head)
    same(one, whole)
    for sink in sinks:
        sink.close()


FLOOD_BYTES = 8 << 10


def flood(total: int) -> Iterator[Event]:
    """So many bytes of a tool's progress, which no one needs later, with a little text; a turn every 4 MB."""
    for number in range(total // FLOOD_BYTES):
        yield ToolProgress(tool="toolu_1", text=f"{number} ".ljust(FLOOD_BYTES, "."))
        if number % 16 == 0:
            yield Message(message=f"m{number}", block=0, kind="text", text=f"Line {number}. ")
        if number % 512 == 511:
            yield Finished(why="completed", prompts=None, own=True)
