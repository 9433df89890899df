"""The live channel: who may open it, and what a page cannot do with it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from channel_client import PATIENCE, ChannelClient
from live_page import LivePage
from server_stage import Person, Stage
from test_tickets import foreign_origins
from tornado.httpclient import HTTPClientError

from jupyter_claude_workspace.protocol.live import MAX_LIVE_BYTES, CellEdit

HELLO = {"type": "hello", "protocol": 1, "client": "abcdefgh", "calls": []}
OPEN = {"type": "open", "notebooks": [], "focused": False}
NOTEBOOK = {"path": "a.ipynb", "kernel": None, "active": True, "dirty": False, "modified": "", "collaborative": False}
RESULT = {"type": "result", "call": "x", "ok": True, "result": None, "problem": None}

# First frames that end the connection, and frames that end it after a proper hello.
NO_HELLO: list[Any] = [
    "",
    "{",
    "null",
    "[]",
    "7",
    '"hello"',
    "{}",
    b"\xff\xfe",
    b"\x00" * 100,
    "[" * 100_000,
    '{"type":"hello"}',
    OPEN,
    RESULT,
    {"type": "ping"},
    {**HELLO, "type": "Hello"},
    {**HELLO, "protocol": 2},
    {**HELLO, "protocol": "1x"},
    {**HELLO, "client": "short"},
    {**HELLO, "client": "x" * 65},
    {**HELLO, "client": "../../etc"},
    {**HELLO, "client": 7},
    {**HELLO, "client": None},
    {**HELLO, "calls": "all"},
    {**HELLO, "calls": ["x" * 65]},
    {**HELLO, "calls": ["x"] * 1001},
]
NO_FRAME: list[Any] = [
    HELLO,
    "",
    "{",
    "null",
    b"\xff",
    {"type": "call"},
    {"type": "cancel", "call": "x"},
    {"type": "open"},
    {**OPEN, "notebooks": None},
    {**OPEN, "notebooks": [{}]},
    {**OPEN, "notebooks": [NOTEBOOK] * 501},
    {**OPEN, "notebooks": [{**NOTEBOOK, "path": "x" * 4097}]},
    {**OPEN, "notebooks": [{**NOTEBOOK, "path": 1}]},
    {**OPEN, "notebooks": [{**NOTEBOOK, "kernel": "k" * 201}]},
    {**RESULT, "ok": None},
    {"type": "result"},
    {"type": "running", "call": "x", "cell": "c"},
    {"type": "running", "call": "x", "cell": "c", "msg_id": "m" * 201},
    {"type": "waiting", "path": "a", "cell": "c", "prompt": "p" * 10_001},
    {**RESULT, "problem": {"code": 1}},
]
# What means nothing, and harms nobody.
EMPTY: list[Any] = [
    RESULT,
    {**RESULT, "ok": False},
    {**RESULT, "ok": False, "problem": {"code": "zzz", "text": "", "remedy": ""}},
    {"type": "running", "call": "x", "cell": "c", "msg_id": "m"},
    {"type": "waiting", "path": "a", "cell": "c", "prompt": "?"},
    {
        **OPEN,
        "notebooks": [{**NOTEBOOK, "path": "../../etc/passwd"}, {**NOTEBOOK, "path": "\x00"}, {**NOTEBOOK, "path": ""}],
    },
    {**OPEN, "notebooks": [NOTEBOOK, NOTEBOOK]},
]


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limit on connections: many are opened here on purpose."""
    return {"connections_per_minute": 0}


async def refused(stage: Stage, person: Person, **params: str) -> int:
    """The status with which the channel is refused; 101 where it is not."""
    try:
        await stage.socket("api/live", headers=person.headers, **params)
    except HTTPClientError as error:
        return error.code
    return 101


async def sent(socket: ChannelClient, frame: Any) -> None:
    """Send a frame, however wrong."""
    await socket.send(frame)


async def test_foreign_pages_open_no_live_channel(stage: Stage) -> None:
    """No page of another origin opens one with a person's cookie, even with a good ticket; the server's own does."""
    ann = stage.person()
    for origin in foreign_origins(stage.host):
        ticket = await stage.ticket_for("api/live", ann)
        with pytest.raises(HTTPClientError) as caught:
            await stage.socket("api/live", headers={**ann.headers, "Origin": origin}, ticket=ticket)
        assert caught.value.code == 403, origin
    ticket = await stage.ticket_for("api/live", ann)

    assert await stage.socket("api/live", headers={**ann.headers, "Origin": f"http://{stage.host}"}, ticket=ticket)


