"""A rate limit."""

from __future__ import annotations

import time
from collections.abc import Callable


class TokenBucket:
    """Lets `rate` takes a second through, and `burst` at once after a quiet time. A rate of 0 lets all through."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._filled = clock()

    def take(self) -> bool:
        """Whether one more may pass now."""
        if self._rate <= 0:
            return True
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
