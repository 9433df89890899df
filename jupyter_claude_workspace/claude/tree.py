"""Processes as trees: what is below one, the end of all of it, and what a dead guard or server left behind."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from .guard import start_time

# In the environment of the guard, of the CLI and of all that they start.
LAUNCH = "JCW_LAUNCH"  # one start of the CLI
SESSION = "JCW_SESSION"  # the session that it was for
SERVER = "JCW_SERVER"  # the server's process, as server_name() writes it
RUNTIME = "JCW_RUNTIME"  # the server's runtime folder: who shares it clears up after one another

KILL_SECONDS = 5.0  # only what sleeps uninterruptibly lives on after SIGKILL
STEP = 0.02  # seconds between two looks


def server_name(pid: int | None = None) -> str:
    """`PID-START-NAMESPACE` of a process, by default of this one: its identity for as long as the machine runs."""
    pid = os.getpid() if pid is None else pid
    return f"{pid}-{_started(pid)}-{_namespace()}"


def server_lives(name: str) -> bool | None:
    """Whether the process that `server_name` named still runs; None where that cannot be told.

    It cannot for a process of another container, and not for a name that another version of this package wrote
    differently: what is not understood is never taken for dead.
    """
    match = re.fullmatch(r"(\d+)-(.+)-(\d+)", name)
    if match is None or match[3] != _namespace():
        return None
    return _started(int(match[1])) == match[2]


def _namespace() -> str:
    """Where process numbers mean the same as here. A container's processes may be visible from outside of it."""
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return "0"


def _started(pid: int) -> str:
    if sys.platform != "win32":
        return start_time(pid)
    with suppress(psutil.Error):
        return str(psutil.Process(pid).create_time())
    return ""


def descendants(pid: int) -> list[psutil.Process]:
    """Every process below `pid` at this moment; none where it is gone."""
    with suppress(psutil.Error):
        return [process for process in psutil.Process(pid).children(recursive=True) if _alive(process)]
    return []


def end_tree(pid: int, grace: float) -> list[int]:
    """End `pid` and all below it: SIGTERM to `pid`, `grace` seconds (0: none), SIGKILL to the rest. Returns the pids.

    Blocks for at most `grace` + 10 seconds. Reaps nothing: whoever started `pid` still gets its status.
    """
    try:
        root = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return []
    tree = {root, *descendants(pid)}
    if grace > 0:
        with suppress(psutil.Error):
            root.terminate()
        _wait(tree, grace)
    # The root last: while a guard lives, whatever loses its parent becomes its child and can be found.
    killed = _kill(lambda: (tree | set(descendants(pid))) - {root}) | _kill(lambda: [root])
    return sorted({process.pid for process in tree} | killed)


def sweep(marker: Mapping[str, str]) -> list[int]:
    """Kill every process of this user whose environment holds all of `marker`. Returns the pids. Blocks at most 5 s."""
    return sorted(_kill(lambda: (process for process, has in _marked() if marker.items() <= has.items())))


def sweep_dead_servers(runtime_dir: str) -> list[int]:
    """Kill what servers of this runtime folder that are gone left running, and nothing that may belong to a living one.

    Returns the pids. Blocks at most 5 s.
    """
    return sorted(
        _kill(
            lambda: (
                process
                for process, has in _marked()
                if has.get(RUNTIME) == runtime_dir and server_lives(has[SERVER]) is False
            )
        )
    )


def _marked() -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    """This user's processes that bear our marker. One that this process bears itself does not count."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if sys.platform != "win32" and process.uids().real != os.getuid():
                continue
            if not _alive(process):
                continue
            environment = process.environ()
            if SERVER in environment and environment.get(LAUNCH) not in (None, os.environ.get(LAUNCH)):
                yield process, environment


def _kill(find: Callable[[], Iterable[psutil.Process]]) -> set[int]:
    """Kill what `find` finds, until it finds nothing that lives. Returns the pids."""
    killed: set[int] = set()
    deadline = time.monotonic() + KILL_SECONDS
    while (found := {process for process in find() if _alive(process)}) and time.monotonic() < deadline:
        # All are stopped before the first is killed, or one could start another meanwhile.
        for action in (psutil.Process.suspend, psutil.Process.kill):
            for process in found | set(find()):
                with suppress(psutil.Error):
                    action(process)
                    killed.add(process.pid)
        _wait(found, STEP * 5)
    return killed


def _alive(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _wait(processes: Iterable[psutil.Process], seconds: float) -> None:
    """Until none of them lives. Not by psutil's own wait, which takes a child's status from whoever waits for it."""
    deadline = time.monotonic() + seconds
    while any(map(_alive, processes)) and time.monotonic() < deadline:
        time.sleep(STEP)
