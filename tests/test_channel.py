"""The channel: what comes down, what may go up, and what happens to what may not."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from pathlib import Path
from typing import Any

import pytest
from channel_client import ChannelClient
from conftest import Stage
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from raw_socket import BINARY, CONTINUATION, TEXT, RawSocket
from tornado.httpclient import HTTPClientError

from jupyter_claude_workspace.errors import BadFrame
from jupyter_claude_workspace.protocol.codec import MAX_DEPTH, decode
from jupyter_claude_workspace.protocol.frames import MAX_FRAME_BYTES

UP = {path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("golden/up/*.json"))}


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limits of rate: they have tests of their own."""
    return {"frames_per_second": 0, "connections_per_minute": 0, "prompts_per_minute": 0}


def raw(stage: Stage, session_id: str, **headers: str) -> RawSocket:
    """A connection to the session's channel that keeps no rules."""
    path = f"{stage.base_url}claude-workspace/api/sessions/{session_id}/channel"
    return RawSocket(stage.host, path, {**stage.token_header, **headers})


async def test_a_prompt_is_answered(stage: Stage) -> None:
    """A prompt gets the model's answer, from its turn's start to its end, in frames that are numbered one by one."""
    channel = await stage.channel(await stage.create())

    frames = await channel.turn("hello")

    assert channel.types()[0] == "welcome"
    assert frames[-1]["why"] == "completed"
    (message,) = [frame for frame in frames if frame["type"] == "message"]
    assert message["text"] == "".join(frame["text"] for frame in frames if frame["type"] == "text")
    assert channel.seqs == list(range(1, len(channel.seqs) + 1))


async def test_the_prompt_s_sender_is_who_the_server_knows(stage: Stage) -> None:
    """The name beside a prompt is that of the credentials; what a client claims is refused."""
    session_id = await stage.create()
    ann = stage.person("ann")
    channel = await stage.channel(session_id, headers=ann.headers, ticket=await stage.ticket(session_id, ann))

    frames = await channel.turn("hello")

    assert next(frame for frame in frames if frame["type"] == "turn_started")["origin"]["user"] == "Ann"
    for key in ("user", "sender", "origin"):
        problem = await channel.refused({**UP["prompt"], key: "root"})
        assert problem["code"] == "bad_frame"
        assert key in problem["text"]


async def test_all_channels_of_a_session_show_the_same(stage: Stage) -> None:
    """What one person asks, everybody who looks on sees, in the same order."""
    session_id = await stage.create()
    first, second = await stage.channel(session_id), await stage.channel(session_id)

    await first.turn("hello")
    await second.wait("turn_ended")
    await first.wait(lambda frame: frame.get("state") == "ready", after=first.types().index("turn_ended"))
    await second.wait(lambda frame: frame.get("state") == "ready", after=second.types().index("turn_ended"))

    numbered = [[frame for frame in each.frames if "seq" in frame] for each in (first, second)]
    assert numbered[0] == numbered[1]


async def test_a_client_that_comes_back_gets_the_rest(stage: Stage) -> None:
    """With `since`, exactly the frames after it come, in order, also while a turn runs; nothing twice."""
    session_id = await stage.create()
    whole = await stage.channel(session_id)
    await whole.turn("hello")
    got: list[int] = []

    running = asyncio.ensure_future(whole.turn("Write a long answer"))
    while not running.done():
        client = await stage.channel(session_id, since=got[-1] if got else 0)
        await client.wait("welcome")
        await asyncio.sleep(0.02)
        client.close()
        await client.ended()
        got += client.seqs
    client = await stage.channel(session_id, since=got[-1])
    head = (await client.wait("welcome"))["head"]
    while (got + client.seqs)[-1] < head:
        await asyncio.sleep(0.01)

    got += client.seqs
    assert got == list(range(1, got[-1] + 1))
    assert got[-1] >= whole.seqs[-1]


