"""Several sessions, several people, and more than is allowed: everybody sees the same, and limits hold."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from typing import Any

import pytest
from channel_client import ChannelClient
from load import lag_of, report, teach
from server_stage import Stage

SESSIONS, SESSIONS_LARGE = 10, 40


@pytest.fixture
def workspace_config(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Limits of the server, where a test needs other ones."""
    return {"prompts_per_minute": 0, **getattr(request, "param", {})}


def fingerprint(client: ChannelClient, after: int) -> str:
    """All that a client was sent beyond a seq, in the order in which it came."""
    frames = [frame for frame in client.frames if frame.get("seq", 0) > after]
    return hashlib.sha256(json.dumps(frames).encode()).hexdigest()


async def ready(client: ChannelClient) -> int:
    """Wait until a session takes prompts; returns the seq of the frame that says so."""
    return int((await client.wait(lambda frame: frame.get("state") == "ready" and "seq" in frame))["seq"])


async def test_many_sessions_stream_at_once(stage: Stage, large: bool, request: pytest.FixtureRequest) -> None:
    """Every turn completes, in order, with its own words and no other session's."""
    ids = [
        await stage.create(stage.notebook(f"n{number}.ipynb"))
        for number in range(SESSIONS_LARGE if large else SESSIONS)
    ]
    clients = [await stage.channel(each) for each in ids]
    for client in clients:
        await ready(client)
    teach(stage)
    with lag_of(stage.services.backend._engine) as (server, engine):
        turns = await asyncio.gather(
            *(client.turn(f"demo: markdown {number}") for number, client in enumerate(clients))
        )
    report(request, f"{len(ids)} turns at once; server's loop late by {server}; engine's by {engine}")
    for number, (client, frames) in enumerate(zip(clients, turns, strict=True)):
        assert frames[-1]["why"] == "completed"
        assert client.seqs == list(range(client.seqs[0], client.seqs[-1] + 1))
        (begun,) = [frame for frame in frames if frame["type"] == "turn_started"]
        assert begun["text"] == f"demo: markdown {number}"
        streamed = "".join(frame["text"] for frame in frames if frame["type"] == "text")
        assert streamed == "".join(frame["text"] for frame in frames if frame["type"] == "message") != ""


@pytest.mark.timeout(1800)
async def test_two_tabs_see_the_same(stage: Stage, large: bool) -> None:
    """Whoever sends the prompts: both tabs get the same frames in the same order, and one process answers."""
    session_id = await stage.create()
    tabs = [await stage.channel(session_id) for _ in range(2)]
    start = max([await ready(tab) for tab in tabs])
    for number in range(200 if large else 5):
        ask, look = tabs[number % 2], tabs[1 - number % 2]
        end = (await ask.turn(f"demo: code {number}"))[-1]
        for tab in (ask, look):  # nothing follows that
            await tab.wait(lambda frame, end=end: frame.get("state") == "ready" and frame.get("seq", 0) > end["seq"])
    assert fingerprint(tabs[0], start) == fingerprint(tabs[1], start)
    assert tabs[0].types().count("turn_started") == (200 if large else 5)


async def test_two_prompts_at_once_wait_for_each_other(stage: Stage) -> None:
    """Prompts of two tabs are never mixed: the later one is listed, and its turn begins when the other has ended."""
    session_id = await stage.create()
    tabs = [await stage.channel(session_id) for _ in range(2)]
    for tab in tabs:
        await ready(tab)
    ends = await asyncio.gather(*(tab.turn(f"demo: code {number}") for number, tab in enumerate(tabs)))
    last = max(frames[-1]["seq"] for frames in ends)
    await tabs[0].wait(lambda frame: frame.get("seq") == last)
    kinds = [kind for kind in tabs[0].types() if kind in ("turn_started", "turn_ended", "queue")]
    assert [kind for kind in kinds if kind != "queue"] == ["turn_started", "turn_ended"] * 2
    assert kinds.index("queue") < kinds.index("turn_ended")


async def test_one_answer_settles_it_everywhere(stage: Stage) -> None:
    """A question answered in one tab is settled in the other, where an answer comes too late."""
    session_id = await stage.create()
    tabs = [await stage.channel(session_id) for _ in range(2)]
    prompt = await tabs[0].prompt("demo: run-command")
    questions = [await tab.wait("question") for tab in tabs]
    assert questions[0] == questions[1]
    answer = {"type": "answer", "question": questions[0]["question"], "nonce": questions[0]["nonce"]}
    await tabs[1].send({**answer, "decision": "allow"})
    settled = [await tab.wait("question_settled") for tab in tabs]
    assert settled[0] == settled[1]
    assert (await tabs[0].refused({**answer, "decision": "deny"}))["code"] == "question_settled"
    ended = [await tab.wait("turn_ended") for tab in tabs]
    assert ended[0] == ended[1]
    assert [frame["outcome"] for frame in tabs[0].frames if frame["type"] == "tool_finished"] == ["done"]
    assert [frame["origin"]["prompt"] for frame in tabs[1].frames if frame["type"] == "turn_started"] == [prompt]


@pytest.mark.parametrize("workspace_config", [{"frames_per_second": 2}], indirect=True)
async def test_too_many_frames_are_refused(stage: Stage) -> None:
    """What is beyond the rate is dropped and said to be; the socket stays, and other sockets are not touched."""
    session_id = await stage.create()
    loud, quiet = await stage.channel(session_id), await stage.channel(session_id)
    await ready(loud)
    for number in range(200):
        await loud.send({"type": "unqueue", "id": f"u{number}", "prompt": str(uuid.uuid4())})
    await loud.wait(lambda frame: frame.get("reply_to") == "u199")
    codes = [frame["problem"]["code"] for frame in loud.frames if frame["type"] == "error"]
    passed = codes.count("bad_request")
    assert len(codes) == 200
    assert codes.count("rate_limited") == 200 - passed
    assert codes[:20] == ["bad_request"] * 20  # ten seconds' worth may come at once
    assert passed < 40
    assert (await quiet.turn("demo: hello"))[-1]["why"] == "completed"
    assert not loud.closed.is_set()
    await loud.wait("turn_ended")


@pytest.mark.parametrize("workspace_config", [{"max_sessions": 2}], indirect=True)
async def test_one_session_too_many_is_refused(stage: Stage) -> None:
    """Beyond the cap a session is refused with words; when another ends, there is room."""
    ids = [await stage.create(stage.notebook(f"n{number}.ipynb")) for number in range(2)]
    body = {"notebook": stage.notebook("one-too-many.ipynb"), "context": "workspace"}
    refused = await stage.ask("POST", "api/agents/create-session", body)
    problem = json.loads(refused.body)
    assert (refused.code, problem["code"]) == (429, "too_many_sessions")
    assert problem["remedy"]
    assert (await stage.ask("DELETE", f"api/sessions/{ids[0]}")).code == 204
    channel = await stage.channel(await stage.create("one-too-many.ipynb"))
    assert (await channel.turn("demo: hello"))[-1]["why"] == "completed"
