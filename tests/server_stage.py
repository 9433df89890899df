"""A running server with the extension in it, and ways to talk to it from outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from channel_client import ChannelClient
from jupyter_server.auth.identity import User
from jupyter_server.serverapp import ServerApp
from raw_socket import RawSocket
from tornado.httpclient import HTTPResponse
from tornado.httputil import url_concat
from tornado.web import create_signed_value

from jupyter_claude_workspace.demo.api import DemoModel
from jupyter_claude_workspace.web.backend import Backend
from jupyter_claude_workspace.web.services import Services, services_of

XSRF = "2|0a1b2c3d|" + "0" * 32 + "|1700000000"  # any value will do, as long as cookie and header agree


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

    @property
    def demo_model(self) -> DemoModel:
        """The model that answers; there once sessions have begun."""
        (extension,) = self.server.extension_manager.extension_apps["jupyter_claude_workspace"]
        model: DemoModel = extension.demo.model
        return model

    def hurry(self) -> None:
        """Let the demo model answer as fast as it can, from its next answer on."""
        self.demo_model.pace = 0

    @property
    def data(self) -> Path:
        """Where the extension keeps its data."""
        return Path(self.server.data_dir) / "claude-workspace"

    async def restart(self) -> None:
        """End all processes and begin anew with what is stored, as a server does that was stopped and started."""
        (extension,) = self.server.extension_manager.extension_apps["jupyter_claude_workspace"]
        await asyncio.to_thread(self.services.backend.stop)
        self.services.backend = Backend(extension._make_registry)

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
        return await self.socket(f"api/sessions/{session_id}/channel", headers=headers, **params)

    async def socket(self, path: str, *, headers: dict[str, str] | None = None, **params: Any) -> ChannelClient:
        """Open a WebSocket at a path below `claude-workspace/`; raises HTTPClientError where it is refused."""
        url = f"ws://{self.host}{self.base_url}claude-workspace/{path}"
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
        return await self.ticket_for(f"api/sessions/{session_id}", person)

    async def ticket_for(self, path: str, person: Person) -> str:
        """A ticket for somebody, of the route that mints those for a path."""
        minted = await self.ask("POST", f"{path}/ticket", {}, headers=person.headers)
        assert minted.code == 201, minted.body
        return str(json.loads(minted.body)["ticket"])

    def hang_up(self) -> None:
        """Close every channel that was opened here."""
        for client in self._clients:
            client.close()
