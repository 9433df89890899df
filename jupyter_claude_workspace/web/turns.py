"""The finished turns of the branch that a conversation is on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..protocol.frames import Down


def finished_turns(conversation: Iterable[Down]) -> list[list[Down]]:
    """Each turn as its frames, from the first one to where the conversation goes on; other branches are left out."""
    frames: dict[str, list[Down]] = {}
    after: dict[str, str | None] = {}
    ended: set[str] = set()
    last: str | None = None  # where the conversation is
    for frame in conversation:
        kind: str = getattr(frame, "type", "")
        if kind == "branch":
            last = getattr(frame, "after", None)
        if frame.turn is None:
            continue
        if kind == "turn_started" and frame.turn not in frames:
            after[frame.turn] = getattr(frame, "after", None) or last
            last = frame.turn
        frames.setdefault(frame.turn, []).append(frame)
        if kind == "turn_ended":
            ended.add(frame.turn)
    path: list[str] = []
    while last is not None and last in after:
        path.append(last)
        last = after.pop(last)  # taken out, so that not even a damaged journal makes this endless
    return [frames[turn] for turn in reversed(path) if turn in ended]
