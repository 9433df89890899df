"""What the server says of itself: its status, its description, and the page of a session."""

from __future__ import annotations

import json
import os
import re
import uuid
from html import unescape
from typing import Any

import pytest
import yaml
from server_stage import Stage
from tornado.httpclient import HTTPResponse

from jupyter_claude_workspace import __version__


def told(answer: HTTPResponse, status: int = 200) -> dict[str, Any]:
    """The JSON of an answer with this status."""
    assert answer.code == status, (answer.code, answer.body[:500])
    found: dict[str, Any] = json.loads(answer.body)
    return found


async def test_status(stage: Stage) -> None:
    """The status says what is ready and what goes on, and of credentials no more than their kind."""
    session_id = await stage.create()
    await (await stage.channel(session_id)).wait(lambda frame: frame.get("state") == "ready")

    status = told(await stage.ask("GET", "api/status"))

    assert status["version"] == __version__
    assert (status["demo"], status["credentials"], status["ready"]) == (True, "demo", True)
    assert status["claude"]["found"] is True
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", status["claude"]["version"])
    assert status["claude"]["problem"] is None
    assert [each["session_id"] for each in status["sessions"]] == [session_id]
    assert (status["processes"], status["channels"]) == (1, 1)
    assert status["limits"]["max_sessions"] == 100
    (extension,) = stage.server.extension_manager.extension_apps["jupyter_claude_workspace"]
    assert extension.demo.model.key not in json.dumps(status)
    assert stage.server.identity_provider.token not in json.dumps(status)


async def test_the_server_s_id_is_its_kernels_too(stage: Stage) -> None:
    """The id in the status is the one that kernels inherit, and no secret."""
    status = told(await stage.ask("GET", "api/status"))

    assert status["server_id"] == os.environ["JCW_SERVER_ID"]


async def test_asking_for_the_status_is_no_activity(stage: Stage) -> None:
    """A page that asks for the status now and then does not keep an idle server alive; making a session does."""
    settings = stage.server.web_app.settings
    settings.pop("api_last_activity", None)

    await stage.ask("GET", "api/status")
    assert "api_last_activity" not in settings

    await stage.create()
    assert "api_last_activity" in settings


async def test_the_description_is_served(stage: Stage) -> None:
    """The OpenAPI file is there to be read."""
    answer = await stage.ask("GET", "api/openapi.yaml")

    assert answer.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(answer.body)["info"]["version"] == __version__


async def test_the_page_of_a_session(stage: Stage) -> None:
    """The page loads our script and style, holds its configuration as data, and allows nothing from elsewhere."""
    session_id = await stage.create(stage.notebook("<b>&.ipynb"))

    page = await stage.ask("GET", "workspace", params={"session": session_id})

    html = page.body.decode()
    found = re.search(r'<script id="jcw-config" type="application/json">(.*?)</script>', html)
    assert found is not None
    assert json.loads(found[1]) == {
        "base_url": "/a%40b/",
        "session_id": session_id,
        "notebook": "<b>&.ipynb",
        "notebooks_url": None,
    }
    assert re.findall(r'(?:src|href)="([^"]*)"', html) == [
        "/a%40b/static/jupyter_claude_workspace/page.css",
        "/a%40b/static/jupyter_claude_workspace/page.js",
    ]
    title = re.search("<title>(.*?)</title>", html)
    assert title is not None
    assert unescape(title[1]) == "<b>&.ipynb"
    assert "<" not in title[1]
    policy = {rule.split()[0]: rule.split()[1:] for rule in page.headers["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "_xsrf=" in str(page.headers.get_list("Set-Cookie"))


@pytest.mark.parametrize(
    ("params", "status"),
    [({"session": str(uuid.UUID(int=5))}, 404), ({"session": "<script>"}, 404), ({}, 200), ({"session": ""}, 200)],
)
async def test_a_page_without_a_session_offers_the_others(stage: Stage, params: dict[str, str], status: int) -> None:
    """Without a session that exists the page comes too, without one in its configuration, and quotes nothing."""
    page = await stage.ask("GET", "workspace", params=params)

    assert page.code == status
    assert page.headers["Content-Type"] == "text/html; charset=UTF-8"
    html = page.body.decode()
    found = re.search(r'<script id="jcw-config" type="application/json">(.*?)</script>', html)
    assert found is not None
    assert json.loads(found[1])["session_id"] is None
    assert html.count("<script") == 2


async def test_a_stranger_s_page_leads_to_the_login(stage: Stage) -> None:
    """Who is not signed in gets a page with a link that leads back here after the login; no redirect."""
    session_id = await stage.create()

    page = await stage.ask("GET", "workspace", headers={"Authorization": ""}, params={"session": session_id})

    assert page.code == 403
    link = re.search(r'<a href="([^"]*)">', page.body.decode())
    assert link is not None
    assert unescape(link[1]).startswith("/a%40b/login?next=%2Fa%2540b%2Fclaude-workspace%2Fworkspace")
    assert session_id in link[1]
