"""Notebooks with real kernels behind a real Jupyter server and the real CLI; what Claude calls, the test says."""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from channel_client import ChannelClient, Frame
from nbformat.reader import NotJSONError
from real_server import RealServer
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from jupyter_claude_workspace.demo.api import DemoModel
from jupyter_claude_workspace.demo.scenario import SHIPPED, Scenario
from jupyter_claude_workspace.demo.thread import DemoThread

PATIENCE = 60.0  # seconds; a slow machine must not look like a bug
RUN = "run-[0-9a-f]{8}"
Call = tuple[str, dict[str, Any]]
Decide = Callable[[Frame], dict[str, Any]]
_NUMBERS = itertools.count(1)


def allow(_question: Frame) -> dict[str, Any]:
    """Say yes."""
    return {"decision": "allow"}


def deny(_question: Frame) -> dict[str, Any]:
    """Say no, with words."""
    return {"decision": "deny", "message": "Not now."}


@dataclass
class Told:
    """What one call of a tool came to: `text` is what Claude was told, `detail` what its card shows."""

    outcome: str
    text: str
    detail: dict[str, Any]

    @property
    def run(self) -> dict[str, Any]:
        """The run, as the card shows it."""
        assert "run" in self.detail, self.text
        run: dict[str, Any] = self.detail["run"]
        return run

    @property
    def states(self) -> list[str]:
        """What became of its cells."""
        return [cell["state"] for cell in self.run["cells"]]


@dataclass
class Turn:
    """What a turn showed."""

    told: list[Told] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)


def script(model: DemoModel, *calls: Call) -> str:
    """Teach the model a scenario with these calls, one after another; its name."""
    name = f"script-{next(_NUMBERS)}"
    find = {"run": f"({RUN})"}
    replies: list[dict[str, Any]] = [
        {"content": [{"tool": f"mcp__notebook__{tool}", "input": given}]}
        | ({"find": find} if "{found_" in json.dumps(given) else {})
        for tool, given in calls
    ]
    replies.append({"content": [{"text": "Done."}]})
    model.scenarios.insert(
        0, Scenario.model_validate({"name": name, "about": "a script", "pace": 0, "replies": replies})
    )
    return name


