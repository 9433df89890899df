"""Writes `schema.json`, the JSON Schema of agent files, from the model: for editors that complete and check.

Run as `python -m jupyter_claude_workspace.agents.export`; with `--check` it only says whether the file is fresh.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from .document import MAX_SCHEMA, SCHEMA_KEY
from .model import SCHEMA_VERSION, SUFFIX, Agent

SCHEMA = Path(__file__).with_name("schema.json")
# A name, no address: the file is to be had from a server, the command line and the package, wherever that is.
ID = f"urn:jupyter-claude-workspace:agent:{SCHEMA_VERSION}"


class _Untitled(GenerateJsonSchema):
    """A title per field would only repeat its key."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an agent's file."""
    made = Agent.model_json_schema(mode="validation", schema_generator=_Untitled)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Agent",
        "description": f"An agent of jupyter-claude-workspace, in a file NAME{SUFFIX} next to a notebook.",
        "type": "object",
        "additionalProperties": False,
        "required": made["required"],
        "properties": {
            SCHEMA_KEY: {"type": "string", "maxLength": MAX_SCHEMA, "description": "where an editor finds this schema"},
            **made["properties"],
        },
    }


def render() -> str:
    """The text of `schema.json`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        SCHEMA.write_text(render(), encoding="utf-8")
    elif SCHEMA.read_text(encoding="utf-8") != render():
        sys.exit(f"{SCHEMA} is not what the model makes; write it anew.")
