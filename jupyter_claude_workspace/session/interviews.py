"""Sessions in which an agent is made, and those in which its draft is tried: one at a time for each."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BadRequest, SessionLocked
from .beginning import trial
from .info import SessionInfo
from .lock import SessionLock
from .role import Role
from .session import Session
from .store import Store

if TYPE_CHECKING:
    from ..agents.entry import AgentEntry
    from ..protocol.content import DraftFields
    from .registry import Registry


class Interviews:
    """Lives on the engine's loop."""

    def __init__(self, registry: Registry, store: Store, root: str, locks: Path) -> None:
        self._registry = registry
        self._store = store
        self._root = root
        self._locks = locks
        self._trying = asyncio.Lock()

    async def save(self, session_id: str, expect: str | None) -> AgentEntry:
        """Save the agent that is made in a session; raises SessionUnknown, BadRequest, and as `Saving.by_person`."""
        return await (await self._interview(session_id)).saving.by_person(expect)

    async def draft(self, session_id: str) -> DraftFields:
        """The agent that is made in a session, as far as it is; raises SessionUnknown, BadRequest."""
        return (await self._interview(session_id)).drafting.fields

    async def try_draft(self, session_id: str, user: str, model: str | None) -> tuple[SessionInfo, list[str]]:
        """A session that runs as the draft is now, and the ids of those that tried it before, which are ended.

        Raises:
            SessionUnknown: there is no such session.
            BadRequest: no agent is made in it.
            AgentInvalid: the draft cannot run yet.
            TooManySessions: there is no room.
        """
        interview = await self._interview(session_id)
        record = interview.record
        begun = trial(interview.drafting.fields, session_id, model)
        async with self._trying:
            ended = await self.end_trials(session_id)
            session = await self._registry.create(record.notebook, record.directory, "agent-try", user, begun)
        session.warm()
        return session.info(), ended

    async def end_trials(self, interview: str) -> list[str]:
        """End the sessions in which a session's draft was tried; returns their ids."""
        return [await self._end(name) for name, role in await self._trials() if role.interview == interview]

    async def end_left(self) -> None:
        """End those that an earlier server left, and no living one has."""
        for name, _ in await self._trials():
            lock = SessionLock(self._locks, name)
            try:
                lock.acquire()
            except SessionLocked:
                continue
            lock.release()
            await self._end(name)

    async def _end(self, name: str) -> str:
        await self._registry.end(name)
        return name

    async def _trials(self) -> list[tuple[str, Role]]:
        stored = await asyncio.wrap_future(self._store.of_root(self._root))
        tried = [record for record in stored if record.context == "agent-try"]
        return [(record.session_id, Role.read(record.agent) or Role()) for record in tried]

    async def _interview(self, session_id: str) -> Session:
        session = await self._registry.session(session_id)
        if session.record.context != "agent-create":
            raise BadRequest("No agent is made in this session.")
        return session
