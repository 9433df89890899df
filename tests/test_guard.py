"""Nothing outlives the server: guard, launcher and sweep, with a stand-in for the CLI and with the real one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from process_stage import MCP, STUBBORN, Server, serving, stubborn

from jupyter_claude_workspace.claude import guard, launcher, locate, tree
from jupyter_claude_workspace.config import ClaudeWorkspace
from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.errors import ClaudeFailed

SH = Path("/bin/sh")
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
WHO = ["server", "guard", "claude"]
SECONDS = 20.0  # for an end on a busy machine; the large runs use the promised ones

# What a shell can do to get away: a session of its own, a signal ignored, a parent that is gone.
AWAY = f"setsid {stubborn('away')} & (nohup {stubborn('orphan')} >/dev/null 2>&1 &) ; {stubborn('child')}"


# ── a stand-in for the CLI: every way to die ──


def stand_in(home: Path, script: str = AWAY, **plan: Any) -> Any:
    return serving(home, SH, arguments=["-c", script], **plan)


def ready(server: Server) -> None:
    """Wait until the stand-in has started all that AWAY starts."""
    server.until("started")
    for mark in ("away", "orphan", "child"):
        server.wait(lambda mark=mark: server.running(mark))


@pytest.fixture
def aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks in the arguments of other tests' processes do not count: they are looked for by name."""


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("who", WHO)
def test_whoever_is_killed_nothing_survives(who: str, number: signal.Signals, tmp_path: Path) -> None:
    """When the server, the guard or the CLI gets a signal, every process that the CLI started ends."""
    with stand_in(tmp_path) as server:
        ready(server)

        server.kill(who, number)
        if (who, number) == ("guard", signal.SIGKILL):
            server.until("swept")

        server.survivors.gone(SECONDS, but=server.process.pid)
        if who == "claude":
            assert int(server.until("ended")) == -number
