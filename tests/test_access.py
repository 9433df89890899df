"""Who gets in. Every door of ours is tried with every kind of wrong key; the doors are found by walking the router."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from doors import Door, doors, interview, past, static_routes
from jupyter_server.auth import Authorizer
from server_stage import Stage
from tornado.web import create_signed_value

REFUSED = {403}
UP = sorted(Path(__file__).parent.glob("golden/up/*.json"))


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limit on connections: hundreds are opened here on purpose."""
    return {"connections_per_minute": 0}


class DenyAll(Authorizer):
    """Nobody may do anything."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return False


class DenyAllLater(Authorizer):
    """The same, answered by a coroutine: truthy where it is not awaited."""

    async def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        await asyncio.sleep(0)
        return False


class ReadOnly(Authorizer):
    """Everybody may look; nobody may touch. Remembers what it was asked."""

    asked: Counter[tuple[str, str]]

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        self.asked = getattr(self, "asked", Counter())
        self.asked[action, resource] += 1
        return action == "read"


def authorize(stage: Stage, authorizer: type[Authorizer]) -> Authorizer:
    """Let the server ask another authorizer from now on."""
    made = authorizer(parent=stage.server, identity_provider=stage.server.identity_provider)
    stage.server.web_app.settings["authorizer"] = made
    return made


def strangers(stage: Stage) -> dict[str, dict[str, str]]:
    """Headers of people who are not let in."""
    ann = stage.person()
    name, _, value = ann.cookie.partition("=")
    payload = stage.server.identity_provider.user_to_cookie(
        stage.server.identity_provider.user_from_cookie(
            json.dumps(dict.fromkeys(("username", "name", "display_name", "initials", "avatar_url", "color"), "ann"))
        )
    )
    secret = stage.server.web_app.settings["cookie_secret"]
    expired = create_signed_value(secret, name, payload, clock=lambda: 1_600_000_000).decode()
    forged = create_signed_value("not the server's secret", name, payload).decode()
    return {
        "no credentials": {"Authorization": ""},
        "wrong token": {"Authorization": "token 0123456789abcdef"},
        "empty token": {"Authorization": "token "},
        "expired cookie": {**ann.headers, "Cookie": f'{name}="{expired}"; _xsrf=a', "X-XSRFToken": "a"},
        "forged cookie": {**ann.headers, "Cookie": f'{name}="{forged}"; _xsrf=a', "X-XSRFToken": "a"},
        "cut cookie": {**ann.headers, "Cookie": f"{name}={value[:20]}; _xsrf=a", "X-XSRFToken": "a"},
        "evil host, right token": {"Host": "evil.example"},
        "evil host, right cookie": {**ann.headers, "Host": "evil.example:8888"},
    }


async def answers(stage: Stage, session_id: str, headers: dict[str, str]) -> dict[Door, int]:
    """What every door but the CORS preflights says."""
    return {door: await door.knock(stage, session_id, headers) for door in doors(stage) if door.method != "OPTIONS"}


def shown(found: dict[Door, int]) -> dict[str, int]:
    """The same, readable."""
    return {str(door): status for door, status in found.items()}


async def test_every_door_refuses_strangers(stage: Stage) -> None:
    """Without valid credentials, every method of every route answers 403: no redirect, no upgrade, no 404."""
    session_id = await stage.create()

    for stranger, headers in strangers(stage).items():
        found = await answers(stage, session_id, headers)
        let_in = {door: status for door, status in found.items() if status not in REFUSED}
        assert shown(let_in) == {}, stranger


@pytest.mark.parametrize("setting", [True, False])
async def test_strangers_are_refused_whatever_the_server_s_default_is(stage: Stage, setting: bool) -> None:
    """Jupyter's `allow_unauthenticated_access` makes no difference to us."""
    session_id = await stage.create()
    stage.server.web_app.settings["allow_unauthenticated_access"] = setting

    found = await answers(stage, session_id, {"Authorization": ""})

    assert set(found.values()) == REFUSED


async def test_a_preflight_tells_a_stranger_nothing(stage: Stage) -> None:
    """A CORS preflight, which never carries credentials, is answered with headers alone, or not at all."""
    session_id = await stage.create()

    for door in doors(stage):
        if door.method == "OPTIONS":
            path = door.at(session_id)
            answer = await stage.ask("OPTIONS", path, headers={"Authorization": "", "Origin": "https://evil.example"})
            assert answer.code in {200, 403, 405}, door
            assert "Access-Control-Allow-Origin" not in answer.headers, door
            assert answer.code != 200 or answer.body == b"", door


