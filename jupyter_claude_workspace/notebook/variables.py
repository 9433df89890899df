"""Variables of a Python kernel: the code that describes them there, and what its answer means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..protocol.notebook import Privacy
from .plain import plain

MIME = "application/vnd.jupyter-claude-workspace.variables+json"
MOST = 200  # variables in a listing
MOST_TEXT = 12_000  # characters of one description
HIDDEN_KINDS = ("module",)


@dataclass(frozen=True)
class Variable:
    """A variable as far as it may be described: `shape` and `bytes` from "schema" on, `value` from "sample" on."""

    name: str
    type: str
    family: str
    shape: str = ""
    bytes: int | None = None
    value: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variables:
    """Those that were described, and how many there are."""

    found: tuple[Variable, ...]
    count: int


@cache
def _source() -> str:
    return Path(__file__).with_name("variables_in_kernel.py").read_text("utf-8")


def code(level: Privacy, names: Sequence[str] | None = None) -> str:
    """Python for the kernel: describes these variables in detail, or lists all. It leaves nothing in the namespace."""
    request = {"level": level, "names": None if names is None else list(names), "most": MOST, "mime": MIME}
    given = f"{{'__name__': 'claude_workspace_variables', 'request': {request!r}}}"
    return f"__import__('builtins').exec({_source()!r}, {given})"


def parsed(outputs: Sequence[dict[str, Any]]) -> Variables | None:
    """What the code found; None: it gave no answer."""
    for output in outputs:
        answer = (output.get("data") or {}).get(MIME)
        answer = json.loads(answer) if isinstance(answer, str) else answer
        if isinstance(answer, dict):
            return Variables(tuple(_variable(one) for one in answer["found"]), int(answer["count"]))
    return None


def listing(variables: Variables) -> str:
    """A line for each; modules in one."""
    shown = [one for one in variables.found if one.family not in HIDDEN_KINDS]
    modules = [one.name for one in variables.found if one.family in HIDDEN_KINDS]
    lines = [_line(one) for one in shown]
    if modules:
        lines.append(f"modules: {', '.join(modules)}")
    if variables.count > len(variables.found):
        lines.append(f"… {variables.count - len(variables.found)} more variables")
    return "\n".join(lines)


def description(variable: Variable) -> str:
    """All that is said of one."""
    text = "\n".join([_line(variable), *variable.lines])
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}\n[… {len(text) - MOST_TEXT:,} characters …]"


def _line(one: Variable) -> str:
    facts = [one.type, one.shape, _size(one.bytes)]
    value = f" = {one.value}" if one.value else ""
    return f"{one.name}: {', '.join(filter(None, facts))}{value}"


def _size(count: int | None) -> str:
    if count is None or count < 10_000:
        return ""
    return (
        f"{count / 1e9:.1f} GB"
        if count >= 1e9
        else f"{count / 1e6:.1f} MB"
        if count >= 1e6
        else f"{count / 1e3:.0f} kB"
    )


def _variable(one: dict[str, Any]) -> Variable:
    size = one.get("bytes")
    return Variable(
        name=plain(one["name"]),
        type=plain(one["type"]),
        family=str(one["family"]),
        shape=plain(one.get("shape")),
        bytes=size if isinstance(size, int) else None,
        value=plain(one.get("value")),
        lines=tuple(plain(line) for line in one.get("lines", ())),
    )
