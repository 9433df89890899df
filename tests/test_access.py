"""Who gets in. Every door of ours is tried with every kind of wrong key; the doors are found by walking the router."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import Person, Stage
from doors import Door, doors, static_routes
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError
from tornado.web import create_signed_value

from jupyter_claude_workspace.web.tickets import Tickets

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
    payload = stage.server.identity_provider.user_to_cookie(stage.server.identity_provider.user_from_cookie(
        json.dumps(dict.fromkeys(("username", "name", "display_name", "initials", "avatar_url", "color"), "ann"))
    ))
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
    return {
        door: await door.knock(stage, session_id, headers) for door in doors(stage) if door.method != "OPTIONS"
    }


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
            path = door.path.format(session_id=session_id)
            answer = await stage.ask("OPTIONS", path, headers={"Authorization": "", "Origin": "https://evil.example"})
            assert answer.code in {200, 403, 405}, door
            assert "Access-Control-Allow-Origin" not in answer.headers, door
            assert answer.code != 200 or answer.body == b"", door


async def test_the_right_key_opens_every_door(stage: Stage) -> None:
    """The same walk with the token is let in everywhere: the refusals above are about rights, not about bad requests."""
    session_id = await stage.create()
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
    """With rights to read only, all that reads works, all that writes is refused, and our own resource is what is asked."""
    session_id = await stage.create()
    authorizer = authorize(stage, ReadOnly)

    found = await answers(stage, session_id, {})

    reading = {door for door in found if door.implemented and (not door.writes or door.path.endswith("/ticket"))}
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
    assert len(UP) == 8
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


def foreign_origins(host: str) -> list[str]:
    """Origins of pages that are not the server's, as like its own as they come."""
    name, _, port = host.partition(":")
    near = [
        "null", "NULL", "undefined", "*", "http://*", "about:blank", "data:,x", "file://", "file:///", f"file://{name}",
        "blob:http://evil.example/1", "chrome-extension://abcdefghijklmnop", "vscode-webview://1f3c", "app://x",
        "http://evil.example", "https://evil.example", "http://EVIL.example", f"http://evil.example:{port}",
        f"http://{host}.evil.example", f"http://{name}.evil.example:{port}", f"http://evil{name}:{port}",
        f"http://evil.example/{host}", f"http://evil.example#{host}", f"http://evil.example?{host}",
        f"http://{host}@evil.example", f"http://{name}:x@evil.example:{port}", f"http://evil.example@{host}",
        f"http://evil.example\\@{host}", f"http://{host}\\.evil.example", f"http://{host}%00.evil.example",
        f"http://{name}", f"http://{name}:80", f"https://{name}:443", f"http://{name}:{int(port) - 1}",
        f"http://{name}:{port}0", f"http://{name}.:{port}", f"http://localhost:{port}", f"http://LOCALHOST:{port}",
        f"http://[::1]:{port}", f"http://[::ffff:127.0.0.1]:{port}", f"http://0.0.0.0:{port}", f"http://127.1:{port}",
        f"http://2130706433:{port}", f"http://0x7f.0.0.1:{port}", f"http://xn--127-0-0-1:{port}", f"ws://evil.example:{port}",
        f"http://{host},http://evil.example", f"http://evil.example, http://{host}", f"http://{host} evil.example",
        f"http:{host}", f"{host}", f"//evil.example:{port}", "http://",
        "https://trusted.example.evil.example", "https://trusted.example:444", "https://trustedXexample",
        "http://trusted.example", "https://evil.example/https://trusted.example", "https://xtrusted.example",
    ]  # fmt: skip
    return near


