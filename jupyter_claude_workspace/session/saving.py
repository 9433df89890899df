"""Saving the agent that is being made: by Claude, after the person's yes, or by the person."""

from __future__ import annotations

import asyncio
import posixpath
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ..agents.accepted import Accepted
from ..agents.explain import explain
from ..agents.model import SUFFIX, Agent
from ..agents.store import AgentFolder
from ..claude.events import AskRequest, Verdict
from ..errors import AgentChanged, AgentInvalid, AgentUnknown, AgentUnsaved, NotAllowed, WorkspaceError
from ..protocol.content import DraftFields
from ..protocol.frames import AgentSaved
from ..tools.names import DRAFT_AGENT, SAVE_AGENT

if TYPE_CHECKING:
    from ..agents.entry import AgentEntry
    from .session import Session


class Saving:
    """Lives on the engine's loop; what touches files does so beside it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._confirmed: str | None = None  # the turn in which the person said yes to a save that has not begun yet

    async def ask(self, request: AskRequest) -> Verdict:
        """Ask the person what Claude Code asks; drafting needs no question, and saving one that says what it does."""
        if self._session.record.context != "agent-create" or request.name not in (DRAFT_AGENT, SAVE_AGENT):
            return await self._session.gate.ask(request)
        if request.name == DRAFT_AGENT:
            return Verdict(allow=True)
        try:
            agent, expect = await self._wanted(request.input)
        except WorkspaceError:
            return Verdict(allow=True)  # nothing to ask about: the tool itself says what is wrong
        if self._session.drafting.overlooked(agent):
            return Verdict(allow=True)
        verdict = await self._asked(request, agent, expect)
        self._confirmed = self._turn() if verdict.allow else None
        return verdict

    async def by_claude(self, given: dict[str, Any]) -> str:
        """Save what Claude was allowed to; what it is told.

        Raises:
            WorkspaceError: it cannot be saved, or the person said no.
        """
        drafting = self._session.drafting
        confirmed, self._confirmed = self._confirmed == self._turn(), None
        agent, expect = await self._wanted(given)
        if not confirmed and (edited := drafting.overlooked(agent)):
            drafting.tell()
            raise AgentInvalid(
                f"Nothing was saved: since you last saw the draft, the person changed by hand:\n{edited}",
                remedy="Keep what they wrote, unless they ask otherwise, and save again.",
            )
        if not confirmed:  # a mode or a rule in which Claude Code does not ask: a file is still the person's to allow
            verdict = await self._asked(AskRequest(tool="", name=SAVE_AGENT, input=given), agent, expect)
            if not verdict.allow:
                raise NotAllowed(verdict.message)
            if verdict.input is not None:
                agent, expect = await self._wanted(verdict.input)
        entry = await self._write(agent, expect)
        said = f"Saved as {entry.name}{SUFFIX} next to the notebook. The person can use it there from now on."
        edited = drafting.tell()
        return f"{said} Before that, they edited it; now it has:\n{edited}" if edited else said

    async def by_person(self, expect: str | None) -> AgentEntry:
        """Save the draft; `expect` is the etag of the file that it replaces, None: there is none.

        Raises:
            AgentInvalid: the draft is no whole agent yet.
            AgentChanged: the file is another; its `yours` and `theirs` are in the details.
            AgentUnsaved: the system refused.
        """
        return await self._write(whole(self._session.drafting.fields.model_dump()), expect)

    # ── inside ──

    async def _asked(self, request: AskRequest, agent: Agent, expect: str | None) -> Verdict:
        self._session.drafting.propose(agent)
        notebook = posixpath.basename(self._session.record.notebook)
        title = f"{'Save' if expect is None else 'Replace'} the agent {agent.name} next to {notebook}"
        return await self._session.gate.ask(replace(request, title=title, rules=()))

    async def _wanted(self, given: dict[str, Any]) -> tuple[Agent, str | None]:
        """The agent that Claude wants to save, and the file that it may replace."""
        agent, replaces = whole(given), self._session.drafting.replaces
        over = given.get("replace") is True
        if replaces is not None and replaces.name == agent.name and not over:
            return agent, replaces.etag
        try:
            there = await asyncio.to_thread(self._folder().entry, agent.name)
        except AgentUnknown:
            return agent, None
        if not over:
            raise AgentChanged(
                f"There is an agent named {agent.name} next to the notebook already; nothing was saved.",
                theirs=there,
                remedy="Ask the person: another name, or replace it? To replace it, call again with `replace`: true.",
            )
        return agent, there.etag

    async def _write(self, agent: Agent, expect: str | None) -> AgentEntry:
        session = self._session
        entry = await asyncio.to_thread(_save, self._folder(), session.around.accepted, agent, expect)
        session.drafting.saved(entry.usable(), entry.etag)
        path = posixpath.join(posixpath.dirname(session.record.notebook), entry.name + SUFFIX)
        session.publish(AgentSaved(name=entry.name, path=path, etag=entry.etag))
        return entry

    def _turn(self) -> str:
        turn = self._session.turn
        return turn.turn if turn else ""

    def _folder(self) -> AgentFolder:
        return AgentFolder(Path(self._session.record.directory))


def whole(fields: dict[str, Any]) -> Agent:
    """The agent that these fields are.

    Raises:
        AgentInvalid: a field is missing or wrong; the text names it.
    """
    known = {name: fields[name] for name in DraftFields.model_fields if fields.get(name) is not None}
    try:
        return Agent.model_validate(known)
    except ValidationError as error:
        text, remedy = explain(error)
        raise AgentInvalid(f"The draft is not whole yet: {text}", remedy=remedy) from error


def _save(folder: AgentFolder, accepted: Accepted, agent: Agent, expect: str | None) -> AgentEntry:
    try:
        accepted.add(agent)  # whoever saves it has accepted it
    except OSError as error:
        raise AgentUnsaved(
            f"The agent {agent.name} was not saved: {error.strerror or error}.",
            remedy="Make room on the disk of your home folder, then save again.",
        ) from error
    return folder.save(agent, expect=expect)
