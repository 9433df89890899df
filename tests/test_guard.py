"""Nothing outlives the server: guard, launcher and sweep, with a stand-in for the CLI and with the real one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from process_stage import MCP, Server, runs, serving, stubborn

from jupyter_claude_workspace.claude import environment, guard, launcher, locate
from jupyter_claude_workspace.config import ClaudeWorkspace
from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread

SH = Path("/bin/sh")
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
WHO = ["server", "guard", "claude"]
SECONDS = 20.0  # for an end on a busy machine; the large runs use the promised ones

# What a shell can do to get away: a session of its own, no parent, an ignored signal.
AWAY = f"setsid {stubborn('away')} & (nohup {stubborn('orphan')} >/dev/null 2>&1 &) ; {stubborn('child')} & wait"
# The guard where the kernel offers less: without subreaper and pidfd, and on a system that has only `ps`.
IMPORTED = f"import json, os, sys; sys.path.append({str(Path(guard.__file__).parent)!r}); import guard"
WITH_LESS = {
    "proc": f"""
{IMPORTED}
guard._prctl = lambda option, value: False
del os.pidfd_open
guard.main(sys.argv[1], sys.argv[2:])
""",
    "ps": f"""
{IMPORTED}
sys.platform = "darwin"
spec = json.load(open(sys.argv[1]))
spec["server_start"] = guard.start_time(spec["server_pid"])
json.dump(spec, open(sys.argv[1], "w"))
guard.main(sys.argv[1], sys.argv[2:])
""",
}


# ── a stand-in for the CLI: every way to die ──


def stand_in(home: Path, script: str = AWAY, **plan: Any) -> AbstractContextManager[Server]:
    return serving(home, SH, arguments=["-c", script], **plan)


def begun(server: Server) -> None:
    """Wait until all that AWAY starts is there."""
    server.until("started")
    server.wait(lambda: all(server.running(mark) for mark in ("away", "orphan", "child")))


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("who", WHO)
def test_whoever_is_killed_nothing_survives(who: str, number: signal.Signals, tmp_path: Path) -> None:
    """When the server, the guard or the CLI gets a signal, every process that the CLI started ends."""
    with stand_in(tmp_path) as server:
        begun(server)

        server.kill(who, number)
        if (who, number) == ("guard", signal.SIGKILL):
            server.until("swept")

        server.survivors.gone(SECONDS, but=server.process.pid)
        if who == "claude":
            assert int(server.until("ended")) == -number


def test_the_cli_dies_with_its_guard(tmp_path: Path) -> None:
    """When the guard is killed the kernel kills the CLI at once, without waiting for the server to sweep."""
    with stand_in(tmp_path) as server:
        begun(server)
        cli = psutil.Process(server.pid("claude"))
        server.kill("server", signal.SIGSTOP)

        server.kill("guard", signal.SIGKILL)

        server.wait(lambda: not runs(cli))


@pytest.mark.parametrize("kernel", WITH_LESS)
@pytest.mark.parametrize("who", ["server", "guard"])
def test_without_subreaper_and_pidfd(who: str, kernel: str, tmp_path: Path) -> None:
    """Where the kernel has neither, the guard finds the tree by looking at the processes."""
    secrets = {"ANTHROPIC_API_KEY": "canary-key"}
    script = f"setsid {stubborn('away')} & {stubborn('child')} & cat <&$CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR >&2; wait"
    with stand_in(tmp_path, script, code=WITH_LESS[kernel], secrets=secrets) as server:
        server.until("started")
        server.wait(lambda: server.running("away") and server.running("child"))

        server.kill(who, signal.SIGKILL if who == "server" else signal.SIGTERM)

        server.survivors.gone(SECONDS, but=server.process.pid)
        assert (tmp_path / "stderr").read_text() == "canary-key\n"


def test_a_cli_that_ignores_signals_is_killed(tmp_path: Path) -> None:
    """A CLI that does not end when it is asked to is killed after the grace."""
    with stand_in(tmp_path, f"trap '' TERM; exec {stubborn('deaf')}") as server:
        server.until("started")
        server.wait(lambda: server.running("deaf"))

        server.kill("guard", signal.SIGTERM)

        assert int(server.until("ended")) == -signal.SIGKILL
        server.survivors.gone(SECONDS, but=server.process.pid)


def test_the_status_of_the_cli_is_passed_on(tmp_path: Path) -> None:
    """The guard ends with the exit code of the CLI."""
    with stand_in(tmp_path, "exit 7") as server:
        assert server.until("ended") == "7"


def test_what_ends_meanwhile_is_reaped(tmp_path: Path) -> None:
    """Orphans that end while the CLI runs do not stay as zombies."""
    with stand_in(tmp_path, f"for i in 1 2 3 4; do (sleep 0.1 &) ; done; exec {stubborn('alive')}") as server:
        server.until("started")
        below = psutil.Process(server.pid("guard"))

        server.wait(lambda: [process.pid for process in below.children()] == [server.pid("claude")])


def test_the_next_server_sweeps_what_a_dead_one_left(tmp_path: Path) -> None:
    """When server and guard died at once, the next server's start ends the rest, and not a living server's sessions."""
    with stand_in(tmp_path / "dead") as dead, stand_in(tmp_path / "living") as living:
        begun(dead)
        begun(living)
        dead.kill("guard", signal.SIGSTOP)
        dead.kill("server", signal.SIGKILL)
        dead.kill("guard", signal.SIGKILL)
        before = living.survivors.alive()
        assert dead.survivors.alive() != []

        launcher.clear_dead_servers(dead.runtime)

        dead.survivors.gone(SECONDS)
        assert list(dead.runtime.iterdir()) == []
        launcher.clear_dead_servers(living.runtime)
        assert living.survivors.alive() == before
        assert len(list(living.runtime.glob("*/*/process.json"))) == 1


def test_a_server_that_is_gone_already_starts_nothing(tmp_path: Path) -> None:
    """A guard whose server died before it came to run never starts the CLI."""
    server = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    session = str(uuid.uuid4())
    launch = launcher.prepare(tmp_path / "run", session, SH, {}, {}, server.pid)
    server.communicate()

    done = subprocess.run([launch.cli_path, "-c", f"touch {tmp_path / 'canary'}"], timeout=SECONDS, check=False)

    assert done.returncode == 1
    assert not (tmp_path / "canary").exists()
    launcher.forget(session)


def test_a_terminals_signals_do_not_reach_the_cli(tmp_path: Path) -> None:
    """Guard and CLI are in sessions of their own, so that Ctrl-C in the server's terminal ends neither."""
    with stand_in(tmp_path) as server:
        begun(server)

        sessions = [os.getsid(server.pid(who)) for who in WHO]

        assert len(set(sessions)) == 3


