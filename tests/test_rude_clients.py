"""Clients that break the WebSocket protocol, do not read, or send too much: they hurt nobody but themselves."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from typing import Any

import pytest
from raw_socket import BINARY, CONTINUATION, TEXT
from server_stage import Stage
from tornado.httpclient import HTTPClientError

from jupyter_claude_workspace.protocol.frames import MAX_FRAME_BYTES


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limits of rate, which have tests of their own; and so much memory that nobody who reads needs a snapshot."""
    return {
        "frames_per_second": 0,
        "connections_per_minute": 0,
        "prompts_per_minute": 0,
        "memory_per_session": 256 << 20,
    }


async def test_a_frame_in_too_many_pieces_closes_its_own_socket(stage: Stage) -> None:
    """What is too large as a whole is too large in pieces; short pieces that end in time are one frame."""
    session_id = await stage.create()

    async with stage.raw(session_id) as channel:
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
    """Breaking the WebSocket protocol itself ends the connection, without an error of ours or harm to others."""
    session_id = await stage.create()
    other = await stage.channel(session_id)

    async with stage.raw(session_id) as channel:
        channel.send(opcode, payload, flags=flags)
        await asyncio.wait_for(channel.close_code(), 10)

    assert (await other.turn("hello"))[-1]["why"] == "completed"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_client_that_does_not_read_disturbs_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one client reads nothing, another gets everything; the deaf one is told to come back, and can."""
    monkeypatch.setattr("jupyter_claude_workspace.web.writer.STALLED_SECONDS", 0.5)
    session_id = await stage.create()
    eager = await stage.channel(session_id)

    async with stage.raw(session_id) as deaf:
        # Small buffers on this side, so that megabytes cannot disappear in them.
        deaf.writer.transport.pause_reading()
        for number in range(12):
            text = f"hello {number} " + "x" * 300_000
            await eager.send({"type": "prompt", "prompt": str(uuid.uuid4()), "text": text})
        while len(stage.services.channels) == 2:
            await asyncio.sleep(0.01)
        deaf.writer.transport.resume_reading()
        assert await asyncio.wait_for(deaf.close_code(), 30) == 1013

    last = await eager.wait(lambda frame: frame["type"] == "turn_started" and frame["text"].startswith("hello 11 "))
    await eager.wait(lambda frame: frame["type"] == "turn_ended" and frame["turn"] == last["turn"])

    assert eager.seqs == list(range(1, len(eager.seqs) + 1))
    back = await stage.channel(session_id, since=1)
    await back.wait(lambda frame: frame.get("turn") == last["turn"] and frame["type"] == "turn_ended")


async def test_a_client_that_sends_without_reading_waits_for_itself(stage: Stage) -> None:
    """Answers to refused frames do not pile up in the server: it stops reading from who does not read."""
    session_id = await stage.create()

    async with stage.raw(session_id) as deaf:
        deaf.writer.transport.pause_reading()
        while not len(stage.services.channels):
            await asyncio.sleep(0.01)
        (channel,) = stage.services.channels._open
        stuck = False
        while not stuck:
            for _ in range(100):
                deaf.send(BINARY, b"x" * 1000)
            try:
                await asyncio.wait_for(deaf.writer.drain(), 3)
            except asyncio.TimeoutError:
                stuck = True
            assert len(channel.ws_connection.stream._write_buffer) < 100_000

        assert (await (await stage.channel(session_id)).turn("hello"))[-1]["why"] == "completed"


class TestRates:
    """A server that takes one frame a second, over ten seconds, and three channels a minute."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"frames_per_second": 1, "connections_per_minute": 3}

    async def test_too_many_frames(self, stage: Stage) -> None:
        """Beyond the burst, frames are dropped with `rate_limited`, by name; the channel stays, and so do others."""
        session_id = await stage.create()
        busy, calm = await stage.channel(session_id), await stage.channel(session_id)

        started = time.monotonic()
        for number in range(20):
            await busy.send({"type": "shutdown", "id": f"n-{number}"})
        await busy.wait(lambda frame: frame.get("reply_to") == "n-19")

        codes = [frame["problem"]["code"] for frame in busy.frames if frame["type"] == "error"]
        assert codes[:10] == ["bad_frame"] * 10
        assert codes.count("bad_frame") <= 11 + time.monotonic() - started
        assert set(codes[10:]) - {"bad_frame"} == {"rate_limited"}
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
