"""What of the notebook a person may mention, as the composer completes it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ...errors import KernelBusy, WorkspaceError
from ...notebook.access import View
from ...notebook.levels import LEVELS
from ...notebook.variables import HIDDEN_KINDS, Variable
from ...protocol.notebook import Privacy

if TYPE_CHECKING:
    from .work import NotebookWork

MOST = 30
KERNEL_SECONDS = 1.0
# One look serves all that is typed meanwhile: else each key would find the kernel busy with the last.
FRESH_SECONDS = 2.0
# A kernel whose cell just ended is idle for Jupyter a moment later.
GRACE_SECONDS = 0.2
MOST_LINE = 80  # characters

_LISTINGS: WeakKeyDictionary[NotebookWork, tuple[float, asyncio.Task[tuple[Variable, ...]]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class MentionableCell:
    """A cell: its id, its place from 1 on, its count where it ran, its first line, and the name of its error."""

    cell: str
    place: int
    count: int | None
    line: str
    error: str | None


@dataclass(frozen=True)
class MentionableVariable:
    """A variable of the kernel: its type, and its shape or length in words."""

    name: str
    type: str
    about: str


@dataclass(frozen=True)
class Mentionables:
    """`busy`: the kernel works, so that its variables are not known."""

    cells: tuple[MentionableCell, ...] = ()
    variables: tuple[MentionableVariable, ...] = ()
    busy: bool = False


async def mentionable(work: NotebookWork, query: str) -> Mentionables:
    """What fits what is written. Of a notebook that cannot be read, and of a kernel that works, nothing."""
    try:
        view = await work.view()
    except WorkspaceError:
        return Mentionables()
    try:
        variables, busy = await _variables(work, query), False
    except WorkspaceError as error:
        variables, busy = (), isinstance(error, KernelBusy)
    return Mentionables(cells=cells_in(view, query), variables=variables, busy=busy)


async def _variables(work: NotebookWork, query: str) -> tuple[MentionableVariable, ...]:
    """The person's variables whose names hold what is written, those that begin with it first.

    Raises:
        KernelBusy: the kernel works; it is not kept waiting.
        KernelMissing: there is none.
    """
    started, listing = _LISTINGS.get(work, (0.0, None))
    if listing is None or started < monotonic() - FRESH_SECONDS:
        listing = asyncio.create_task(_listed(work))
        _LISTINGS[work] = (monotonic(), listing)
    written = query.lower()
    named = [
        each
        for each in await asyncio.shield(listing)
        if each.family not in HIDDEN_KINDS and written in each.name.lower()
    ]
    named.sort(key=lambda each: (not each.name.lower().startswith(written), each.name.lower()))
    return tuple(MentionableVariable(name=each.name, type=each.type, about=each.shape) for each in named[:MOST])


async def _listed(work: NotebookWork) -> tuple[Variable, ...]:
    if not await _idle(work):
        await asyncio.sleep(GRACE_SECONDS)
        if not await _idle(work):
            raise KernelBusy("The kernel works.")
    level: Privacy = min(work.session.settings.privacy, "schema", key=LEVELS.index)
    return (await work.looking.variables(level, None, KERNEL_SECONDS)).found


async def _idle(work: NotebookWork) -> bool:
    state = await work.notebooks.kernel(work.path, "state")
    return state.kernel is None or state.state == "idle"


def cells_in(view: View, query: str) -> tuple[MentionableCell, ...]:
    """Those whose first line, count or id has what is written; where a cell or an error is asked for, all of these."""
    written = query.lower()
    cells = [_cell(place, cell) for place, cell in enumerate(view.notebook["cells"], 1)]
    fitting = [cell for cell in cells if _fits(cell, written) and (cell.line or cell.error)]
    return tuple(fitting[-MOST:])


def _fits(cell: MentionableCell, written: str) -> bool:
    if "cell".startswith(written) or (cell.error is not None and "error".startswith(written)):
        return True
    return any(written in text.lower() for text in (cell.line, f"[{cell.count}]", cell.cell, cell.error or ""))


def _cell(place: int, cell: dict[str, Any]) -> MentionableCell:
    line = next((line.strip() for line in str(cell["source"]).splitlines() if line.strip()), "")
    failed = [output for output in cell.get("outputs", ()) if output.get("output_type") == "error"]
    return MentionableCell(
        cell=cell["id"],
        place=place,
        count=cell.get("execution_count"),
        line=line[:MOST_LINE],
        error=str(failed[-1].get("ename", ""))[:MOST_LINE] if failed else None,
    )
