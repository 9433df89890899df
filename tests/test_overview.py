"""The sessions of a server at a glance: what each is for, what it waits for, and how much memory it holds."""

from __future__ import annotations

import subprocess
import sys

import psutil
from answers import refusal, told
from server_stage import Stage

from jupyter_claude_workspace.claude.memory import memory_of

BLOCK = 64 << 20  # bytes
HOLD = f"import sys; held = bytearray(b'x' * {BLOCK}); print('held', flush=True); sys.stdin.read()"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}])"


async def test_sessions_of_all_contexts_are_listed_and_told_apart(stage: Stage) -> None:
    """The list holds every session with its context; `context` chooses, and an unknown one is refused."""
    notebook = stage.notebook()
    workspace = await stage.create(notebook)
    interview = await stage.create(notebook, context="agent-create")

    def contexts(sessions: list[dict[str, str]]) -> dict[str, str]:
        return {each["session_id"]: each["context"] for each in sessions}

    everything = told(await stage.ask("GET", "api/sessions"))["sessions"]
    chosen = told(await stage.ask("GET", "api/sessions", params={"notebook": notebook, "context": "workspace"}))
    found = told(await stage.ask("GET", "api/sessions", params={"context": "agent-create", "q": "nothing of the kind"}))

    assert contexts(everything) == {workspace: "workspace", interview: "agent-create"}
    assert contexts(chosen["sessions"]) == {workspace: "workspace"}
    assert found["sessions"] == []
    for context in ("root", "", "workspace,agent-create"):
        refused = await stage.ask("GET", "api/sessions", params={"context": context})
        assert "agent-create" in refusal(refused, 400, "bad_request")


async def test_an_open_question_is_counted(stage: Stage) -> None:
    """A session that waits for a person says so, and for how many questions."""
    channel = await stage.channel(await stage.create())
    await channel.prompt("help me decide")
    await channel.wait("question")

    (session,) = told(await stage.ask("GET", "api/sessions"))["sessions"]

    assert (session["state"], session["questions"]) == ("waiting", 1)


async def test_the_memory_of_a_session(stage: Stage) -> None:
    """Where sessions are listed, one with a process says how many bytes its tree holds; one that sleeps holds none."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.turn("hello")

    (listed,) = told(await stage.ask("GET", "api/sessions"))["sessions"]
    (stated,) = told(await stage.ask("GET", "api/status"))["sessions"]
    await stage.restart()
    (asleep,) = told(await stage.ask("GET", "api/sessions"))["sessions"]

    assert 20 << 20 < listed["memory"] < 4 << 30
    assert stated["memory"] > 20 << 20
    assert (asleep["state"], asleep["memory"]) == ("asleep", None)


def test_memory_is_that_of_the_whole_tree() -> None:
    """What a child holds counts for its parent; a process that is gone holds nothing that could be known."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"held\n"
        (child,) = psutil.Process(parent.pid).children()

        held = memory_of([parent.pid, child.pid], 60)
        hurried = memory_of([parent.pid], 0)
        parent.communicate()

    whole, part = held[parent.pid], held[child.pid]
    assert whole is not None
    assert part is not None
    assert whole > part > BLOCK
    assert hurried == {parent.pid: None}
    assert memory_of([parent.pid], 60) == {parent.pid: None}


def test_shared_memory_counts_in_parts() -> None:
    """Two processes that share a block hold less together than each seems to alone."""
    # One write for each line: both processes write into one pipe, and an unbuffered `print` would write twice.
    fork = (
        f"import os, time; held = bytearray(b'x' * {BLOCK}); os.fork(); "
        "os.write(1, b'%d\\n' % os.getpid()); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", fork], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pids = [int(parent.stdout.readline()) for _ in range(2)]

        held = memory_of([parent.pid], 60)[parent.pid]
        apparent = sum(psutil.Process(pid).memory_info().rss for pid in pids)
        for pid in pids:
            psutil.Process(pid).kill()

    assert held is not None
    assert BLOCK < held < apparent - BLOCK / 2
