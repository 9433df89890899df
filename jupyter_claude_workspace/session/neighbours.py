"""The agents of one folder as all its sessions see them: read again only when a file of it changed. Blocking."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..agents.accepted import Accepted
from ..agents.entry import AgentEntry
from ..agents.model import SUFFIX, Agent
from ..agents.store import AgentFolder


@dataclass(frozen=True)
class Seen:
    """One look: every agent file by its name, and those of them that may run."""

    entries: Mapping[str, AgentEntry] = field(default_factory=dict)
    accepted: Mapping[str, Agent] = field(default_factory=dict)


class Neighbours:
    """`accepted` is the folder in which this person's acceptances are kept."""

    def __init__(self, directory: Path, accepted: Path) -> None:
        self._folder = AgentFolder(directory)
        self._accepted = accepted
        self._print: object = None
        self._seen = Seen()

    def look(self) -> Seen:
        """What is there now; cheap where nothing changed."""
        now = (_print(self._folder.directory), _names(self._accepted))
        if now != self._print:
            entries = {entry.name: entry for entry in self._folder.entries()}
            accepted = Accepted(self._accepted)
            usable = [entry.agent for entry in entries.values() if entry.agent is not None and entry.problem is None]
            self._seen = Seen(entries, {agent.name: agent for agent in usable if accepted.has(agent)})
            self._print = now
        return self._seen


def _print(directory: Path) -> list[tuple[str, int, int, int]]:
    """What tells one state of the folder's agent files from another, without reading them."""
    try:
        with os.scandir(directory) as found:
            stats = [(item.name, item.stat(follow_symlinks=False)) for item in found if item.name.endswith(SUFFIX)]
    except OSError:  # the folder is gone, or a file is just going
        return []
    return sorted((name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(item.name for item in folder.iterdir())
    except OSError:  # nothing was accepted yet
        return frozenset()