def test_the_servers_environment_reaches_nobody(tmp_path: Path) -> None:
    """Neither the guard nor the CLI holds a variable of the server's that was not meant for it, nor the secret."""
    with stand_in(tmp_path, secrets={"ANTHROPIC_API_KEY": "canary-key"}, env={"MEANT": "yes"}) as server:
        begun(server)

        held = {who: psutil.Process(server.pid(who)).environ() for who in WHO}

    assert "SERVER_SECRET" in held["server"]
    assert not {"SERVER_SECRET", "HOME"} & held["guard"].keys()
    assert "SERVER_SECRET" not in held["claude"]
    assert held["claude"]["MEANT"] == "yes"
    assert "canary-key" not in json.dumps([held["guard"], held["claude"]])


def test_the_secret_can_be_read_once(tmp_path: Path) -> None:
    """The CLI gets its key through a descriptor, and the file that held it is gone by then."""
    read = f'cat <&"$CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR" >"$HOME/key"; exec {stubborn("reader")}'
    with stand_in(tmp_path, read, secrets={"ANTHROPIC_API_KEY": "canary-key"}) as server:
        server.until("started")
        server.wait(lambda: server.running("reader"))

        assert (tmp_path / "key").read_text() == "canary-key\n"
        assert "canary-key" not in "".join(path.read_text() for path in server.runtime.glob("*/*/*"))


# ── the real CLI ──

REAL: dict[str, dict[str, Any]] = {
    "idle": {},
    "streaming": {"prompts": ["demo: kept-streaming"]},
    "bash": {"prompts": ["demo: kept-bash"]},
    "setsid": {"prompts": ["demo: kept-setsid"]},
    "nohup": {"prompts": ["demo: kept-nohup"]},
    "mcp": {"mcp": {"deaf": {"command": "python3", "args": ["-c", MCP, "mcp"]}}},
    "subagent": {"prompts": ["demo: kept-subagent"]},
    "permission": {"prompts": ["demo: kept-bash"], "silent": True},
    "starting": {},
}


def reach(server: Server, state: str) -> None:
    """Wait until the session is in the state."""
    if state == "starting":
        server.until("starting")
        time.sleep(random.uniform(0, 0.4))  # anywhere between the guard's first instruction and the first answer
        return
    word = {"streaming": "streaming", "permission": "asked"}.get(state, "ready")
    server.until(word)
    marks = {"bash": ["bash"], "setsid": ["setsid", "bash"], "nohup": ["nohup"], "mcp": ["mcp"], "subagent": ["bash"]}
    server.wait(lambda: all(server.running(mark) for mark in marks.get(state, [])))