async def test_a_ticket_is_good_once_for_one_person_and_for_nothing_else(stage: Stage) -> None:
    """With a cookie a ticket is needed: fresh, one's own, and one of the live channel; with a token it is not."""
    session_id = await stage.create()
    ann, bob = stage.person("ann"), stage.person("bob")

    assert await refused(stage, ann) == 403
    assert await refused(stage, ann, ticket="guessed") == 403
    ticket = await stage.ticket_for("api/live", ann)
    assert await refused(stage, ann, ticket=ticket) == 101
    assert await refused(stage, ann, ticket=ticket) == 403
    assert await refused(stage, bob, ticket=await stage.ticket_for("api/live", ann)) == 403
    assert await refused(stage, ann, ticket=await stage.ticket(session_id, ann)) == 403
    with pytest.raises(HTTPClientError):
        await stage.channel(session_id, headers=ann.headers, ticket=await stage.ticket_for("api/live", ann))
    assert await stage.socket("api/live")


async def test_what_is_no_frame_ends_the_connection_and_nothing_else(stage: Stage) -> None:
    """Frames of no known form close it with 1008, also after a proper beginning; other pages do not notice."""
    page = await LivePage(stage).connect()
    path = stage.notebook()
    await page.open(path)

    for beginning, frames in (((), NO_HELLO), ((HELLO, OPEN), NO_FRAME)):
        for frame in frames:
            socket = await stage.socket("api/live")
            for proper in beginning:
                await sent(socket, proper)
            await sent(socket, frame)
            assert await socket.ended() == 1008, str(frame)[:200]

    view = await stage.services.hosting().host.read(path)
    assert view.where == "live"
    await page.leave()


async def test_frames_that_mean_nothing_are_passed_over(stage: Stage) -> None:
    """Results of calls that nobody made, and paths that lead nowhere, change nothing and close nothing."""
    path = stage.notebook()
    host = stage.services.hosting().host
    socket = await stage.socket("api/live")
    await sent(socket, HELLO)
    for frame in EMPTY:
        await sent(socket, frame)

    page = LivePage(stage)
    await page.connect()
    await page.open(path)
    view = await host.edit(path, [CellEdit(action="insert", cell="one", source="1")])

    assert view.where == "live"
    assert not socket.closed.is_set()
    await page.leave()


async def test_a_page_gives_answers_only_to_its_own_calls(stage: Stage) -> None:
    """What another page answers to a call that it cannot know of is not taken for the answer."""
    path = stage.notebook()
    host = stage.services.hosting().host
    page = await LivePage(stage).connect()
    other = await stage.socket("api/live")
    await sent(other, {**HELLO, "client": "another-one"})

    async def foreign(call: dict[str, Any]) -> None:
        await sent(other, {**RESULT, "call": call["call"], "result": {"notebook": {"nbformat": 4, "cells": []}}})

    await page.open(path)
    await host.edit(path, [CellEdit(action="insert", cell="one", source="1")])
    page.before = foreign
    view = await host.read(path)

    assert [cell["id"] for cell in view.notebook["cells"]] == ["one"]
    await page.leave()


async def test_a_page_cannot_take_the_place_of_another_persons(stage: Stage) -> None:
    """The same client id by another person is another page."""
    path = stage.notebook()
    host = stage.services.hosting().host
    page = await LivePage(stage).connect()
    await page.open(path)
    await host.edit(path, [CellEdit(action="insert", cell="one", source="1")])
    bob = stage.person("bob")
    ticket = await stage.ticket_for("api/live", bob)

    thief = await stage.socket("api/live", headers=bob.headers, ticket=ticket)
    await sent(thief, {**HELLO, "client": page.client})
    await sent(thief, OPEN)
    view = await host.read(path)

    assert view.where == "live"
    assert not [frame for frame in thief.frames if frame["type"] == "call"]
    await page.leave()


async def test_too_large_a_frame_is_not_taken(stage: Stage) -> None:
    """More than 64 MiB closes the connection with 1009; a notebook of some megabytes passes."""
    path = stage.notebook()
    host = stage.services.hosting().host
    page = await LivePage(stage).connect()
    document = await page.open(path)
    await host.edit(path, [CellEdit(action="insert", cell="one", source="1")])
    document.type("one", "x" * (8 << 20))
    assert len((await host.read(path)).notebook["cells"][0]["source"]) == 8 << 20
    await page.leave()

    socket = await stage.socket("api/live")
    await sent(socket, HELLO)
    await sent(socket, json.dumps({**RESULT, "result": "x" * MAX_LIVE_BYTES}))

    assert await socket.ended() == 1009


class TestRate:
    """A server on which a page may send little."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"frames_per_second": 1}

    async def test_a_page_that_sends_without_end_is_told_to_come_back(self, stage: Stage) -> None:
        """More frames than the limit close the connection with 1013."""
        socket = await stage.socket("api/live")
        await sent(socket, HELLO)

        async def flood() -> None:
            while not socket.closed.is_set():
                try:
                    await sent(socket, OPEN)
                except Exception:
                    return
                await asyncio.sleep(0)

        await asyncio.wait_for(flood(), PATIENCE)

        assert await socket.ended() == 1013
