"""Other servers that save agents in the same folder, as processes that a test talks to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_writer import NAME

from jupyter_claude_workspace.agents.store import AgentFolder

FILE = f"{NAME}.agent.json"
WRITER = [sys.executable, str(Path(__file__).with_name("agent_writer.py"))]


def names(folder: AgentFolder) -> list[str]:
    """Whatever lies in it."""
    return sorted(path.name for path in folder.directory.iterdir())


@contextmanager
def writer(folder: AgentFolder, *task: str) -> Iterator[subprocess.Popen[str]]:
    """Another server, ready."""
    command = [*WRITER, str(folder.directory), *task]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert answer(process) == "ready"
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


def tell(process: subprocess.Popen[str], line: str) -> None:
    """One line to it."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def answer(process: subprocess.Popen[str]) -> str:
    """One line from it."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