async def test_a_newcomer_gets_the_whole_first(stage: Stage) -> None:
    """Without `since`, or with one from another life, a snapshot comes first and then the conversation."""
    session_id = await stage.create()
    turn = await (await stage.channel(session_id)).turn("hello")
    said = next(frame for frame in turn if frame["type"] == "message")

    for params in ({}, {"since": 10**15}):
        channel = await stage.channel(session_id, **params)
        assert await channel.wait(lambda frame: frame["type"] == "message") == said
        assert channel.types()[:2] == ["welcome", "snapshot"]


@pytest.mark.parametrize("since", ["-1", "1.5", "x", "1e3", "٣", " 1", "9" * 30])
async def test_a_strange_place_is_refused(stage: Stage, since: str) -> None:
    """A `since` that is no number of a frame is refused before the upgrade."""
    with pytest.raises(HTTPClientError) as refused:
        await stage.channel(await stage.create(), since=since)
    assert refused.value.code == 400


async def test_a_plain_request_is_refused(stage: Stage) -> None:
    """The channel is no page."""
    answer = await stage.ask("GET", f"api/sessions/{await stage.create()}/channel")

    assert answer.code == 400
    assert json.loads(answer.body)["code"] == "bad_request"


MALFORMED = {
    "not JSON": "hello",
    "empty": "",
    "blank": " \n\t",
    "byte order mark": "\ufeff{}",
    "no object": "[]",
    "null": "null",
    "no type": "{}",
    "unknown type": '{"type": "shutdown"}',
    "a frame of ours": '{"type": "welcome"}',
    "type of another kind": '{"type": ["prompt"]}',
    "unknown key": '{"type": "interrupt", "force": true}',
    "missing key": '{"type": "prompt", "text": "x"}',
    "wrong kind of value": '{"type": "unqueue", "prompt": 5}',
    "NaN": '{"type": "call_result", "call": "c", "ok": true, "result": NaN}',
    "infinity": '{"type": "call_result", "call": "c", "ok": true, "result": -Infinity}',
    "key twice": '{"type": "interrupt", "type": "restart"}',
    "lone surrogate": '{"type": "prompt", "prompt": "00000000-0000-4000-8000-000000000000", "text": "\\ud800"}',
    "deep list": "[" * 20_000,
    "deep object": '{"a":' * 20_000,
    "deep and whole": "[" * 20_000 + "]" * 20_000,
    "deep inside": '{"type": "call_result", "call": "c", "ok": true, "result": ' + "[" * 60 + "]" * 60 + "}",
    "long number": '{"type": "call_result", "call": "c", "ok": true, "result": ' + "9" * 10_000 + "}",
    "binary": b'{"type": "interrupt"}',
    "binary nothing": b"",
    "binary junk": bytes(range(256)),
}


async def test_malformed_frames_get_an_error_frame(stage: Stage) -> None:
    """Each is answered by one error frame that says what is wrong, and the channel goes on."""
    channel = await stage.channel(await stage.create())

    for name, frame in MALFORMED.items():
        before = channel.types().count("error")
        problem = await channel.refused(frame)
        assert problem["code"] == "bad_frame", name
        assert problem["text"], name
        assert channel.types().count("error") == before + 1, name

    assert (await channel.turn("hello"))[-1]["why"] == "completed"
    assert "Traceback" not in json.dumps(channel.frames)


async def test_an_error_names_the_frame_that_it_answers(stage: Stage) -> None:
    """`reply_to` is the `id` of the refused frame, also where the rest of it could not be read; absent where there is none."""
    channel = await stage.channel(await stage.create())

    await channel.send({"type": "shutdown", "id": "mine-1"})
    assert (await channel.wait("error"))["reply_to"] == "mine-1"
    await channel.send({"type": "rewind", "id": "mine-2", "turn": "t"})
    assert await channel.wait(lambda frame: frame.get("reply_to") == "mine-2")
    start = len(channel.frames)
    await channel.send({"type": "shutdown", "id": ["mine-3"]})
    assert "reply_to" not in await channel.wait("error", after=start)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(["type", "id", "prompt", "text", "question", "nonce", "decision", "input", "rule", "user", "seq"])


