"""Agents over REST: listed, saved against a version, accepted and deleted."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import pytest
from answers import refusal, told
from notebook_agents import LEAST, NEW, Folder
from server_stage import Stage

from jupyter_claude_workspace.agents.model import Agent

WHOLE: dict[str, Any] = {**Agent(**LEAST).model_dump(mode="json"), "tools": ["Read", "mcp__notebook__read_notebook"]}


async def test_an_agent_from_its_first_save_to_its_end(stage: Stage) -> None:
    """It is saved as new, found, saved again over its version, listed and deleted; each answer has its etag."""
    folder = Folder(stage)
    assert await folder.list() == []

    made = await folder.put(WHOLE, None)
    first = told(made, 201)

    assert set(first) == {"name", "path", "etag", "agent", "problem", "read_only", "accepted"}
    assert (first["name"], first["path"]) == ("reviewer", "deep/er/reviewer.agent.json")
    assert (first["problem"], first["read_only"], first["accepted"]) == (None, False, True)
    assert {**first["agent"], "created": None, "modified": None} == WHOLE
    assert made.headers["ETag"] == first["etag"]
    assert json.loads((folder.place / "reviewer.agent.json").read_text()) == first["agent"]
    got = await folder.ask("GET", "/reviewer")
    assert (told(got), got.headers["ETag"]) == (first, first["etag"])
    same = await folder.ask("GET", "/reviewer", If_None_Match=first["etag"])
    assert (same.code, same.body) == (304, b"")
    second = told(await folder.put({**WHOLE, "prompt": "Better."}, first["etag"]))
    assert second["etag"] != first["etag"]
    assert second["agent"]["created"] == first["agent"]["created"]
    assert await folder.list() == [second]
    gone = await folder.ask("DELETE", "/reviewer", If_Match=second["etag"])
    assert (gone.code, gone.body) == (204, b"")
    refusal(await folder.ask("GET", "/reviewer"), 404, "agent_unknown")
    assert sorted(path.name for path in folder.place.iterdir()) == ["analysis ü.ipynb"]


async def test_the_second_of_two_tabs_is_told(stage: Stage) -> None:
    """A save, delete or acceptance over a version that is gone is a 409 with both versions."""
    folder = Folder(stage)
    first = told(await folder.put(WHOLE, None), 201)
    theirs = told(await folder.put({**WHOLE, "prompt": "Theirs."}, first["etag"]))
    mine = {**WHOLE, "prompt": "Mine."}

    lost = told(await folder.put(mine, first["etag"]), 409)
    not_new = told(await folder.put(mine, None), 409)
    deleted = told(await folder.ask("DELETE", "/reviewer", If_Match=first["etag"]), 409)
    accepted = told(await folder.ask("POST", "/reviewer/accept", {}, If_Match=first["etag"]), 409)

    assert set(lost) == {"code", "message", "remedy", "yours", "theirs"}
    assert (lost["code"], lost["yours"], lost["theirs"]) == ("agent_changed", mine, theirs)
    assert (not_new["yours"], not_new["theirs"]) == (mine, theirs)
    assert (deleted["yours"], deleted["theirs"]) == (None, theirs)
    assert (accepted["yours"], accepted["theirs"]) == (None, theirs)
    assert await folder.list() == [theirs]
    await folder.ask("DELETE", "/reviewer", If_Match=theirs["etag"])
    assert told(await folder.put(mine, theirs["etag"]), 409)["theirs"] is None


@pytest.mark.timeout(900)
async def test_two_tabs_cannot_both_win(stage: Stage, large: bool) -> None:
    """Of two saves at once over one version, one wins and the other is told by what, 100 times (1,000 with --large)."""
    folder = Folder(stage)
    current = told(await folder.put(WHOLE, None), 201)

    for number in range(1_000 if large else 100):
        asked = [{**WHOLE, "prompt": f"{who} {number}"} for who in ("one", "two")]
        answers = await asyncio.gather(*(folder.put(each, current["etag"]) for each in asked))
        won, lost = sorted(answers, key=lambda answer: answer.code)
        current = told(won)
        loser = told(lost, 409)
        assert loser["theirs"] == current
        assert {current["agent"]["prompt"], loser["yours"]["prompt"]} == {each["prompt"] for each in asked}
        assert told(await folder.ask("GET", "/reviewer")) == current


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "etag_missing"),
        ({"If-Match": "*"}, "bad_request"),
        ({"If-Match": "abc"}, "bad_request"),
        ({"If-Match": 'W/"abc"'}, "bad_request"),
        ({"If-Match": '"a", "b"'}, "bad_request"),
        ({"If-None-Match": '"abc"'}, "bad_request"),
        ({"If-Match": '"abc"', **NEW}, "bad_request"),
    ],
)
async def test_a_write_says_what_it_replaces(stage: Stage, headers: dict[str, str], code: str) -> None:
    """Without a version a write is a 428, with an unclear one a 400; nothing is written, deleted or accepted."""
    folder = Folder(stage)
    (folder.place / "reviewer.agent.json").write_text(json.dumps(LEAST))

    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/accept")):
        params = {"notebook": folder.notebook}
        answer = await stage.ask(method, f"api/agents/reviewer{path}", LEAST, params=params, headers=headers)
        refusal(answer, 428 if code == "etag_missing" else 400, code)
    for method, path in (("DELETE", ""), ("POST", "/accept")):
        params = {"notebook": folder.notebook}
        answer = await stage.ask(method, f"api/agents/reviewer{path}", {}, params=params, headers=NEW)
        refusal(answer, 400, "bad_request")
    (found,) = await folder.list()
    assert (found["agent"]["prompt"], found["accepted"]) == ("Review.", False)


async def test_an_agent_of_somebody_else_is_accepted_once(stage: Stage) -> None:
    """A file that came by another way is not accepted until somebody says so for its version; any change asks again."""
    folder = Folder(stage)
    file = folder.place / "reviewer.agent.json"
    file.write_text(json.dumps(LEAST))
    (found,) = await folder.list()
    assert found["accepted"] is False

    accepted = await folder.ask("POST", "/reviewer/accept", {}, If_Match=found["etag"])

    assert told(accepted) == {**found, "accepted": True}
    assert accepted.headers["ETag"] == found["etag"]
    file.write_text(json.dumps({**LEAST, "created": "2020-01-01T00:00:00Z"}, indent=8))
    assert [each["accepted"] for each in await folder.list()] == [True]
    file.write_text(json.dumps({**LEAST, "prompt": "Review!"}))
    assert [each["accepted"] for each in await folder.list()] == [False]
    (kept,) = (stage.data / "accepted-agents").iterdir()
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


async def test_what_cannot_be_used_cannot_be_accepted(stage: Stage) -> None:
    """Unreadable and newer files are listed with their problem, and refused with it."""
    folder = Folder(stage)
    (folder.place / "broken.agent.json").write_text(json.dumps({**LEAST, "name": "broken", "hooks": {}}))
    (folder.place / "newer.agent.json").write_text(json.dumps({**LEAST, "name": "newer", "schema_version": 2}))
    broken, newer = await folder.list()

    assert (broken["agent"], broken["read_only"], broken["accepted"]) == (None, False, False)
    assert '"hooks"' in broken["problem"]["text"]
    assert (newer["agent"]["prompt"], newer["read_only"], newer["accepted"]) == ("Review.", True, False)
    for each in (broken, newer):
        path = f"/{each['name']}"
        assert told(await folder.ask("GET", path)) == each
        refusal(await folder.ask("POST", f"{path}/accept", {}, If_Match=each["etag"]), 400, "agent_invalid")
        over = await folder.put({**LEAST, "name": each["name"]}, each["etag"], each["name"])
        assert "not overwritten" in refusal(over, 400, "agent_invalid")
    assert await folder.list() == [broken, newer]


BAD: list[tuple[Any, str]] = [
    ("", "not JSON"), ("{", "line 1"), ("null", "no JSON object"), (b"\xff", "UTF-8"), ("[" * 100_000, "nested"),
    ({**LEAST, "prompt": "p" * (10 << 20)}, "1 MiB"), ({**LEAST, "prompt": ""}, '"prompt"'), ({}, '"name" is missing'),
    ('{"name": "reviewer", "name": "reviewer"}', "twice"), ({**LEAST, "name": "other"}, '"other"'),
    ({**LEAST, "schema_version": 2}, "version 2"), ({**LEAST, "model": "--help"}, '"model"'),
    *(({**LEAST, key: {}}, f'"{key}"') for key in ("hooks", "mcpServers", "env", "permissionMode", "bypass", "sender")),
]  # fmt: skip


async def test_what_is_no_agent_is_not_saved(stage: Stage) -> None:
    """A body that is no agent is a 400 that names file and key; nothing is written, and nothing is accepted."""
    folder = Folder(stage)

    for body, words in BAD:
        answer = await folder.put(body, None)
        said = refusal(answer, 400, "agent_newer" if "version 2" in words else "agent_invalid")
        assert words in said
        assert "reviewer.agent.json" in said

    assert await folder.list() == []
    assert not (stage.data / "accepted-agents").exists()


async def test_a_full_disk_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A save that the system refuses is a 507 with its reason, and the old file is as it was."""
    folder = Folder(stage)
    first = told(await folder.put(WHOLE, None), 201)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = await folder.put({**WHOLE, "prompt": "Better."}, first["etag"])
    monkeypatch.undo()

    assert "No space left on device" in refusal(answer, 507, "agent_unsaved")
    assert await folder.list() == [first]
    assert sorted(path.name for path in folder.place.iterdir()) == ["analysis ü.ipynb", "reviewer.agent.json"]


async def test_an_agent_may_be_named_as_a_route_is(stage: Stage) -> None:
    """`create-session` is an agent like any other, and posting there still makes a session."""
    folder = Folder(stage)
    made = told(await folder.put({**LEAST, "name": "create-session"}, None, "create-session"), 201)

    assert told(await folder.ask("GET", "/create-session")) == made
    assert told(await folder.ask("POST", "/create-session/accept", {}, If_Match=made["etag"])) == made
    assert await stage.create(folder.notebook)
    assert (await folder.ask("DELETE", "/create-session", If_Match=made["etag"])).code == 204


async def test_the_schema_is_served(stage: Stage) -> None:
    """Editors get it from here."""
    answer = await stage.ask("GET", "api/agents-schema.json")

    assert answer.headers["Content-Type"] == "application/schema+json"
    assert set(told(answer)["properties"]) == {"$schema", *Agent.model_fields}