def scenario(name: str, block: dict[str, Any], last: str = "Done.") -> dict[str, Any]:
    return {"name": name, "about": name, "replies": [{"content": [block]}, {"content": [{"text": last}]}]}


def shell(command: str) -> dict[str, Any]:
    return {"tool": "Bash", "input": {"command": command, "description": "Work"}}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoThread]:
    """The demo model, told to start what does not end by itself."""
    folder = tmp_path_factory.mktemp("scenarios")
    ask = {
        "description": "Work",
        "subagent_type": "general-purpose",
        "prompt": "demo: kept-bash",
        "run_in_background": False,
    }
    look = "env; echo; tr '\\0' '\\n' </proc/$PPID/environ; echo looked"
    scenarios = [
        scenario("kept-bash", shell(stubborn("bash"))),
        scenario("kept-setsid", shell(f"setsid {stubborn('setsid')} & {stubborn('bash')}")),
        scenario("kept-nohup", shell(f"nohup {stubborn('nohup')} >/dev/null 2>&1 & echo left")),
        scenario("kept-subagent", {"tool": "Agent", "input": ask}),
        {**scenario("kept-streaming", {"long": {"paragraphs": ["word "], "tokens": 9000}}), "pace": 20},
        {**scenario("kept-look", shell(look), last="{tool_result}"), "pace": 0},
    ]  # fmt: skip
    for one in scenarios:
        (folder / f"{one['name']}.yaml").write_text(yaml.safe_dump(one))
    with DemoThread((SHIPPED, folder)) as demo:
        yield demo


def real(model: DemoThread, home: Path, **plan: Any) -> AbstractContextManager[Server]:
    cli = locate.find(ClaudeWorkspace(), home)
    env, secrets = environment.child_environment({}, allow=[], extra=model.environment(), api_timeout=60, api_retries=1)
    return serving(home, cli, env=env, secrets=secrets, **plan)


def kill(
    model: DemoThread, home: Path, state: str, who: str, number: int, promised: Callable[[str, int], float]
) -> float:
    """One kill of one who in one state; returns the seconds until nothing was left, or fails."""
    with real(model, home, **REAL[state]) as server:
        reach(server, state)
        server.kill(who, number)
        return server.survivors.gone(promised(who, number), but=server.process.pid)


@pytest.mark.parametrize(
    ("state", "who", "number"),
    [("setsid", "server", signal.SIGKILL), ("bash", "guard", signal.SIGKILL), ("nohup", "claude", signal.SIGKILL)],
)
def test_nothing_of_the_real_cli_survives(state: str, who: str, number: int, model: DemoThread, tmp_path: Path) -> None:
    """The hardest kills of the real CLI while its tools are at work."""
    kill(model, tmp_path, state, who, number, lambda _who, _number: SECONDS)


def test_the_key_reaches_the_api_and_no_tool(model: DemoThread, tmp_path: Path) -> None:
    """With the key in a descriptor, turns and a resumed session are answered, and a command finds it nowhere."""
    key = model.environment()["ANTHROPIC_API_KEY"]
    with real(model, tmp_path, prompts=["demo: kept-look"] * 2) as server:
        server.until("ready")
        looked, again = server.until("result"), server.until("result")
        session = server.session
        server.kill("claude", signal.SIGTERM)
        server.until("swept")
    with real(model, tmp_path, prompts=["demo: kept-look"], resume=True, session=session) as server:
        resumed = server.until("result")

    for said in (looked, again, resumed):
        assert said.startswith("False")
        assert said.endswith("looked")
        assert key not in said
        assert "SERVER_SECRET" not in said


# ── at full size ──


@pytest.mark.large
@pytest.mark.parametrize("round_", range(2))
@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("state", REAL)
def test_no_orphan_in_any_state(
    state: str, who: str, number: int, round_: int, model: DemoThread, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """216 kills leave nothing after 2 s; after 30 s where the guard itself was killed and the server has to sweep."""

    def promised(who: str, number: int) -> float:
        return 30.0 if (who, number) == ("guard", signal.SIGKILL) else 2.0

    took = kill(model, tmp_path, state, who, number, promised)
    request.node.user_properties.append(("seconds", took))


@pytest.mark.large
@pytest.mark.parametrize("state", ["streaming", "bash", "setsid", "nohup", "subagent"])
def test_without_the_guard_orphans_are_found(state: str, model: DemoThread, tmp_path: Path) -> None:
    """The same kill with the plain CLI leaves processes that this file's way of looking finds."""
    with real(model, tmp_path, guarded=False, **REAL[state]) as server:
        reach(server, state)
        server.kill("server", signal.SIGKILL)
        with pytest.raises(AssertionError, match="alive after"):
            server.survivors.gone(2.0)
