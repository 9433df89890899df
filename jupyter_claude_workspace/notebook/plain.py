"""Text as it reads: without what colours it, moves a cursor in it, or is in it unseen."""

from __future__ import annotations

import re
from typing import Any

# CSI and OSC sequences, and the other escapes of terminals.
ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])"
)
# Control characters, zero-width ones, turns of direction, and the invisible letters that can carry hidden words.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
)


def plain(text: Any) -> str:
    """What a person would read; of lines that were written over (progress bars) what stands at last.

    Takes nbformat's lists of lines as well.
    """
    joined = "".join(map(str, text)) if isinstance(text, list) else str(text or "")
    joined = ESCAPES.sub("", joined).replace("\r\n", "\n")
    if "\r" in joined:
        joined = "\n".join(_last(line) for line in joined.split("\n"))
    return UNSEEN.sub("", joined).encode("utf-8", "replace").decode()


def _last(line: str) -> str:
    return next((part for part in reversed(line.split("\r")) if part), "")
