"""What is known of a session from outside."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.content import Context, Settings, State


@dataclass(frozen=True)
class SessionInfo:
    """A session at one moment. `created` and `modified` are ISO 8601, UTC."""

    session_id: str
    context: Context
    notebook: str
    title: str
    state: State
    settings: Settings
    created: str
    modified: str
    queued: int = 0
    questions: int = 0
    process: bool = False
    pid: int | None = None