# Jupyter warns of each origin that the pattern matches in part only.
@pytest.mark.filterwarnings("ignore:allow_origin_pat")
@pytest.mark.parametrize("setting", [{}, {"allow_origin": "https://trusted.example"}, {"allow_origin_pat": "pattern"}])
async def test_foreign_pages_open_no_channel(stage: Stage, setting: dict[str, str]) -> None:
    """No page of another origin opens a channel with a person's cookie, not even with a good ticket; REST is closed too."""
    settings = stage.server.web_app.settings
    if "allow_origin_pat" in setting:
        settings["allow_origin_pat"] = re.compile(r"https://trusted\.example")
    else:
        settings.update(setting)
    session_id = await stage.create()
    ann = stage.person()
    origins = foreign_origins(stage.host)
    assert len(set(origins)) >= 40
    accepted = []

    for origin in origins:
        ticket = await stage.ticket(session_id, ann)
        for extra in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-origin"}):
            headers = {**ann.headers, "Origin": origin, **extra}
            try:
                await stage.channel(session_id, headers=headers, ticket=ticket)
            except HTTPClientError as error:
                assert error.code == 403, origin
            else:
                accepted.append(origin)
        for method, path in (("GET", "api/status"), ("POST", f"api/sessions/{session_id}/ticket")):
            body = {} if method == "POST" else None
            answer = await stage.ask(method, path, body, headers={**ann.headers, "Origin": origin})
            if answer.code not in {403, 404}:
                accepted.append(f"{method} {origin}")

    assert accepted == []
    good = [f"http://{stage.host}"] if not setting else [f"http://{stage.host}", "https://trusted.example"]
    for origin in good:
        ticket = await stage.ticket(session_id, ann)
        channel = await stage.channel(session_id, headers={**ann.headers, "Origin": origin}, ticket=ticket)
        assert (await channel.wait("welcome"))["session"] == session_id


async def test_every_write_needs_the_xsrf_value(stage: Stage) -> None:
    """With a cookie, a write without `_xsrf`, or with another one, is refused and does nothing; with it, it works."""
    session_id = await stage.create()
    ann = stage.person()
    writes = [door for door in doors(stage) if door.writes and door.implemented and door.method != "OPTIONS"]
    assert {door.method for door in writes} == {"POST", "PATCH", "DELETE"}

    for door in sorted(writes, key=lambda door: door.method == "DELETE"):
        bare = {"Authorization": "", "Cookie": ann.headers["Cookie"]}
        no_cookie = {**ann.headers, "Cookie": ann.cookie}
        for wrong in (bare, {**bare, "X-XSRFToken": "another"}, {**bare, "X-XSRFToken": ""}, no_cookie):
            assert await door.knock(stage, session_id, wrong) == 403, door
        assert (await stage.ask("GET", f"api/sessions/{session_id}")).code == 200
        assert await door.knock(stage, session_id, ann.headers) in {200, 201, 204}, door


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


async def refused(stage: Stage, session_id: str, person: Person, **params: str) -> int:
    """The status with which a channel is refused; 101 where it is not."""
    try:
        await stage.channel(session_id, headers=person.headers, **params)
    except HTTPClientError as error:
        return error.code
    return 101


async def test_a_ticket_is_good_once_for_one_person_and_one_session(stage: Stage) -> None:
    """With a cookie, a channel needs a ticket: fresh, unused, one's own, and for this session."""
    session_id, other = await stage.create(), await stage.create()
    ann, bob = stage.person("ann"), stage.person("bob")

    assert await refused(stage, session_id, ann) == 403
    assert await refused(stage, session_id, ann, ticket="") == 403
    assert await refused(stage, session_id, ann, ticket="guessed") == 403
    ticket = await stage.ticket(session_id, ann)
    assert await refused(stage, session_id, ann, ticket=ticket) == 101
    assert await refused(stage, session_id, ann, ticket=ticket) == 403
    assert await refused(stage, session_id, bob, ticket=await stage.ticket(session_id, ann)) == 403
    assert await refused(stage, other, ann, ticket=await stage.ticket(session_id, ann)) == 403


async def test_presenting_a_ticket_wrongly_uses_it_up(stage: Stage) -> None:
    """A ticket that somebody else tried is not good for its owner any more."""
    session_id = await stage.create()
    ann, bob = stage.person("ann"), stage.person("bob")
    ticket = await stage.ticket(session_id, ann)

    assert await refused(stage, session_id, bob, ticket=ticket) == 403

    assert await refused(stage, session_id, ann, ticket=ticket) == 403


