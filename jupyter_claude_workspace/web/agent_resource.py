"""An agent file as REST shows it, and as a save that lost a race does."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import AgentChanged

if TYPE_CHECKING:
    from ..agents.accepted import Accepted
    from ..agents.entry import AgentEntry
    from ..agents.model import Agent


def agent_resource(entry: AgentEntry, notebook: str, accepted: Accepted) -> dict[str, Any]:
    """The JSON of an agent next to the notebook at this path. Reads the disk."""
    agent = entry.agent
    return {
        "name": entry.name,
        "path": posixpath.join(posixpath.dirname(notebook), entry.path.name),
        "etag": entry.etag,
        "agent": agent and agent.model_dump(mode="json"),
        "problem": entry.problem and entry.problem.model_dump(mode="json"),
        "read_only": entry.read_only,
        "accepted": agent is not None and entry.problem is None and accepted.has(agent),
    }


@contextmanager
def comparing(notebook: str, accepted: Accepted, yours: Agent | None = None) -> Iterator[None]:
    """Let an AgentChanged that is raised inside carry both versions as its details."""
    try:
        yield
    except AgentChanged as changed:
        theirs = changed.theirs and agent_resource(changed.theirs, notebook, accepted)
        changed.details = {"yours": yours and yours.model_dump(mode="json"), "theirs": theirs}
        raise
