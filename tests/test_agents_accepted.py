"""What a person accepted is what an agent says."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from jupyter_claude_workspace.agents.accepted import Accepted
from jupyter_claude_workspace.agents.model import Agent
from jupyter_claude_workspace.agents.store import digest
from jupyter_claude_workspace.errors import AgentUnsaved

LEAST: dict[str, Any] = {"name": "reviewer", "description": "reviews", "prompt": "Review."}


def test_accepted_is_what_an_agent_says(tmp_path: Path) -> None:
    """An agent is accepted by its content, for every copy and for good; any change of it is not."""
    accepted = Accepted(tmp_path / "data" / "accepted-agents")
    agent = Agent(**LEAST, created="2020", modified="2021")

    assert not accepted.has(agent)
    before = os.umask(0o000)
    accepted.add(agent)
    os.umask(before)
    accepted.add(agent)

    assert accepted.has(Agent(**LEAST))
    assert Accepted(tmp_path / "data" / "accepted-agents").has(agent)
    changed = [agent.model_copy(update={key: value}) for key, value in CHANGES.items()]
    assert set(CHANGES) == set(Agent.model_fields) - {"schema_version", "created", "modified"}
    assert [other for other in changed if accepted.has(other)] == []
    (file,) = (tmp_path / "data" / "accepted-agents").iterdir()
    assert file.name == digest(agent)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


CHANGES: dict[str, Any] = {
    "name": "other", "description": "other", "prompt": "Review. ", "tools": [], "disallowed_tools": ["Bash"],
    "model": "opus", "effort": "max", "max_turns": 3, "color": "red", "starters": ["x"],
}  # fmt: skip


def test_what_cannot_be_written_down_is_not_accepted(tmp_path: Path) -> None:
    """Where the folder cannot be made, or a link lies in the place of the file, accepting fails in words."""
    agent = Agent(**LEAST)
    (tmp_path / "file").write_text("")
    with pytest.raises(AgentUnsaved, match="accepted reviewer could not be written down"):
        Accepted(tmp_path / "file" / "accepted-agents").add(agent)
    place = tmp_path / "accepted-agents"
    place.mkdir()
    (place / digest(agent)).symlink_to(tmp_path / "file")

    with pytest.raises(AgentUnsaved):
        Accepted(place).add(agent)

    assert not Accepted(place).has(agent)
    assert (tmp_path / "file").read_text() == ""
