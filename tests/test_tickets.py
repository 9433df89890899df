"""What a cookie alone does not do: foreign pages, writes without the XSRF value, channels without a ticket."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from typing import Any

import pytest
from doors import doors, interview
from server_stage import Person, Stage
from tornado.httpclient import HTTPClientError

from jupyter_claude_workspace.web.tickets import Tickets


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limit on connections: hundreds are opened here on purpose."""
    return {"connections_per_minute": 0}


def foreign_origins(host: str) -> list[str]:
    """Origins of pages that are not the server's, as like its own as they come."""
    name, _, port = host.partition(":")
    return [
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


# Jupyter warns of each origin that the pattern matches in part only.
@pytest.mark.filterwarnings("ignore:allow_origin_pat")
@pytest.mark.parametrize("setting", [{}, {"allow_origin": "https://trusted.example"}, {"allow_origin_pat": "pattern"}])
async def test_foreign_pages_open_no_channel(stage: Stage, setting: dict[str, str]) -> None:
    """No page of another origin opens a channel with a person's cookie, even with a good ticket, or uses REST."""
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
        for extra in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-origin"}):
            ticket = await stage.ticket(session_id, ann)
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
    session_id = await interview(stage)
    ann = stage.person()
    writes = [door for door in doors(stage) if door.writes and door.implemented and door.method != "OPTIONS"]
    assert {door.method for door in writes} == {"POST", "PUT", "PATCH", "DELETE"}

    for door in sorted(writes, key=lambda door: door.method == "DELETE"):
        bare = {"Authorization": "", "Cookie": ann.headers["Cookie"]}
        no_cookie = {**ann.headers, "Cookie": ann.cookie}
        for wrong in (bare, {**bare, "X-XSRFToken": "another"}, {**bare, "X-XSRFToken": ""}, no_cookie):
            assert await door.knock(stage, session_id, wrong) == 403, door
        assert (await stage.ask("GET", f"api/sessions/{session_id}")).code == 200
        assert await door.knock(stage, session_id, ann.headers) in {200, 201, 204}, door


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
