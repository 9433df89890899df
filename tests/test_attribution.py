"""Who said what is what the server knows; nothing that a client sends can change it."""

from __future__ import annotations

import json
import random
import uuid
from pathlib import Path
from typing import Any

import pytest
from server_stage import Stage

UP = [json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("golden/up/*.json"))]
# What a client could hope that somebody reads as the name of who sent a frame.
KEYS = (
    "user", "username", "user_name", "sender", "from", "author", "owner", "by", "as", "name", "display_name", "origin",
    "identity", "who", "person", "account", "on_behalf_of", "impersonate", "principal", "sub", "role", "auth", "token",
    "headers", "meta", "User", "SENDER", "sénder", "__proto__", "constructor",
)  # fmt: skip
NAMES: tuple[Any, ...] = (
    "root", "Bob", "", None, 0, True, ["Bob"], {"name": "Bob"}, {"kind": "prompt", "user": "Bob"}, "Ann\u0000Bob",
)  # fmt: skip
HEADERS = ("X-Forwarded-User", "X-Remote-User", "Remote-User", "X-User", "From", "X-Jupyterhub-User")


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limits of rate: more is sent here than any person would."""
    return {"frames_per_second": 0, "prompts_per_minute": 0, "connections_per_minute": 0}


async def test_no_frame_says_who_sent_it(stage: Stage) -> None:
    """Of 1,000 frames that name a sender, each is refused; others are told the name that the server knows."""
    session_id = await stage.create()
    bob = await stage.channel(session_id)
    ann = stage.person("ann")
    headers = {**ann.headers, **dict.fromkeys(HEADERS, "Bob")}
    channel = await stage.channel(session_id, headers=headers, ticket=await stage.ticket(session_id, ann), user="Bob")
    draw = random.Random(37)

    for _ in range(1000):
        frame = {**draw.choice(UP), "id": str(uuid.uuid4())}
        key = draw.choice([key for key in KEYS if key not in frame])
        problem = await channel.refused({**frame, key: draw.choice(NAMES)})
        assert problem["code"] == "bad_frame", (frame, key)
    await channel.turn("hello, said Bob")

    started = [frame for frame in bob.frames if frame["type"] == "turn_started"]
    assert [frame["origin"]["user"] for frame in started] == ["Ann"]


async def test_an_answer_has_the_name_of_who_gave_it(stage: Stage) -> None:
    """What one person asked for and another one allowed says so, in both places, whatever the answer claims."""
    session_id = await stage.create()
    people = [stage.person(name) for name in ("ann", "bob")]
    ann, bob = [
        await stage.channel(session_id, headers=each.headers, ticket=await stage.ticket(session_id, each))
        for each in people
    ]
    await ann.prompt("demo: run-command")
    asked = await bob.wait("question")
    answer = {"type": "answer", "id": str(uuid.uuid4()), "question": asked["question"], "nonce": asked["nonce"]}

    assert (await bob.refused({**answer, "decision": "allow", "user": "Ann"}))["code"] == "bad_frame"
    await bob.send({**answer, "decision": "deny", "message": "said Ann"})

    settled = await ann.wait("question_settled")
    assert (settled["user"], settled["message"]) == ("Bob", "said Ann")
    started = await ann.wait("turn_started")
    assert started["origin"]["user"] == "Ann"
    await ann.wait("turn_ended")
