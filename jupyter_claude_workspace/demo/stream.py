"""A reply → the API message it makes, whole or as server-sent events in the API's exact shapes."""

from __future__ import annotations

import base64
import json
import math
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from .fill import Filler
from .scenario import LongPart, Part, TextPart, ThinkingPart

# One stream token: what a delta carries. About as long as a model's own tokens.
TOKEN = re.compile(r"\s*\S{1,5}|\s+\Z")


@dataclass(frozen=True)
class Piece:
    """One server-sent event. `characters`: how many of the reply's it carries; only a delta carries any."""

    event: bytes
    characters: int = 0


@dataclass(frozen=True)
class Message:
    """One API message to be sent."""

    model: str
    content: list[dict[str, Any]]
    input_tokens: int
    id: str = field(default_factory=lambda: f"msg_demo{uuid.uuid4().hex[:20]}")

    @property
    def stop_reason(self) -> str:
        """Why the model stopped: it waits for its tools, or it is done."""
        return "tool_use" if any(block["type"] == "tool_use" for block in self.content) else "end_turn"

    @property
    def output_tokens(self) -> int:
        """The number of deltas that the content is streamed in."""
        return sum(len(tokens(_characters(block))) for block in self.content)

    def whole(self) -> dict[str, Any]:
        """The message as the answer to a request that does not stream."""
        usage = {**self._usage(), "output_tokens": self.output_tokens}
        return {**self._head(), "content": self.content, "stop_reason": self.stop_reason, "usage": usage}

    def pieces(self) -> Iterator[Piece]:
        """The message as a stream."""
        head = {**self._head(), "content": [], "stop_reason": None, "usage": {**self._usage(), "output_tokens": 1}}
        yield Piece(event("message_start", message=head))
        yield Piece(event("ping"))
        for index, block in enumerate(self.content):
            yield Piece(event("content_block_start", index=index, content_block=_opening(block)))
            for token in tokens(_characters(block)):
                delta = event("content_block_delta", index=index, delta=_delta(block, token))
                yield Piece(delta, len(token))
            if block["type"] == "thinking":
                signed = {"type": "signature_delta", "signature": block["signature"]}
                yield Piece(event("content_block_delta", index=index, delta=signed))
            yield Piece(event("content_block_stop", index=index))
        stop = {"stop_reason": self.stop_reason, "stop_sequence": None}
        usage = {**self._usage(), "output_tokens": self.output_tokens}
        yield Piece(event("message_delta", delta=stop, usage=usage))
        yield Piece(event("message_stop"))

    def _head(self) -> dict[str, Any]:
        return {"id": self.id, "type": "message", "role": "assistant", "model": self.model, "stop_sequence": None}

    def _usage(self) -> dict[str, Any]:
        return {
            "input_tokens": self.input_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "service_tier": "standard",
        }


def compose(parts: Sequence[Part], filler: Filler, *, model: str, input_tokens: int) -> Message:
    """The message that a reply's parts make."""
    content = [_block(part, filler) for part in parts]
    return Message(model=model, content=_rest(content, filler.said), input_tokens=input_tokens)


def _rest(content: list[dict[str, Any]], said: str) -> list[dict[str, Any]]:
    """The content without the texts that the client has already."""
    rest = []
    for block in content:
        if said and block["type"] == "text" and said.startswith(block["text"]):
            said = said[len(block["text"]) :]
        elif not said or block["type"] != "thinking":
            rest.append(block)
    # Claude Code asks again for ever where a message is empty.
    return rest or [{"type": "text", "text": "(That was all; the connection broke just after it.)"}]


def event(name: str, **data: Any) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **data}, separators=(',', ':'))}\n\n".encode()


def tokens(text: str) -> list[str]:
    """The text in stream tokens; joined they are the text again."""
    return TOKEN.findall(text)


def lengthen(paragraphs: Sequence[str], wanted: int) -> str:
    """A text of exactly `wanted` stream tokens: the paragraphs over and over, cut off at the end."""
    found: list[str] = []
    for paragraph in cycle(paragraphs):
        # A paragraph that begins with white space begins a token, so that the parts' tokens are the whole's.
        found.extend(tokens(f"\n\n{paragraph.strip()}" if found else paragraph.strip()))
        if len(found) >= wanted:
            break
    return "".join(found[:wanted])


def estimate(text: str) -> int:
    """How many tokens a model would count, roughly: four characters each."""
    return math.ceil(len(text) / 4)


def _block(part: Part, filler: Filler) -> dict[str, Any]:
    if isinstance(part, TextPart):
        # YAML's block texts end in a newline that no model would send.
        return {"type": "text", "text": filler.fill(part.text).rstrip("\n")}
    if isinstance(part, LongPart):
        return {"type": "text", "text": lengthen(part.long.paragraphs, part.long.tokens)}
    if isinstance(part, ThinkingPart):
        # Opaque to every client; Claude Code sends it back as it is.
        signature = base64.b64encode(b"demo model " + uuid.uuid4().bytes).decode()
        return {"type": "thinking", "thinking": filler.fill(part.thinking).rstrip("\n"), "signature": signature}
    name = f"toolu_demo{uuid.uuid4().hex[:20]}"
    given = {**(filler.result() if part.with_result else {}), **filler.fill(part.input)}
    return {"type": "tool_use", "id": name, "name": part.tool, "input": given}


def _characters(block: dict[str, Any]) -> str:
    kind = block["type"]
    return json.dumps(block["input"], ensure_ascii=False) if kind == "tool_use" else str(block[kind])


def _opening(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] == "tool_use":
        return {**block, "input": {}}
    if block["type"] == "thinking":
        return {"type": "thinking", "thinking": "", "signature": ""}
    return {"type": "text", "text": ""}


def _delta(block: dict[str, Any], token: str) -> dict[str, str]:
    if block["type"] == "tool_use":
        return {"type": "input_json_delta", "partial_json": token}
    return {"type": f"{block['type']}_delta", block["type"]: token}
