"""A real Jupyter server in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import sys
import time
from typing import Any

import psutil
from place import NOTEBOOK, Place
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

PATIENCE = 90.0  # seconds
START_POLL = 0.004  # seconds between two looks at whether it answers


class Server:
    """One server. `cpu` and `rss` are its own, without its children's."""

    def __init__(
        self, place: Place, environment: dict[str, str], *, name: str, extension: bool = True, cli: str = ""
    ) -> None:
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self._place = place
        self._arguments = [
            f"--ServerApp.jpserver_extensions={{'jupyter_claude_workspace': {extension}}}",
            f"--ClaudeWorkspace.cli_path={cli}",
        ]
        self._environment = {
            **environment,
            "JUPYTER_RUNTIME_DIR": str(place.made(f"{name}/runtime")),
            "JUPYTER_DATA_DIR": str(place.made(f"{name}/data")),
        }
        self._process: asyncio.subprocess.Process
        self._log = (place.made(name) / "log").open("wb")

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What lets a request in."""
        return {"Authorization": f"token {self.token}"}

    async def start(self) -> float:
        """Start it; returns the seconds until its first answer."""
        root = ["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []
        started = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "jupyter_server", "--no-browser", *root, "--ip=127.0.0.1", f"--port={self.port}",
            "--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self._place.notebooks}", *self._arguments,
            env=self._environment, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        while not await self._answers():
            if self._process.returncode is not None or time.monotonic() - started > PATIENCE:
                raise RuntimeError(f"the Jupyter server did not start; see {self._log.name}")
            await asyncio.sleep(START_POLL)
        return time.monotonic() - started

    async def stop(self) -> None:
        """End it as Ctrl-C twice would, and wait."""
        self._process.terminate()
        await self._process.wait()
        self._log.close()

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request below `claude-workspace/api/`; the JSON of its answer."""
        request = HTTPRequest(
            f"{self.url}/claude-workspace/api/{path}",
            method=method,
            headers=self.headers,
            body=None if body is None else json.dumps(body),
            request_timeout=PATIENCE,
            allow_nonstandard_methods=True,
        )
        answer = await AsyncHTTPClient().fetch(request)
        return json.loads(answer.body) if answer.body else None

    async def create(self) -> str:
        """A new session; returns its id."""
        made = await self.ask("POST", "agents/create-session", {"notebook": NOTEBOOK, "context": "workspace"})
        return str(made["session_id"])

    @property
    def process(self) -> psutil.Process:
        """It."""
        return psutil.Process(self._process.pid)

    @property
    def cpu(self) -> float:
        """CPU seconds so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    async def _answers(self) -> bool:
        request = HTTPRequest(f"{self.url}/api", headers=self.headers, request_timeout=PATIENCE)
        try:
            await AsyncHTTPClient().fetch(request)
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
