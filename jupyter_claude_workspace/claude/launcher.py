"""What one start of the CLI needs on disk: a private folder, what the guard is to run, the script that the SDK runs."""

from __future__ import annotations

import json
import os
import platform
import secrets as random
import shlex
import shutil
import stat
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import ClaudeFailed
from . import guard, tree

GRACE = 1.0  # seconds that the guard gives the CLI after SIGTERM; with what follows, less than two
# Set by the SDK for its CLI. Everything else that the SDK passes on is the server's own environment.
SDK_VARIABLES = (
    "CLAUDE_AGENT_SDK_CLIENT_APP",
    "CLAUDE_AGENT_SDK_VERSION",
    "CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_SDK_READS_SESSION_STATE",
    "PWD",
)
FOREIGN_DAYS = 7  # after which the folder of a server on another machine or in another container is of no use to it
# What the interpreter of the guard itself may need to start.
LOADER_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
# The CLI puts unix sockets below its temporary folder, and their paths end at 103 bytes.
TEMPORARY_ROOT_BYTES = 52


@dataclass
class Launch:
    """One start of the CLI, ready to be run once.

    Attributes:
        cli_path: what to give the SDK as `cli_path`.
        environment: what to give the SDK as `env`.
        directory: the private folder of this start; `process.json` in it names the guard and the CLI once they run.
        marker: what the environment of every process of this start holds, for `tree.sweep`.
    """

    cli_path: Path
    environment: dict[str, str]
    directory: Path
    marker: dict[str, str]
    _job: Any = field(default=None, init=False, repr=False)

    def started(self, pid: int) -> None:
        """The SDK runs `cli_path` as `pid`. Needed on Windows, where there is no guard; does nothing elsewhere.

        Raises:
            OSError: the system refuses to tie its life to this process's.
        """
        if sys.platform == "win32":
            from .windows import assign  # noqa: PLC0415 - exists there only

            self._job = assign(pid)

    def cleanup(self) -> list[int]:
        """After the end: kill what a dead guard left behind and delete the folder. Returns the pids that were killed.

        May be called again. Blocks; a process that is still running is ended.
        """
        if self._job is not None:
            self._job.close()
        killed = tree.sweep(self.marker)
        shutil.rmtree(self.directory, ignore_errors=True)
        return killed


def prepare(
    runtime_dir: Path,
    session_id: str,
    cli: Path,
    env: Mapping[str, str],
    secrets: Mapping[str, str],
    server_pid: int,
) -> Launch:
    """Write down one start of the CLI.

    Args:
        runtime_dir: a folder of this user's own; made and set to 0700 here.
        session_id: a UUID.
        cli: the real CLI.
        env: its environment, whole, but for the temporary folder and the marker that are added here.
        secrets: credentials by the name of their variable, kept out of the environment where there is a guard.
        server_pid: the process whose death ends this one: the one that will run `cli_path`.

    Raises:
        ClaudeFailed: the folder cannot be written, belongs to somebody else, or may not hold programs.
    """
    server = tree.server_name(server_pid)
    marker = {
        tree.SESSION: str(uuid.UUID(session_id)),
        tree.SERVER: server,
        tree.RUNTIME: str(runtime_dir.absolute()),
        tree.LAUNCH: random.token_hex(8),
    }
    directory = runtime_dir / _folder(server) / marker[tree.LAUNCH]
    try:
        for path in (runtime_dir, directory.parent, directory):
            private_directory(path)
        temporary = str(temporary_dir(session_id))
        whole = {**env, "TMPDIR": temporary, "CLAUDE_CODE_TMPDIR": temporary, **marker}
        if sys.platform == "win32":
            hidden = dict.fromkeys(os.environ, "")  # the SDK adds to our environment and can only blank
            return Launch(cli, {**hidden, **whole, **secrets}, directory, marker)
        script, spec = directory / "claude", directory / "spec.json"
        _write(script, _script(spec, whole, marker), 0o700)
        require_executable(script)
        wanted = {"cli": str(cli), "env": whole, "pass": SDK_VARIABLES, "secrets": dict(secrets), "grace": GRACE}
        about = {"server_pid": server_pid, "server_start": guard.start_time(server_pid), "marker": marker}
        _write(spec, json.dumps({**wanted, **about}), 0o600)
    except OSError as error:
        raise ClaudeFailed(f"Cannot prepare a start of Claude Code: {error}", remedy=REMEDY) from error
    return Launch(script, {}, directory, marker)


