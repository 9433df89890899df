"""Which agents this person made or looked at: by content, so that any change of one is looked at again."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import AgentUnsaved
from .document import digest
from .model import Agent


class Accepted:
    """One small file per agent in a folder of the person's own. From any thread, and from several servers at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, agent: Agent) -> bool:
        """Whether this person accepted the agent as it is."""
        path = self._folder / digest(agent)
        return path.is_file() and not path.is_symlink()

    def add(self, agent: Agent) -> None:
        """Accept the agent as it is; once is enough.

        Raises:
            AgentUnsaved: it could not be written down.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            self._write(agent)
        except OSError as error:
            raise AgentUnsaved(
                f"That you accepted {agent.name} could not be written down: {error.strerror or error}.",
                remedy=f"Make {self._folder} writable, then try again.",
            ) from error

    def _write(self, agent: Agent) -> None:
        # The name says it all; that it exists is the answer, so it cannot be half written.
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(self._folder / digest(agent), flags, 0o600)
        try:
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)  # one that an odd umask or a backup left otherwise
            os.write(descriptor, f"{agent.name}\n".encode())
        finally:
            os.close(descriptor)
