"""The agents next to a notebook: read, saved and deleted, each in one step that is done wholly or not at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Final

from ..errors import AgentChanged, AgentInvalid, AgentUnknown, AgentUnsaved
from .directory import Directory, opened
from .document import Document, digest, is_name, parse
from .entry import AgentEntry, look, unread
from .model import SUFFIX, Agent

__all__ = ["ANY", "AgentEntry", "AgentFolder", "Anything", "digest"]

MOST = 500  # agents of one folder that are read
# What a save writes before it gets its name. Hidden, and of no other program.
_UNFINISHED = re.compile(r"\.[a-z0-9][a-z0-9_-]{0,63}\.agent\.json\.[0-9a-f]{16}\.saving")


class Anything(Enum):
    """Whatever is there, or nothing."""

    ANY = "any"


ANY: Final = Anything.ANY


class AgentFolder:
    """The agents of one folder, by its path: absolute and without symbolic links. Blocks; from any thread."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def entries(self) -> list[AgentEntry]:
        """All agent files by name, also those that cannot be read; none where there is no such folder."""
        try:
            with opened(self.directory) as folder:
                names = sorted(folder.names())
                if any(map(_UNFINISHED.fullmatch, names)):
                    with suppress(OSError), folder.locked(0):  # taken: somebody saves, and it is theirs
                        _sweep(folder)
                paths = [self.directory / name for name in names if name.endswith(SUFFIX) and name[0] != "."]
                looked = [look(folder, path) for path in paths[:MOST]]
        except OSError:
            return []
        return [entry for entry in looked if entry is not None] + [unread(path, MOST) for path in paths[MOST:]]

    def entry(self, name: str, *, expect: str | Anything = ANY) -> AgentEntry:
        """One agent file; `expect` as for `delete`.

        Raises:
            AgentUnknown: there is none of this name.
            AgentChanged: it is another than expected.
        """
        found = None
        if is_name(name):
            with suppress(OSError), opened(self.directory) as folder:
                found = look(folder, self._path(name))
        if found is None:
            raise _unknown(name)
        _check(found, expect, name)
        return found

    def save(self, agent: Agent, *, expect: str | Anything | None, schema: str | None = None) -> AgentEntry:
        """Write an agent's file in one step; `created` stays what it was, `modified` is now.

        `expect`: the etag of the file that it replaces; None: there is none; ANY: whatever is there. `schema`: what its
        key `$schema` is to say; None: what it said before.

        Raises:
            AgentChanged: something else is there; its `theirs` says what.
            AgentInvalid: it is too large for a file or has no name for one, or what is there cannot be read, and so is
                not overwritten.
            AgentUnsaved: the system refused; what was there is untouched.
        """
        path = self._path(agent.name)
        with self._writing(path) as folder:
            theirs = look(folder, path)
            _check(theirs, expect, agent.name)
            if theirs is not None and theirs.problem is not None:
                raise _kept(theirs)
            _put(folder, path, _render(agent, theirs, schema), theirs)
            saved = look(folder, path)
        if saved is None:  # somebody without our lock was faster than this look
            raise _changed(agent.name, None)
        return saved

    def delete(self, name: str, *, expect: str | Anything) -> None:
        """Delete an agent's file; also one that cannot be read. `expect`: its etag; ANY: whatever is there.

        Raises:
            AgentUnknown: there is none of this name.
            AgentChanged: it is another than expected.
            AgentUnsaved: the system refused.
        """
        if not is_name(name):
            raise _unknown(name)
        path = self._path(name)
        with self._writing(path) as folder:
            theirs = look(folder, path)
            if theirs is None:
                raise _unknown(name)
            _check(theirs, expect, name)
            folder.remove(path.name)
            folder.sync()

    def _path(self, name: str) -> Path:
        return self.directory / f"{name}{SUFFIX}"

    @contextmanager
    def _writing(self, path: Path) -> Iterator[Directory]:
        """The folder, to oneself, without what a killed server left in it; refusals of the system in plain words."""
        try:
            with opened(self.directory) as folder, folder.locked():
                _sweep(folder)
                yield folder
        except OSError as error:
            reason = error.strerror or str(error)
            raise AgentUnsaved(
                f"{path.name} could not be written: {reason}.",
                remedy="What was there is untouched. Mend the cause, then save again.",
            ) from error


def _put(folder: Directory, path: Path, data: bytes, theirs: AgentEntry | None) -> None:
    """Replace `theirs` by the data, unless it is another by now."""
    unfinished = f".{path.name}.{secrets.token_hex(8)}.saving"
    try:
        with os.fdopen(folder.create(unfinished), "wb") as file:
            if theirs is not None and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), theirs.mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # The last look, as late as can be: an editor knows nothing of our lock.
        now = look(folder, path)
        if (now and now.etag) != (theirs and theirs.etag):
            raise _changed(path.name.removesuffix(SUFFIX), now)
        if theirs is None:
            folder.settle(unfinished, path.name)
        else:
            folder.replace(unfinished, path.name)
    except FileExistsError as error:
        raise _changed(path.name.removesuffix(SUFFIX), look(folder, path)) from error
    finally:
        with suppress(OSError):  # gone where all went well; else what is left is swept next time
            folder.remove(unfinished)
    folder.sync()


def _render(agent: Agent, before: AgentEntry | None, schema: str | None) -> bytes:
    """The bytes of the new file, which keeps what the one before says beside the agent."""
    at = datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    created = agent.created
    if before is not None and before.document is not None:
        created, schema = before.document.agent.created, schema or before.document.schema
    whole = agent.model_copy(update={"created": created or at, "modified": at})
    made = Document(whole, schema).named(agent.name).render()
    parse(made, f"{agent.name}{SUFFIX}")  # what is written can be read again, whoever made the agent
    return made


def _sweep(folder: Directory) -> None:
    """Remove what a killed server left; only who holds the lock may, since others may be at it."""
    for name in folder.names():
        if _UNFINISHED.fullmatch(name):
            with suppress(OSError):
                folder.remove(name)


def _check(theirs: AgentEntry | None, expect: str | Anything | None, name: str) -> None:
    if expect is not ANY and expect != (theirs and theirs.etag):
        raise _changed(name, theirs)


def _unknown(name: str) -> AgentUnknown:
    shown = f" named {name}" if is_name(name) else " of such a name"
    return AgentUnknown(f"There is no agent{shown} next to this notebook.", remedy="Choose another one.")


def _changed(name: str, theirs: AgentEntry | None) -> AgentChanged:
    if theirs is None:
        text = f"{name}{SUFFIX} was deleted meanwhile."
    else:
        text = f"{name}{SUFFIX} is another than the one that was opened here, or was not expected to be there."
    return AgentChanged(text, theirs=theirs, remedy="Compare the two, then keep theirs or replace it.")


def _kept(theirs: AgentEntry) -> AgentInvalid:
    """Why a file that says something unknown is not overwritten."""
    assert theirs.problem is not None
    return AgentInvalid(
        f"{theirs.path.name} is not overwritten, since it cannot be read as it is. {theirs.problem.text}",
        remedy=theirs.problem.remedy if theirs.read_only else f"{theirs.problem.remedy} Or delete the file first.",
    )
