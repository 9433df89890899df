"""What a call of run_cells, run_scratch or kernel wants to have done, and what holds for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ...errors import BadRequest
from ...notebook import policy
from ...notebook.access import View
from ...notebook.document import Cell, find
from ...notebook.excerpt import delimited
from ...notebook.planning import StaleCells
from ...protocol.content import Rule, RunAsk
from ...protocol.notebook import CellToRun, RunPolicy
from ...tools.names import KERNEL, RUN_CELLS, RUN_SCRATCH
from .reading import unknown

if TYPE_CHECKING:
    from .work import NotebookWork

PLAN = "Nothing is run in plan mode. Put it into the plan; the person may approve that."
NEVER = (
    "The person does not let Claude run cell {cell}; no question, mode or other cell changes that. Ask them to run it."
)
COPIED = "This code contains cell {cell}, which the person does not let Claude run. Ask them to run it."


@dataclass(frozen=True)
class Wanted:
    """What a call wants to have done; `policy` and, where that is "never", `words` say what holds for it.

    `lifted`: a rule that the person granted for the session may spare the question. `view`: the notebook as it was read
    for that.
    """

    name: str
    what: Literal["cells", "scratch", "interrupt", "restart"]
    policy: RunPolicy
    cells: tuple[CellToRun, ...] = ()
    code: str = ""
    words: str = ""
    lifted: bool = True
    view: View | None = field(default=None, compare=False)

    def ask(self) -> RunAsk:
        """The question."""
        rules = [Rule(tool=self.name)] if self.lifted else []
        return RunAsk(
            kind="run", what=self.what, title=self._title(), cells=list(self.cells), code=self.code, rules=rules
        )

    def _title(self) -> str:
        if self.what == "cells":
            return f"Run cell {self.cells[0].number}" if len(self.cells) == 1 else f"Run {len(self.cells)} cells"
        return {
            "scratch": "Run code in the kernel, without a cell",
            "interrupt": "Interrupt the kernel",
            "restart": "Restart the kernel: all variables are lost",
        }[self.what]


class Wishes:
    """Lives on the engine's loop. `lasted`: how long cells took the last time, in milliseconds, by id."""

    def __init__(self, work: NotebookWork, lasted: Mapping[str, int]) -> None:
        self._work = work
        self._lasted = lasted

    async def wanted(self, name: str, given: dict[str, Any]) -> Wanted | None:
        """What a call wants; None: it only looks, or waits for or ends what it began itself.

        Raises:
            BadRequest: an argument is not what it should be.
            CellUnknown, StaleCells: a cell is not there, or not as Claude read it.
        """
        if name == RUN_CELLS:
            return None if given.get("run") is not None else await self._cells(given)
        if name == RUN_SCRATCH:
            return await self._scratch(given)
        action = given.get("action")
        if action == "state":
            return None
        if action not in ("interrupt", "restart"):
            raise BadRequest("`action` is state, interrupt or restart.")
        plan = self._work.session.settings.mode == "plan"
        return Wanted(KERNEL, action, "never" if plan else "ask", words=PLAN, lifted=False)

    async def _cells(self, given: dict[str, Any]) -> Wanted:
        ids = given.get("cells")
        if not isinstance(ids, list) or not ids or not all(isinstance(cell, str) for cell in ids):
            raise BadRequest("`cells` is not a list of ids.", remedy='Give it as {"cells": ["3fa2b1c0"]}.')
        view = await self._work.view()
        notebook = view.notebook
        found = [self._known(find(notebook, cell), cell) for cell in dict.fromkeys(ids)]
        places = {cell["id"]: number for number, cell in enumerate(notebook["cells"], 1)}
        to_run = [self._to_run(cell, places[cell["id"]]) for cell in found]
        refused = next((cell for cell in to_run if cell.policy == "never"), None)
        copy = policy.copied("\n".join(cell.source for cell in to_run), notebook["cells"])
        words = NEVER.format(cell=refused.cell) if refused else COPIED.format(cell=copy)
        if self._work.session.settings.mode == "plan":
            words = PLAN
        worst: RunPolicy = (
            "never" if refused or copy else min((cell.policy for cell in to_run), key=policy.CAREFUL.index)
        )
        lifted = all(policy.said(cell) != "ask" for cell in found)
        return Wanted(RUN_CELLS, "cells", worst, cells=tuple(to_run), words=words, lifted=lifted, view=view)

    async def _scratch(self, given: dict[str, Any]) -> Wanted:
        code = given.get("code")
        if not isinstance(code, str) or not code.strip():
            raise BadRequest("`code` is missing.")
        mode = self._work.session.settings.mode
        copy = policy.copied(code, (await self._work.view()).notebook["cells"])
        holds: RunPolicy = "never" if copy else policy.default(mode)
        words = PLAN if mode == "plan" else COPIED.format(cell=copy)
        return Wanted(RUN_SCRATCH, "scratch", holds, code=code, words=words)

    def _known(self, cell: Cell | None, name: str) -> Cell:
        if cell is None:
            raise unknown(name)
        if cell["cell_type"] != "code":
            raise BadRequest(f"Cell {name} is no code cell: there is nothing to run.", remedy="Leave it out.")
        if self._work.seen.get(name, cell["source"]) != cell["source"]:
            now = delimited(cell, cell["source"])
            raise StaleCells(
                f"Cell {name} was changed since you read it; nothing was run. It is now:\n{now}\n",
                sources={name: cell["source"]},
                remedy="Run it again if it is still what you want to run.",
            )
        return cell

    def _to_run(self, cell: Cell, number: int) -> CellToRun:
        mode = self._work.session.settings.mode
        holds = policy.policy(cell, mode)
        if holds == "ok" and mode != "bypassPermissions" and cell["id"] in self._work.unreviewed:
            holds = "ask"  # what nobody has looked at is not what the person said ok to
        last = self._lasted.get(cell["id"], policy.last_ms(cell))
        return CellToRun(cell=cell["id"], source=cell["source"], policy=holds, last_ms=last, number=number)
