"""Runs the Claude Code CLI so that nothing of it outlives the server, however the server, the CLI or this program ends.

A program of its own: `python -I -S guard.py SPEC ARGUMENTS…`, started as the SDK's `cli_path` through the script that
`launcher` writes. It imports nothing of the package and little else, because every start of a session waits for it.

SPEC is a JSON file that is read once and deleted:

* `cli`: path of the CLI; `env`: its whole environment, but for the variables of the guard's own that `pass` names
* `secrets`: credentials, by variable, that reach the CLI through a descriptor and not through its environment
* `server_pid`, `server_start`: the process whose death ends the tree
* `grace`: seconds that a polite end may take
* `marker`: copied to `process.json` beside SPEC, which says who runs

On Linux the guard is a child subreaper: a process that leaves its parent and its session becomes a child of the guard.
Elsewhere it ends the CLI's process group and the descendants it can see; the server's sweep by marker finds the others.
"""
# ruff: noqa: PERF203, PTH105, PTH108, PTH118, PTH120, PTH123, PTH208, S605, S606, SIM105, T201
# Why: pathlib, contextlib and subprocess would double this program's start, and it has nobody to log to but stderr.

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost a third of the guard's start
    from typing import Any, NoReturn

GRACE_LIMIT = 2.0  # seconds; longer, and tools of a stopped session stay at work
SERVER_GONE_GRACE = 0.4  # nobody listens any more: just long enough for the CLI to close its files
REST_GRACE = 0.3  # for what the CLI left behind
POLL = 0.25  # where the kernel does not tell us of the server's end
STEP = 0.02  # between two looks at processes that are not our children

# By name, for this file is imported on Windows too, where it is not run.
ENDING = frozenset(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))
# The CLI reads these once at its start; no command that it runs finds them in an environment.
BY_DESCRIPTOR = {
    "ANTHROPIC_API_KEY": "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR",
    "CLAUDE_CODE_OAUTH_TOKEN": "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR",
}
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>


def start_time(pid: int) -> str:
    """When a process began, in the system's own words: with its pid, its identity. Empty where it has ended."""
    try:
        if sys.platform == "linux":
            fields = _stat(pid)
            return "" if fields[0] in "ZX" else fields[19]  # a zombie has ended
        # The same words whatever the language and the time zone of whoever asks.
        with os.popen(f"LC_ALL=C TZ=UTC ps -o lstart= -p {int(pid)}") as listing:
            return "-".join(listing.read().split())
    except (OSError, IndexError):
        return ""


def descendants(root: int) -> set[int]:
    """Every process below `root` at this moment."""
    children: dict[int, list[int]] = {}
    for pid, parent, _ in _processes():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    wanted = [root]
    while wanted:
        new = [pid for pid in children.get(wanted.pop(), ()) if pid not in found]
        found.update(new)
        wanted.extend(new)
    return found


def _stat(pid: int | str) -> list[str]:
    """Fields of /proc/PID/stat after the program's name, which may itself hold spaces and parentheses."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def _processes() -> list[tuple[int, int, int]]:
    """(pid, parent, process group) of every process that can be seen and has not ended."""
    if sys.platform != "linux":
        with os.popen("ps -axo stat=,pid=,ppid=,pgid=") as listing:
            rows = [line.split() for line in listing if not line.startswith("Z")]
        return [(int(pid), int(parent), int(group)) for _, pid, parent, group in rows]
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            state, parent, group = _stat(name)[:3]
        except (OSError, ValueError):
            continue  # it ended between the listing and the reading
        if state not in "ZX":
            found.append((int(name), int(parent), int(group)))
    return found


def _prctl(option: int, value: int) -> bool:
    """Linux's prctl(2); False where there is none or it refuses."""
    return sys.platform == "linux" and bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)


class Server:
    """The process whose death ends the tree."""

    def __init__(self, pid: int, started: str) -> None:
        self.pid, self.started = pid, started
        self.watch: list[int] = []  # a descriptor that becomes readable when it ends; none: it must be looked for
        try:
            if sys.platform == "linux":
                self.watch.append(os.pidfd_open(pid))
        except (AttributeError, OSError):
            pass  # an old kernel or Python, or it has gone already: gone() finds out

    def gone(self) -> bool:
        """Whether it ended, even if another process bears its number by now."""
        if self.watch and select.select(self.watch, [], [], 0)[0]:
            return True
        return self.started == "" or start_time(self.pid) != self.started


