"""The published schema of agent files says what is taken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from jupyter_claude_workspace.agents import export
from jupyter_claude_workspace.agents.document import parse
from jupyter_claude_workspace.agents.model import Agent
from jupyter_claude_workspace.errors import AgentInvalid

LEAST: dict[str, Any] = {"name": "reviewer", "description": "reviews", "prompt": "Review."}
FILE = "reviewer.agent.json"
VALIDATOR = Draft202012Validator(json.loads(export.SCHEMA.read_text(encoding="utf-8")))


def test_the_schema_is_what_the_model_makes() -> None:
    """The published file is fresh, named, and lies in the package."""
    assert export.SCHEMA.read_text(encoding="utf-8") == export.render()
    assert json.loads(export.render())["$id"] == "urn:jupyter-claude-workspace:agent:1"
    assert export.SCHEMA.parent.parent.name == "jupyter_claude_workspace"
    Draft202012Validator.check_schema(json.loads(export.render()))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 20_000)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Read", "low"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([*Agent.model_fields, "$schema", "hooks", "env", "permissionMode", "tool", "Name", "maxTurns"])


@pytest.mark.timeout(900)
def test_no_document_slips_through(large: bool) -> None:
    """Of 500 made-up documents (5,000 with --large), just those of the published schema are read, as they are."""
    taken = 0

    @settings(max_examples=5_000 if large else 500, database=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(KEYS, JSON, max_size=5), st.integers(0, 3), st.binary(max_size=3))
    def look(more: dict[str, Any], keep: int, noise: bytes) -> None:
        nonlocal taken
        raw = {**dict(list(LEAST.items())[: keep or 3]), **more}
        data = json.dumps(raw).encode("utf-8", "surrogatepass") + (noise if keep == 1 else b"")
        try:
            read = parse(data, FILE)
        except AgentInvalid as error:
            assert FILE in error.text
            assert error.remedy
            honest = keep != 1 and "\0" not in str(raw) and "\\u0000" not in json.dumps(raw)
            odd = isinstance(raw.get("max_turns"), float) or type(raw.get("schema_version", 1)) is not int
            assert not (honest and VALIDATOR.is_valid(json.loads(data, parse_constant=str)) and not odd), raw
            return
        taken += 1
        assert VALIDATOR.is_valid(json.loads(data))
        told = read.agent.model_dump(mode="json")
        assert {key: told[key] for key in raw if key != "$schema"} == {key: raw[key] for key in raw if key != "$schema"}
        assert parse(read.render(), FILE) == read

    look()

    assert taken > 0
