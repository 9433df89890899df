"""Every route of ours, below the server's base URL."""

from __future__ import annotations

from tornado.web import RequestHandler

from .files import FilesHandler
from .inquiries import ContextHandler, OffersHandler
from .page import PageHandler
from .sessions import CreateSessionHandler, SessionHandler, SessionsHandler, TicketHandler
from .socket import Channel
from .status import OpenApiHandler, StatusHandler
from .transcript import TranscriptHandler

_SESSION = r"claude-workspace/api/sessions/([^/]+)"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"claude-workspace/api/agents/create-session", CreateSessionHandler),
    (r"claude-workspace/api/sessions", SessionsHandler),
    (_SESSION, SessionHandler),
    (_SESSION + "/transcript", TranscriptHandler),
    (_SESSION + "/offers", OffersHandler),
    (_SESSION + "/context", ContextHandler),
    (_SESSION + "/files", FilesHandler),
    (_SESSION + "/ticket", TicketHandler),
    (_SESSION + "/channel", Channel),
    (r"claude-workspace/api/status", StatusHandler),
    (r"claude-workspace/api/openapi.yaml", OpenApiHandler),
    (r"claude-workspace/workspace", PageHandler),
]
