"""The bodies that REST routes accept."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..protocol.content import Context
from ..protocol.notebook import Mention

NotebookPath = Annotated[str, Field(min_length=1, max_length=4096)]


class Body(BaseModel):
    """Closed: an unknown key is refused by name. Strict: a number is no text."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CreateSession(Body):
    """`POST api/agents/create-session`."""

    notebook: NotebookPath
    context: Context = "agent-create"
    agent: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    model: str | None = Field(default=None, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@\[\]-]*$")


class OpenSession(Body):
    """`POST api/sessions`."""

    notebook: NotebookPath | None = None
    kernel: str | None = Field(default=None, min_length=1, max_length=200, description="id of the notebook's kernel")
    context: Context = "workspace"
    new: bool = False

    @model_validator(mode="after")
    def _one_of_two(self) -> OpenSession:
        if (self.notebook is None) == (self.kernel is None):
            raise ValueError("name either the notebook or its kernel")
        return self


class ImportAgent(Body):
    """`POST api/agent-files/import`."""

    filename: str = Field(min_length=1, max_length=255, description="which tells its form; no path")
    text: str = Field(max_length=1 << 20)


class PreviewMentions(Body):
    """`POST api/sessions/{id}/mentions/preview`."""

    mentions: list[Mention] = Field(max_length=50)


class UndoTurn(Body):
    """`POST api/sessions/{id}/turns/{turn}/undo`."""

    redo: bool = False


class RestoreSnapshot(Body):
    """`POST api/sessions/{id}/timeline/{snapshot}/restore`: there is nothing to say."""


class ChangeSession(Body):
    """`PATCH api/sessions/{id}`."""

    title: str = Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="one line; empty: no title")
