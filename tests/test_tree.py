"""Ending a tree of processes, and telling servers apart."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from process_stage import PATIENCE, runs, stubborn

from jupyter_claude_workspace.claude import tree


def test_a_tree_is_ended_from_above() -> None:
    """end_tree ends a process with all that is below it, and leaves its status to whoever started it."""
    process = subprocess.Popen(["/bin/sh", "-c", f"{stubborn('a')} & {stubborn('b')} & wait"])
    deadline = time.monotonic() + PATIENCE
    while len(tree.descendants(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    below = tree.descendants(process.pid)

    ended = tree.end_tree(process.pid, grace=0.2)

    assert ended == sorted([process.pid, *(found.pid for found in below)])
    assert len(below) == 2
    assert not any(map(runs, below))
    assert process.wait() == -signal.SIGTERM
    assert tree.end_tree(process.pid, grace=0.2) == []


def test_a_servers_name_is_not_its_pid_alone() -> None:
    """Another process that got the number of a dead server is not that server."""
    name = tree.server_name()

    assert tree.server_lives(name)
    assert not tree.server_lives(f"{os.getpid()}-1")
    assert not tree.server_lives("")
