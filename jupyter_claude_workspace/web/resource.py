"""A session as REST shows it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import SessionUnknown

if TYPE_CHECKING:
    from ..session.info import SessionInfo
    from .services import Services


async def session_resources(infos: Sequence[SessionInfo], services: Services) -> list[dict[str, Any]]:
    """The JSON of several sessions, with how much memory each holds."""
    held = await services.memory.of(info.pid for info in infos if info.pid is not None)
    return [session_resource(info, services, None if info.pid is None else held[info.pid]) for info in infos]


def session_resource(info: SessionInfo, services: Services, memory: int | None = None) -> dict[str, Any]:
    """The JSON of a session, with the paths under which it is reached. `memory` in bytes; None: not measured."""
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
        "memory": memory,
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
