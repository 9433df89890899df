"""Changing what a session runs with: its model, effort, mode and agent, and what Claude may see."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import BadRequest, NotAllowed
from ..protocol.content import Settings
from ..protocol.frames import Configure
from .role import Role, own_model

if TYPE_CHECKING:
    from .session import Session


async def configure(session: Session, frame: Configure) -> None:
    """Do what the frame asks; all of it or nothing.

    Raises:
        NotAllowed: the mode is not allowed here.
        AgentUnknown: there is no such agent next to the notebook.
        AgentInvalid: its file cannot be used.
        AgentUnreviewed: this person neither made nor accepted it as it is.
        BadRequest: the session does not choose an agent.
    """
    given = frame.model_fields_set
    if frame.mode == "bypassPermissions" and not session.around.bypass:
        raise NotAllowed("Running tools without asking is not allowed on this server.")
    change: dict[str, Any] = {}
    if "agent" in given:
        role = await _role(session, frame.agent)
        change = cast(session.settings, session.agents.role, role, session.around.config.model or None)
        session.agents.take(role)
    change |= {key: getattr(frame, key) for key in ("model", "effort") if key in given}
    change |= {key: getattr(frame, key) for key in ("privacy", "sealed") if getattr(frame, key) is not None}
    if frame.mode is not None:
        change["mode"] = frame.mode
        session.changing += 1  # what the process says of its mode until then is of before
    session.configured(session.settings.model_copy(update=change))
    session.driver.do(partial(session.driver.configure, frame))


def cast(settings: Settings, before: Role | None, after: Role, model: str | None) -> dict[str, Any]:
    """The settings that change with an agent: its model and effort hold, until the person chooses others.

    `model` is the one of a conversation for which nobody chose one.
    """
    old, new = before.agent if before else None, after.agent
    change: dict[str, Any] = {"agent": new.name if new else None}
    if wanted := own_model(new):
        change["model"] = wanted
    elif own_model(old) and settings.model == own_model(old):
        change["model"] = model
    if new and new.effort:
        change["effort"] = new.effort
    elif old and old.effort and settings.effort == old.effort:
        change["effort"] = None
    return change


async def _role(session: Session, name: str | None) -> Role:
    if session.record.context != "workspace":
        raise BadRequest("In this session an agent is made or tried.", remedy="Choose it in the notebook's own.")
    return Role() if name is None else await session.agents.find(name)
