"""The extension in its server: found, started, cheap, and gone without a trace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_server.extension.utils import validate_extension
from server_stage import Stage

import jupyter_claude_workspace

CHECKOUT = Path(__file__).parent.parent
PLACE = Path(jupyter_claude_workspace.__file__).parent.parent  # of the package that is tested, installed or not
TOKEN = "a-token-of-this-test"


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """A `jupyter server` process of its own."""

    def __init__(self, home: Path, *options: str, environment: dict[str, str] | None = None) -> None:
        self.port = free_port()
        root = home / "notebooks"
        root.mkdir(exist_ok=True)
        (root / "a.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
        folders = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        self._log = home / "server.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "jupyter_server", "--allow-root", f"--port={self.port}", "--port-retries=0",
                    "--no-browser", f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={TOKEN}",
                    "--ServerApp.jpserver_extensions={'jupyter_claude_workspace': True}", *options,
                ],
                env={**os.environ, **folders, "PYTHONPATH": str(PLACE), **(environment or {})},
                cwd=root,
                stdout=subprocess.DEVNULL,
                stderr=log,
                # Who runs the tests in the background may have taught them to ignore it, which a child inherits.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
            )  # fmt: skip

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request; waits until the server answers at all."""
        url = f"http://127.0.0.1:{self.port}/claude-workspace/{path}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Authorization": f"token {TOKEN}"}, method=method)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError:
                raise
            except OSError:
                assert self.process.poll() is None, self.log
                time.sleep(0.05)

    def ready_session(self) -> dict[str, Any]:
        """A session whose process runs."""
        found: dict[str, Any] = self.ask("POST", "api/sessions", {"notebook": "a.ipynb"})
        while found["state"] != "ready":
            assert found["state"] in {"asleep", "waking"}, found
            found = self.ask("GET", f"api/sessions/{found['session_id']}")
        return found

    def wait(self) -> int:
        """The exit code, once it ended."""
        return self.process.wait(timeout=60)