class Talk:
    """A session of one notebook."""

    def __init__(self, model: DemoModel, root: Path, path: str, channel: ChannelClient) -> None:
        self.path = path
        self.file = root / path
        self.channel = channel
        self._model = model

    def cells(self) -> dict[str, Any]:
        """The cells of the notebook's file, which is valid, by id."""
        notebook = None
        while notebook is None:
            with suppress(NotJSONError):  # Jupyter writes into the file itself: who looks then sees half of it
                notebook = nbformat.read(self.file, as_version=4)
        nbformat.validate(notebook)
        return {cell.id: cell for cell in notebook.cells}

    async def kept(self, fits: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The same once they are like that: who waits for a short run does not wait for the disk."""

        async def look() -> dict[str, Any] | None:
            cells = self.cells()
            return cells if fits(cells) else None

        found: dict[str, Any] = await until(look)
        return found

    async def ran(self, cell: str) -> dict[str, Any]:
        """The same once this one was run."""
        return await self.kept(lambda cells: cells[cell].execution_count)

    async def mode(self, mode: str) -> None:
        """Put the session into another mode."""
        start = len(self.channel.frames)
        await self.channel.send({"type": "configure", "mode": mode})
        await self.channel.wait(
            lambda frame: frame["type"] == "configured" and frame["settings"]["mode"] == mode, after=start
        )

    async def says(self, *calls: Call, decide: Decide = allow) -> Turn:
        """One turn, in which Claude makes these calls, one after another; `{found_run}` is the last run's id."""
        turn = Turn()
        position = len(self.channel.frames)
        await self.begin(*calls)
        while True:
            frame = await self.channel.wait(
                lambda frame: frame["type"] in ("question", "tool_finished", "turn_ended"), after=position
            )
            position = self.channel.frames.index(frame) + 1
            if frame["type"] == "turn_ended":
                return turn
            if frame["type"] == "question":
                turn.asked.append(frame["ask"])
                given = {"type": "answer", "question": frame["question"], "nonce": frame["nonce"]}
                await self.channel.send({**given, **decide(frame)})
            else:
                text = "\n".join(block.get("text", block["kind"]) for block in frame["content"])
                turn.told.append(Told(frame["outcome"], text, frame.get("detail") or {}))

    async def begin(self, *calls: Call) -> None:
        """Let such a turn begin."""
        await self.channel.prompt(f"demo: {script(self._model, *calls)}")

    async def run(self, *cells: str, decide: Decide = allow, **more: Any) -> Told:
        """One call of run_cells."""
        return (await self.says(run_cells(*cells, **more), decide=decide)).told[0]


class RunStage:
    """The server. Everything is done on the loop of the test that does it."""

    def __init__(self, server: RealServer, demo: DemoThread) -> None:
        self.server = server
        self.demo = demo

    def notebook(self, *cells: str | dict[str, Any], kernel: str = "python3") -> str:
        """A new notebook of code cells c0, c1, …, each a source or what a cell has; returns its path."""
        made = [
            nbformat.v4.new_code_cell(**{"id": f"c{number}", **({"source": cell} if isinstance(cell, str) else cell)})
            for number, cell in enumerate(cells)
        ]
        metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
        path = f"notebook-{next(_NUMBERS)}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=metadata), self.server.root / path)
        return path

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        """One request to Jupyter's own API; its answer, None where it is empty."""
        text = None if body is None else json.dumps(body)
        request = HTTPRequest(
            f"http://127.0.0.1:{self.server.port}/api/{path}",
            method=method,
            headers=self.server.headers,
            body=text,
            request_timeout=PATIENCE,
            allow_nonstandard_methods=True,
        )
        answer = await AsyncHTTPClient().fetch(request)
        return json.loads(answer.body) if answer.body else None

    async def kernel(self, path: str) -> str:
        """The id of a notebook's kernel."""
        sessions = await self.api("GET", "sessions")
        (kernel,) = [session["kernel"]["id"] for session in sessions if session["path"] == path]
        return str(kernel)

    @asynccontextmanager
    async def talk(self, *cells: str | dict[str, Any], kernel: str = "python3") -> Any:
        """A new notebook and a session of it; its kernel and session end with it."""
        path = self.notebook(*cells, kernel=kernel)
        body = json.dumps({"notebook": path, "context": "workspace"})
        made = await self.server.ask("POST", "api/agents/create-session", body)
        assert made.code == 201, made.body
        session_id = json.loads(made.body)["session_id"]
        url = f"ws://127.0.0.1:{self.server.port}/claude-workspace/api/sessions/{session_id}/channel"
        channel = await ChannelClient.open(url, self.server.headers)
        try:
            yield Talk(self.demo.model, self.server.root, path, channel)
        finally:
            channel.close()
            await self.server.ask("DELETE", f"api/sessions/{session_id}")
            for session in await self.api("GET", "sessions"):
                if session["path"] == path:
                    await self.api("DELETE", f"sessions/{session['id']}")


def run_cells(*cells: str, **more: Any) -> Call:
    """A call of run_cells."""
    return "run_cells", {"cells": list(cells), **more}


async def until(happens: Callable[[], Awaitable[Any]]) -> Any:
    """What it gives once that is true."""

    async def look() -> Any:
        while not (found := await happens()):
            await asyncio.sleep(0.05)
        return found

    return await asyncio.wait_for(look(), PATIENCE)


@contextmanager
def run_stage(folder: Path, **settings: Any) -> Iterator[RunStage]:
    """A server, ended afterwards."""
    # Short, because the CLI puts unix sockets there.
    with tempfile.TemporaryDirectory(prefix="jcw-run-") as temporary, DemoThread([SHIPPED], pace=0) as demo:
        environment = {**demo.environment(), "TMPDIR": temporary, "IS_SANDBOX": "1"}
        server = RealServer(folder / "server", environment, demo="off", allow_bypass=True, **settings)
        try:
            asyncio.run(server.start())
            yield RunStage(server, demo)
        finally:
            if hasattr(server, "process"):
                asyncio.run(server.end(15))


def play(stage: RunStage, scene: Callable[..., Coroutine[Any, Any, None]], *cells: str | dict[str, Any]) -> None:
    """A scene with a session of a new notebook."""

    async def main() -> None:
        async with stage.talk(*cells) as talk:
            await scene(talk)

    asyncio.run(main())
