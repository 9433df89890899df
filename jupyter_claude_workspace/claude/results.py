"""Results of tools and of turns, as frames and events."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args

from claude_agent_sdk import ResultMessage

from ..protocol.content import Block, ImageBlock, Problem, TextBlock, Usage
from ..protocol.frames import ToolFinished
from .events import Finished
from .gauge import Gauge
from .weather import problem

TEXT_LIMIT = 40_000  # characters of one tool's text that a frame carries: head and tail
DETAIL_LIMIT = 100_000  # characters of JSON of the structured result
MEDIA_TYPES = get_args(ImageBlock.model_fields["media_type"].annotation)
INTERRUPTED = ("aborted_streaming", "aborted_tools")
DENIALS = ("The user doesn't want to", "Permission to use", "[Request interrupted by user")


def tool_finished(
    tool: str, content: Any, *, failed: bool, detail: dict[str, Any] | None, denied: bool = False
) -> ToolFinished:
    """A tool call's end. `content` is the API's: text, or a list of blocks. `denied`: a person did not allow it."""
    blocks, omitted = _blocks(content)
    first = next((block.text for block in blocks if isinstance(block, TextBlock)), "")
    outcome: Literal["done", "failed", "denied", "interrupted"] = "failed" if failed else "done"
    if failed and denied:
        outcome = "denied"
    elif failed and first.startswith(DENIALS):
        outcome = "interrupted" if "interrupted" in first[:40] else "denied"
    small = detail if detail is not None and len(json.dumps(detail, default=str)) <= DETAIL_LIMIT else None
    return ToolFinished(tool=tool, outcome=outcome, content=blocks, detail=small, omitted=omitted)


def _blocks(content: Any) -> tuple[list[Block], int]:
    parts: list[dict[str, Any]] = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    if isinstance(parts, dict):
        parts = [{"type": "text", "text": json.dumps(parts, ensure_ascii=False)}]
    made: list[Block] = []
    omitted = 0
    for part in parts:
        if part.get("type") == "image":
            made.append(_image(part.get("source", {})))
            continue
        text, cut = shorten(str(part.get("text", "")))
        omitted += cut
        made.append(TextBlock(kind="text", text=text))
    return made, omitted


def _image(source: dict[str, Any]) -> Block:
    if source.get("type") == "base64" and source.get("media_type") in MEDIA_TYPES:
        return ImageBlock(kind="image", media_type=source["media_type"], data=str(source.get("data", "")))
    return TextBlock(kind="text", text="[a picture that cannot be shown here]")


def shorten(text: str, limit: int = TEXT_LIMIT) -> tuple[str, int]:
    """Head and tail of a long text, and how many characters were left out between them."""
    if len(text) <= limit:
        return text, 0
    half = limit // 2
    omitted = len(text) - 2 * half
    return f"{text[:half]}\n… {omitted} characters left out …\n{text[-half:]}", omitted


def finished(message: ResultMessage, *, cost: float, model: str | None, words: str, gauge: Gauge) -> Finished:
    """A turn's end. `cost` is this turn's share in USD, `words` what the CLI said about an API error."""
    prompts = message.user_message_uuids
    if prompts is None and message.user_message_uuid:
        prompts = [message.user_message_uuid]
    why, what = _why(message, words)
    kind = message.origin["kind"] if message.origin else "human"
    return Finished(
        why=why,
        prompts=None if prompts is None else tuple(prompts),
        own=kind != "human",
        problem=what,
        usage=_usage(message, cost, gauge),
        duration_ms=message.duration_ms,
        model=model,
    )


def _why(message: ResultMessage, words: str) -> tuple[Literal["completed", "interrupted", "failed"], Problem | None]:
    if message.terminal_reason in INTERRUPTED:
        return "interrupted", None
    if not message.is_error:
        return "completed", None
    said = words or message.result or "; ".join(message.errors or [])
    if message.api_error_status is not None or message.terminal_reason == "api_error" or words:
        return "failed", problem(message.api_error_status, said)
    if message.subtype == "error_max_turns":
        return "failed", Problem(
            code="max_turns", text="The limit of turns is reached.", remedy="Send another prompt to go on."
        )
    return "failed", Problem(code="turn_failed", text=said[:2000] or f"The turn ended with {message.subtype}.")


def _usage(message: ResultMessage, cost: float, gauge: Gauge) -> Usage:
    given = message.usage or {}
    return Usage(
        input_tokens=int(given.get("input_tokens") or 0),
        output_tokens=int(given.get("output_tokens") or 0),
        cache_read_tokens=int(given.get("cache_read_input_tokens") or 0),
        cache_write_tokens=int(given.get("cache_creation_input_tokens") or 0),
        cost_usd=cost,
        context_window=gauge.window(message.model_usage or {}),
        context_tokens=gauge.tokens,
    )