@contextmanager
def serving(home: Path, *options: str, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """A server that is ended with the test."""
    server = Server(home, *options, environment=environment)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def listening(process: psutil.Process) -> set[int]:
    """The TCP ports on which a process and its children listen."""
    return {
        connection.laddr.port
        for each in [process, *process.children(recursive=True)]
        for connection in each.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def test_jupyter_accepts_the_extension() -> None:
    """Jupyter's own check of an extension is content."""
    assert validate_extension("jupyter_claude_workspace")


def test_the_install_enables_it() -> None:
    """The configuration file that the wheel installs names the extension."""
    path = CHECKOUT / "jupyter_claude_workspace/etc/jupyter_server_config.d/jupyter_claude_workspace.json"

    assert json.loads(path.read_text())["ServerApp"]["jpserver_extensions"] == {"jupyter_claude_workspace": True}


@pytest.mark.parametrize(
    ("module", "kept_out"),
    [
        ("jupyter_claude_workspace", ["tornado", "pydantic", "IPython", "jupyter_server", "claude_agent_sdk"]),
        ("jupyter_claude_workspace.app", ["pydantic", "IPython", "claude_agent_sdk", "mcp", "anywidget", "sqlite3"]),
    ],
)
def test_loading_imports_nothing_heavy(module: str, kept_out: list[str]) -> None:
    """What the server's start has to wait for imports none of what sessions need later."""
    # jupyter_server itself is loaded in a server anyway, with whatever it brings.
    script = (
        "import sys\n"
        f"if {module.endswith('app')}: import jupyter_server.serverapp\n"
        "before = set(sys.modules)\n"
        f"import {module}\n"
        f"print(sorted({set(kept_out)!r} & (set(sys.modules) - before)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=PLACE, check=True)

    assert done.stdout.strip() == "[]"


def test_settings_reach_it_from_the_command_line(tmp_path: Path) -> None:
    """`--ClaudeWorkspace.…` on Jupyter's command line is taken without a warning, before anybody asks for anything."""
    data = tmp_path / "elsewhere"
    with serving(tmp_path, f"--ClaudeWorkspace.data_dir={data}", "--ClaudeWorkspace.demo=on") as server:
        while not (data / "sessions.sqlite").exists():
            assert server.process.poll() is None, server.log
            time.sleep(0.05)
        assert server.ask("GET", "api/status")["demo"] is True

    assert "ClaudeWorkspace" not in server.log


def test_automatic_demo_follows_the_credentials(tmp_path: Path) -> None:
    """With `demo=auto`, the demo model answers where there are no credentials, and keeps away where there are."""
    with serving(tmp_path, "--ClaudeWorkspace.demo=auto") as server:
        assert server.ask("GET", "api/status")["demo"] is True
    key = {"ANTHROPIC_API_KEY": "not-a-key", "ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}
    with serving(tmp_path, "--ClaudeWorkspace.demo=auto", environment=key) as server:
        status = server.ask("GET", "api/status")

    assert (status["demo"], status["credentials"]) == (False, "api_key")


def test_a_required_claude_that_is_missing_ends_the_start(tmp_path: Path) -> None:
    """With `require_claude`, a server without a CLI or credentials ends at once, with a status and a reason."""
    with serving(tmp_path, "--ClaudeWorkspace.require_claude=True") as server:
        assert server.wait() == 1

    log = server.log
    assert "Claude Code is required here" in log
    assert "credentials" in log
    assert "Traceback" not in log


def test_a_required_claude_that_is_there_lets_the_server_start(tmp_path: Path) -> None:
    """With everything there, `require_claude` changes nothing, and the first answer says ready."""
    with serving(tmp_path, "--ClaudeWorkspace.require_claude=True", "--ClaudeWorkspace.demo=on") as server:
        assert server.ask("GET", "api/status")["ready"] is True


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_end_of_the_server_is_the_end_of_all(tmp_path: Path, end: signal.Signals) -> None:
    """A server that is told to stop does so, and nothing that it started is left."""
    with serving(tmp_path, "--ClaudeWorkspace.demo=on") as server:
        session = server.ready_session()
        children = psutil.Process(server.process.pid).children(recursive=True)
        assert session["pid"] in {child.pid for child in children}

        server.process.send_signal(end)
        while end == signal.SIGINT and server.process.poll() is None:
            time.sleep(1)  # the first asks, the next is the answer; two at once may arrive as one
            server.process.send_signal(end)
        server.wait()

    _, left = psutil.wait_procs(children, timeout=5)
    assert left == []
    assert "Traceback" not in server.log


def test_no_port_is_opened_but_the_demo_model_s(tmp_path: Path) -> None:
    """Ten sessions add no listening port; the demo model adds its own, on loopback, and nothing listens without it."""
    key = {"ANTHROPIC_API_KEY": "not-a-key", "ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}
    with serving(tmp_path, environment=key) as server:
        server.ask("GET", "api/status")
        for _ in range(10):
            server.ask("POST", "api/sessions", {"notebook": "a.ipynb", "new": True})
        while (status := server.ask("GET", "api/status"))["processes"] < 10:
            assert "failed" not in {each["state"] for each in status["sessions"]}
            time.sleep(0.1)
        assert listening(psutil.Process(server.process.pid)) == {server.port}


async def test_it_stops_twice_and_unstarted(stage: Stage) -> None:
    """Stopping an extension that nobody used, and stopping it again, is no fault, and leaves nothing behind."""
    await stage.server.cleanup_extensions()
    await stage.server.cleanup_extensions()

    assert "JCW_SERVER_ID" not in os.environ
    for thread in threading.enumerate():
        if "claude" in thread.name or "demo" in thread.name:
            thread.join(30)  # it was told to end; a busy machine may need a moment for it
            assert not thread.is_alive(), thread.name