REMEDY = "Set JUPYTER_RUNTIME_DIR to a local folder of your own that may hold programs."


def private_directory(path: Path) -> Path:
    """`path` as a folder that only this user can enter, made where it is missing, whatever the umask.

    Raises:
        ClaudeFailed: it is a link, no folder, or somebody else's.
        OSError: it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
            raise ClaudeFailed(f"{path} is not a folder of your own.", remedy=REMEDY) from None
    path.chmod(0o700)
    return path


def temporary_dir(session_id: str) -> Path:
    """The session's own temporary folder: the same at every start of it, 0700, on a local disk, with a short path.

    Raises:
        ClaudeFailed: somebody else made a folder of this name.
        OSError: it cannot be made.
    """
    root = tempfile.gettempdir()
    if len(os.fsencode(root)) > TEMPORARY_ROOT_BYTES and sys.platform != "win32":
        root = "/tmp"  # noqa: S108 - what follows is private to this user
    owner = os.getuid() if hasattr(os, "getuid") else "u"
    return private_directory(private_directory(Path(root, f"jcw-{owner}")) / uuid.UUID(session_id).hex[:12])


def forget(session_id: str) -> None:
    """Delete the temporary folder of a session that will not be started again."""
    shutil.rmtree(temporary_dir(session_id), ignore_errors=True)


def clear_dead_servers(runtime_dir: Path) -> list[int]:
    """Kill what servers of this runtime folder that are gone left running, and delete their folders. Blocks.

    Servers that live keep all that is theirs. Returns the pids of what was killed.
    """
    killed = tree.sweep_dead_servers(str(runtime_dir.absolute()))
    oldest = time.time() - FOREIGN_DAYS * 86400
    for directory in runtime_dir.glob("*@*"):
        server = directory.name.partition("@")[0]
        lives = tree.server_lives(server) if directory.name == _folder(server) else None
        if lives is False or (lives is None and directory.stat().st_mtime < oldest):
            shutil.rmtree(directory, ignore_errors=True)
    return killed


def _folder(server: str) -> str:
    """Name of a server's folder; a runtime folder may be on a disk that several machines share."""
    return f"{server}@{platform.node()}"


def require_executable(path: Path) -> None:
    """Raises ClaudeFailed where the system would refuse to run `path`, as on a disk that is mounted `noexec`."""
    if not os.access(path, os.X_OK):
        raise ClaudeFailed(f"{path.parent} is on a disk that may not hold programs (noexec).", remedy=REMEDY)


def _script(spec: Path, env: Mapping[str, str], marker: Mapping[str, str]) -> str:
    """A shell script, because the SDK takes one file and adds the server's whole environment: here that is dropped."""
    known = {**{name: env[name] for name in LOADER_VARIABLES if name in env}, **marker}
    words = [
        "exec /usr/bin/env -i",
        *(shlex.quote(f"{name}={value}") for name, value in known.items()),
        *(f'${{{name}+"{name}=${name}"}}' for name in SDK_VARIABLES),  # a word where it is set, nothing where not
        *map(shlex.quote, [sys.executable, "-I", "-S", guard.__file__, str(spec)]),
        '"$@"',
    ]
    return "#!/bin/sh\n" + " ".join(words) + "\n"


def _write(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, mode)
        file.write(text)
