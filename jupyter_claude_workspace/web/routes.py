"""Every route of ours, below the server's base URL."""

from __future__ import annotations

from tornado.web import RequestHandler

from .agent_files import ExportHandler, ImportHandler
from .agents import AcceptHandler, AgentHandler, AgentSchemaHandler, AgentsHandler, NewAgentHandler
from .drafts import SaveDraftHandler, TryDraftHandler
from .files import FilesHandler
from .inquiries import ContextHandler, OffersHandler
from .live import Live, LiveTicketHandler
from .mentions import MentionsHandler, PreviewHandler
from .page import PageHandler
from .sessions import SessionHandler, SessionsHandler, TicketHandler
from .socket import Channel
from .status import OpenApiHandler, StatusHandler
from .timeline import RestoreHandler, SnapshotHandler, TimelineHandler, UndoHandler
from .transcript import TranscriptHandler

_AGENT = r"claude-workspace/api/agents/([^/]+)"
_SESSION = r"claude-workspace/api/sessions/([^/]+)"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"claude-workspace/api/agents", AgentsHandler),
    (r"claude-workspace/api/agents/create-session", NewAgentHandler),
    (_AGENT, AgentHandler),
    (_AGENT + "/accept", AcceptHandler),
    (_AGENT + "/export", ExportHandler),
    (r"claude-workspace/api/agent-files/import", ImportHandler),
    (r"claude-workspace/api/agents-schema.json", AgentSchemaHandler),
    (r"claude-workspace/api/sessions", SessionsHandler),
    (_SESSION, SessionHandler),
    (_SESSION + "/transcript", TranscriptHandler),
    (_SESSION + "/offers", OffersHandler),
    (_SESSION + "/context", ContextHandler),
    (_SESSION + "/files", FilesHandler),
    (_SESSION + "/mentions", MentionsHandler),
    (_SESSION + "/mentions/preview", PreviewHandler),
    (_SESSION + "/timeline", TimelineHandler),
    (_SESSION + r"/timeline/([^/]+)", SnapshotHandler),
    (_SESSION + r"/timeline/([^/]+)/restore", RestoreHandler),
    (_SESSION + r"/turns/([^/]+)/undo", UndoHandler),
    (_SESSION + "/agent", SaveDraftHandler),
    (_SESSION + "/try", TryDraftHandler),
    (_SESSION + "/ticket", TicketHandler),
    (_SESSION + "/channel", Channel),
    (r"claude-workspace/api/live", Live),
    (r"claude-workspace/api/live/ticket", LiveTicketHandler),
    (r"claude-workspace/api/status", StatusHandler),
    (r"claude-workspace/api/openapi.yaml", OpenApiHandler),
    (r"claude-workspace/workspace", PageHandler),
]
