"""News of the sessions on Jupyter's own event bus, for whoever listens at /api/events/subscribe."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_events.logger import EventLogger
    from tornado.ioloop import IOLoop

    from ..session.herald import SessionNews

SCHEMA_ID = "https://events.jupyter.org/jupyter_claude_workspace/session/v1"
SCHEMA = Path(__file__).parents[1] / "events" / "session.v1.yaml"


class EventBus:
    """Brings news from any thread to the server's loop, and out from there. A failure is logged and goes no further."""

    def __init__(self, events: EventLogger, loop: IOLoop, log: logging.Logger) -> None:
        self._events = events
        self._loop = loop
        self._log = log
        events.register_event_schema(SCHEMA)

    def tell(self, news: SessionNews) -> None:
        """Emit an event, soon."""
        self._loop.add_callback(self._emit, asdict(news))

    def _emit(self, data: dict[str, Any]) -> None:
        try:
            self._events.emit(schema_id=SCHEMA_ID, data=data)
        except Exception:
            self._log.exception("an event could not be emitted")