class Guard:
    """One CLI process and all that comes of it."""

    def __init__(self, spec: dict[str, Any], directory: str) -> None:
        self.spec, self.directory = spec, directory
        self.server = Server(spec["server_pid"], spec["server_start"])
        self.grace = min(spec["grace"], GRACE_LIMIT)
        self.subreaper = _prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.claude = 0
        self.status: int | None = None  # of the CLI, as waitpid gives it
        self.seen: set[int] = set()  # below the CLI when its end began: where orphans escape us, they are found here
        self.foreign: set[int] = set()  # set-uid programs that run as somebody else, so that we may not end them
        self.wake, wake_end = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(wake_end, False)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        for number in (*ENDING, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)  # what matters is the number's arrival in the pipe

    def run(self, arguments: list[str]) -> int:
        """Run the CLI and see it and all that it started end. Returns its wait status."""
        if self.server.gone():
            return 1 << 8
        self._start(arguments)
        self._record()
        while self.status is None:
            came = self._wait(None if self.server.watch else POLL, self.server.watch)
            if self.server.gone():
                self._end_claude(min(self.grace, SERVER_GONE_GRACE))
            elif came & ENDING:
                self._end_claude(self.grace)
        self._end_rest()
        return self.status

    def _start(self, arguments: list[str]) -> None:
        environment = {name: os.environ[name] for name in self.spec["pass"] if name in os.environ} | self.spec["env"]
        passed = [_hand_over(name, value, environment) for name, value in self.spec.pop("secrets").items()]
        guard = os.getpid()
        # Until it runs the CLI, the child must not answer signals with the guard's handlers.
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        self.claude = os.fork()
        if self.claude == 0:
            _become(self.spec["cli"], arguments, environment, guard)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for descriptor in passed:
            os.close(descriptor)
        # Only the CLI holds its side of the SDK's pipes: when it ends, they end.
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.close(null)

    def _record(self) -> None:
        pid = os.getpid()
        record = {"guard_pid": pid, "guard_start_time": start_time(pid), "claude_pid": self.claude}
        path = os.path.join(self.directory, "process.json")
        try:
            with os.fdopen(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                os.fchmod(file.fileno(), 0o600)
                json.dump({**record, "marker": self.spec["marker"]}, file)
            os.replace(path + ".new", path)
        except OSError as error:  # no reason to refuse to work: a sweep finds processes by their environment
            print(f"guard: {error}", file=sys.stderr)

    def _wait(self, seconds: float | None, also: list[int] | None = None) -> set[int]:
        """Sleep until a signal comes, a descriptor in `also` is ready or time is up; reap. Returns the signals."""
        ready = select.select([self.wake, *(also or [])], [], [], seconds)[0]
        came = set(os.read(self.wake, 4096)) if self.wake in ready else set()
        self._reap()
        return came

    def _reap(self) -> bool:
        """Collect every child that has ended, adopted ones too. Returns whether one is left."""
        try:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return True
                if pid == self.claude:
                    self.status = status
        except ChildProcessError:
            return False

    def _end_claude(self, grace: float) -> None:
        """The CLI first and alone: it knows best how to end its tools."""
        if not self.subreaper:
            self.seen |= descendants(self.claude)
        self._signal({self.claude}, signal.SIGTERM)
        self._until(lambda: self.status is not None, grace)
        while self.status is None:
            self._signal({self.claude}, signal.SIGKILL)
            self._until(lambda: self.status is not None, POLL)

    def _end_rest(self) -> None:
        """What the CLI left behind: asked to end, then killed until there is nothing left."""
        self._signal(self._rest(), signal.SIGTERM)
        self._until(lambda: not self._rest(), REST_GRACE)
        pause = STEP
        while rest := self._rest():
            # All are stopped before the first is killed, or one could start another meanwhile.
            self._signal(rest, signal.SIGSTOP)
            self._signal(rest | self._rest(), signal.SIGKILL)
            self._until(lambda: not self._rest(), pause)
            pause = min(pause * 2, POLL)  # what sleeps uninterruptibly (a dead NFS server) ends when it wakes

    def _rest(self) -> set[int]:
        children = self._reap()
        if self.subreaper:
            return descendants(os.getpid()) - self.foreign if children else set()
        return {pid for pid, _, group in _processes() if pid in self.seen or group == self.claude} - self.foreign

    def _signal(self, pids: set[int], number: int) -> None:
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
            except PermissionError:
                self.foreign.add(pid)

    def _until(self, done: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done() and (left := deadline - time.monotonic()) > 0:
            self._wait(min(left, STEP))


def _hand_over(name: str, value: str, environment: dict[str, str]) -> int:
    """Put one secret where the CLI alone can read it, once, and tell it the number. Returns the descriptor."""
    if sys.platform == "linux":
        its, ours = os.pipe()
    else:
        import socket  # noqa: PLC0415 - only here

        # The CLI opens a pipe again by its path in /proc; what it reads in place, without one, is a socket.
        its, ours = (end.detach() for end in socket.socketpair())
    os.write(ours, value.encode() + b"\n")  # far less than a pipe holds
    os.close(ours)
    os.set_inheritable(its, True)
    environment[BY_DESCRIPTOR[name]] = str(its)
    return its


def _become(cli: str, arguments: list[str], environment: dict[str, str], guard: int) -> NoReturn:
    """In the forked child: become the CLI, in a session of its own where no terminal's Ctrl-C reaches it."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (*ENDING, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:  # it was killed before the line above could take effect
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        os.execve(cli, [cli, *arguments], environment)
    except OSError as error:
        os.write(2, f"guard: cannot run {cli}: {error.strerror}\n".encode())
    os._exit(127)


def take(path: str) -> dict[str, Any]:
    """Read the specification and delete it: it may hold a key."""
    with open(path, encoding="utf-8") as file:
        os.unlink(path)
        spec: dict[str, Any] = json.load(file)
        return spec


def leave(status: int) -> NoReturn:
    """End as the CLI ended: the same exit code, or by the same signal."""
    if os.WIFSIGNALED(status):
        import resource  # noqa: PLC0415 - only on this way out

        number = os.WTERMSIG(status)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the core to look at is the CLI's
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        os._exit(128 + number)
    os._exit(os.WEXITSTATUS(status))


def main(path: str, arguments: list[str]) -> NoReturn:
    """Run the CLI that the specification at `path` names."""
    spec = take(path)
    try:
        os.setsid()  # a Ctrl-C in the server's terminal is a question to the server, not the end of the sessions
    except PermissionError:
        pass  # it leads a group already
    leave(Guard(spec, os.path.dirname(path)).run(arguments))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
