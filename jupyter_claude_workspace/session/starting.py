"""How a session's process comes to be: with which conversation, as what, and with which tools."""

from __future__ import annotations

import asyncio
import importlib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ClaudeFailed
from ..protocol.frames import Notice
from ..tools.names import AGENT_BUILDER, NOTEBOOK
from .role import definition
from .surroundings import Surroundings

if TYPE_CHECKING:
    from ..claude.options import ProcessSpec
    from ..claude.process import ClaudeProcess
    from .session import Session

GONE = "Claude Code does not have this part of the conversation any more."
# They import the SDK, which takes most of a second: once, and beside the loop.
PROCESS = "jupyter_claude_workspace.claude.process"
BUILDER = "jupyter_claude_workspace.tools.agent_builder"
TOOLS = "jupyter_claude_workspace.tools.notebook"


async def started(session: Session, around: Surroundings, lost: Callable[[str], None]) -> ClaudeProcess:
    """A process that is ready; `lost` hears why where it ends by itself.

    Raises:
        WorkspaceError: it does not start.
    """
    async with around.starts:
        await _follow(session, around)
        module = await asyncio.to_thread(importlib.import_module, PROCESS)
        for attempt in (1, 2):
            resume = await asyncio.to_thread(around.conversation, session.record.claude_session)
            launch = await asyncio.to_thread(around.launch, session.session_id)
            process: ClaudeProcess = module.ClaudeProcess(
                await _spec(session, resume=resume, allow_bypass=around.bypass),
                launch,
                deliver=session.deliver,
                ask=session.ask,
                forbidden=session.forbidden,
                lost=lost,
                log=around.log,
            )
            try:
                await process.start(around.config.start_timeout)
            except ClaudeFailed as error:
                if error.code != "conversation_gone" or attempt == 2:
                    raise
                session.adopt(str(uuid.uuid4()))
                _tell_gone(session, error.text)
                continue
            if resume and session.agents.role is not None and session.settings.model is None:
                await process.set_model(None)  # else it goes on with the model that an agent asked for
            await _check(session, process)
            return process
    raise AssertionError("unreachable: the second attempt returns or raises")


async def _follow(session: Session, around: Surroundings) -> None:
    """Find or make the conversation of Claude Code's that ends where ours goes on."""
    if not session.stray():
        return
    head = session.branches.head
    way = session.branches.way(head)
    found: str | None = way.same
    if not found:
        found = await asyncio.to_thread(around.branch, way.points)
    session.save(claude_session=found or str(uuid.uuid4()), stands=head or "")
    if way.points and not found:
        _tell_gone(session, GONE)


async def _spec(session: Session, *, resume: bool, allow_bypass: bool) -> ProcessSpec:
    options = await asyncio.to_thread(importlib.import_module, "jupyter_claude_workspace.claude.options")
    record, agents = session.record, session.agents
    given = await agents.to_give()
    spec: ProcessSpec = options.ProcessSpec(
        session_id=record.session_id,
        context=record.context,
        notebook=record.notebook,
        directory=Path(record.directory),
        settings=session.settings,
        claude_session=record.claude_session,
        resume=resume,
        allow_bypass=allow_bypass,
        agent=agents.agent.name if agents.agent else None,
        agents={name: definition(agent) for name, agent in given.items()},
        max_turns=agents.agent.max_turns if agents.agent else None,
        # Else the CLI would go on with the system prompt that the conversation had before.
        keep_prompt=agents.role is None,
        servers=await _servers(session),
    )
    return spec


async def _servers(session: Session) -> dict[str, Any]:
    """The tools of our own that it has."""
    if session.work.hosted:
        module = await asyncio.to_thread(importlib.import_module, TOOLS)
        return {NOTEBOOK: module.notebook_server(session.work.tools())}
    if session.record.context != "agent-create":
        return {}
    module = await asyncio.to_thread(importlib.import_module, BUILDER)
    return {AGENT_BUILDER: module.agent_builder(session.drafting.draft, session.saving.by_claude)}


async def _check(session: Session, process: ClaudeProcess) -> None:
    """The CLI ignores in silence an agent that it does not have."""
    agent = session.agents.agent
    if agent is not None and agent.name not in (await process.offers()).agents:
        text = f"Claude Code did not take the agent {agent.name}: this conversation runs without it."
        session.publish(Notice(code="agent_ignored", level="error", text=text, remedy="Look at the agent's file."))


def _tell_gone(session: Session, text: str) -> None:
    session.drafting.forget()
    session.work.forget()
    session.publish(Notice(code="conversation_gone", level="warning", text=text, remedy="Claude starts afresh."))
