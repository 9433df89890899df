"""A server that can be killed: a process of its own that starts the CLI as the real server does, and what survives it.

Run as a program it is that server. Imported, it starts one, waits for a state to be reached, and counts survivors.
"""

from __future__ import annotations

import asyncio
import json
import os
import queue
import shlex
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from jupyter_claude_workspace.claude import launcher

PATIENCE = 60.0  # seconds; a slow machine must not look like a bug
CANARY = "ORPHAN_CANARY"
# Does not end by itself, nor when it is asked to: only SIGKILL ends it.
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); [time.sleep(1) for _ in range(3600)]"
# A stdio MCP server that survives the end of its input.
MCP = """
import json, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        named = asked["method"] == "initialize"
        version = asked.get("params", {}).get("protocolVersion")
        about = {"capabilities": {"tools": {}}, "serverInfo": {"name": "x", "version": "1"}}
        result = {"protocolVersion": version, **about} if named else {"tools": []}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
time.sleep(3600)
"""


def stubborn(mark: str) -> str:
    """A shell command that runs until it is killed, with `mark` among its arguments."""
    return shlex.join([sys.executable, "-c", STUBBORN, mark])


@dataclass
class Survivors:
    """Everything that a server started, found in two ways: by descent before the kill, by a mark at any time."""

    mark: str
    seen: set[psutil.Process] = field(default_factory=set)

    def look(self, root: int) -> None:
        """Remember what is below `root` now."""
        with suppress(psutil.Error):
            self.seen |= set(psutil.Process(root).children(recursive=True))

    def alive(self, *, but: int = 0) -> list[int]:
        """What runs still; zombies do not."""
        found = {process for process in psutil.process_iter() if _bears(process, self.mark)} | self.seen
        return sorted(process.pid for process in found if process.pid not in (but, os.getpid()) and runs(process))

    def gone(self, seconds: float, *, but: int = 0) -> float:
        """Wait until nothing is alive; returns how long it took, or fails with what is."""
        start = time.monotonic()
        while left := self.alive(but=but):
            if time.monotonic() - start > seconds:
                told = [f"{pid} {psutil.Process(pid).cmdline()[:3]}" for pid in left if psutil.pid_exists(pid)]
                raise AssertionError(f"{len(left)} alive after {seconds} s: {told}")
            time.sleep(0.02)
        return time.monotonic() - start

    def end(self) -> None:
        """Leave nothing behind, whatever the test found."""
        for pid in self.alive():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _bears(process: psutil.Process, mark: str) -> bool:
    with suppress(psutil.Error, OSError):
        return process.environ().get(CANARY) == mark
    return False


def runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


