"""What can go wrong between Claude Code and the API, as data, and how often each has happened."""

from __future__ import annotations

from collections import OrderedDict
from typing import Annotated, Literal

from pydantic import Field

from ..protocol.base import Model

REMEMBERED = 10_000  # requests whose attempts are counted; the oldest are forgotten first


class Fault(Model):
    """One thing that goes wrong. `times` attempts in a row meet it before the next fault has its turn; 0: for ever."""

    times: int = Field(default=1, ge=0)


class Status(Fault):
    """The API answers with an error status instead of a message."""

    kind: Literal["status"]
    status: int = Field(ge=400, le=599)
    message: str = Field(default="", description="empty: as the real API words this status")
    headers: dict[str, str] = Field(default_factory=dict, description="for example `retry-after`, in seconds")


class Hang(Fault):
    """Not even headers for `seconds` (0: until the client leaves), then the answer."""

    kind: Literal["hang"]
    seconds: float = Field(ge=0)


class Drop(Fault):
    """The connection is reset before any header."""

    kind: Literal["drop"]


class Wrong(Fault):
    """Something else than the API answers: a proxy's page, for example."""

    kind: Literal["wrong"]
    status: int = Field(default=200, ge=200, le=599)
    content_type: str = "text/html; charset=utf-8"
    body: str


class Midway(Fault):
    """Something that happens in the stream, before the first delta that would go beyond `after` characters.

    A number larger than the reply means: after its last delta, before the message is complete.
    """

    after: int = Field(default=0, ge=0)


class Stall(Midway):
    """Not a byte for `seconds` (0: until the client leaves), then the stream goes on."""

    kind: Literal["stall"]
    seconds: float = Field(ge=0)


class Pings(Midway):
    """Only a ping each `every` seconds, for `seconds` (0: until the client leaves), then the stream goes on."""

    kind: Literal["pings"]
    seconds: float = Field(ge=0)
    every: float = Field(default=1.0, gt=0)


class Cut(Midway):
    """The TCP connection is reset."""

    kind: Literal["cut"]


class Truncate(Midway):
    """The stream ends in good order, though the message is not complete."""

    kind: Literal["truncate"]


class StreamError(Midway):
    """The API sends an `error` event and ends the stream."""

    kind: Literal["stream_error"]
    error: str = "overloaded_error"
    message: str = "Overloaded"


class BadJson(Midway):
    """One event's data is not JSON; the stream then goes on as if nothing had happened."""

    kind: Literal["bad_json"]
    data: str = '{"type":"content_block_delta","index":0,"delta":{"type":"text_del'


class Slow(Midway):
    """The rest drips: `pace` tokens a second, each event in pieces of `fragment` bytes (0: in one piece)."""

    kind: Literal["slow"]
    pace: float = Field(gt=0)
    fragment: int = Field(default=0, ge=0)


AnyFault = Annotated[
    Status | Hang | Drop | Wrong | Stall | Pings | Cut | Truncate | StreamError | BadJson | Slow,
    Field(discriminator="kind"),
]

# The names and words of the real API's errors.
ERRORS = {
    400: ("invalid_request_error", "messages: at least one message is required"),
    401: ("authentication_error", "invalid x-api-key"),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "model: not found"),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your organization's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    529: ("overloaded_error", "Overloaded"),
}


def error_body(status: int, request_id: str, message: str = "") -> dict[str, object]:
    """An error in the API's JSON shape; `message` empty: in the API's usual words."""
    kind, words = ERRORS.get(status, ("api_error" if status >= 500 else "invalid_request_error", f"HTTP {status}"))
    return {"type": "error", "error": {"type": kind, "message": message or words}, "request_id": request_id}


def nth(faults: list[AnyFault], attempt: int) -> AnyFault | None:
    """The fault that this attempt meets (the first is 0); None: all is well."""
    for fault in faults:
        if fault.times == 0 or attempt < fault.times:
            return fault
        attempt -= fault.times
    return None


class Attempts:
    """Counts how often each request was made, in memory."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, int] = OrderedDict()

    def count(self, key: str) -> int:
        """How often this was asked before; asking counts."""
        before = self._made.pop(key, 0)
        self._made[key] = before + 1
        if len(self._made) > REMEMBERED:
            self._made.popitem(last=False)
        return before
