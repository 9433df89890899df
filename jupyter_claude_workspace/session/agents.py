"""The agents of one session: which it runs as, and to which it may delegate."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..agents.model import Agent
from ..errors import AgentUnknown, AgentUnreviewed
from ..protocol.frames import Notice
from .role import Role

if TYPE_CHECKING:
    from ..agents.entry import AgentEntry
    from .neighbours import Seen
    from .session import Session

CHANGED = "agent_changed"


class Agents:
    """Lives on the engine's loop; what reads files does so beside it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.role = Role.read(session.record.agent)
        self._given: dict[str, Agent] = {}  # to the process that runs, to delegate to
        self._told = ""  # the state of the agent's file that was told last, in its etag

    @property
    def agent(self) -> Agent | None:
        """The agent that it runs as."""
        return None if self.role is None else self.role.agent

    async def find(self, name: str) -> Role:
        """An agent of the folder, to run as.

        Raises:
            AgentUnknown: there is none of this name.
            AgentInvalid: its file cannot be used.
            AgentUnreviewed: this person neither made nor accepted it as it is.
        """
        return found(await self._look(), name)

    def take(self, role: Role) -> None:
        """Run as another agent, or as none, from the next start of the process on."""
        self.role = role
        self._session.save(agent=role.model_dump_json())
        if self._told:
            self._told = ""
            self._session.publish(Notice(code=CHANGED, over=True))

    async def to_give(self) -> dict[str, Agent]:
        """All that the next process is given: those that this person accepted, and what the session runs as."""
        if self._session.record.context == "agent-create":
            return {}
        self._given = dict((await self._look()).accepted)
        return self._given if self.agent is None else {**self._given, self.agent.name: self.agent}

    async def outdated(self) -> bool:
        """Look at the files: say where that of its own agent changed, and whether the process lacks news of others."""
        if self._session.record.context == "agent-create":
            return False
        seen = await self._look()
        if self.role is not None and self.role.agent is not None and not self.role.interview:
            self._tell(self.role, self.role.agent.name, seen.entries)
        return dict(seen.accepted) != self._given

    # ── inside ──

    async def _look(self) -> Seen:
        neighbours = self._session.around.neighbours(Path(self._session.record.directory))
        return await asyncio.to_thread(neighbours.look)

    def _tell(self, role: Role, name: str, entries: Mapping[str, AgentEntry]) -> None:
        etag = entries[name].etag if name in entries else "-"
        if etag == role.etag:
            if self._told:
                self._told = ""
                self._session.publish(Notice(code=CHANGED, over=True))
            return
        if etag == self._told:
            return
        self._told = etag
        what, remedy = ("changed", "Reload the agent.") if name in entries else ("deleted", "Choose another agent.")
        text = f"The agent {name} was {what}. This conversation goes on as it was before."
        self._session.publish(Notice(code=CHANGED, level="info", text=text, remedy=remedy))


def found(seen: Seen, name: str) -> Role:
    """An agent among those that were seen; raises as `Agents.find`."""
    entry = there(seen, name)
    agent = entry.usable()
    if seen.accepted.get(agent.name) != agent:
        raise AgentUnreviewed(
            f"The agent {name} was not looked at here, as it is now.",
            remedy="Look at its prompt and its tools, and accept it; then use it.",
        )
    return Role(agent=agent, etag=entry.etag)


def there(seen: Seen, name: str) -> AgentEntry:
    """The file of an agent among those that were seen; raises AgentUnknown."""
    entry = seen.entries.get(name)
    if entry is None:
        raise AgentUnknown(f"There is no agent named {name} next to this notebook.", remedy="Choose one that is there.")
    return entry
