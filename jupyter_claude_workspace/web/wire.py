"""What our WebSockets have in common: who they are guarded by, how they are kept alive, and how they end."""

from __future__ import annotations

from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketHandler

from .auth import Guarded
from .services import Services, services_of

POLICY = 1008
TOO_LARGE = 1009
BROKEN = 1011
COME_BACK = 1013
BURST_SECONDS = 10
PING_SECONDS = 30.0
ACTIVITY = "claude_workspace_last_activity"  # Jupyter's cullers look at every setting that ends like this


class Wire(Guarded, WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Tornado pings, by the two properties; Jupyter's mixin, which `open` would start, would in milliseconds."""

    @property
    def services(self) -> Services:
        """What all handlers share."""
        return services_of(self.settings)

    @property
    def ping_interval(self) -> float:
        """Seconds between pings: as the administrator set it for the server's sockets, else 30."""
        return float(self.settings.get("websocket_ping_interval") or PING_SECONDS)

    @property
    def ping_timeout(self) -> float:
        """Seconds that the answer to a ping may take before the connection counts as dead."""
        return float(self.settings.get("websocket_ping_timeout") or self.ping_interval)

    def set_default_headers(self) -> None:
        """None: the answer to an upgrade takes none of them."""

    def get_compression_options(self) -> dict[str, Any] | None:
        """Off, unless the administrator turned it on for all of Jupyter's sockets.

        Frames are small and mostly cross a loopback or a local network, while each compressed socket holds some 300 kB
        of zlib state and costs the server's one thread time that other sessions wait for.
        """
        options: dict[str, Any] | None = self.settings.get("websocket_compression_options")
        return options
