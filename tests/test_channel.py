"""The channel: what comes down, what may go up, and what happens to what may not."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import psutil
import pytest
from channel_client import ChannelClient
from raw_socket import TEXT
from server_stage import Stage
from tornado.httpclient import HTTPClientError

UP = {path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("golden/up/*.json"))}


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limits of rate: they have tests of their own."""
    return {"frames_per_second": 0, "connections_per_minute": 0, "prompts_per_minute": 0}


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


@pytest.mark.parametrize("since", ["-1", "1.5", "x", "1e3", "٣", "9" * 30])
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


async def test_the_server_s_end_closes_channels_first(stage: Stage) -> None:
    """When the server stops, every channel is closed with 1001, and no process of a session is left."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.turn("hello")
    info = json.loads((await stage.ask("GET", f"api/sessions/{session_id}")).body)

    await stage.server.cleanup_extensions()

    assert await channel.ended() == 1001
    assert not psutil.pid_exists(info["pid"])


async def test_a_failure_of_ours_tells_nothing(stage: Stage) -> None:
    """What goes wrong inside is an error frame with a code and no details, and the channel stays."""
    channel = await stage.channel(await stage.create())
    await channel.wait("state")
    await asyncio.to_thread(stage.services.backend.stop)

    problem = await channel.refused(UP["interrupt"])

    assert problem["code"] == "internal"
    assert "engine" not in json.dumps(channel.frames)
    assert channel.close_code is None


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

    async with stage.raw(session_id, **offer) as channel:
        opcode, payload = await channel.receive()

    assert (opcode, json.loads(payload)["type"]) == (TEXT, "welcome")


class TestPings:
    """A server that pings every other second."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ServerApp"] |= {"websocket_ping_interval": 2, "websocket_ping_timeout": 2}
        return jp_server_config

    async def test_a_dead_connection_is_noticed(self, stage: Stage) -> None:
        """Who answers no ping is taken off; who does stays, though it says nothing else."""
        session_id = await stage.create()
        alive: ChannelClient = await stage.channel(session_id)

        async with stage.raw(session_id) as dead:
            await asyncio.wait_for(dead.close_code(), 30)

        assert alive.close_code is None
        assert (await alive.turn("hello"))[-1]["why"] == "completed"
