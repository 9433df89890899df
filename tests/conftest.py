"""Every test runs in a home of its own; those with a server run a real one, with the real CLI on the demo model."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from channel_client import ChannelClient
from jupyter_server.auth.identity import User
from jupyter_server.serverapp import ServerApp
from raw_socket import RawSocket
from tornado.httpclient import HTTPResponse
from tornado.httputil import url_concat
from tornado.web import create_signed_value

from jupyter_claude_workspace.web.services import Services, services_of

pytest_plugins = ("pytest_jupyter.jupyter_server",)

XSRF = "2|0a1b2c3d|" + "0" * 32 + "|1700000000"  # any value will do, as long as cookie and header agree
# What would reach a real account or service from a test.
SECRETS = ("ANTHROPIC_", "CLAUDE_", "AWS_", "GOOGLE_", "AZURE_", "CLOUD_ML_", "VERTEX_", "JCW_", "JUPYTERHUB_")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--large`: the sizes that the promises name, instead of those for every push."""
    parser.addoption("--large", action="store_true", help="run the large tests, and the sized ones at full size")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "large: minutes long; runs with --large only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the large tests out unless they are asked for."""
    if not config.getoption("--large"):
        large = [item for item in items if item.get_closest_marker("large")]
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if item not in large]


@pytest.fixture
def large(request: pytest.FixtureRequest) -> bool:
    """Whether sized tests run at full size."""
    return bool(request.config.getoption("--large"))


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A home, a Claude folder and a temporary folder of the test's own, and no credentials."""
    for name in list(os.environ):
        if name.startswith(SECRETS):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / ".claude"))
    # Short, because the CLI puts unix sockets there.
    with tempfile.TemporaryDirectory(prefix="jcw-test-", ignore_cleanup_errors=True) as temporary:
        monkeypatch.setenv("TMPDIR", temporary)
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        yield home


@pytest.fixture(autouse=True)
def jp_asyncio_loop(isolated: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
    """The plugin's loop, made after the home: so the server, which is stopped on it, is gone before its folders are."""
    return jp_asyncio_loop


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """Settings of `ClaudeWorkspace` for the server of this test; override it with a fixture of the same name."""
    return {}


@pytest.fixture
def jp_server_config(workspace_config: dict[str, Any]) -> dict[str, Any]:
    """The extension enabled, on the demo model; a failure to load it fails the test."""
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_claude_workspace": True},
            "reraise_server_extension_failures": True,
        },
        "ClaudeWorkspace": {"demo": "on", **workspace_config},
    }


@dataclass
class Person:
    """A browser's credentials: a login cookie, and the XSRF value in cookie and header."""

    cookie: str
    username: str
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"Authorization": "", "Cookie": f"{self.cookie}; _xsrf={XSRF}", "X-XSRFToken": XSRF}


@dataclass
class Stage:
    """The running server with the extension in it, and ways to talk to it from outside."""

    server: ServerApp
    root: Path
    port: int
    base_url: str
    token_header: dict[str, str]
    fetch: Callable[..., Awaitable[HTTPResponse]]
    _clients: list[ChannelClient] = field(default_factory=list)

    @property
    def services(self) -> Services:
        """What the handlers share."""
        return services_of(self.server.web_app.settings)

    @property
    def host(self) -> str:
        """Host and port as a browser would send them."""
        return f"127.0.0.1:{self.port}"

    def hurry(self) -> None:
        """Let the demo model answer as fast as it can, from its next answer on."""
        (extension,) = self.server.extension_manager.extension_apps["jupyter_claude_workspace"]
        extension.demo.model.pace = 0

    def notebook(self, path: str = "analysis.ipynb") -> str:
        """Make a notebook; returns its path."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        return path

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> HTTPResponse:
        """One request to a path below `claude-workspace/`; with the token unless `headers` say otherwise."""
        return await self.request(
            method, f"{self.base_url}claude-workspace/{path}", body, headers=headers, params=params
        )

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> HTTPResponse:
        """The same for any path of the server."""
        text = body if isinstance(body, (str, bytes)) or body is None else json.dumps(body)
        return await self.fetch(
            url_concat(path, params or {}),
            method=method,
            headers={**self.token_header, **(headers or {})},
            body=text,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            raise_error=False,
            request_timeout=60,
        )

    async def create(self, notebook: str | None = None, **more: Any) -> str:
        """A new session; returns its id."""
        body = {"notebook": notebook or self.notebook(), "context": "workspace", **more}
        made = await self.ask("POST", "api/agents/create-session", body)
        assert made.code == 201, made.body
        self.hurry()
        return str(json.loads(made.body)["session_id"])

    async def channel(self, session_id: str, *, headers: dict[str, str] | None = None, **params: Any) -> ChannelClient:
        """Open the session's channel; raises HTTPClientError where it is refused."""
        url = f"ws://{self.host}{self.base_url}claude-workspace/api/sessions/{session_id}/channel"
        client = await ChannelClient.open(
            url_concat(url, {name: str(value) for name, value in params.items()}),
            {**self.token_header, **(headers or {})},
        )
        self._clients.append(client)
        return client

    def raw(self, session_id: str, **headers: str) -> RawSocket:
        """A connection to the session's channel that keeps no rules; enter it with `async with`."""
        path = f"{self.base_url}claude-workspace/api/sessions/{session_id}/channel"
        return RawSocket(self.host, path, {**self.token_header, **headers})

    def person(self, name: str = "ann") -> Person:
        """Somebody who logged in with a browser."""
        cookie_name = f"username-{self.host}".replace(":", "-").replace(".", "-")
        user = User(username=name, name=name, display_name=name.title())
        value = self.server.identity_provider.user_to_cookie(user)
        signed = create_signed_value(self.server.web_app.settings["cookie_secret"], cookie_name, value)
        cookie = SimpleCookie({cookie_name: signed.decode()})
        return Person(cookie=cookie[cookie_name].OutputString(), username=name)

    async def ticket(self, session_id: str, person: Person) -> str:
        """A ticket for somebody."""
        minted = await self.ask("POST", f"api/sessions/{session_id}/ticket", {}, headers=person.headers)
        assert minted.code == 201, minted.body
        return str(json.loads(minted.body)["ticket"])

    def hang_up(self) -> None:
        """Close every channel that was opened here."""
        for client in self._clients:
            client.close()


@pytest.fixture
def stage(
    jp_serverapp: ServerApp,
    http_server_client: Any,
    http_server_port: Any,
    jp_root_dir: Path,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
) -> Iterator[Stage]:
    """The server of this test."""
    made = Stage(
        server=jp_serverapp,
        root=jp_root_dir,
        port=http_server_port[1],
        base_url=jp_base_url,
        token_header=jp_auth_header,
        fetch=http_server_client.fetch,
    )
    yield made
    made.hang_up()
