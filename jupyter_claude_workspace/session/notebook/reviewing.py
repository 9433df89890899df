"""The person's review of what Claude wants to change in the notebook: the question, and the words of a rejection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...claude.events import AskRequest, Verdict
from ...notebook.verdicts import told
from ...protocol.content import CellsAsk, Rule
from ...protocol.notebook import CellChange, ChangeVerdict
from ...tools.names import EDIT_CELLS

if TYPE_CHECKING:
    from .work import NotebookWork

VERBS = {"replace": "change", "insert": "insert", "delete": "delete", "move": "move"}


class Reviewing:
    """Lives on the engine's loop."""

    def __init__(self, work: NotebookWork) -> None:
        self._work = work

    async def ask(self, request: AskRequest, changes: Sequence[CellChange]) -> Verdict:
        """Ask the person about these changes; `changes` of the verdict says what they decided about each.

        It allows the call where at least one is accepted; else `message` is what Claude is told.
        """
        rules = (Rule(tool=EDIT_CELLS),)
        ask = CellsAsk(kind="cells", title=title_of(changes), changes=list(changes), rules=list(rules))
        verdict = await self._work.session.gate.ask(replace(request, rules=rules), ask)
        return verdict if verdict.allow else replace(verdict, message=rejection(changes, verdict))


def title_of(changes: Sequence[CellChange]) -> str:
    """What is asked, in a line: "Change 2 cells, insert 1"."""
    counts: Counter[str] = Counter(change.action for change in changes)
    parts = [f"{verb} {count}" for action, verb in VERBS.items() if (count := counts[action])]
    first, *others = parts
    cells = " cell" if first.endswith(" 1") else " cells"
    return ", ".join([first.capitalize() + cells, *others])


def rejection(changes: Sequence[CellChange], verdict: Verdict) -> str:
    """What Claude is told where nothing was accepted."""
    verdicts = verdict.changes or tuple(ChangeVerdict(change=n, accept=False) for n in range(len(changes)))
    said = f' The person says: "{verdict.message}"' if verdict.message else ""
    return f"Nothing was changed: the person rejected all of it.{said}\n{told(changes, verdicts)}"
