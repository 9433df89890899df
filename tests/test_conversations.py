"""Sessions over REST: listed, looked at, renamed, read and ended."""

from __future__ import annotations

import asyncio
import logging
import uuid
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from answers import refusal, told
from doors import BODIES, doors
from server_stage import Stage

# These need nothing of the sessions.
APART = {
    "api/live", "api/live/ticket", "api/openapi.yaml", "api/agents-schema.json", "api/agents/{name}/export",
    "api/agent-files/import",
}  # fmt: skip


async def test_list_sessions(stage: Stage) -> None:
    """All sessions are listed, or those of one notebook."""
    one, two = stage.notebook("one.ipynb"), stage.notebook("sub/two.ipynb")
    first, second = await stage.create(one), await stage.create(two)

    everything = told(await stage.ask("GET", "api/sessions"))["sessions"]
    some = told(await stage.ask("GET", "api/sessions", params={"notebook": f"/{two}"}))["sessions"]
    none = told(await stage.ask("GET", "api/sessions", params={"notebook": "three.ipynb"}))["sessions"]

    assert {each["session_id"] for each in everything} == {first, second}
    assert [each["session_id"] for each in some] == [second]
    assert none == []


async def test_rename_session(stage: Stage) -> None:
    """A title is changed, seen by REST and by whoever looks on; one that is no single line is refused."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)

    renamed = told(await stage.ask("PATCH", f"api/sessions/{session_id}", {"title": "Penguins & “more”"}))

    assert renamed["title"] == "Penguins & “more”"
    assert told(await stage.ask("GET", f"api/sessions/{session_id}")) | {"modified": ""} == renamed | {"modified": ""}
    assert await channel.wait(lambda frame: frame.get("title") == "Penguins & “more”")
    for bad in ({"title": "a\nb"}, {"title": "x" * 201}, {"title": None}, {}, {"title": "a", "state": "ready"}):
        refusal(await stage.ask("PATCH", f"api/sessions/{session_id}", bad), 400, "bad_request")


async def test_end_session(stage: Stage) -> None:
    """An ended session is gone: its process, its channels (closed with 1000), and all that was said in it."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.turn("hello")
    pid = told(await stage.ask("GET", f"api/sessions/{session_id}"))["pid"]

    ended = await stage.ask("DELETE", f"api/sessions/{session_id}")

    assert (ended.code, ended.body) == (204, b"")
    assert await channel.ended() == 1000
    assert not psutil.pid_exists(pid)
    refusal(await stage.ask("GET", f"api/sessions/{session_id}"), 404, "session_unknown")
    refusal(await stage.ask("GET", f"api/sessions/{session_id}/transcript"), 404, "session_unknown")
    assert told(await stage.ask("GET", "api/sessions"))["sessions"] == []


async def test_what_claude_code_kept_is_deleted_too(stage: Stage) -> None:
    """With a conversation go Claude Code's own transcripts of all its branches; those of others stay."""

    def kept() -> set[Path]:
        return set((stage.data / "demo").glob("projects/*/*.jsonl"))

    other = await stage.channel(await stage.create(stage.notebook("other.ipynb")))
    await other.turn("hello")
    before = kept()
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    first = (await channel.turn("hello"))[-1]["turn"]
    await channel.turn("demo: code")
    await channel.send({"type": "rewind", "after": first})
    await channel.wait("branch")
    await channel.turn("demo: markdown")
    assert len(kept() - before) == 2

    assert (await stage.ask("DELETE", f"api/sessions/{session_id}")).code == 204

    assert kept() == before != set()


