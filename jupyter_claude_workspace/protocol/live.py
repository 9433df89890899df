"""The live channel: between the server and one page in which notebooks are open. Nothing of it is kept.

The page says which notebooks it has open; the server calls, and the page does what is called in the open document,
through its shared model. One page is asked at a time; what is open nowhere is worked on as a file instead.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .base import Model
from .content import Problem
from .notebook import CellType

LIVE_VERSION = 1
MAX_LIVE_BYTES = 64 << 20  # a notebook with its pictures is one frame
CallName = Literal["read", "apply", "run", "save", "reload", "reveal", "pictures"]


class OpenNotebook(Model):
    """A notebook that is open in this page. `modified` is the time of the file when it was last read or written."""

    path: str = Field(max_length=4096)
    kernel: str | None = Field(default=None, max_length=200)
    active: bool = Field(default=False, description="it is the one in front, or was the last one")
    dirty: bool = False
    modified: str = ""
    collaborative: bool = False


class LiveHello(Model):
    """First frame of a page. `client`: its own id, random, the same after a reconnect.

    `calls`: after a reconnect, the calls that it still is at, or whose results it could not send before.
    """

    type: Literal["hello"]
    protocol: int = LIVE_VERSION
    client: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    calls: list[Annotated[str, Field(max_length=64)]] = Field(default=[], max_length=1000)


class LiveOpen(Model):
    """All notebooks that are open in this page; sent whenever that, or what is said of one, changes.

    `focused`: the person has just turned to this page or to another notebook in it; the last one counts.
    """

    type: Literal["open"]
    notebooks: list[OpenNotebook] = Field(max_length=500)
    focused: bool = False


class LiveResult(Model):
    """What came of a call."""

    type: Literal["result"]
    call: str
    ok: bool
    result: Any = None
    problem: Problem | None = None


class LiveRunning(Model):
    """A cell of a `run` was sent to the kernel, as this message."""

    type: Literal["running"]
    call: str
    cell: str
    msg_id: str = Field(max_length=200)


class LiveWaiting(Model):
    """Code of a notebook's cell asks the person for input; `prompt` is null when it does so no more."""

    type: Literal["waiting"]
    path: str = Field(max_length=4096)
    cell: str
    prompt: str | None = Field(default=None, max_length=10_000)


class LiveCall(Model):
    """Do something in an open notebook. Arguments and results: `LIVE.md` beside this file.

    `timeout_ms`: how long its result is waited for; 0: as long as it takes.
    """

    type: Literal["call"] = "call"
    call: str
    path: str
    name: CallName
    arguments: dict[str, Any]
    timeout_ms: int


class LiveCancel(Model):
    """Nobody waits for this call any more; what it did stays."""

    type: Literal["cancel"] = "cancel"
    call: str


class CellEdit(Model):
    """One step of `apply`. All steps of a call are done together, as one step of undo, or none is.

    `before` is the source that the cell must have (replace, delete; null: whichever). `whole` is a cell as nbformat has
    it, to be put back as it was; `outputs` and `execution_count` replace those of a code cell.
    """

    action: Literal["insert", "replace", "delete", "move", "outputs"]
    cell: str
    cell_type: CellType | None = None
    before: str | None = None
    source: str = ""
    after: str | None = None
    whole: dict[str, Any] | None = None
    outputs: list[dict[str, Any]] | None = None
    execution_count: int | None = None


LiveUp = Annotated[LiveHello | LiveOpen | LiveResult | LiveRunning | LiveWaiting, Field(discriminator="type")]
LiveDown = Annotated[LiveCall | LiveCancel, Field(discriminator="type")]
