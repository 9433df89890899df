"""An agent file as it is found."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import AgentInvalid
from ..protocol.content import Problem
from .directory import Directory
from .document import MAX_BYTES, AgentNewer, Document, parse, too_large
from .model import SUFFIX, Agent

_STEP = 1 << 18


@dataclass(frozen=True)
class AgentEntry:
    """An agent file as it was when it was looked at.

    Attributes:
        name: of the file, without its suffix.
        etag: changes with the file's bytes.
        agent: None where it cannot be read as one.
        problem: what keeps it from being used; also where `agent` is there, of a newer version.
        read_only: of a newer version, never written by this one.
        document: the agent with what its file says beside it; None where it cannot be used.
        mode: the file's permissions.
    """

    name: str
    path: Path
    etag: str
    agent: Agent | None
    problem: Problem | None = None
    read_only: bool = False
    document: Document | None = None
    mode: int = 0

    def usable(self) -> Agent:
        """The agent.

        Raises:
            AgentInvalid: there is a problem; the error is it.
        """
        if self.problem is not None:
            raise AgentInvalid(self.problem.text, remedy=self.problem.remedy)
        assert self.agent is not None
        return self.agent


def look(folder: Directory, path: Path) -> AgentEntry | None:
    """What lies in the folder under the name of `path`; None where nothing does, or a folder."""
    shown = path.name.encode(errors="replace").decode()  # a name on disk need not be text
    entry = AgentEntry(shown.removesuffix(SUFFIX), path.with_name(shown), "", None)
    try:
        status = folder.status(path.name)
        if stat.S_ISDIR(status.st_mode):
            return None
        # Of what is not read, the etag tells one version from another by what the system knows of it.
        known = f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_mode}".encode()
        entry = replace(entry, etag=_etag(known), mode=stat.S_IMODE(status.st_mode))
        data = _read(folder, path.name)
    except FileNotFoundError:
        return None
    except AgentInvalid as error:
        return replace(entry, problem=_problem(error))
    except OSError as error:
        return replace(entry, problem=_problem(_unreadable(shown, error)))
    return _understood(replace(entry, etag=_etag(data)), data)


def unread(path: Path, most: int) -> AgentEntry:
    """The entry of a file that is not looked at, in a folder with more than `most`."""
    error = AgentInvalid(
        f"This folder has more than {most} agents; {path.name} is not read.",
        remedy="Move agents that are not needed to another folder.",
    )
    return AgentEntry(path.name.removesuffix(SUFFIX), path, _etag(b""), None, _problem(error))


def _understood(entry: AgentEntry, data: bytes) -> AgentEntry:
    try:
        document = parse(data, entry.path.name).named(entry.name)
    except AgentNewer as error:
        return replace(entry, agent=error.agent, problem=_problem(error), read_only=True)
    except AgentInvalid as error:
        return replace(entry, problem=_problem(error))
    return replace(entry, agent=document.agent, document=document)


def _read(folder: Directory, name: str) -> bytes:
    """The bytes of a file that is one, and no larger than an agent may be."""
    with os.fdopen(folder.open(name), "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise AgentInvalid(f"{name} is no file.", remedy="Remove it.")
        pieces, length = [], 0
        while length <= MAX_BYTES and (piece := file.read(_STEP)):
            pieces.append(piece)
            length += len(piece)
        if length > MAX_BYTES:
            raise too_large(name)
        return b"".join(pieces)


def _unreadable(filename: str, error: OSError) -> AgentInvalid:
    if error.errno in {errno.ELOOP, errno.EMLINK}:  # BSD says the latter of a link that is not to be followed
        return AgentInvalid(
            f"{filename} is a symbolic link, which is not followed.", remedy="Put the file itself there."
        )
    reason = error.strerror or str(error)
    return AgentInvalid(f"{filename} cannot be read: {reason}.", remedy="Look at the file's rights.")


def _problem(error: AgentInvalid) -> Problem:
    return Problem(code=error.code, text=error.text, remedy=error.remedy)


def _etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()}"'
