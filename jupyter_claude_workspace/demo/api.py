"""The stand-in for the Messages API: an HTTP server on loopback that plays scenarios."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from . import asked, scenario
from .answer import Stage
from .asked import Asked
from .choose import choose
from .faults import Attempts, error_body
from .play import Sent
from .scenario import Scenario
from .stream import estimate
from .wire import ClientLeftError, Wire

ADDRESS = "127.0.0.1"
BODY_BYTES = 64 << 20  # the real API takes 32 MB
_log = logging.getLogger(__name__)

# Told of every request that is answered: the scenario's name, the attempt (the first is 0), and the request's body.
Asking = Callable[[str, int, dict[str, Any]], None]


class DemoModel:
    """A Messages API on 127.0.0.1 that answers from scenario files, for whoever knows its random key.

    It lives on the asyncio loop that calls `start`; `thread.DemoThread` brings a loop of its own.

    Args:
        folders: folders of scenario files; the shipped ones by default.
        pace: tokens a second of every reply, 0 for as fast as it goes; None: what each scenario says.
        asking: told of every message that is asked for.
        sent: told of every write of deltas.

    Raises:
        ScenarioError: a scenario file is not valid.
    """

    def __init__(
        self,
        folders: Sequence[Path] = (scenario.SHIPPED,),
        *,
        pace: float | None = None,
        asking: Asking | None = None,
        sent: Sent | None = None,
    ) -> None:
        self.scenarios: list[Scenario] = scenario.load(folders)
        self.key = f"demo-{secrets.token_urlsafe(32)}"
        self.port = 0
        self.pace = pace
        self.asking = asking
        self.sent = sent
        self.attempts = Attempts()
        self._server: HTTPServer | None = None
        self._running: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Listen, on a free port the first time and on the same one after that. Needs a running loop.

        Raises:
            OSError: the port is taken.
        """
        if self._server is not None:
            return
        sockets = bind_sockets(self.port, ADDRESS)
        self.port = sockets[0].getsockname()[1]
        self._server = HTTPServer(self._application(), max_buffer_size=BODY_BYTES, decompress_request=True)
        self._server.add_sockets(sockets)

    async def stop(self) -> None:
        """Stop listening and drop every connection; answers under way are cut off."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.stop()
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.close_all_connections()

    def environment(self) -> dict[str, str]:
        """What Claude Code's environment needs to be answered by this model.

        Raises:
            RuntimeError: it was never started, so it has no address yet.
        """
        if not self.port:
            raise RuntimeError("the demo model has no address before its first start")
        return {"ANTHROPIC_BASE_URL": f"http://{ADDRESS}:{self.port}", "ANTHROPIC_API_KEY": self.key}

    def run(self, task: asyncio.Task[Any]) -> None:
        """Own a task until it ends: `stop` ends it."""
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _application(self) -> Application:
        routes = [
            (r"/v1/messages", _Messages, {"model": self}),
            (r"/v1/messages/count_tokens", _CountTokens, {"model": self}),
            (r"/api/hello", _Hello, {"model": self}),
            (r".*", _Unknown, {"model": self}),
        ]
        # The weather that scenarios make is not the operator's: tornado would log each 401 and 529 as a warning.
        return Application(routes, log_function=lambda _handler: None)


class _Handler(RequestHandler):
    """What all routes share: the key, and errors in the API's shape."""

    def initialize(self, model: DemoModel) -> None:
        self.model = model
        self.request_id = f"req_demo{uuid.uuid4().hex[:20]}"
        self.wire = Wire(self)

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def prepare(self) -> None:
        self.set_header("request-id", self.request_id)
        bearer = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        given = self.request.headers.get("X-Api-Key", "") or bearer
        if not given:
            self.refuse(401, "x-api-key header is required")
        elif not hmac.compare_digest(given.encode(), self.model.key.encode()):
            self.refuse(401, "invalid x-api-key" if "X-Api-Key" in self.request.headers else "Invalid bearer token")

    def refuse(self, status: int, message: str = "") -> None:
        """Answer with an error as the API words it."""
        self.set_status(status)
        self.finish(error_body(status, self.request_id, message))

    def write_error(self, status_code: int, **_reason: Any) -> None:
        self.refuse(status_code, self._reason if status_code < 500 else "")

    def on_connection_close(self) -> None:
        self.wire.gone()

    def body(self) -> dict[str, Any] | None:
        """The request's JSON object; None, and the refusal sent, where it is not one."""
        try:
            found = json.loads(self.request.body)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        self.refuse(400, "The request body is not valid JSON")
        return None


class _Messages(_Handler):
    async def post(self) -> None:
        if (request := self.body()) is None:
            return
        task = asyncio.ensure_future(self._answer(request))
        self.model.run(task)
        await asyncio.wait([task])
        if task.cancelled():
            # The model stops. Tornado would now end the answer in good order, as if it were whole.
            self.wire.drop()
        elif (error := task.exception()) is not None:
            raise error

    async def _answer(self, request: dict[str, Any]) -> None:
        try:
            question = asked.read(request)
        except ValueError as error:
            self.refuse(400, str(error))
            return
        chosen = choose(self.model.scenarios, question)
        attempt = self.model.attempts.count(self._key(chosen.scenario, question))
        if self.model.asking is not None:
            self.model.asking(chosen.scenario.name, attempt, request)
        stage = Stage(self.model.scenarios, self.model.pace, self.model.sent, self.request_id)
        try:
            await stage.perform(self.wire, request, question, chosen, attempt)
        except ClientLeftError:
            _log.debug("the client left an answer of %s", chosen.scenario.name)

    def _key(self, chosen: Scenario, question: Asked) -> str:
        """What attempts are counted by: one step of one turn of a session, or the session alone."""
        session = self.request.headers.get("X-Claude-Code-Session-Id", "")
        step = (len(question.prompts), question.prompt, question.rounds) if chosen.per == "step" else ()
        return hashlib.sha256(repr((chosen.name, session, step)).encode()).hexdigest()


class _CountTokens(_Handler):
    def post(self) -> None:
        if (request := self.body()) is not None:
            told = [request.get(part) for part in ("system", "tools", "messages")]
            self.finish({"input_tokens": estimate(json.dumps(told))})


class _Hello(_Handler):
    def prepare(self) -> None:
        """Whether somebody answers is no secret: the real API asks for no key here either."""

    def get(self) -> None:
        self.finish({"message": "hello"})

    def head(self) -> None:
        self.finish()


class _Unknown(_Handler):
    def get(self) -> None:
        self.refuse(404, "Not found")

    head = post = put = patch = delete = get
