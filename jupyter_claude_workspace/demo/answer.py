"""Answers one request with the chosen reply, or with the fault that its scenario wants at this attempt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import faults
from .asked import Asked
from .choose import Choice
from .faults import AnyFault, error_body
from .fill import Filler
from .play import Player, Sent
from .scenario import Scenario, TextPart
from .stream import Message, compose, estimate
from .wire import Wire

STEERED = "> {steered}\n\nI got that while I was working. (As a script I go on as planned; Claude would take it in.)"


@dataclass(frozen=True)
class Stage:
    """What one answer needs beside the request."""

    scenarios: Sequence[Scenario]
    pace: float | None
    sent: Sent | None
    request_id: str

    async def perform(self, wire: Wire, request: dict[str, Any], asked: Asked, chosen: Choice, attempt: int) -> None:
        """Send the answer.

        Raises:
            ClientLeftError: the client left before its end.
        """
        fault = faults.nth(list(chosen.scenario.faults), attempt)
        if chosen.scenario.delay:
            await wire.wait(chosen.scenario.delay)
        if fault is not None and await self._before(wire, fault):
            return
        message = self._message(request, asked, chosen)
        if not request.get("stream"):
            await self._whole(wire, message, fault)
            return
        pace = chosen.pace if self.pace is None else self.pace
        await Player(wire, message, pace=pace, fault=fault, sent=self.sent).play()

    def _message(self, request: dict[str, Any], asked: Asked, chosen: Choice) -> Message:
        filler = Filler(asked, self.scenarios, chosen.found)
        model = str(request.get("model", "demo"))
        size = estimate(json.dumps([request.get(part) for part in ("system", "tools", "messages")]))
        parts = [TextPart(text=STEERED), *chosen.parts] if asked.steered else chosen.parts
        message = compose(parts, filler, model=model, input_tokens=size)
        if asked.schema is not None and not asked.tools:
            text = json.dumps(conform(asked.schema, _title(asked.last)))
            return Message(model=model, content=[{"type": "text", "text": text}], input_tokens=size)
        return message

    async def _before(self, wire: Wire, fault: AnyFault) -> bool:
        """A fault that comes before the answer; True where it takes the answer's place."""
        if isinstance(fault, faults.Status):
            body = error_body(fault.status, self.request_id, fault.message)
            await wire.json(fault.status, body, fault.headers)
            return True
        if isinstance(fault, faults.Wrong):
            await wire.other(fault.status, fault.content_type, fault.body)
            return True
        if isinstance(fault, faults.Drop):
            await wire.cut()
            return True
        if isinstance(fault, faults.Hang):
            await wire.wait(fault.seconds)
        return False

    async def _whole(self, wire: Wire, message: Message, fault: AnyFault | None) -> None:
        """The answer to a request that does not stream; what breaks a stream breaks it, too."""
        if isinstance(fault, faults.Cut):
            await wire.cut()
        elif isinstance(fault, faults.StreamError):
            await wire.json(529, error_body(529, self.request_id, fault.message))
        elif isinstance(fault, (faults.Truncate, faults.BadJson)):
            await wire.other(200, "application/json", json.dumps(message.whole())[:-20])
        else:
            if isinstance(fault, (faults.Stall, faults.Pings)):
                await wire.wait(fault.seconds)
            await wire.json(200, message.whole())


def conform(schema: dict[str, Any], text: str) -> Any:
    """The smallest value that a JSON schema allows; `text` where it wants a string."""
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: conform(properties.get(name, {}), text) for name in schema.get("required", properties)}
    if kind == "array":
        return [conform(schema.get("items", {}), text)] * int(schema.get("minItems", 0))
    return {"integer": 0, "number": 0, "boolean": False, "null": None}.get(str(kind), text)


def _title(last: str) -> str:
    """A few words of the conversation that a helper request quotes between tags."""
    lines = [line.strip() for line in last.splitlines()]
    words = next((line for line in lines if line and not line.startswith("<")), "Demo").split()
    return " ".join(words[:5])[:60]
