"""Tickets: proof that the page which opens a channel could also make an XSRF-checked POST.

A WebSocket upgrade is a GET, which XSRF protection never sees, and a cookie goes along with it from any page.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

MAX_OUTSTANDING = 10_000  # a ticket is redeemed within seconds; more than this is a client gone wild


class _Ticket(NamedTuple):
    session_id: str
    user: str
    until: float


class Tickets:
    """Single-use, short-lived, good for one user and one session. Lives in memory: a restart voids them all."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._outstanding: dict[str, _Ticket] = {}

    def mint(self, session_id: str, user: str) -> str:
        """A new ticket."""
        self._sweep()
        ticket = secrets.token_urlsafe(32)
        self._outstanding[ticket] = _Ticket(session_id, user, self._clock() + self.seconds)
        return ticket

    def redeem(self, ticket: str, session_id: str, user: str) -> bool:
        """Whether the ticket is good. Presenting it uses it up, whatever the answer."""
        # One dict.pop: of any number of callers at once, from any threads, exactly one gets it.
        found = self._outstanding.pop(ticket, None)
        return (
            found is not None
            and self._clock() < found.until
            and secrets.compare_digest(found.session_id.encode(), session_id.encode())
            and secrets.compare_digest(found.user.encode(), user.encode())
        )

    def _sweep(self) -> None:
        """Forget what has expired. Insertion order is order of expiry, so it stops at the first that is still good."""
        now = self._clock()
        for ticket, found in list(self._outstanding.items()):
            if now < found.until and len(self._outstanding) < MAX_OUTSTANDING:
                break
            self._outstanding.pop(ticket, None)
