"""Tracebacks, shortened to what matters: where in the person's own code it happened, what was raised and why."""

from __future__ import annotations

import re
from typing import Any

from .plain import plain

LIBRARY = re.compile(
    r"site-packages|dist-packages|[/\\]lib[/\\]python\d|^File .*<(?:frozen|__array)|\.pyx?:\d", re.IGNORECASE
)
PLACE = re.compile(r"Cell In ?\[(\d+)\], line (\d+)")
MOST_LINES = 25  # of one frame
MOST_WORDS = 4_000  # characters of what was raised
MOST_FRAMES = 12


def shortened(output: dict[str, Any]) -> str:
    """An error as a model needs it; frames of libraries are one line each, but for the last."""
    frames = [plain(frame).strip("\n") for frame in output.get("traceback") or []]
    frames = [frame for frame in frames if frame.strip("- \n")]
    words = said(output)
    if frames and (frames[-1].startswith(name(output)) or len(frames) == 1):
        last = frames.pop()
        words = last if len(last) >= len(words) else words
    shown = [
        _lines(frame) if place == len(frames) - 1 or not LIBRARY.search(frame.split("\n", 1)[0]) else _first(frame)
        for place, frame in enumerate(frames)
    ]
    if len(shown) > MOST_FRAMES:
        half = MOST_FRAMES // 2
        shown = [*shown[:half], f"[… {len(shown) - MOST_FRAMES} frames …]", *shown[-half:]]
    if len(words) > MOST_WORDS:
        words = f"{words[: MOST_WORDS // 2]}\n[… {len(words) - MOST_WORDS:,} characters …]\n{words[-MOST_WORDS // 2 :]}"
    return "\n".join([*shown, words])


def said(output: dict[str, Any]) -> str:
    """What was raised, with its words."""
    return f"{name(output)}: {plain(output.get('evalue'))}".rstrip(": ")


def name(output: dict[str, Any]) -> str:
    """The error's class; nothing but a name."""
    return re.sub(r"[^\w.]", "", str(output.get("ename") or ""))[:80] or "Error"


def places(output: dict[str, Any]) -> str:
    """Where it happened, without a word of what was there."""
    text = "\n".join(plain(frame) for frame in output.get("traceback") or [])
    lines = [f"line {line} of the cell that ran as [{count}]" for count, line in dict.fromkeys(PLACE.findall(text))]
    return ", ".join(lines[:6])


def _first(frame: str) -> str:
    return frame.split("\n", 1)[0][:300]


def _lines(frame: str) -> str:
    lines = [line[:400] for line in frame.split("\n")]
    if len(lines) <= MOST_LINES:
        return "\n".join(lines)
    # The line that raised is marked with an arrow; without one the end matters most.
    at = next((place for place, line in enumerate(lines) if line.lstrip().startswith("-->")), len(lines))
    start = max(0, min(at - MOST_LINES // 2, len(lines) - MOST_LINES))
    return "\n".join([lines[0], *lines[max(start, 1) : start + MOST_LINES]])
