"""Is everything there that a session needs, and what is going on?"""

from __future__ import annotations

from pathlib import Path

from .. import __version__
from .auth import allowed
from .handler import WorkspaceHandler
from .resource import session_resources

OPENAPI = Path(__file__).with_name("openapi.yaml")
LIMITS = (
    "max_sessions",
    "max_stored_sessions",
    "concurrent_starts",
    "max_queue",
    "prompts_per_minute",
    "frames_per_second",
    "connections_per_minute",
    "looks_per_minute",
    "silence_seconds",
    "silence_limit_seconds",
)


class StatusHandler(WorkspaceHandler):
    """Readiness, credentials by kind (never by value), limits, sessions."""

    _track_activity = False  # a page that asks now and then must not keep an idle server from being culled

    @allowed("read")
    async def get(self) -> None:
        """Look."""
        backend, config = self.services.backend, self.services.config
        infos = await backend.sessions(None)
        known = await backend.status()
        problem = known["claude"]["problem"]
        self.answer(
            {
                "server_id": self.services.server_id,
                "version": __version__,
                "demo": known["demo"],
                "ready": known["ready"],
                "claude": {**known["claude"], "problem": problem and problem.model_dump(mode="json")},
                "credentials": known["credentials"],
                "limits": {name: getattr(config, name) for name in LIMITS},
                "processes": known["processes"],
                "channels": len(self.services.channels),
                "sessions": await session_resources(infos, self.services),
            }
        )


class OpenApiHandler(WorkspaceHandler):
    """The description of this interface."""

    @allowed("read")
    async def get(self) -> None:
        """Send the file."""
        self.finish(OPENAPI.read_bytes(), set_content_type="application/yaml; charset=UTF-8")
