"""What the handlers share."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from ..config import ClaudeWorkspace
from ..host.hosting import Hosting
from .backend import Backend
from .channels import Channels
from .listing import Listing
from .memory import Memory
from .rate import TokenBucket
from .tickets import Tickets

SETTING = "claude_workspace"  # key in the web application's settings


@dataclass
class Services:
    """One per server."""

    config: ClaudeWorkspace
    backend: Backend
    hosting: Hosting
    base_url: str
    static_url: str
    server_id: str = field(default_factory=lambda: secrets.token_hex(16))
    channels: Channels = field(default_factory=Channels)
    lives: Channels = field(default_factory=Channels)
    listing: Listing = field(default_factory=Listing)
    memory: Memory = field(default_factory=Memory)
    tickets: Tickets = field(init=False)
    connections: TokenBucket = field(init=False)
    looks: TokenBucket = field(init=False)

    def __post_init__(self) -> None:
        self.tickets = Tickets(self.config.ticket_seconds)
        per_minute = self.config.connections_per_minute
        self.connections = TokenBucket(per_minute / 60, per_minute)
        looks = self.config.looks_per_minute
        self.looks = TokenBucket(looks / 60, looks)

    def url(self, path: str) -> str:
        """A path of ours under the server's base URL."""
        return f"{self.base_url}claude-workspace/{path}"


def services_of(settings: dict[str, Any]) -> Services:
    """The services of the server that a handler runs in."""
    found: Services = settings[SETTING]
    return found
