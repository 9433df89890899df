"""Every door of ours in a running server, found by walking its router, so that none can be forgotten."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server_stage import Stage
from tornado.httpclient import HTTPClientError
from tornado.routing import PathMatches, Router, Rule
from tornado.web import RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

from jupyter_claude_workspace.notebook.history import History
from jupyter_claude_workspace.notebook.kept import Whose
from jupyter_claude_workspace.notebook.steps import Step

PACKAGE = "jupyter_claude_workspace"
# A body that each write route accepts, so that nothing but a lack of rights can be why it refuses.
BODIES: dict[str, dict[str, Any]] = {
    "POST api/agents/create-session": {"notebook": "analysis.ipynb"},
    "POST api/sessions": {"notebook": "analysis.ipynb", "new": True},
    "PATCH api/sessions/{session_id}": {"title": "changed"},
    "POST api/sessions/{session_id}/ticket": {},
    "POST api/sessions/{session_id}/mentions/preview": {"mentions": []},
    "POST api/live/ticket": {},
    "PUT api/agents/{name}": {"name": "reviewer", "description": "reviews", "prompt": "Review."},
    "PUT api/agents/create-session": {"name": "create-session", "description": "reviews", "prompt": "Review."},
    "POST api/agents/{name}/accept": {},
    "POST api/sessions/{session_id}/timeline/{snapshot}/restore": {},
    "POST api/sessions/{session_id}/turns/{turn}/undo": {},
    "POST api/agent-files/import": {"filename": "a.md", "text": "---\nname: a\ndescription: b\n---\nReview."},
}
NOTEBOOK = "analysis.ipynb"
SNAPSHOT = 1
TURN = "t-kept"
AGENT = "reviewer"


@dataclass(frozen=True)
class Door:
    """One method of one route. `path` is below `claude-workspace/`, with `{session_id}` and the like where those go."""

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
    def action(self) -> str:
        """What the authorizer is asked for."""
        return str(getattr(getattr(self.handler, self.method.lower()), "action"))  # noqa: B009 - see `allowed`

    @property
    def is_channel(self) -> bool:
        """Whether it upgrades to a WebSocket."""
        return self.method == "GET" and issubclass(self.handler, WebSocketHandler)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, session_id: str, name: str = AGENT) -> str:
        """Its path for a session and an agent."""
        return self.path.format(session_id=session_id, name=name, snapshot=SNAPSHOT, turn=TURN)

    def needs(self, stage: Stage) -> tuple[dict[str, str], dict[str, str]]:
        """What its query and headers must say; where it is about an agent, that is there, as the headers name it."""
        if self.path in ("api/agents", "api/agent-files/import"):
            return {"notebook": stage.notebook(NOTEBOOK)}, {}
        if self.path == "api/sessions/{session_id}/agent":
            return {}, {"If-Match": agent(stage, AGENT)}
        if not self.path.startswith("api/agents/") or str(self) == "POST api/agents/create-session":
            return {}, {}
        etag = agent(stage, self.at("").split("/")[2])
        return {"notebook": stage.notebook(NOTEBOOK)}, {"If-Match": etag} if self.writes else {}

    async def knock(self, stage: Stage, session_id: str, headers: dict[str, str], **params: str) -> int:
        """Try it with honest arguments; the status of the answer, 101 for a channel that opened."""
        path = self.at(session_id)
        if self.is_channel:
            try:
                (await stage.socket(path, headers=headers, **params)).close()
            except HTTPClientError as error:
                return error.code
            return 101
        if self.path == "workspace":
            params = {"session": session_id, **params}
        body = BODIES.get(str(self)) if self.writes else None
        query, more = self.needs(stage)
        given = {**more, **headers}
        return (await stage.ask(self.method, path, body, headers=given, params={**query, **params})).code


def agent(stage: Stage, name: str) -> str:
    """An agent file next to the notebook; returns its etag."""
    text = json.dumps({"name": name, "description": "reviews", "prompt": "Review."}).encode()
    (stage.root / f"{name}.agent.json").write_bytes(text)
    return f'"{hashlib.sha256(text).hexdigest()}"'


async def interview(stage: Stage) -> str:
    """A session for which every door is open: in which that agent is made into another version of it."""
    agent(stage, AGENT)
    session_id = await stage.create(stage.notebook(NOTEBOOK), context="agent-create", agent=AGENT)
    past(stage, session_id)
    return session_id


def past(stage: Stage, session_id: str) -> None:
    """Let a turn have changed the session's notebook, which is the first thing that is kept of any."""
    history = History(stage.data / "notebooks", most_bytes=0, most_snapshots=0)
    whose = Whose(session_id, f"{stage.root}\n{NOTEBOOK}", TURN)
    empty: dict[str, Any] = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    kept = history.snapshot(whose, empty, "turn")
    assert kept is not None
    assert kept.snapshot == SNAPSHOT
    history.add(whose, "edit", Step((), (), ()))
    history.close()


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
    which = "{name}" if path.startswith("api/agents/") else "{session_id}"
    path = re.sub(r"\([^()]*\)", which, path, count=1)
    path = re.sub(r"(?<=timeline/)\([^()]*\)", "{snapshot}", path)
    path = re.sub(r"(?<=turns/)\([^()]*\)", "{turn}", path)
    assert "(" not in path, f"{pattern} takes something that is not known here"
    return path
