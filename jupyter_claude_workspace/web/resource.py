"""A session as REST shows it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ..errors import SessionUnknown

if TYPE_CHECKING:
    from ..session.info import SessionInfo
    from .services import Services


def session_resource(info: SessionInfo, services: Services) -> dict[str, Any]:
    """The JSON of a session, with the paths under which it is reached."""
    found = {} if info.snippet is None else {"snippet": info.snippet}
    return {
        "session_id": info.session_id,
        "context": info.context,
        "notebook": info.notebook,
        "title": info.title,
        "state": info.state,
        "settings": info.settings.model_dump(mode="json"),
        "created": info.created,
        "modified": info.modified,
        "turns": info.turns,
        **found,
        "queued": info.queued,
        "questions": info.questions,
        "process": info.process,
        "pid": info.pid,
        "socket_url": services.url(f"api/sessions/{info.session_id}/channel"),
        "page_url": services.url(f"workspace?session={info.session_id}"),
    }


def session_id_of(text: str) -> str:
    """A session id from a URL.

    Raises:
        SessionUnknown: it is no UUID in its usual spelling, so no session has it.
    """
    try:
        if str(uuid.UUID(text)) == text:
            return text
    except ValueError:
        pass
    raise SessionUnknown("There is no such session.", remedy="It may have been ended. Start a new one.")
