"""Frames ↔ JSON text. The only place that parses what a client sends."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import BadFrame
from .frames import ClientFrame, Down, ServerFrame, SessionFrame

MAX_DEPTH = 40  # of a client's JSON; a tool input that a person edited is the deepest honest case


@cache
def _client() -> TypeAdapter[Any]:
    return TypeAdapter(ClientFrame)


@cache
def _server() -> TypeAdapter[Any]:
    return TypeAdapter(ServerFrame)


@cache
def _session() -> TypeAdapter[Any]:
    return TypeAdapter(SessionFrame)


def decode(text: str | bytes) -> Any:
    """Parse one client frame.

    Raises:
        BadFrame: not JSON, too deep, an unknown type, a missing or unknown key; the text names where.
    """
    if isinstance(text, bytes):
        raise BadFrame("A frame is JSON text; this one was binary.", remedy="Send text frames.")
    try:
        raw = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
        # A lone surrogate is legal JSON but no legal text: it would fail at the first encoding, far from here.
        text.encode()
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadFrame("The frame holds a lone surrogate, which is not text.") from error
    except RecursionError as error:
        raise BadFrame(f"The frame is nested deeper than {MAX_DEPTH} levels.") from error
    except ValueError as error:
        raise BadFrame(f"The frame is not JSON: {str(error)[:200]}") from error
    if _depth(raw) > MAX_DEPTH:
        raise BadFrame(f"The frame is nested deeper than {MAX_DEPTH} levels.")
    try:
        return _client().validate_python(raw)
    except ValidationError as error:
        raise BadFrame(_explain(error)) from error


def frame_id(text: str | bytes) -> str | None:
    """The `id` of a frame that could not be decoded, so that its error can name it; None where there is none."""
    try:
        raw = json.loads(text)
        found = raw.get("id") if isinstance(raw, dict) else None
        if not isinstance(found, str) or len(found) > 64:
            return None
        found.encode()
        return found
    except (ValueError, RecursionError):
        return None


def encode(frame: Any) -> str:
    """One server frame as compact JSON text; keys that are None are left out."""
    text: str = frame.model_dump_json(exclude_none=True)
    return text


def load_session_frame(text: str) -> Down:
    """A frame of the session as the journal stored it."""
    frame: Down = _session().validate_json(text)
    return frame


def load_server_frame(text: str | bytes) -> Any:
    """Any server frame, for Python clients and tests."""
    return _server().validate_json(text)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("an object names a key twice")
    return made


def _depth(value: Any) -> int:
    """Nesting depth, without recursion; stops counting just past the limit."""
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        depth += 1
    return depth


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part)[:60] for part in first["loc"]) or "frame"
    return f"{where}: {first['msg'][:300]}"
