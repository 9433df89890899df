"""The agent that is being made in a session: what Claude and the person wrote into it so far."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from ..agents.explain import expected
from ..agents.model import Agent
from ..protocol.base import Model
from ..protocol.content import DraftFields
from ..protocol.frames import AgentDraft

if TYPE_CHECKING:
    from .session import Session

LISTS = ("tools", "disallowed_tools", "starters")
TIDY_AFTER = 20  # drafts that were told while no turn ran: then the older ones are let go
EDITED = """
(From the panel, not typed by the person.) Since you last saw the draft, the person changed these fields by hand. Keep
what they wrote unless they ask otherwise:
"""
AT_FIRST = "(From the panel, not typed by the person.) The draft of the agent is now:\n"


class Replaced(Model):
    """The file that a save replaces without asking again."""

    name: str
    etag: str


class Kept(Model):
    """A draft as the store keeps it. `seen` is what Claude knows of it; None: nothing."""

    fields: DraftFields = Field(default_factory=DraftFields)
    seen: DraftFields | None = None
    replaces: Replaced | None = None

    @classmethod
    def of(cls, agent: Agent, etag: str) -> Kept:
        """A saved agent as the first draft of another version of it."""
        return cls(fields=fields_of(agent), replaces=Replaced(name=agent.name, etag=etag))


class Drafting:
    """Lives on the engine's loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        draft = session.record.draft
        self._kept = Kept.model_validate_json(draft) if draft else Kept()
        self._telling: DraftFields | None = None  # what the turn that runs tells Claude
        self._told = 0  # since the last turn

    @property
    def fields(self) -> DraftFields:
        """The draft as it is."""
        return self._kept.fields

    @property
    def replaces(self) -> Replaced | None:
        """The file that it came from, or that it was saved to."""
        return self._kept.replaces

    def edit(self, fields: DraftFields, by: Literal["claude", "person"] = "person") -> None:
        """Take over the fields that are given, keep the draft and tell it."""
        change = {key: getattr(fields, key) for key in fields.model_fields_set}
        self._keep(fields=self.fields.model_copy(update=change))
        self.publish(by)

    def publish(self, by: Literal["claude", "person"]) -> None:
        """Tell the draft as it is."""
        session = self._session
        session.publish(AgentDraft(fields=self.fields, by=by))
        self._told = 0 if session.turn is not None else self._told + 1
        if self._told >= TIDY_AFTER:
            self._told = 0
            session.around.store.end_turn(session.session_id, "")

    async def draft(self, given: dict[str, Any]) -> str:
        """Take over what Claude wrote, as far as it fits; what it is told of that, and of the person's changes."""
        self._has_read()
        edited = self._edited()
        taken, faults = read(given)
        self.edit(DraftFields(**taken), "claude")
        said = ["The draft is now:", _json(_all(self.fields))]
        if edited:
            said += ["Since you last saw it, the person changed by hand:", _json(edited)]
        if lost := [name for name in edited if name in taken and taken[name] != edited[name]]:
            said.append(f"Your call replaced what they wrote in: {', '.join(lost)}. Was that meant?")
        self._keep(seen=self.fields)
        return "\n".join([*said, *faults])

    def saved(self, agent: Agent, etag: str) -> None:
        """The draft is this file now."""
        before, fields = self.fields, fields_of(agent)
        self._keep(fields=fields, replaces=Replaced(name=agent.name, etag=etag))
        if _all(fields) != _all(before):
            self.publish("person")

    def overlooked(self, agent: Agent) -> str:
        """What the person changed, and Claude does not know, where it is otherwise in an agent; empty: nothing."""
        self._has_read()
        there, edited = _all(fields_of(agent)), self._edited()
        return _json(edited) if any(there[name] != value for name, value in edited.items()) else ""

    def propose(self, agent: Agent) -> None:
        """The draft is what Claude wants to save."""
        if _all(fields_of(agent)) != _all(self.fields):
            self.edit(fields_of(agent), "claude")
        self._keep(seen=self.fields)

    def tell(self) -> str:
        """What the person changed and Claude did not know until now; empty: nothing."""
        edited = self._edited()
        self._keep(seen=self.fields)
        return _json(edited) if edited else ""

    def addition(self, text: str) -> str:
        """What goes along with a prompt, so that Claude knows what the person changed; empty: nothing."""
        edited = self._edited()
        if not edited or text.lstrip().startswith("/"):  # a command is not for Claude
            return ""
        self._telling = self.fields
        return (AT_FIRST if self._kept.seen is None else EDITED.strip() + "\n") + _json(edited)

    def turn_over(self, *, answered: bool) -> None:
        """A turn ended: what went along with its prompt is known to Claude, unless it failed."""
        if answered:
            self._has_read()
        self._telling = None
        self._told = 0

    def forget(self) -> None:
        """Claude starts afresh, or from an earlier place: it is told the whole draft again."""
        if self._kept.seen is not None:
            self._keep(seen=None)

    def restored(self, fields: DraftFields) -> None:
        """The draft that was told last: the journal survives what the store's row may not."""
        if fields != self.fields:
            self._keep(fields=fields)

    def restored_file(self, name: str, etag: str) -> None:
        """The file that was told last to be saved."""
        if self.replaces != Replaced(name=name, etag=etag):
            self._keep(replaces=Replaced(name=name, etag=etag))

    # ── inside ──

    def _has_read(self) -> None:
        """Claude has the prompt of this turn, and what went along with it."""
        if self._telling is not None:
            self._keep(seen=self._telling)
            self._telling = None

    def _keep(self, **change: Any) -> None:
        self._kept = self._kept.model_copy(update=change)
        self._session.save(draft=self._kept.model_dump_json())

    def _edited(self) -> dict[str, Any]:
        """What Claude does not know."""
        now, seen = _all(self.fields), _all(self._kept.seen or DraftFields())
        return {name: value for name, value in now.items() if value != seen[name]}


def fields_of(agent: Agent) -> DraftFields:
    """A finished agent as a draft."""
    return DraftFields.model_validate(agent.model_dump(include=set(DraftFields.model_fields)))


def read(given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The fields that fit, and a sentence about each that does not."""
    taken: dict[str, Any] = {}
    faults: list[str] = []
    for name, raw in given.items():
        if name not in DraftFields.model_fields:
            faults.append(f"`{name[:60]}` was not taken: it is no field of an agent.")
            continue
        value = _listed(raw) if name in LISTS else raw
        try:
            taken[name] = getattr(DraftFields.model_validate({name: value}), name)
        except ValidationError:
            faults.append(f"`{name}` was not taken: it must be {expected(name)}.")
    return taken, faults


def _listed(raw: Any) -> Any:
    """A list, also where it was written as one text; of tools, `*` and `all` are no restriction."""
    if not isinstance(raw, str):
        return raw
    if raw.strip().lower() in ("", "*", "all"):
        return None
    parts = raw.splitlines() if "\n" in raw else raw.split(",")
    return [part.strip() for part in parts if part.strip()]


def _all(fields: DraftFields) -> dict[str, Any]:
    """Every field; an empty list and none are the same but for `tools`, where none means all."""
    values = fields.model_dump()
    return {name: value if value or name == "tools" else None for name, value in values.items()}


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1)
