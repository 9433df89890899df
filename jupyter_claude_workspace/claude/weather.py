"""The API's weather: retries, rate limits, compaction, and what is hopeless."""

from __future__ import annotations

from time import time
from typing import Any

from claude_agent_sdk.types import RateLimitInfo

from ..protocol.content import Problem
from ..protocol.frames import Notice
from .events import Event, Hopeless

REMEDIES = {
    401: "Check ANTHROPIC_API_KEY, or log in with the claude command in a terminal; then restart the Jupyter server.",
    403: "This key may not use this model or workspace: check its permissions with whoever issued it.",
    404: "The model's name is unknown to the API: choose another model.",
    413: "The conversation or an attachment is too large: send less, or use /compact.",
    429: "The rate limit is reached: wait a moment and send the prompt again.",
    529: "The API is overloaded: wait a moment and send the prompt again.",
}
TROUBLES = {
    429: "The rate limit is reached (429)",
    529: "The API is overloaded (529)",
}
CODES = {
    401: "authentication",
    403: "not_permitted",
    404: "model_unknown",
    413: "too_large",
    429: "rate_limit",
    529: "overloaded",
}


def problem(status: int | None, words: str) -> Problem:
    """An API failure as people are told of it; `words` are the API's own."""
    text = words.strip()[:2000]
    if status is None:
        if "log in" in text.lower() or "/login" in text:
            return Problem(
                code="authentication", text="No credentials for the Claude API were found.", remedy=REMEDIES[401]
            )
        return Problem(code="api", text=text or "The API could not be reached.", remedy="Send the prompt again.")
    again = "Send the prompt again; if it goes on, look at the API's status page."
    remedy = REMEDIES.get(status, again if status >= 500 else "Change the prompt or what is attached to it.")
    code = CODES.get(status, "api" if status >= 500 else "api_refused")
    return Problem(code=code, text=text or f"The API answered {status}.", remedy=remedy)


class Weather:
    """Remembers which conditions are on, so that each is taken away once."""

    def __init__(self) -> None:
        self._on: set[str] = set()

    def retry(self, data: dict[str, Any]) -> list[Event]:
        """An attempt failed and another will follow; a refused key will be refused again."""
        status = data.get("error_status")
        if status in (401, 403):
            text = "The API refused the credentials." if status == 401 else "The API refused this request."
            return [Hopeless(problem(status, text))]
        self._on.add("retrying")
        what = TROUBLES.get(status, f"The API answered {status}") if status else "The API could not be reached"
        return [
            Notice(
                code="retrying",
                level="warning",
                text=f"{what}; trying again.",
                attempt=data.get("attempt"),
                max_attempts=data.get("max_retries"),
                retry_in_ms=round(data.get("retry_delay_ms") or 0),
            )
        ]

    def status(self, data: dict[str, Any]) -> list[Event]:
        """The CLI says what it is doing."""
        if data.get("status") == "compacting":
            self._on.add("compacting")
            return [Notice(code="compacting", text="Summarising earlier parts of the conversation.")]
        return self._over("compacting")

    def rate_limit(self, info: RateLimitInfo) -> list[Event]:
        """The account's limit comes near or is reached."""
        if info.status == "allowed":
            return self._over("rate_limit")
        self._on.add("rate_limit")
        reached = info.status == "rejected"
        share = f" ({info.utilization:.0%} used)" if info.utilization is not None else ""
        text = "The rate limit is reached" if reached else "The rate limit comes near"
        left = None if info.resets_at is None else max(0, round((info.resets_at - time()) * 1000))
        level = "error" if reached else "warning"
        return [Notice(code="rate_limit", level=level, text=f"{text}{share}.", retry_in_ms=left)]

    def passed(self) -> list[Event]:
        """An answer arrives, so retrying and compacting are over."""
        return [*self._over("retrying"), *self._over("compacting")]

    def _over(self, code: str) -> list[Event]:
        if code not in self._on:
            return []
        self._on.discard(code)
        return [Notice(code=code, over=True)]
