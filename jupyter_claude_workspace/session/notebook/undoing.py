"""Changes of the notebook that can be taken back: what is kept before each, and how a turn is undone and done again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import BadRequest, CellChanged, CellUnknown, HistoryUnknown, HistoryUnusable, WorkspaceError
from ...notebook.access import RunReport, View
from ...notebook.changes import apply_edits
from ...notebook.document import Notebook, find
from ...notebook.history import History
from ...notebook.kept import StepKind
from ...notebook.reversal import Left, Restored, Reversal, reverse
from ...notebook.steps import Step, ran, step_of
from ...notebook.transition import transition
from ...protocol.frames import Down, NotebookChanged, ToolFinished, ToolStarted
from ...protocol.live import CellEdit
from .past import Past
from .vanishing import Vanishing

if TYPE_CHECKING:
    from ..session import Session
    from ..turn import Turn
    from .work import NotebookWork

TRIES = 5  # a person may type just then
CLOSING = 2.0  # seconds for what is being written when the session ends
NEVER_BEGUN = ("waiting", "aborted", "changed")
HOUR = 3600.0  # seconds for which a run is waited for at a time
# Tools of Claude Code's own that may write the notebook's file.
WRITERS = ("Bash", "BashOutput", "KillShell", "Write", "Edit", "MultiEdit", "NotebookEdit", "Task", "Agent")


@dataclass(frozen=True)
class Undone:
    """What came of it. `notebook` is how it is now; `undone` says whether the turn counts as undone."""

    turn: str
    undone: bool
    notebook: Notebook
    restored: Sequence[Restored]
    left: Sequence[Left]


class Undoing:
    """Lives on the engine's loop. One thing happens to the notebook at a time: edits wait for the turn's snapshot."""

    def __init__(self, session: Session, work: NotebookWork, history: History) -> None:
        self._session = session
        self._work = work
        self.past = Past(session, history)
        self.vanishing = Vanishing(session, self.past)
        self.lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writing: set[str] = set()  # calls that may write the file
        self._state = ""  # of the last snapshot
        self._told = ""  # what Claude does not know yet

    # ── the turn ──

    def begin(self, turn: Turn) -> None:
        """A turn begins: keep the notebook as it is, beside it."""
        if self._work.hosted:
            self._soon(self._keep(turn.turn, turn.prompt.text if turn.prompt else ""))

    def end(self, turn: Turn) -> None:
        """A turn is over: keep what came of it."""
        if self._work.hosted:
            self._writing.clear()
            self._soon(self._look(turn.turn, over=True, prompt=turn.prompt.text if turn.prompt else ""))

    def heard(self, frame: Down) -> None:
        """Look at the notebook when a tool is done that may have written its file."""
        if isinstance(frame, ToolStarted) and frame.name in WRITERS:
            self._writing.add(frame.tool)
        elif isinstance(frame, ToolFinished) and frame.tool in self._writing:
            self._writing.discard(frame.tool)
            if self._work.hosted and self._session.turn is not None:
                self._soon(self._look(self._session.turn.turn, over=False))

    def moved(self) -> None:
        """The notebook has another path."""
        self._soon(self.past.moved())

    def addition(self, text: str) -> str:
        """What goes along with a prompt, so that Claude knows what became of its changes; empty: nothing."""
        if text.lstrip().startswith("/"):  # a command is not for Claude
            return ""
        told, self._told = self._told, ""
        return told

    async def close(self) -> None:
        """Wait for what is being written; nothing is waited for that runs on."""
        tasks = set(self._tasks)
        for task in tasks:
            if task.get_name() == "run":
                task.cancel()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=CLOSING)
            for task in late:
                task.cancel()

    # ── changes of Claude's ──

    async def change(self, edits: Sequence[CellEdit]) -> View:
        """Change the notebook for Claude: all of these edits or none; the notebook as it is then.

        Raises:
            WorkspaceError: as `Notebooks.edit`; nothing was changed.
        """
        turn = self._session.turn.turn if self._session.turn else ""
        async with self.lock:
            before = await self._work.view()
            after = await self.perform(turn, "edit", before, edits)
            self.vanishing.good(after.notebook, None, turn)
        await self.tell(turn)
        return after

    async def run(self, cells: Sequence[tuple[str, str]], view: View | None) -> str:
        """Begin to run cells for Claude; the run's id. `view`: the notebook as it was read just now.

        Raises:
            WorkspaceError: as `Notebooks.run`; nothing runs.
        """
        turn = self._session.turn.turn if self._session.turn else ""
        before = None if self.lock.locked() else view  # another call changes it just now
        async with self.lock:
            before = before or await self._work.view()
            run = await self._work.notebooks.run(self._work.path, cells, before)
        self._soon(self._follow(turn, run, before.notebook, [cell for cell, _ in cells]), "run")
        return run

    # ── undo and redo ──

    async def undo(self, turn: str, *, redo: bool) -> Undone:
        """Take back what a turn did, or do it again; what was changed since is left alone and named.

        Where that is so already, nothing is done.

        Raises:
            BadRequest: the turn runs.
            HistoryUnknown: nothing is kept of it.
            WorkspaceError: as `Notebooks.edit`; nothing was changed.
        """
        if self._session.turn is not None and self._session.turn.turn == turn:
            raise BadRequest("This turn runs.", remedy="Stop it, or wait for its end.")
        async with self.lock:
            steps, undone = await self._steps(turn)
            if undone != redo:  # it is as is asked for
                return Undone(turn, undone, (await self._work.view()).notebook, [], [])
            for _ in range(TRIES):
                view = await self._work.view()
                made = reverse(view.notebook, steps)
                edits = transition(view.notebook, made.notebook)
                if not edits and made.left:
                    return Undone(turn, redo, view.notebook, [], made.left)
                try:
                    after = await self.perform(turn, "redo" if redo else "undo", view, edits)
                except (CellChanged, CellUnknown):
                    continue  # the person typed at this moment
                break
            else:
                raise BadRequest("The notebook is being changed all the time.", remedy="Try again in a moment.")
            self.vanishing.good(after.notebook, None, turn)
            self.vanishing.settled()
            self._tell_claude(turn, made, redo=redo)
        await self.tell(turn)
        return Undone(turn, not redo, after.notebook, made.restored, made.left)

    async def perform(self, turn: str, kind: StepKind, before: View, edits: Sequence[CellEdit]) -> View:
        """Change the notebook, with what that does written down first: a kill in between loses nothing.

        Call it with the lock.
        """
        expected = step_of(before.notebook, apply_edits(before.notebook, edits), edits)
        entry = await self.past.add(turn, kind, expected)
        if not edits:
            return before
        try:
            after = await self._work.notebooks.edit(self._work.path, edits)
        except WorkspaceError:
            await self.past.withdraw(entry)
            raise
        made = step_of(before.notebook, after.notebook, edits)
        if made != expected:
            await self.past.correct(entry, made)
        return after

    async def tell(self, turn: str) -> None:
        """Tell all who look on what a turn has changed."""
        try:
            figures = (await self.past.ask(lambda history, session: history.turns(session, turn))).get(turn)
        except HistoryUnusable:
            return
        if figures is not None:
            self._session.publish(NotebookChanged(of=turn, cells=figures.cells, undone=figures.undone))

    # ── inside ──

    async def _steps(self, turn: str) -> tuple[list[Step], bool]:
        """What is to be taken back: the turn's own changes, or, where that is undone, its undoing."""
        kept = await self.past.ask(lambda history, session: history.steps(session, turn))
        if not kept:
            raise HistoryUnknown("Nothing is kept (any more) of what this turn changed.")
        if kept[-1].kind == "undo":
            return [kept[-1].step], True
        return [each.step for each in kept if each.kind not in ("undo", "redo")], False

    def _tell_claude(self, turn: str, made: Reversal, *, redo: bool) -> None:
        cells = ", ".join(f"`{each.cell}`" for each in made.restored)
        if not cells:
            return
        what = "did these changes of yours again" if redo else "undid changes that you made in the notebook"
        self._told += (
            f"(From the panel, not typed by the person.) The person {what}; the cells are {cells}."
            " Read them before you say or change anything about them.\n"
        )

    async def _keep(self, turn: str, prompt: str) -> None:
        async with self.lock:
            notebook = (await self._work.view()).notebook
            await self.vanishing.look(notebook)
            info = await self.past.snapshot(turn, notebook, "turn", prompt=prompt)
            if info is not None:
                self._state = info.state
                self.vanishing.good(notebook, info)

    async def _look(self, turn: str, *, over: bool, prompt: str = "") -> None:
        async with self.lock:
            notebook = (await self._work.view()).notebook
            vanished = await self.vanishing.look(notebook)
            if not over:
                return
            info = await self.past.snapshot(turn, notebook, "end", prompt=prompt, unless=self._state)
            if info is not None:
                self._state = info.state
            if vanished:
                return
            self.vanishing.good(notebook, info, turn)
            self.vanishing.kept(info)

    async def _follow(self, turn: str, run: str, before: Notebook, cells: Sequence[str]) -> None:
        """Wait for a run's end, to know what it gave out."""
        entry = await self.past.add(turn, "run", ran(before, None, cells))
        report = await self._work.notebooks.report(run, HOUR)
        while not report.over:
            await asyncio.sleep(1)  # what asks for input is reported at once, again and again
            report = await self._work.notebooks.report(run, HOUR)
        now = (await self._work.view()).notebook
        after = now if report.where == "live" else _with_outputs(now, report)
        await self.past.correct(entry, ran(before, after, cells))
        await self.tell(turn)

    def _soon(self, work: Coroutine[Any, Any, None], name: str = "keep") -> None:
        task = asyncio.create_task(_quietly(work, self._session.around.log.exception), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _with_outputs(notebook: Notebook, report: RunReport) -> Notebook:
    """The notebook once the outputs of a run that is over are written into it, which may still be under way."""
    edits = [
        CellEdit(action="outputs", cell=run.cell, outputs=run.outputs, execution_count=run.execution_count)
        for run in report.cells
        if run.cell is not None and run.state not in NEVER_BEGUN and find(notebook, run.cell) is not None
    ]
    return apply_edits(notebook, edits)


async def _quietly(work: Coroutine[Any, Any, None], failed: Callable[[str], None]) -> None:
    """What is done beside a turn must not fail it: a notebook that cannot be read has nothing to keep."""
    try:
        await work
    except WorkspaceError:
        pass
    except Exception:
        failed("the notebook's history")
