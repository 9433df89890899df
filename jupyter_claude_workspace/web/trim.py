"""Turns made shorter: long texts keep their beginning and end, pictures are named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Trim:
    """How much of a turn stays."""

    prose: int  # characters of a prompt or a reply
    tool: int  # characters of a text in a tool's input or output
    picture: int  # characters of a picture's base64; a larger one is only named
    frames: int  # of a turn; the ones in the middle go


# Each is tried where the one before is still too long.
TRIMS = (
    Trim(prose=100_000, tool=4_000, picture=24_000, frames=2_000),
    Trim(prose=20_000, tool=1_000, picture=0, frames=200),
    Trim(prose=4_000, tool=200, picture=0, frames=40),
    Trim(prose=500, tool=40, picture=0, frames=8),
    Trim(prose=80, tool=20, picture=0, frames=4),
)
TOLD = 1_000  # characters of a tool's input or output in markdown, which is for reading
MOST_ITEMS = 100  # of a list or an object in a tool's input


def trimmed(frames: list[dict[str, Any]], trim: Trim, *, prose_only: bool = False) -> list[dict[str, Any]]:
    """A turn's frames as JSON, shortened; with `prose_only`, without subagents' steps and with short tool texts."""
    if prose_only:
        frames = [frame for frame in frames if not frame.get("parent")]
        inside = {frame["tool"] for frame in frames if frame["type"] == "tool_started"}
        frames = [frame for frame in frames if frame["type"] != "tool_finished" or frame["tool"] in inside]
        trim = Trim(trim.prose, min(trim.tool, TOLD), 0, trim.frames)
    if len(frames) > trim.frames:
        half = trim.frames // 2
        frames = [*frames[:half], *frames[-half:]]
    return [_frame(frame, trim) for frame in frames]


def _frame(frame: dict[str, Any], trim: Trim) -> dict[str, Any]:
    made = {name: value for name, value in frame.items() if name != "detail"}
    match frame["type"]:
        case "turn_started" | "steered":
            made.update(_asked(frame, trim))
        case "message":
            made["text"] = _cut(frame["text"], trim.prose)
        case "tool_started":
            made["input"] = _value(frame["input"], trim.tool)
        case "tool_finished":
            blocks = [_block(block, trim) for block in frame.get("content", [])]
            made["content"] = [block for block, _ in blocks]
            made["omitted"] = frame.get("omitted", 0) + sum(less for _, less in blocks)
            if "detail" in frame:
                made["detail"] = _value(frame["detail"], trim.tool)
        case "question":
            made["ask"] = _value(frame["ask"], trim.tool)
        case "question_settled":
            made["message"] = _cut(frame.get("message", ""), trim.prose)
            made.update({key: _value(frame[key], trim.tool) for key in ("answers", "changes") if frame.get(key)})
        case "turn_ended":
            made = _value(frame, trim.prose)
    return made


def _asked(frame: dict[str, Any], trim: Trim) -> dict[str, Any]:
    """What a person asked."""
    attachments = frame.get("attachments", [])
    return {
        "text": _cut(frame["text"], trim.prose),
        "attachments": [{**each, "content": _block(each["content"], trim)[0]} for each in attachments],
        "mentions": _value(frame.get("mentions", []), trim.tool),
    }


def _block(block: dict[str, Any], trim: Trim) -> tuple[dict[str, Any], int]:
    """The block, and how many characters were cut out of it."""
    if block["kind"] == "image":
        if len(block["data"]) <= trim.picture:
            return block, 0
        return {"kind": "text", "text": f"(a picture, {block['media_type']}, not kept in the notebook)"}, 0
    text = block["text"]
    if len(text) <= trim.tool:
        return block, 0
    head, tail = _ends(text, trim.tool)
    return {**block, "text": head + "\n…\n" + tail}, len(text) - trim.tool


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head, tail = _ends(text, most)
    return f"{head}\n\n… ({len(text) - most} characters left out) …\n\n{tail}"


def _ends(text: str, most: int) -> tuple[str, str]:
    tail = most // 4
    return text[: most - tail], text[len(text) - tail :]


def _value(value: Any, most: int) -> Any:
    if isinstance(value, str):
        return _cut(value, most)
    if isinstance(value, dict):
        return {name[:100]: _value(item, most) for name, item in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, list):
        return [_value(item, most) for item in value[:MOST_ITEMS]]
    return value