@st.composite
def bent_frames(draw: st.DrawFn) -> str:
    """An honest frame with something wrong, or nothing: keys dropped, added, given strange values, or written twice."""
    frame = dict(UP[draw(st.sampled_from(sorted(UP)))])
    for _ in range(draw(st.integers(0, 3))):
        key = draw(st.sampled_from(sorted(frame)) if frame and draw(st.booleans()) else names)
        if draw(st.booleans()):
            frame.pop(key, None)
        else:
            frame[key] = draw(json_values | st.sampled_from(sorted(UP)))
    text = json.dumps(frame, ensure_ascii=draw(st.booleans()))
    if draw(st.integers(0, 5)) == 0:
        text = text[:-1] + f', "{draw(names)}": {json.dumps(draw(json_values))}}}'
    return text


@st.composite
def broken_texts(draw: st.DrawFn) -> str:
    """JSON that was cut, doubled, wrapped deep, or sprinkled with what JSON writers get wrong."""
    text = draw(bent_frames() | json_values.map(json.dumps) | st.sampled_from([each for each in MALFORMED.values() if isinstance(each, str)]))
    match draw(st.integers(0, 5)):
        case 0:
            return text[: draw(st.integers(0, len(text)))]
        case 1:
            return text + draw(st.sampled_from([text, ",", "\x00", "}", "//", "\ufeff"]))
        case 2:
            depth = draw(st.sampled_from([1, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 500, 20_000]))
            return "[" * depth + text + "]" * depth
        case 3:
            odd = ["NaN", "1e999", "-1e999", "0x1", "'x'", '"\\ud800"', '"\\udfff\\ud800"', "1" * 5000, "undefined"]
            return text.replace(draw(st.sampled_from(['"', ":", "{", "1", "null"])), draw(st.sampled_from(odd)), 1)
        case 4:
            place = draw(st.integers(0, len(text)))
            return text[:place] + draw(st.text(max_size=5)) + text[place:]
        case _:
            return text


hostile_frames: st.SearchStrategy[str | bytes] = (
    bent_frames() | broken_texts() | st.text(max_size=200) | st.binary(max_size=200) | json_values.map(json.dumps)
)


