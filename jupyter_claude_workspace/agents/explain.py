"""What is wrong with an agent, in words: the key, what belongs there, and what to do."""

from __future__ import annotations

import difflib
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from .model import Agent

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

MOST = 5  # faults that one text names
# Claude Code's own agent files and settings have these; an agent of ours is data that runs nothing by itself.
_RUNS = re.compile(
    r"hooks?|mcp.*|env.*|permission.*|bypass.*|allow.*|command|settings|plugins?|api_?key.*|skills", re.I
)


def explain(error: ValidationError) -> tuple[str, str]:
    """A text that names each key at fault, and what to do about the first."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    told = [_fault(fault) for fault in faults]
    # A union tells of each of its branches; one sentence for each place is enough.
    texts = list(dict.fromkeys(text for text, _ in told))
    more = f" And {len(texts) - MOST} more." if len(texts) > MOST else ""
    return " ".join(texts[:MOST]) + more, told[0][1]


def quoted(key: str) -> str:
    """A key as a person may safely be shown it: short, and with what is hidden or only looks like a letter escaped."""
    return json.dumps(key if len(key) <= 60 else f"{key[:60]}...")


def expected(key: str) -> str:
    """What belongs under a key, in words."""
    return _phrase(_properties()[key])


def _fault(fault: ErrorDetails) -> tuple[str, str]:
    key = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return _unknown(key)
    if fault["type"] == "missing":
        return f"{quoted(key)} is missing.", f"Add {quoted(key)}: {expected(key)}."
    if key not in _properties():
        return "This is no agent.", "An agent is a JSON object."
    inner = next((part for part in fault["loc"][1:] if isinstance(part, int)), None)
    where = quoted(key) if inner is None else f"{quoted(key)}, entry {inner + 1},"
    phrase = expected(key) if inner is None else _phrase(_items(key))
    return f"{where} must be {phrase}.", f"Correct {quoted(key)}."


def _unknown(key: str) -> tuple[str, str]:
    text = f"{quoted(key)} is no key of an agent."
    near = _nearest(key)
    if near is not None:
        return text, f"Did you mean {quoted(near)}?"
    if _RUNS.fullmatch(key):
        return (
            f"{text} Hooks, MCP servers, environment, settings and permissions are not an agent's to bring.",
            f"Remove {quoted(key)}.",
        )
    return text, f"Remove {quoted(key)}. The keys are: {', '.join(Agent.model_fields)}."


def _nearest(key: str) -> str | None:
    folded = {name.replace("_", ""): name for name in Agent.model_fields}
    found = difflib.get_close_matches(key[:60].lower().replace("_", "").replace("-", ""), folded, n=1, cutoff=0.75)
    return folded[found[0]] if found else None


@cache
def _properties() -> dict[str, Any]:
    found: dict[str, Any] = Agent.model_json_schema()["properties"]
    return found


def _items(key: str) -> dict[str, Any]:
    schema = _properties()[key]
    branches = schema.get("anyOf", [schema])
    found: dict[str, Any] = next(branch["items"] for branch in branches if "items" in branch)
    return found


def _phrase(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_phrase(branch) for branch in schema["anyOf"])
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is not None:
        return " or ".join(json.dumps(value) for value in values)
    kind = schema["type"]
    if kind == "string":
        return _text(schema)
    if kind == "array":
        return f"a list of at most {schema['maxItems']:,} texts"
    return "null" if kind == "null" else f"a whole number from {schema['minimum']:,} to {schema['maximum']:,}"


def _text(schema: dict[str, Any]) -> str:
    if "pattern" in schema and "description" in schema:
        return f"a text: {schema['description']}"
    most = f"{schema['maxLength']:,}"
    size = f"of 1 to {most} characters" if schema.get("minLength") else f"of at most {most} characters"
    start = ", with a letter or digit first and no spaces" if "pattern" in schema else ""
    return f"a text {size}{start}"
