"""What fills the model's context, as Claude Code counts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ContextPart:
    """One part of it: the system prompt, the tools, the messages…"""

    name: str
    tokens: int


@dataclass(frozen=True)
class ContextUsage:
    """`tokens` of `window` are used, by `parts` that together make them."""

    tokens: int
    window: int
    parts: tuple[ContextPart, ...]


def context_usage(told: Mapping[str, Any]) -> ContextUsage:
    """Read what the CLI answers. Parts that are not sent (deferred tools, what is kept free) are left out."""
    used = [part for part in told.get("categories") or () if part.get("kind", "used") == "used"]
    return ContextUsage(
        tokens=int(told.get("totalTokens") or 0),
        window=int(told.get("maxTokens") or 0),
        parts=tuple(ContextPart(str(part["name"]), int(part["tokens"])) for part in used),
    )
