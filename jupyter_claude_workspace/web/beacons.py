"""Markdown that fetches nothing when it is shown.

What Claude writes may have been dictated by a file or a web page that it read. A picture in it is a request to whoever
serves the picture, with anything in its address: the usual way to carry data out. So no picture and no HTML tag of a
foreign text survives here, whatever the viewer makes of it.
"""

from __future__ import annotations

import re

# A fence that no container can hold: it is moved to column 0, which ends every list and every quotation, so that all
# readers of markdown agree where it begins and ends. Deeper ones are treated as text, which is always safe. One that
# begins on the line of a list's marker is moved to a line of its own first.
_OPENER = re.compile(r"^( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_ITEM_OPENER = re.compile(r"^( {0,3}(?:[-*+]|\d{1,9}[.)])) +(`{3,}[^`\n]*|~{3,}.*)$", re.MULTILINE)
# What follows the language is dropped: with a bar in it, some readers would take the line for the head of a table.
_LANGUAGE = re.compile(r"[\w.+#-]*")
_PLAIN_IMAGE = re.compile(r"!\[([^\[\]`\\\n]*)\](?=\()")
_IMAGE = re.compile(r"!(?=\[)")
_TAG_WITH_ATTRIBUTES = re.compile(r"<(?=[a-z][\w:-]*[\s/][^<>=]*=)", re.IGNORECASE)
_ACTIVE_TAG = re.compile(r"<(?=/?(?:style|script|textarea|title|xmp|noembed|noframes|plaintext)\b)", re.IGNORECASE)
# At the start of a line a tag, comment or declaration opens an HTML block, in which fences are no fences.
_HTML_BLOCK = re.compile(r"^([ \t>*+\-0-9.)|#\[\]]*)<(?=[a-z/!?])(?!(?:https?|mailto):)", re.IGNORECASE | re.MULTILINE)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def without_beacons(markdown: str) -> str:
    """The same text with pictures as links, tags as text, control characters visible, and every fence closed."""
    text = visible(markdown.replace("\r\n", "\n").replace("\r", "\n"))
    lines = _ITEM_OPENER.sub(r"\1\n\2", text).split("\n")
    made: list[str] = []
    prose: list[str] = []
    position = 0
    while position < len(lines):
        opener = _OPENER.match(lines[position])
        if opener is None:
            prose.append(lines[position])
            position += 1
            continue
        made += _neutral(prose)
        prose = []
        position = _copy_fence(lines, position, opener, made)
    made += _neutral(prose)
    return "\n".join(made)


def visible(text: str) -> str:
    """Control characters and those that reorder text, spelled out; newlines and tabs stay."""
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def fenced(text: str, language: str = "") -> str:
    """A fenced block of foreign text, with a fence longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{visible(text)}\n{fence}"


def inline(text: str) -> str:
    """Foreign text as plain text within a line."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&$-])", r"\\\1", visible(" ".join(text.split())))


def _copy_fence(lines: list[str], position: int, opener: re.Match[str], made: list[str]) -> int:
    """Copy a fenced block, closed in any case; return the position behind it."""
    indent, fence = len(opener[1]), opener[2]
    language = _LANGUAGE.match(opener[3].strip())
    closer = re.compile(rf"^ {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    made.append(fence + (language[0] if language else ""))
    position += 1
    while position < len(lines) and not closer.match(lines[position]):
        line = lines[position]
        moved = line[min(indent, len(line) - len(line.lstrip(" "))) :]
        made.append(line if closer.match(moved) else moved)
        position += 1
    made.append(fence)
    return position + 1


def _neutral(lines: list[str]) -> list[str]:
    if not lines:
        return []
    text = "\n".join(lines)
    if "![" in text:
        text = _PLAIN_IMAGE.sub(lambda found: f"[{found[1] or 'image'}]", text)
        text = _IMAGE.sub("! ", text)
    text = _TAG_WITH_ATTRIBUTES.sub("< ", text)
    text = _ACTIVE_TAG.sub("< ", text)
    return _HTML_BLOCK.sub(r"\1< ", text).split("\n")
