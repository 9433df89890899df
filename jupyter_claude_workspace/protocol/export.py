"""Writes `schema.json` from the frames; the TypeScript types are generated from that file (`npm run protocol` in js/).

Run as `python -m jupyter_claude_workspace.protocol.export`; with `--check` it only says whether the file is fresh.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from .frames import PROTOCOL_VERSION, ClientFrame, ServerFrame, SessionFrame
from .live import CellEdit, LiveDown, LiveUp

SCHEMA = Path(__file__).parent / "schema.json"


class _Untitled(GenerateJsonSchema):
    """Per-field titles would litter the TypeScript with aliases (Type1, Type2, …)."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _relax(node: Any) -> None:
    """The codec leaves null keys out, so a key that may be null is not required; every other key is always there."""
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict) and "required" in node:
            node["required"] = [key for key in node["required"] if not _nullable(properties[key])]
        for value in node.values():
            _relax(value)
    elif isinstance(node, list):
        for value in node:
            _relax(value)


def _nullable(schema: dict[str, Any]) -> bool:
    return any(option.get("type") == "null" for option in schema.get("anyOf", []))


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) with the roots `ClientFrame`, `ServerFrame`, `LiveUp` and so on under `$defs`."""
    definitions: dict[str, Any] = {}
    roots: tuple[tuple[str, Any, Any], ...] = (
        ("ClientFrame", ClientFrame, "validation"),
        ("LiveUp", LiveUp, "validation"),
        ("LiveDown", LiveDown, "serialization"),
        ("CellEdit", CellEdit, "serialization"),
        ("SessionFrame", SessionFrame, "serialization"),
        ("ServerFrame", ServerFrame, "serialization"),
    )
    for name, root, mode in roots:
        made = TypeAdapter(root).json_schema(mode=mode, schema_generator=_Untitled)
        if mode == "serialization":
            _relax(made)
        definitions.update(made.pop("$defs", {}))  # the server's stricter form of what both directions share
        definitions[name] = made
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Protocol",
        "description": f"The channel of jupyter-claude-workspace, version {PROTOCOL_VERSION}",
        "type": "object",
        "$defs": definitions,
    }


def render() -> str:
    """The text of `schema.json`."""
    return json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        SCHEMA.write_text(render(), encoding="utf-8")
    elif SCHEMA.read_text(encoding="utf-8") != render():
        sys.exit(f"{SCHEMA} is not what the frames make; write it anew.")
