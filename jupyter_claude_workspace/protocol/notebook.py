"""What frames carry of a notebook: changes of cells, runs, mentions, and what was sent of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Model

CellType = Literal["code", "markdown", "raw"]
# How much of a notebook's data Claude may be shown, each including the ones before it; see `notebook/privacy.py`.
Privacy = Literal["names", "schema", "aggregates", "sample", "full"]
RunPolicy = Literal["ask", "never", "ok"]
CellId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9_-]+$")]
MAX_SELECTION_CHARS = 100_000
Label = Annotated[str, Field(max_length=200, description="what panels call it; Claude is not told")]


class CellChange(Model):
    """One change of one cell, as it is proposed or as it was made.

    `before` is the cell's source without it (insert: empty), `source` the one with it (delete: empty).
    """

    action: Literal["insert", "replace", "delete", "move"]
    cell: str = Field(description="the cell's id; of an insertion: the id that it will have")
    cell_type: CellType = "code"
    before: str = ""
    source: str = ""
    after: str | None = Field(default=None, description="insert, move: the cell that it will follow; absent: the first")
    number: int | None = Field(default=None, description="the cell's place before all changes, from 1; insert: absent")
    after_number: int | None = Field(
        default=None,
        description="insert, move: the place of the cell that it will follow, before all changes; 0: the first",
    )


class ChangeVerdict(Model):
    """What a person decided about one change of a proposal."""

    change: int = Field(ge=0, description="its place in the question's `changes`, from 0")
    accept: bool
    source: str | None = Field(default=None, max_length=400_000, description="with `accept`: the source instead")
    message: str = Field(default="", max_length=20_000, description="words that go with a rejection")


class CellToRun(Model):
    """A cell that is about to run."""

    cell: str
    source: str
    policy: RunPolicy = "ask"
    last_ms: int | None = Field(default=None, description="how long it took the last time, where that is known")
    number: int | None = Field(default=None, description="its place in the notebook, from 1")


class CellMention(Model):
    """A cell goes along with a prompt: its source and its outputs."""

    kind: Literal["cell"]
    cell: CellId
    label: Label = ""


class SelectionMention(Model):
    """What a person has selected in a cell goes along with a prompt."""

    kind: Literal["selection"]
    cell: CellId
    text: str = Field(max_length=MAX_SELECTION_CHARS)
    label: Label = ""


class ErrorMention(Model):
    """A cell that failed goes along with a prompt: source, traceback, and the variables that it names."""

    kind: Literal["error"]
    cell: CellId
    label: Label = ""


class VariableMention(Model):
    """A variable of the kernel goes along with a prompt, described as far as the privacy setting allows."""

    kind: Literal["variable"]
    name: str = Field(min_length=1, max_length=200)


Mention = Annotated[CellMention | SelectionMention | ErrorMention | VariableMention, Field(discriminator="kind")]


class SentItem(Model):
    """One piece of the notebook's or the kernel's data that went to the model."""

    kind: Literal["outline", "source", "output", "image", "variable"]
    what: str = Field(description="the cell's id or the variable's name")
    chars: int = Field(description="its length; of an image: bytes")
    excerpt: str = Field(default="", description="how it begins, at most 300 characters; of an image: its media type")
