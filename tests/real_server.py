"""A Jupyter server as a process of its own, which can be killed, and started again where it was."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from follower import Follower
from tornado.escape import json_decode
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse

import jupyter_claude_workspace

TOKEN = "a-token-of-the-tests"
PATIENCE = 60.0  # seconds
PACKAGE = Path(jupyter_claude_workspace.__file__).parent.parent


class RealServer:
    """`jupyter server` with the extension in folders of its own. `environment` is added to its otherwise bare one."""

    def __init__(self, folder: Path, environment: dict[str, str], **settings: Any) -> None:
        self._folder = folder
        self.root = folder / "notebooks"
        self.home = folder / "home"
        self._settings = settings
        for made in (self.root, self.home, folder / "tmp"):
            made.mkdir(parents=True)
        self._environment = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PACKAGE),
            "TMPDIR": tempfile.gettempdir(),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            **environment,
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process: subprocess.Popen[bytes]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"token {TOKEN}"}

    @property
    def log(self) -> str:
        """What the servers wrote so far."""
        return (self._folder / "server.log").read_text()

    async def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            "ServerApp.jpserver_extensions": "{'jupyter_claude_workspace': True}",
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.root,
            "IdentityProvider.token": TOKEN,
            **{f"ClaudeWorkspace.{name}": value for name, value in self._settings.items()},
        }
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        with (self._folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while (await self.ask("GET", "api/status")).code != 200:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            await asyncio.sleep(0.05)

    async def ask(self, method: str, path: str, body: str | None = None) -> HTTPResponse:
        """One request to a path below `claude-workspace/`; 599 where nobody answers."""
        url = f"http://127.0.0.1:{self.port}/claude-workspace/{path}"
        request = HTTPRequest(url, method=method, headers=self.headers, body=body, request_timeout=PATIENCE)
        try:
            return await AsyncHTTPClient().fetch(request, raise_error=False)
        except OSError:
            return HTTPResponse(request, 599)

    async def create(self) -> str:
        """A session of a new notebook; returns its id."""
        (self.root / "analysis.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
        body = '{"notebook": "analysis.ipynb", "context": "workspace"}'
        made = await self.ask("POST", "api/agents/create-session", body)
        assert made.code == 201, made.body
        return str(json_decode(made.body)["session_id"])

    def follow(self, session_id: str) -> Follower:
        """A client of a session, which comes back whenever it is cut off."""
        url = f"ws://127.0.0.1:{self.port}/claude-workspace/api/sessions/{session_id}/channel"
        return Follower(url, self.headers, suspicion=5.0)

    async def end(self, number: signal.Signals) -> float:
        """Send a signal and wait for the end; returns how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        await asyncio.to_thread(self.process.wait, PATIENCE)
        return time.monotonic() - began

    def kill(self) -> None:
        """End it, whatever it is doing; nothing where it has ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def below(pid: int, words: str) -> list[psutil.Process]:
    """The processes below one whose command lines hold some words."""
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        try:
            if words in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found
