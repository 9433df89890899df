"""What a session can do with its notebook, wherever that is: handed down by whoever hosts notebooks.

All is called on the engine's loop. Paths are API paths as everywhere. A notebook is a dict as nbformat 4.5 has it, with
every source as one string and an id in every cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ..protocol.live import CellEdit

Where = Literal["live", "file"]
CellState = Literal["waiting", "running", "input", "ok", "error", "interrupted", "aborted", "changed", "lost"]
KernelAction = Literal["state", "interrupt", "restart"]


@dataclass(frozen=True)
class View:
    """A notebook as it is now. `kernel`: id of the kernel that it runs on; None: it has none."""

    path: str
    where: Where
    notebook: dict[str, Any]
    kernel: str | None


@dataclass(frozen=True)
class CellRun:
    """One cell, or a piece of scratch code (`cell` is None), in a run; times in milliseconds.

    `outputs` as nbformat has them. `prompt`: what code that waits for input asks, where `state` is "input". "lost": the
    kernel was restarted or died; "aborted": never begun, because one before it failed or the run was stopped;
    "changed": never begun, because its source was another when its turn came.
    """

    cell: str | None
    state: CellState
    outputs: list[dict[str, Any]] = field(default_factory=list)
    execution_count: int | None = None
    duration_ms: int | None = None
    prompt: str = ""


@dataclass(frozen=True)
class RunReport:
    """A run as it is now.

    `kernel` says what befell the kernel meanwhile: "restarted", "died", or nothing; `note` what else there is to say,
    such as that outputs could not be written into the notebook.
    """

    run: str
    over: bool
    where: Where
    cells: tuple[CellRun, ...]
    kernel: Literal["", "restarted", "died"] = ""
    note: str = ""


@dataclass(frozen=True)
class KernelState:
    """The kernel of a notebook.

    `state` as Jupyter names it (idle, busy, starting, restarting, dead); "none": there is no kernel.
    """

    kernel: str | None
    name: str
    language: str
    state: str


@dataclass(frozen=True)
class WantedPicture:
    """An output that only a browser draws: its place in its cell, its MIME types, and for how many seconds to wait."""

    place: int
    kinds: tuple[str, ...]
    wait: float


@dataclass(frozen=True)
class Drawn:
    """A picture: its type, and its data as base64."""

    kind: str
    data: str


class Notebooks(Protocol):
    """Where notebooks are.

    Everything may raise NotebookUnknown, CellUnknown, CellChanged, KernelMissing, NotebookUnsaved and RunUnknown.
    """

    async def read(self, path: str) -> View:
        """The notebook as it is now: of the page that has it open, else of the file."""

    async def edit(self, path: str, edits: Sequence[CellEdit]) -> View:
        """Do all of these or none, as one step of undo, and answer with the notebook as it is then."""

    async def run(self, path: str, cells: Sequence[tuple[str, str]], view: View | None = None) -> str:
        """Begin to run cells (id and the source that it must have), one after another; answers with the run's id.

        A notebook without a kernel is given the one that its metadata names. `view`: the notebook as it was read just
        now, which need not be done again then.
        """

    async def scratch(self, path: str, code: str) -> str:
        """Begin to run code that is in no cell, in the notebook's kernel, not kept in its history; the run's id."""

    async def report(self, run: str, seconds: float) -> RunReport:
        """A run, once it is over or asks for input, or after so many seconds. It is known for an hour after its end."""

    async def stop(self, run: str) -> RunReport:
        """Interrupt the kernel, and let the cells that have not begun be."""

    async def evaluate(self, path: str, code: str, seconds: float) -> list[dict[str, Any]]:
        """Run code silently (no history, no count, no output in the notebook), and answer with its outputs.

        Raises:
            KernelBusy: the kernel did not come to it in time.
        """

    async def kernel(self, path: str, action: KernelAction) -> KernelState:
        """Look at the kernel; interrupt or restart it first."""

    async def pictures(self, path: str, cell: str, wanted: Sequence[WantedPicture]) -> list[Drawn | None]:
        """What outputs of a cell look like in the page that has it open; None: it is not drawn, or is open nowhere."""
