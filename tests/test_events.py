"""News of the sessions on Jupyter's own event bus, heard as a dashboard hears them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from answers import told
from channel_client import PATIENCE, ChannelClient
from jsonschema import Draft202012Validator
from server_stage import Stage
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect
from yaml import safe_load

from jupyter_claude_workspace.protocol.content import Context, State
from jupyter_claude_workspace.session.herald import PAUSE
from jupyter_claude_workspace.web.events import SCHEMA, SCHEMA_ID

FIELDS = {"session_id", "notebook", "context", "state", "questions", "change"}
Event = dict[str, Any]


class Listener:
    """Somebody at /api/events/subscribe; `events` are ours, `texts` all that came."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.texts: list[str] = []
        self._news = asyncio.Event()

    @classmethod
    async def at(cls, stage: Stage) -> Listener:
        listener = cls()
        url = f"ws://{stage.host}{stage.base_url}api/events/subscribe"
        listener.socket = await websocket_connect(
            HTTPRequest(url, headers=stage.token_header), on_message_callback=listener._received
        )
        return listener

    def _received(self, message: str | bytes | None) -> None:
        if message is not None:
            self.texts.append(str(message))
            event = json.loads(message)
            if event["schema_id"] == SCHEMA_ID:
                self.events.append(event)
        self._news.set()

    async def wait(self, fits: Callable[[Event], bool]) -> Event:
        """The first event that fits, of those that came and come."""

        async def look() -> Event:
            while True:
                self._news.clear()
                for event in self.events:
                    if fits(event):
                        return event
                await self._news.wait()

        try:
            return await asyncio.wait_for(look(), PATIENCE)
        except asyncio.TimeoutError:
            raise AssertionError(f"it did not come; these did: {self.events}") from None


async def test_the_life_of_a_session(stage: Stage) -> None:
    """That a session begins, starts, works, asks, is renamed and ends is told, without what was said."""
    listener = await Listener.at(stage)
    session_id = await stage.create(stage.notebook("sub/räume.ipynb"))
    created = await listener.wait(lambda event: event["change"] == "created")
    await listener.wait(lambda event: event["state"] == "ready")

    channel = await stage.channel(session_id)
    await channel.prompt("SECRET-WORDS: help me decide")
    question = await channel.wait("question")
    asked = await listener.wait(lambda event: event["questions"] == 1)
    await answer(channel, question)
    await channel.wait("turn_ended")
    await listener.wait(lambda event: (event["state"], event["questions"]) == ("ready", 0) and event is not created)
    known = len(listener.events)
    await stage.ask("PATCH", f"api/sessions/{session_id}", {"title": "SECRET-TITLE"})
    renamed = await listener.wait(lambda event: event in listener.events[known:])
    await stage.ask("DELETE", f"api/sessions/{session_id}")
    ended = await listener.wait(lambda event: event["change"] == "ended")

    assert asked["state"] == "waiting"
    assert renamed["change"] == "changed"
    assert [event["change"] for event in listener.events].count("created") == 1
    assert listener.events[-1] == ended
    for event in listener.events:
        assert {key for key in event if not key.startswith("__")} == FIELDS | {"schema_id"}
        assert (event["session_id"], event["notebook"], event["context"]) == (
            session_id,
            "sub/räume.ipynb",
            "workspace",
        )
    everything = "".join(listener.texts)
    for words in ("SECRET", "missing values", "Interpolate", "decide", "hello"):
        assert words not in everything


async def answer(channel: ChannelClient, question: dict[str, Any]) -> None:
    given = {item["question"]: item["options"][0]["label"] for item in question["ask"]["items"]}
    sent = {"type": "answer", "question": question["question"], "nonce": question["nonce"], "decision": "allow"}
    await channel.send({**sent, "answers": given})


async def test_a_running_turn_is_told(stage: Stage) -> None:
    """While a turn runs the session is `running` to whoever listens, and `ready` after it."""
    listener = await Listener.at(stage)
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    stage.demo_model.pace = 1  # a burst within a tenth of a second would be told as one
    await channel.prompt("demo: long")
    running = await listener.wait(lambda event: event["state"] == "running")
    await channel.send({"type": "interrupt"})
    await channel.wait("turn_ended")

    after = listener.events.index(running)
    assert await listener.wait(lambda event: event["state"] == "ready" and listener.events.index(event) > after)


async def test_a_burst_is_told_once(stage: Stage) -> None:
    """However many titles it gets at once, a session has one event in a tenth of a second."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.wait(lambda frame: frame.get("state") == "ready")
    listener = await Listener.at(stage)
    began = time.monotonic()

    await asyncio.gather(*(stage.ask("PATCH", f"api/sessions/{session_id}", {"title": f"{n}"}) for n in range(60)))
    await stage.ask("DELETE", f"api/sessions/{session_id}")
    await listener.wait(lambda event: event["change"] == "ended")

    seconds = time.monotonic() - began
    changed = [event for event in listener.events if event["change"] == "changed"]
    assert len(changed) <= seconds / PAUSE


async def test_no_news_harms_no_session(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody's listener on the bus fails, and where the event is refused, sessions go on."""

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a listener of somebody else's")

    def refusing(schema_id: str, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "state": "no such state"}

    stage.server.event_logger.add_listener(schema_id=SCHEMA_ID, listener=broken)
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    assert (await channel.turn("hello"))[-1]["why"] == "completed"
    stage.server.event_logger.add_modifier(schema_id=SCHEMA_ID, modifier=refusing)
    assert (await channel.turn("hello"))[-1]["why"] == "completed"
    assert told(await stage.ask("GET", f"api/sessions/{session_id}"))["turns"] == 2


def test_the_schema_is_in_the_package_and_of_the_protocol() -> None:
    """The described values are those of the protocol; nothing but the six fields may be in an event."""
    schema = safe_load(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)

    assert schema["$id"] == SCHEMA_ID
    assert set(schema["properties"]) == set(schema["required"]) == FIELDS
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]["state"]["enum"]) == set(State.__args__)
    assert set(schema["properties"]["context"]["enum"]) == set(Context.__args__)
    assert SCHEMA.parents[1].name == "jupyter_claude_workspace"
