"""One answered prompt, as whoever asked saw it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    """Times are CLOCK_MONOTONIC in seconds, the same clock in every process of this machine.

    `arrivals` are (position, time): how far the reply reached, and since when. `text` is the whole of it. `places` maps
    a number of the reply's characters to a position, where positions are not that number itself. `cpu` is what it cost
    the Python process in between, in CPU seconds.
    """

    asked: float
    ended: float
    arrivals: list[tuple[int, float]]
    text: str
    message: str
    cpu: float = 0.0
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def first(self) -> float:
        """Seconds from the prompt to the first of the reply."""
        return self.arrivals[0][1] - self.asked

    def delays(self, sent: list[tuple[int, float]]) -> list[float]:
        """For each (position, time) in `sent`: milliseconds until the reply had arrived that far."""
        positions = [position for position, _ in self.arrivals]
        found = []
        for position, at in sent:
            index = bisect_left(positions, position)
            if index == len(positions):
                raise AssertionError(f"{position} never arrived; the last position was {positions[-1]}")
            found.append((self.arrivals[index][1] - at) * 1000)
        return found