async def test_the_right_key_opens_every_door(stage: Stage) -> None:
    """The same walk with the token is let in everywhere: the refusals above are about rights alone."""
    session_id = await interview(stage)
    found = await answers(stage, session_id, {})

    ends = {door: status for door, status in found.items() if door.method == "DELETE" and door.implemented}
    rest = {door: status for door, status in found.items() if door.implemented and door not in ends}
    assert ends
    assert set(ends.values()) == {204}
    # What was asked of the session after it was ended is not there any more.
    assert set(rest.values()) <= {101, 200, 201, 404}, shown(rest)
    assert {status for door, status in found.items() if not door.implemented} == {405}


@pytest.mark.parametrize("authorizer", [DenyAll, DenyAllLater])
async def test_every_door_obeys_an_authorizer_that_denies(stage: Stage, authorizer: type[Authorizer]) -> None:
    """Known but not allowed is refused everywhere, be the authorizer sync or async, and nothing has changed."""
    session_id = await stage.create()
    before = (await stage.ask("GET", "api/sessions")).body
    allowed = stage.server.web_app.settings["authorizer"]
    authorize(stage, authorizer)

    found = await answers(stage, session_id, {})

    assert {str(door): status for door, status in found.items() if door.implemented and status != 403} == {}
    assert {status for door, status in found.items() if not door.implemented} == {405}
    stage.server.web_app.settings["authorizer"] = allowed
    after = (await stage.ask("GET", "api/sessions")).body
    assert [each["title"] for each in json.loads(after)["sessions"]] == [
        each["title"] for each in json.loads(before)["sessions"]
    ]


async def test_who_may_only_look_can_look_and_nothing_else(stage: Stage) -> None:
    """With rights to read only, all that reads works and all that writes is refused; our own resource is asked for."""
    session_id = await stage.create()
    past(stage, session_id)
    authorizer = authorize(stage, ReadOnly)

    found = await answers(stage, session_id, {})

    reading = {door for door in found if door.implemented and door.action == "read"}
    assert {str(door) for door in reading if door.writes} == {"POST api/sessions/{session_id}/ticket"}
    assert {str(door): found[door] for door in reading if found[door] not in {101, 200, 201}} == {}
    writing = {door for door in found if door.implemented} - reading
    assert writing
    assert {str(door): found[door] for door in writing if found[door] != 403} == {}
    assert {resource for _, resource in authorizer.asked} == {"claude-workspace"}


async def test_who_may_only_look_can_send_nothing(stage: Stage) -> None:
    """Every kind of client frame needs the right to execute; without it the channel stays and shows the session."""
    session_id = await stage.create()
    authorize(stage, ReadOnly)
    channel = await stage.channel(session_id)

    for golden in UP:
        problem = await channel.refused(json.loads(golden.read_text()))
        assert problem["code"] == "not_allowed", golden.stem

    assert channel.close_code is None
    assert len(UP) == 9
    assert "turn_started" not in channel.types()


async def test_rights_that_are_taken_away_end_what_is_open(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open channel asks again when its answer has aged: sending is refused, and then looking on ends."""
    monkeypatch.setattr("jupyter_claude_workspace.web.auth.REMEMBERED_SECONDS", 0.0)
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.wait("welcome")

    authorize(stage, DenyAllLater)
    await stage.services.backend.rename(session_id, "something that everybody would be told")

    assert await channel.ended() == 1008
    assert "something" not in str(channel.frames[-1])


async def test_no_get_changes_anything(stage: Stage) -> None:
    """After every GET of ours, the sessions are what they were."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.wait(lambda frame: frame.get("state") == "ready")
    before = json.loads((await stage.ask("GET", "api/sessions")).body)

    for door in doors(stage):
        if door.method == "GET":
            await door.knock(stage, session_id, {})

    assert json.loads((await stage.ask("GET", "api/sessions")).body) == before


async def test_our_files_are_the_only_public_thing(stage: Stage) -> None:
    """The built page and widget are public, as all of Jupyter's; their route reaches nothing else."""
    assert len(static_routes(stage)) == 1
    base = f"{stage.base_url}static/jupyter_claude_workspace/"

    for path in ("../app.py", "..%2Fapp.py", "%2e%2e/app.py", "../../pyproject.toml", "..\\app.py", "/etc/passwd", ""):
        answer = await stage.request("GET", base + path, headers={"Authorization": ""})
        assert answer.code in {400, 403, 404}, path
    evil = await stage.request("GET", f"{base}page.js", headers={"Host": "evil.example"})
    assert evil.code == 403
