"""What a new session begins as: as an agent, or with the draft of one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..agents.model import NAME
from ..config import ClaudeWorkspace
from ..errors import BadRequest
from ..protocol.content import Context, DraftFields, Settings
from .agents import found, there
from .configuring import cast
from .drafting import Kept
from .neighbours import Neighbours
from .record import StoredSession
from .role import Role
from .saving import whole


@dataclass(frozen=True)
class Beginning:
    """`role` and `draft` are None where there is none."""

    settings: Settings
    role: Role | None = None
    draft: Kept | None = None
    title: str = ""


async def beginning(context: Context, agent: str | None, model: str | None, neighbours: Neighbours) -> Beginning:
    """How a session begins for which an agent may be named: to run as it, or to make another version of it.

    Raises:
        AgentUnknown: there is no such agent.
        AgentInvalid: its file cannot be used.
        AgentUnreviewed: it would run, and this person neither made nor accepted it as it is.
        BadRequest: sessions of this context are not opened like this.
    """
    if context == "agent-try":
        raise BadRequest("A draft is tried from the session in which it is made.", remedy="Use api/sessions/{id}/try.")
    settings = Settings(model=model)
    if agent is None:
        return Beginning(settings)
    seen = await asyncio.to_thread(neighbours.look)
    if context == "workspace":
        return _as(found(seen, agent), settings)
    entry = there(seen, agent)
    return Beginning(settings, draft=Kept.of(entry.usable(), entry.etag), title=f"Agent {agent}")


def trial(fields: DraftFields, interview: str, model: str | None) -> Beginning:
    """How a session begins in which a draft is tried; raises AgentInvalid where it cannot run yet."""
    given = fields.model_dump()
    if not NAME.fullmatch(given["name"] or ""):
        given["name"] = "draft"
    agent = whole({**given, "description": given["description"] or "An agent that is being made."})
    begun = _as(Role(agent=agent, interview=interview), Settings(model=model))
    return Beginning(begun.settings, role=begun.role, title=f"Trying {agent.name}")


def _as(role: Role, settings: Settings) -> Beginning:
    change = cast(settings, None, role, settings.model)
    return Beginning(settings.model_copy(update=change), role=role)


def as_before(settings: Settings, earlier: Sequence[StoredSession], config: ClaudeWorkspace) -> Settings:
    """With what Claude may see as in the newest of the notebook's conversations, which come newest first."""
    last = next((record.settings for record in earlier if record.context != "agent-create"), None)
    kept = {"privacy": config.privacy} if last is None else {"privacy": last.privacy, "sealed": last.sealed}
    return settings.model_copy(update=kept)