@pytest.mark.timeout(1800)
def test_hostile_frames_break_nothing(
    stage: Stage, jp_asyncio_loop: asyncio.AbstractEventLoop, large: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """2,000 frames made to hurt (10,000 with --large): each is taken or answered, on one socket that stays up."""
    run = jp_asyncio_loop.run_until_complete
    channel = run(stage.channel(run(stage.create())))
    count = 0

    async def exchange(frame: str | bytes) -> None:
        nonlocal count
        count += 1
        channel.frames.clear()
        await channel.send(frame)
        await channel.send({"type": "probe", "id": f"probe-{count}"})  # frames are taken in order: its answer comes last
        await channel.wait(lambda found: found.get("reply_to") == f"probe-{count}")
        problems = [found["problem"] for found in channel.frames if found["type"] == "error"]
        assert len(problems) <= 2
        assert "internal" not in {problem["code"] for problem in problems}
        assert "Traceback" not in json.dumps(channel.frames)
        if not understood(frame):
            assert problems[0]["code"] == "bad_frame"

    @settings(
        max_examples=10_000 if large else 2_000, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(hostile_frames)
    def attack(frame: str | bytes) -> None:
        # Understood, it would start a process anew each time, which is another test's matter.
        assume(getattr(understood(frame), "type", "") != "restart")
        run(exchange(frame))

    attack()

    assert count >= (10_000 if large else 2_000)
    assert not channel.closed.is_set()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    fresh = run(stage.channel(run(stage.create(stage.notebook("fresh.ipynb")))))
    assert run(fresh.turn("hello"))[-1]["why"] == "completed"


def understood(frame: str | bytes) -> Any:
    """The frame, or None where it is not of the protocol."""
    try:
        return decode(frame)
    except BadFrame:
        return None


def sized(size: int) -> str:
    """A frame of this many bytes, honest but for its length."""
    frame = {"type": "prompt", "prompt": "00000000-0000-4000-8000-000000000000", "text": ""}
    return json.dumps(frame | {"text": "x" * (size - len(json.dumps(frame)))})


async def test_a_frame_of_the_largest_size_is_read(stage: Stage) -> None:
    """1 MiB is read (and refused for its prompt's length, with words)."""
    channel = await stage.channel(await stage.create())

    problem = await channel.refused(sized(MAX_FRAME_BYTES))

    assert problem["code"] == "bad_frame"
    assert "text" in problem["text"]


@pytest.mark.parametrize("size", [MAX_FRAME_BYTES + 1, 5 << 20])
async def test_a_larger_frame_closes_its_own_socket(stage: Stage, size: int) -> None:
    """One byte more closes the socket with 1009; who else looks on notices nothing."""
    session_id = await stage.create()
    other = await stage.channel(session_id)

    async with raw(stage, session_id) as channel:
        channel.send(TEXT, b"", announce=size)
        assert await channel.close_code() == 1009
    big = await stage.channel(session_id)
    await big.send(sized(size))
    await big.ended()

    assert (await other.turn("hello"))[-1]["why"] == "completed"
    assert other.close_code is None


async def test_a_frame_in_too_many_pieces_closes_its_own_socket(stage: Stage) -> None:
    """What is too large as a whole is too large in pieces; short pieces that end in time are one frame."""
    session_id = await stage.create()

    async with raw(stage, session_id) as channel:
        channel.send(TEXT, b'{"type": "sh', flags=0)
        channel.send(CONTINUATION, b'utdown", "id": "mine"}')
        found = b""
        while b'"reply_to":"mine"' not in found:
            _, found = await channel.receive()
        channel.send(TEXT, b"x" * 1000, flags=0)
        for _ in range(2 * MAX_FRAME_BYTES // 65536):
            channel.send(CONTINUATION, b"x" * 65536, flags=0)
        await channel.close_code()

    assert (await (await stage.channel(session_id)).turn("hello"))[-1]["why"] == "completed"


@pytest.mark.parametrize(
    ("opcode", "payload", "flags"),
    [
        (TEXT, b"\xff\xfe", 0x80),
        (TEXT, b"\xed\xa0\x80", 0x80),
        (CONTINUATION, b"nothing to continue", 0x80),
        (0x3, b"unknown kind", 0x80),
        (TEXT, b"reserved bits", 0xF0),
        (0x9, b"a ping in pieces", 0x00),
        (0x9, b"x" * 126, 0x80),
        (0x8, b"x", 0x80),
    ],
)
async def test_what_is_no_websocket_ends_that_socket_only(
    stage: Stage, caplog: pytest.LogCaptureFixture, opcode: int, payload: bytes, flags: int
) -> None:
    """Breaking the WebSocket protocol itself ends the connection, without a word of Python and without harm to others."""
    session_id = await stage.create()
    other = await stage.channel(session_id)

    async with raw(stage, session_id) as channel:
        channel.send(opcode, payload, flags=flags)
        await asyncio.wait_for(channel.close_code(), 10)

    assert (await other.turn("hello"))[-1]["why"] == "completed"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_client_that_does_not_read_disturbs_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one client reads nothing, another gets everything; the deaf one is told to come back, and can."""
    monkeypatch.setattr("jupyter_claude_workspace.web.writer.STALLED_SECONDS", 0.5)
    session_id = await stage.create()
    eager = await stage.channel(session_id)

    async with raw(stage, session_id) as deaf:
        # Small buffers on this side, so that megabytes cannot disappear in them.
        deaf.writer.transport.pause_reading()
        for number in range(12):
            text = f"hello {number} " + "x" * 300_000
            await eager.send({"type": "prompt", "prompt": str(uuid.uuid4()), "text": text})
        last = await eager.wait(
            lambda frame: frame["type"] == "turn_started" and frame["text"].startswith("hello 11 ")
        )
        await eager.wait(lambda frame: frame["type"] == "turn_ended" and frame["turn"] == last["turn"])
        await asyncio.sleep(1)
        deaf.writer.transport.resume_reading()
        assert await asyncio.wait_for(deaf.close_code(), 30) in {1013, None}

    assert eager.seqs == list(range(1, len(eager.seqs) + 1))
    back = await stage.channel(session_id, since=1)
    await back.wait(lambda frame: frame.get("turn") == last["turn"] and frame["type"] == "turn_ended")


async def test_a_client_that_sends_without_reading_waits_for_itself(stage: Stage) -> None:
    """Answers to refused frames do not pile up in the server: it stops reading from who does not read."""
    session_id = await stage.create()

    async with raw(stage, session_id) as deaf:
        deaf.writer.transport.pause_reading()
        junk = b"x" * 1000
        sent = 0
        while sent < 200_000:
            deaf.send(BINARY, junk)
            sent += 1
            if sent % 100 == 0:
                try:
                    await asyncio.wait_for(deaf.writer.drain(), 0.5)
                except asyncio.TimeoutError:
                    break
        assert sent < 200_000

        assert (await (await stage.channel(session_id)).turn("hello"))[-1]["why"] == "completed"


async def test_the_server_s_end_closes_channels_first(stage: Stage) -> None:
    """When the server stops, every channel is closed with 1001, and no process of a session is left."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.turn("hello")
    info = json.loads((await stage.ask("GET", f"api/sessions/{session_id}")).body)

    await stage.server.cleanup_extensions()

    assert await channel.ended() == 1001
    assert not Path(f"/proc/{info['pid']}").exists()


async def test_an_open_channel_is_activity(stage: Stage) -> None:
    """What goes over a channel counts as activity, so that no culler stops a server in the middle of a conversation."""
    channel = await stage.channel(await stage.create())
    await channel.turn("hello")
    before = stage.server.web_app.settings["claude_workspace_last_activity"]

    await channel.turn("hello")

    assert stage.server.web_app.settings["claude_workspace_last_activity"] > before
    assert stage.server.web_app.last_activity() > before
    assert stage.server.extension_manager.any_activity()


async def test_channels_are_not_compressed(stage: Stage) -> None:
    """A client's offer to compress is not taken up, unless the administrator wants it for all sockets."""
    session_id = await stage.create()
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate"}

    async with raw(stage, session_id, **offer) as channel:
        opcode, payload = await channel.receive()

    assert (opcode, json.loads(payload)["type"]) == (TEXT, "welcome")


class TestRates:
    """A server that takes one frame a second, over ten seconds, and three channels a minute."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"frames_per_second": 1, "connections_per_minute": 3}

    async def test_too_many_frames(self, stage: Stage) -> None:
        """Beyond the burst, frames are dropped with `rate_limited`, and named; the channel stays, and others are not concerned."""
        session_id = await stage.create()
        busy, calm = await stage.channel(session_id), await stage.channel(session_id)

        for number in range(20):
            await busy.send({"type": "shutdown", "id": f"n-{number}"})
        await busy.wait(lambda frame: frame.get("reply_to") == "n-19")

        codes = [frame["problem"]["code"] for frame in busy.frames if frame["type"] == "error"]
        assert codes[:10] == ["bad_frame"] * 10
        assert codes[12:] == ["rate_limited"] * 8
        assert (await calm.refused("x"))["code"] == "bad_frame"
        await asyncio.sleep(1.2)
        assert (await busy.refused("x"))["code"] == "bad_frame"

    async def test_too_many_channels(self, stage: Stage) -> None:
        """Beyond the limit, channels are refused with 429 before the upgrade."""
        session_id = await stage.create()
        for _ in range(3):
            await stage.channel(session_id)

        with pytest.raises(HTTPClientError) as refused:
            await stage.channel(session_id)

        assert refused.value.code == 429


class TestPings:
    """A server that pings every second."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ServerApp"] |= {"websocket_ping_interval": 1, "websocket_ping_timeout": 1}
        return jp_server_config

    async def test_a_dead_connection_is_noticed(self, stage: Stage) -> None:
        """Who answers no ping is taken off; who does stays, though it says nothing else."""
        session_id = await stage.create()
        alive: ChannelClient = await stage.channel(session_id)

        async with raw(stage, session_id) as dead:
            await asyncio.wait_for(dead.close_code(), 30)

        assert alive.close_code is None
        assert (await alive.turn("hello"))[-1]["why"] == "completed"