async def test_end_session_in_the_middle_of_a_turn(stage: Stage) -> None:
    """A conversation can be deleted while it waits for an answer: nothing of it stays, and others go on."""
    session_id, other = await stage.create(), await stage.create()
    channel, beside = await stage.channel(session_id), await stage.channel(other)
    await channel.prompt("demo: question")
    await channel.wait("question")
    pid = told(await stage.ask("GET", f"api/sessions/{session_id}"))["pid"]

    assert (await stage.ask("DELETE", f"api/sessions/{session_id}")).code == 204

    assert await channel.ended() == 1000
    assert channel.close_reason == "the session was ended"
    assert not psutil.pid_exists(pid)
    assert [each["session_id"] for each in told(await stage.ask("GET", "api/sessions"))["sessions"]] == [other]
    assert (await beside.turn("hello"))[-1]["why"] == "completed"


async def test_no_route_knows_a_session_that_does_not_exist(stage: Stage) -> None:
    """Every route of a session answers 404 for an id that is unknown or no id at all."""
    await stage.create()
    strange = ["0", "\x00", "..", "%2e%2e", "a" * 5000, "'; --", str(uuid.uuid4()).upper(), uuid.uuid4().hex, "‮"]
    for door in doors(stage):
        if "{session_id}" in door.path and door.implemented and door.method != "OPTIONS":
            assert await door.knock(stage, str(uuid.uuid4()), {}) == 404, door
            for name in strange:
                path = door.path.format(session_id=quote(name), snapshot="1", turn="t-kept")
                answer = await stage.ask(door.method, path, {"title": "x"} if door.writes else None)
                assert answer.code == 404, (door, name)


async def test_transcript_as_json(stage: Stage) -> None:
    """The transcript is the session and its frames: whole messages, no pieces."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    turn = await channel.turn("hello")

    transcript = told(await stage.ask("GET", f"api/sessions/{session_id}/transcript"))

    assert transcript["session"]["session_id"] == session_id
    kinds = [frame["type"] for frame in transcript["frames"]]
    assert "text" not in kinds
    said = [frame["text"] for frame in transcript["frames"] if frame["type"] == "message"]
    assert said == [frame["text"] for frame in turn if frame["type"] == "message"]
    assert "turn_ended" in kinds


async def test_transcript_as_markdown(stage: Stage) -> None:
    """The markdown names who asked, quotes the prompt and shows the answer."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    turn = await channel.turn("hello, *you*")
    user = next(frame["origin"]["user"] for frame in turn if frame["type"] == "turn_started")

    answer = await stage.ask("GET", f"api/sessions/{session_id}/transcript", params={"format": "md"})

    assert answer.headers["Content-Type"] == "text/markdown; charset=UTF-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    text = answer.body.decode()
    assert f"## {user}\n\n> hello, *you*\n" in text
    said = next(frame["text"] for frame in turn if frame["type"] == "message")
    assert said.split("\n")[0] in text


async def test_transcript_in_another_form_is_refused(stage: Stage) -> None:
    """An unknown form is a 400 that names the known ones."""
    session_id = await stage.create()

    answer = await stage.ask("GET", f"api/sessions/{session_id}/transcript", params={"format": "docx"})

    assert "json, md" in refusal(answer, 400, "bad_request")


async def test_a_failure_of_ours_tells_nothing(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong inside is a 500 with a code and no details; those are in the log, without the request's query."""
    session_id = await stage.create()
    await asyncio.to_thread(stage.services.backend.stop)

    for door in doors(stage):
        if door.implemented and door.method != "OPTIONS" and door.path not in APART:
            body = BODIES.get(str(door)) if door.writes else None
            query, headers = door.needs(stage)
            params = {"session": session_id, "secret": "in-the-query", **query}
            answer = await stage.ask(door.method, door.at(session_id), body, headers=headers, params=params)
            assert answer.code == 500, door
            assert "Something went wrong" in answer.body.decode(), door
            assert "engine" not in answer.body.decode(), door
            if door.path != "workspace":
                refusal(answer, 500, "internal")

    failures = [record for record in caplog.records if record.levelno >= logging.ERROR and record.exc_info]
    assert failures
    assert "in-the-query" not in "".join(record.getMessage() for record in failures)
