"""Every door of ours in a running server, found by walking its router, so that none can be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server_stage import Stage
from tornado.httpclient import HTTPClientError
from tornado.routing import PathMatches, Router, Rule
from tornado.web import RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

PACKAGE = "jupyter_claude_workspace"
# A body that each write route accepts, so that nothing but a lack of rights can be why it refuses.
BODIES: dict[str, dict[str, Any]] = {
    "POST api/agents/create-session": {"notebook": "analysis.ipynb"},
    "POST api/sessions": {"notebook": "analysis.ipynb", "new": True},
    "PATCH api/sessions/{session_id}": {"title": "changed"},
    "POST api/sessions/{session_id}/ticket": {},
}


@dataclass(frozen=True)
class Door:
    """One method of one route. `path` is below `claude-workspace/`, with `{session_id}` where the session's id goes."""

    method: str
    path: str
    handler: type[RequestHandler]

    @property
    def implemented(self) -> bool:
        """Whether the handler has this method at all."""
        found = getattr(self.handler, self.method.lower())
        return found is not RequestHandler._unimplemented_method

    @property
    def writes(self) -> bool:
        """Whether it changes something, by the rules of HTTP."""
        return self.method not in {"GET", "HEAD", "OPTIONS"}

    @property
    def is_channel(self) -> bool:
        """Whether it upgrades to a WebSocket."""
        return self.method == "GET" and issubclass(self.handler, WebSocketHandler)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    async def knock(self, stage: Stage, session_id: str, headers: dict[str, str], **params: str) -> int:
        """Try it with honest arguments; the status of the answer, 101 for a channel that opened."""
        path = self.path.format(session_id=session_id)
        if self.is_channel:
            try:
                (await stage.channel(session_id, headers=headers, **params)).close()
            except HTTPClientError as error:
                return error.code
            return 101
        if self.path == "workspace":
            params = {"session": session_id, **params}
        body = BODIES.get(str(self)) if self.writes else None
        return (await stage.ask(self.method, path, body, headers=headers, params=params)).code


def doors(stage: Stage) -> list[Door]:
    """All methods, implemented or not, of all routes of ours."""
    found = [
        Door(method, _path(pattern, stage), handler)
        for pattern, handler in _rules(stage.server.web_app.default_router)
        if handler.__module__.startswith(PACKAGE)
        for method in handler.SUPPORTED_METHODS
    ]
    assert found
    return found


def static_routes(stage: Stage) -> list[str]:
    """The patterns of the routes that serve our built files, with Jupyter's own handler."""
    return [
        pattern
        for pattern, handler in _rules(stage.server.web_app.default_router)
        if issubclass(handler, StaticFileHandler) and PACKAGE in pattern
    ]


def _rules(router: Router) -> Iterator[tuple[str, type[RequestHandler]]]:
    rule: Rule
    for rule in getattr(router, "rules", []):
        if isinstance(rule.target, Router):
            yield from _rules(rule.target)
        elif isinstance(rule.matcher, PathMatches):
            yield rule.matcher.regex.pattern, rule.target


def _path(pattern: str, stage: Stage) -> str:
    path = pattern.removesuffix("$").removeprefix(f"{stage.base_url}claude-workspace/")
    assert path != pattern.removesuffix("$"), f"{pattern} is not below claude-workspace/"
    path, groups = re.subn(r"\([^()]*\)", "{session_id}", path)
    assert groups <= 1, f"{pattern} takes more than a session"
    return path
