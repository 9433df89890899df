"""Data between tags: what stands inside of them is nobody's words to Claude."""

from __future__ import annotations

import hashlib
import re


def tagged(tag: str, text: str, **attributes: str) -> str:
    """A text between tags of this name, or of a similar one that does not occur in it."""
    name, lowered = tag, text.lower()
    while f"<{name}" in lowered or f"</{name}" in lowered:
        name = f"{tag}-{hashlib.sha256((name + text).encode(errors='replace')).hexdigest()[:8]}"
    said = "".join(f' {key}="{_quoted(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>\n{text}\n</{name}>"


def _quoted(value: str) -> str:
    return re.sub(r'[<>"\n\r&]', "", value)[:200]
