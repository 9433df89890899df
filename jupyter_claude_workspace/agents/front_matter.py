"""The YAML between two lines of `---` at the head of a markdown file, read with as much patience as Claude Code has."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from ..errors import AgentInvalid

MOST = 64 << 10  # characters; a real one has some hundred
MOST_BRACKETS = 300  # opening ones: the parser takes seconds for some thousand
REMEDY = "It begins with a line `---`, then `name: …` and `description: …`, then a line `---`, then the prompt."
_PARTS = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)(.*)", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"([A-Za-z_][\w-]*):[ \t]+(?=\S)(.*)")
# What people write without quotes, and what YAML takes for its own; a tab only this parser.
_SPECIAL = re.compile(r"[{}\[\]*&#!|>%@`\t]|: ")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}  # which some reader takes for more than a text


def split(text: str, filename: str) -> tuple[dict[str, Any], str]:
    """The fields, and what follows them. Every scalar is a text, empty where there is nothing.

    Raises:
        AgentInvalid: there is no front matter, or it is not YAML.
    """
    parts = _PARTS.match(text)
    if parts is None:
        raise AgentInvalid(f"{filename} has no front matter.", remedy=REMEDY)
    if len(parts[1]) > MOST:
        raise AgentInvalid(f"The front matter of {filename} is longer than {MOST >> 10} Ki characters.", remedy=REMEDY)
    if len(re.findall(r"[\[{]", parts[1])) > MOST_BRACKETS:
        raise AgentInvalid(f"The front matter of {filename} has more than {MOST_BRACKETS} brackets.", remedy=REMEDY)
    head = parts[1].replace("\r\n", "\n")
    try:
        fields = _parsed(head)
    except yaml.YAMLError:
        fields = _mended(head, filename)
    if not isinstance(fields, dict):
        raise AgentInvalid(f"The front matter of {filename} names no fields.", remedy=REMEDY)
    return fields, parts[2]


def field(name: str, value: str | int | list[str]) -> str:
    """One line of front matter, which every YAML reader takes for the same."""
    if isinstance(value, list):
        return f"{name}: {', '.join(value)}" if value and all(map(_bare, value)) else f"{name}: {_quoted(value)}"
    return f"{name}: {value if isinstance(value, int) or _bare(value) else _quoted(value)}"


def _parsed(head: str) -> Any:
    try:
        return yaml.load(head, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts, lists and dicts
    except RecursionError as error:
        raise yaml.YAMLError("nested too deeply") from error


def _mended(head: str, filename: str) -> Any:
    """The same after quoting what stands behind a key and is no YAML, such as a text with a colon in it."""
    lines = []
    for line in head.split("\n"):
        match = _LINE.fullmatch(line)
        if match and _SPECIAL.search(match[2]) and not _is_quoted(match[2]):
            line = f"{match[1]}: {json.dumps(match[2], ensure_ascii=False)}"  # noqa: PLW2901
        lines.append(re.sub(r"^\t+", lambda tabs: "  " * len(tabs[0]), line))
    try:
        return _parsed("\n".join(lines))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark is not None else ""
        raise AgentInvalid(
            f"The front matter of {filename} is no YAML{where}.", remedy="Put the text there into quotation marks."
        ) from error


def _is_quoted(value: str) -> bool:
    value = value.strip()
    return len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"


def _bare(value: str) -> bool:
    return _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS


def _quoted(value: str | list[str]) -> str:
    """JSON, which is YAML too; what YAML does not allow in a text is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else "".join(_escaped(each)) for each in text)


def _escaped(character: str) -> list[str]:
    return [f"\\U{ord(character):08x}" if ord(character) > 0xFFFF else f"\\u{ord(character):04x}"]