async def test_a_token_needs_no_ticket(stage: Stage) -> None:
    """Who sends the token shows more than a ticket could; in the header or, where none can go, in the address."""
    session_id = await stage.create()
    token = stage.token_header["Authorization"].removeprefix("token ")

    assert await (await stage.channel(session_id)).wait("welcome")
    assert await (await stage.channel(session_id, headers={"Authorization": ""}, token=token)).wait("welcome")


class TestTicketLife:
    """Tickets that live for a moment."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"ticket_seconds": 0.2}

    async def test_an_old_ticket_is_refused(self, stage: Stage) -> None:
        """A ticket is good for `ticket_seconds`, and no longer."""
        session_id = await stage.create()
        ann = stage.person()
        ticket = await stage.ticket(session_id, ann)

        await asyncio.sleep(0.3)

        assert await refused(stage, session_id, ann, ticket=ticket) == 403


def test_a_ticket_lives_a_minute_by_the_clock() -> None:
    """At 59 seconds it is good, at 61 it is not, and what has expired is forgotten."""
    now = 1000.0
    tickets = Tickets(60.0, clock=lambda: now)
    young, old = tickets.mint("s", "ann"), tickets.mint("s", "ann")

    now += 59
    assert tickets.redeem(young, "s", "ann")
    now += 2
    assert not tickets.redeem(old, "s", "ann")
    for _ in range(3):
        tickets.mint("s", "ann")
        now += 61
    assert len(tickets._outstanding) == 1


def test_of_a_thousand_races_for_a_ticket_one_wins_each() -> None:
    """In 1,000 rounds, four threads present one ticket at the same time, and exactly one of them gets in."""
    tickets = Tickets(60.0)
    rounds = [tickets.mint("s", "ann") for _ in range(1000)]
    start = threading.Barrier(4)
    won: list[list[bool]] = [[], [], [], []]

    def race(mine: list[bool]) -> None:
        for ticket in rounds:
            start.wait()
            mine.append(tickets.redeem(ticket, "s", "ann"))

    racers = [threading.Thread(target=race, args=(mine,)) for mine in won]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert [sum(wins) for wins in zip(*won, strict=True)] == [1] * 1000


async def test_of_many_sockets_with_one_ticket_one_opens(stage: Stage) -> None:
    """In 50 rounds, 20 handshakes with the same ticket are under way at once (1,000 in all): one upgrade a round."""
    session_id = await stage.create()
    ann = stage.person()

    for _ in range(50):
        ticket = await stage.ticket(session_id, ann)
        found = await asyncio.gather(*(refused(stage, session_id, ann, ticket=ticket) for _ in range(20)))
        assert Counter(found) == {101: 1, 403: 19}
        stage.hang_up()


async def test_neither_token_nor_ticket_reaches_the_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Addresses of channels are logged without what opens them, also where they are refused."""
    session_id = await stage.create()
    ann = stage.person()
    token = stage.token_header["Authorization"].removeprefix("token ")
    ticket = await stage.ticket(session_id, ann)
    caplog.clear()

    evil = {**ann.headers, "Origin": "https://evil.example"}
    with pytest.raises(HTTPClientError):
        await stage.channel(session_id, headers=evil, ticket=ticket)
    await stage.channel(session_id, headers={"Authorization": ""}, token=token)

    assert "ticket=[secret]" in caplog.text
    assert ticket not in caplog.text
    assert token not in caplog.text


async def test_our_files_are_the_only_public_thing(stage: Stage) -> None:
    """The built page and widget are public, as all of Jupyter's; their route reaches nothing else, and no other host."""
    assert len(static_routes(stage)) == 1
    base = f"{stage.base_url}static/jupyter_claude_workspace/"

    for path in ("../app.py", "..%2Fapp.py", "%2e%2e/app.py", "../../pyproject.toml", "..\\app.py", "/etc/passwd", "", "."):
        answer = await stage.request("GET", base + path, headers={"Authorization": ""})
        assert answer.code in {400, 403, 404}, path
    evil = await stage.request("GET", f"{base}page.js", headers={"Host": "evil.example"})
    assert evil.code == 403
