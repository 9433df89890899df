"""Which turn follows which, where the conversation goes on, and where Claude Code's own stood at each turn.

Claude Code keeps its conversation under ids of its own, one for each branch that was gone on with. Going back to a turn
means: to the conversation under which it ran, up to the last thing that was said in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ..claude.events import Point
from ..errors import BadRequest
from ..protocol.frames import Branch, Down, TurnStarted

START = Point("", "")
FrameT = TypeVar("FrameT", bound=Down)


@dataclass(frozen=True)
class Way:
    """How Claude Code gets to a turn: it goes on with `same`, or from the first of `points` that it still has."""

    same: str = ""
    points: tuple[Point, ...] = field(default=())


class Branches:
    """The tree of one session's turns. `head` is the turn that the next one follows; None: there is none."""

    def __init__(self, points: Mapping[str, Point] | None = None) -> None:
        self.head: str | None = None
        self._after: dict[str, str | None] = {}  # in the order in which they began
        self._points = dict(points or {})

    def note(self, frame: Down) -> None:
        """Follow one frame of the session."""
        if isinstance(frame, TurnStarted) and frame.turn is not None:
            if frame.turn not in self._after:
                self._after[frame.turn] = frame.after if frame.after is not None else self.head
            self.head = frame.turn
        elif isinstance(frame, Branch):
            self.head = frame.after

    def stood(self, turn: str, point: Point) -> None:
        """After this turn Claude Code's conversation stands there."""
        self._points[turn] = point

    def point(self, turn: str | None) -> Point | None:
        """Where it stood after a turn; before the first one at a start; None where that was never written down."""
        return self._points.get(turn) if turn else START

    def path(self) -> list[str]:
        """The turns from the first one to `head`."""
        found, turn = [], self.head
        while turn is not None and turn in self._after:
            found.append(turn)
            turn = self._after[turn]
        return found[::-1]

    def ends(self) -> int:
        """How many branches there are: turns that none follows."""
        return len(set(self._after) - set(self._after.values()))

    def conversations(self) -> set[str]:
        """Under which ids Claude Code kept what was said."""
        return {point.conversation for point in self._points.values() if point.conversation}

    def check(self, turn: str | None) -> None:
        """Whether the conversation can go on after a turn.

        Raises:
            BadRequest: there is no such turn, or it is not known where Claude Code stood then.
        """
        if turn is not None and turn not in self._after:
            raise BadRequest("There is no such turn in this conversation.")
        if self.point(turn) is None:
            raise BadRequest(
                "It was not written down what Claude knew at that turn.", remedy="Start a new conversation instead."
            )

    def way(self, turn: str | None) -> Way:
        """How Claude Code gets to a turn."""
        points: list[Point] = []
        while turn is not None:
            point = self.point(turn)
            if point is not None and not points and self._newest(turn, point.conversation):
                return Way(same=point.conversation)
            if point is not None and point.entry == "":
                break  # nothing had been said then
            if point is not None and point.entry is not None:
                points.append(point)
            turn = self._after.get(turn)
        return Way(points=tuple(points))

    def _newest(self, turn: str, conversation: str) -> bool:
        """Whether a conversation of Claude Code's ended with this turn, so that it can simply go on."""
        inside = [other for other in self._after if (self.point(other) or START).conversation == conversation]
        return bool(conversation) and inside[-1:] == [turn]


def shown(frames: Iterable[FrameT]) -> tuple[list[FrameT], int]:
    """The frames of the path that is shown, without other branches' turns; and how many branches there are."""
    branches, every = Branches(), list(frames)
    for frame in every:
        branches.note(frame)
    path = set(branches.path())
    kept = [frame for frame in every if not isinstance(frame, Branch) and (frame.turn is None or frame.turn in path)]
    return kept, branches.ends()
