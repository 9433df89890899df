"""Ending a tree of processes, and telling servers apart."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from subprocess import PIPE

import pytest
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
    pid, started, namespace = tree.server_name().split("-")

    assert tree.server_lives(f"{pid}-{started}-{namespace}") is True
    assert tree.server_lives(f"{pid}-1-{namespace}") is False


@pytest.mark.parametrize("name", ["", "1", "1-2", "one-2-3", "1--3"])
def test_a_name_that_is_not_understood_is_not_taken_for_dead(name: str) -> None:
    """Another version of this package may write its servers' names differently."""
    assert tree.server_lives(name) is None


@pytest.mark.parametrize(
    ("runtime", "name", "swept"),
    [
        ("/run/a", "{pid}-1-{namespace}", True),
        ("/run/b", "{pid}-1-{namespace}", False),
        ("/run/a", "{pid}-{started}-{namespace}", False),
        ("/run/a", "{pid}-1-12345", False),
    ],
    ids=["of a dead server", "of another runtime folder", "of a living server", "of another container"],
)
def test_what_is_swept(runtime: str, name: str, swept: bool) -> None:
    """Only what a server of this runtime folder left behind that is certainly dead."""
    pid, started, namespace = tree.server_name().split("-")
    server = name.format(pid=pid, started=started, namespace=namespace)
    marker = {tree.SERVER: server, tree.RUNTIME: runtime, tree.LAUNCH: "x"}
    process = subprocess.Popen(["cat"], stdin=PIPE, stdout=PIPE, env={**marker, "PATH": os.environ["PATH"]})
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.stdout.readline()  # it has begun: a moment before, its environment is not to be read yet

        assert tree.sweep_dead_servers("/run/a") == ([process.pid] if swept else [])
        assert tree.sweep(marker) == ([] if swept else [process.pid])
        assert process.wait() == -signal.SIGKILL
