"""What clients must not send: each such thing is refused, and hurts nobody, least of all others."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from raw_socket import TEXT
from server_stage import Stage

from jupyter_claude_workspace.errors import BadFrame
from jupyter_claude_workspace.protocol.codec import MAX_DEPTH, decode
from jupyter_claude_workspace.protocol.frames import MAX_FRAME_BYTES

UP = {path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("golden/up/*.json"))}


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limits of rate: they have tests of their own."""
    return {"frames_per_second": 0, "connections_per_minute": 0, "prompts_per_minute": 0}


DEEP = '{"type":"answer","question":"q","nonce":"n","decision":"allow","input":{"a":'
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
    "NaN": '{"type": "answer", "question": "q", "nonce": "n", "decision": "allow", "input": {"a": NaN}}',
    "infinity": '{"type": "answer", "question": "q", "nonce": "n", "decision": "allow", "input": {"a": -Infinity}}',
    "key twice": '{"type": "interrupt", "type": "restart"}',
    "lone surrogate": '{"type": "prompt", "prompt": "00000000-0000-4000-8000-000000000000", "text": "\\ud800"}',
    "deep list": "[" * 20_000,
    "deep object": '{"a":' * 20_000,
    "deep and whole": "[" * 20_000 + "]" * 20_000,
    "deep inside": '{"type": "answer", "question": "q", "nonce": "n", "decision": "allow", "input": {"a": '
    + "[" * 60
    + "]" * 60
    + "}}",
    "long number": '{"type": "answer", "question": "q", "nonce": "n", "decision": "allow", "input": {"a": '
    + "9" * 10_000
    + "}}",
    "binary": b'{"type": "interrupt"}',
    "binary nothing": b"",
    "binary junk": bytes(range(256)),
}

MALFORMED_TEXTS = [frame for frame in MALFORMED.values() if isinstance(frame, str)]


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
    """`reply_to` is the refused frame's `id`, also where the rest is not understood; absent where there is none."""
    channel = await stage.channel(await stage.create())

    await channel.send({"type": "shutdown", "id": "mine-1"})
    assert (await channel.wait("error"))["reply_to"] == "mine-1"
    await channel.send({"type": "rewind", "id": "mine-2", "after": "t"})
    assert await channel.wait(lambda frame: frame.get("reply_to") == "mine-2")
    start = len(channel.frames)
    await channel.send({"type": "shutdown", "id": ["mine-3"]})
    assert "reply_to" not in await channel.wait("error", after=start)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(["type", "id", "prompt", "text", "question", "nonce", "decision", "input", "user", "seq"])


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
    text = draw(bent_frames() | json_values.map(json.dumps) | st.sampled_from(MALFORMED_TEXTS))
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
        # Frames are taken in order, so that the answer to this one comes last.
        await channel.send({"type": "probe", "id": f"probe-{count}"})
        await channel.wait(lambda found: found.get("reply_to") == f"probe-{count}")
        problems = [found["problem"] for found in channel.frames if found["type"] == "error"]
        assert len(problems) <= 2
        assert "internal" not in {problem["code"] for problem in problems}
        assert "Traceback" not in json.dumps(channel.frames)
        if not understood(frame):
            assert problems[0]["code"] == "bad_frame"

    @settings(max_examples=10_000 if large else 2_000, database=None, suppress_health_check=list(HealthCheck))
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


@pytest.mark.parametrize("character", ["x", "ü", "🦀"])
async def test_a_larger_frame_closes_its_own_socket(stage: Stage, character: str) -> None:
    """One byte more closes the socket with 1009, in whatever letters; who else looks on notices nothing."""
    session_id = await stage.create()
    other, big = await stage.channel(session_id), await stage.channel(session_id)
    frame = json.dumps({"type": "shutdown", "text": ""}, ensure_ascii=False)
    room = MAX_FRAME_BYTES + 1 - len(frame)
    width = len(character.encode())
    text = character * (room // width) + "x" * (room % width)

    await big.send(frame.replace('""', f'"{text}"'))

    assert await big.ended() == 1009
    assert (await other.turn("hello"))[-1]["why"] == "completed"
    assert other.close_code is None


@pytest.mark.parametrize("size", [3 << 20, 5 << 30, 1 << 62])
async def test_a_huge_frame_is_not_even_read(stage: Stage, size: int) -> None:
    """What is announced as far too large closes the socket with 1009 before any of it came."""
    session_id = await stage.create()
    other = await stage.channel(session_id)

    async with stage.raw(session_id) as channel:
        channel.send(TEXT, b"", announce=size)
        assert await channel.close_code() == 1009

    assert (await other.turn("hello"))[-1]["why"] == "completed"
