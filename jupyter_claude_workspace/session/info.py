"""What is known of a session from outside."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.content import Context, Settings, State


@dataclass(frozen=True)
class SessionInfo:
    """A session at one moment. `created` and `modified` are ISO 8601, UTC.

    `snippet` is where a search found something in what was said: one line of it.
    """

    session_id: str
    context: Context
    notebook: str
    title: str
    state: State
    settings: Settings
    created: str
    modified: str
    turns: int = 0
    snippet: str | None = None
    queued: int = 0
    questions: int = 0
    process: bool = False
    pid: int | None = None
