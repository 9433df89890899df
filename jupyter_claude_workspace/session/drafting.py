"""The agent that is being made in a session: what Claude and the person wrote into it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..protocol.content import DraftFields
from ..protocol.frames import AgentDraft

if TYPE_CHECKING:
    from .session import Session


class Drafting:
    """Lives on the engine's loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        draft = session.record.draft
        self.fields = DraftFields.model_validate_json(draft) if draft else DraftFields()

    def edit(self, fields: DraftFields, by: Literal["claude", "person"] = "person") -> None:
        """Take over the fields that are given, keep the draft and tell it."""
        change = {key: getattr(fields, key) for key in fields.model_fields_set}
        self.fields = self.fields.model_copy(update=change)
        self._session.save(draft=self.fields.model_dump_json())
        self._session.publish(AgentDraft(fields=self.fields, by=by))