class Server:
    """A running server process; `said` are the lines that it printed."""

    def __init__(self, home: Path, cli: Path, env: dict[str, str], secrets: dict[str, str], **plan: Any) -> None:
        self.home = home
        self.mark = f"mark-{uuid.uuid4().hex}"
        self.session = plan.pop("session", None) or str(uuid.uuid4())
        self.survivors = Survivors(self.mark)
        for name in ("work", "config"):
            (home / name).mkdir(parents=True, exist_ok=True)
        base = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "CLAUDE_CONFIG_DIR": str(home / "config"),
            CANARY: self.mark,
        }
        told = {"cli": str(cli), "env": {**base, **env}, "secrets": secrets, "home": str(home), "session": self.session}
        with (home / "stderr").open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, __file__, json.dumps({"guarded": True, **told, **plan})],
                stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, text=True,
                env={**os.environ, "SERVER_SECRET": "not for tools"}, start_new_session=True,
            )  # fmt: skip
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line.rstrip())

    @property
    def runtime(self) -> Path:
        """Where its starts are prepared."""
        return self.home / "run"

    def until(self, word: str) -> str:
        """Wait for a line that begins with `word`; returns its rest."""
        try:
            while True:
                self.said.append(self._lines.get(timeout=PATIENCE))
                first, _, rest = self.said[-1].partition(" ")
                if first == word:
                    self.survivors.look(self.process.pid)
                    return rest
        except queue.Empty:
            raise AssertionError(f"no {word} among {self.said}: {self._errors()}") from None

    def _errors(self) -> str:
        return (self.home / "stderr").read_text()[-2000:]

    def pid(self, who: str) -> int:
        """Of `server`, `guard` or `claude`; the last two as the guard wrote them down."""
        if who == "server":
            return self.process.pid
        record = self.wait(lambda: next(self.runtime.glob("*/*/process.json"), None))
        return int(json.loads(record.read_text())[f"{who}_pid"])

    def wait(self, found: Callable[[], Any]) -> Any:
        """Wait until `found` finds something."""
        deadline = time.monotonic() + PATIENCE
        while not (result := found()):
            assert time.monotonic() < deadline, (self.said, self._errors())
            time.sleep(0.01)
        self.survivors.look(self.process.pid)
        return result

    def running(self, mark: str) -> list[psutil.Process]:
        """Processes of this server's CLI with `mark` among their arguments."""
        return [p for p in psutil.process_iter() if _bears(p, self.mark) and mark in _arguments(p)]

    def kill(self, who: str, number: int) -> None:
        """Send a signal to one of the three."""
        pid = self.pid(who)
        self.survivors.look(self.process.pid)
        os.kill(pid, number)
        if who == "server" and number != signal.SIGSTOP:
            self.process.wait(PATIENCE)

    def end(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait()
        self.survivors.end()  # first, for they may hold the other end of the pipe
        self._listener.join()
        launcher.forget(self.session)


def _arguments(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return list(process.cmdline())
    return []


@contextmanager
def serving(home: Path, cli: Path, **plan: Any) -> Iterator[Server]:
    """A server for one test. `plan`: `env`, `secrets`, and what `serve_stand_in` or `serve_claude` understand."""
    server = Server(home, cli, plan.pop("env", {}), plan.pop("secrets", {}), **plan)
    try:
        yield server
    finally:
        server.end()


# ── the server itself ──


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def launch(plan: dict[str, Any]) -> launcher.Launch:
    runtime = Path(plan["home"], "run")
    return launcher.prepare(runtime, plan["session"], Path(plan["cli"]), plan["env"], plan["secrets"], os.getpid())


def serve_stand_in(plan: dict[str, Any]) -> None:
    """Start the CLI without the SDK and wait for its end. `code` stands in for the script that starts the guard."""
    prepared = launch(plan)
    command = [prepared.cli_path]
    if "code" in plan:
        command = [sys.executable, "-I", "-S", "-c", plan["code"], prepared.directory / "spec.json"]
    process = subprocess.Popen([*command, *plan["arguments"]], stdin=subprocess.PIPE)
    say("started", process.pid)
    say("ended", process.wait())
    say("swept", *prepared.cleanup())
    time.sleep(3600)


async def serve_claude(plan: dict[str, Any]) -> None:
    """Start the CLI through the SDK, send the prompts, and read until it ends."""
    # Not at the top: who only imports this file, or serves a stand-in, need not wait for it.
    from claude_agent_sdk import (  # noqa: PLC0415
        ClaudeAgentOptions,
        ClaudeSDKClient,
        PermissionResultAllow,
        ResultMessage,
        StreamEvent,
    )

    async def may(name: str, given: dict[str, Any], _context: Any) -> Any:
        say("asked", name)
        if plan.get("silent"):
            await asyncio.sleep(3600)
        return PermissionResultAllow(updated_input=given)

    prepared = launch(plan)
    plain = {**dict.fromkeys(os.environ, ""), **plan["env"], **plan["secrets"]}
    identity = {"resume": plan["session"]} if plan.get("resume") else {"session_id": plan["session"]}
    client = ClaudeSDKClient(
        ClaudeAgentOptions(
            cli_path=prepared.cli_path if plan["guarded"] else plan["cli"],
            env=prepared.environment if plan["guarded"] else plain,
            cwd=Path(plan["home"], "work"), setting_sources=[], can_use_tool=may, include_partial_messages=True,
            mcp_servers=plan.get("mcp", {}), **identity,
        )
    )  # fmt: skip
    say("starting")
    try:
        await client.connect()
        say("ready")
        for prompt in plan.get("prompts", []):
            await client.query(prompt)
            async for message in client.receive_response():
                if isinstance(message, StreamEvent) and message.event["type"] == "content_block_delta":
                    say("streaming")
                if isinstance(message, ResultMessage):
                    say("result", message.is_error, (message.result or "").replace("\n", " "))
        async for _ in client.receive_messages():
            pass
    except Exception as error:
        say("lost", type(error).__name__, getattr(error, "exit_code", None))
    say("swept", *prepared.cleanup())
    await asyncio.sleep(3600)


if __name__ == "__main__":
    # Whoever runs the tests in the background may have had these ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    given = json.loads(sys.argv[1])
    if "arguments" in given:
        serve_stand_in(given)
    else:
        asyncio.run(serve_claude(given))
