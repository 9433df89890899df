"""Undoing takes back exactly what Claude did, whatever a person does in between and afterwards."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st
from notebook_forms import notebooks

from jupyter_claude_workspace.notebook.changes import apply_edits
from jupyter_claude_workspace.notebook.document import ids, new_cell, normal
from jupyter_claude_workspace.notebook.losing import lost, prints
from jupyter_claude_workspace.notebook.reversal import Left, reverse
from jupyter_claude_workspace.notebook.steps import Step, by_id, changed, ran, step_of
from jupyter_claude_workspace.notebook.transition import transition
from jupyter_claude_workspace.protocol.live import CellEdit

PLOT = {"output_type": "display_data", "data": {"image/png": "aGk=", "text/plain": "<plot>"}, "metadata": {}}
# Who does what to which cell, and one more number.
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["claude", "person"]),
        st.sampled_from(["write", "insert", "delete", "move", "run", "retype", "whole"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=14,
)


@dataclass
class Desk:
    """A notebook on which two work, and what is to be left of that once Claude's part is undone."""

    notebook: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    # Of each cell, who wrote which text, in order; and the cells that the person touched in any way.
    texts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    thrown: set[str] = field(default_factory=set)  # by the person
    count: int = 0

    def act(self, who: str, what: str, one: int, other: int) -> None:
        cells = ids(self.notebook)
        if not cells and what != "insert":
            return
        self.count += 1
        cell = cells[one % len(cells)] if cells else ""
        after = ([None, *(each for each in cells if each != cell)])[other % max(1, len(cells))]
        text = f"{who} {self.count}"
        if what == "run":
            self._run(who, cell)
            return
        edits = {
            "write": lambda: [CellEdit(action="replace", cell=cell, source=text)],
            "insert": lambda: [CellEdit(action="insert", cell=f"new{self.count}", after=after, source=text)],
            "delete": lambda: [CellEdit(action="delete", cell=cell)],
            "move": lambda: [CellEdit(action="move", cell=cell, after=after)],
            "retype": lambda: [CellEdit(action="replace", cell=cell, cell_type="markdown", source=text)],
            "whole": lambda: [CellEdit(action="replace", cell=cell, whole=new_cell(cell, "code", text))],
        }[what]()
        before, self.notebook = self.notebook, apply_edits(self.notebook, edits)
        valid(self.notebook)
        for edit in edits:
            self._note(who, edit, text)
        if who == "claude":
            self.steps.append(step_of(before, self.notebook, edits))

    def _run(self, who: str, cell: str) -> None:
        if by_id(self.notebook)[cell]["cell_type"] != "code":
            return
        outputs = [{"output_type": "stream", "name": "stdout", "text": f"{who} ran {self.count}"}, PLOT]
        before = self.notebook
        edit = CellEdit(action="outputs", cell=cell, outputs=outputs, execution_count=self.count)
        self.notebook = apply_edits(before, [edit])
        if who == "claude":
            self.steps.append(ran(before, self.notebook, [cell]))
        else:
            self.touched.add(cell)

    def _note(self, who: str, edit: CellEdit, text: str) -> None:
        if edit.action in ("insert", "replace"):
            self.texts.setdefault(edit.cell, []).append((who, text))
        if who == "person":
            self.touched.add(edit.cell)
            if edit.action == "delete":
                self.thrown.add(edit.cell)


def start(count: int) -> dict[str, Any]:
    cells = [new_cell(f"c{number}", "code", f"original {number}") for number in range(count)]
    for cell in cells[::2]:
        cell["outputs"], cell["execution_count"] = [copy.deepcopy(PLOT)], 1
        cell["metadata"] = {"tags": ["kept"]}
    return normal({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def valid(notebook: dict[str, Any]) -> None:
    nbformat.validate(nbformat.from_dict(copy.deepcopy(notebook)))
    assert len(set(ids(notebook))) == len(notebook["cells"])


def done(notebook: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    """A notebook after the edits that lead to another."""
    return apply_edits(notebook, transition(notebook, target))


@settings(max_examples=150)
@given(st.integers(0, 8), ACTIONS)
def test_what_the_person_wrote_is_never_touched(count: int, actions: list[tuple[str, str, int, int]]) -> None:
    """However both take turns, undoing leaves the person's texts, and of Claude's only what they built on."""
    desk = Desk(start(count))
    desk.texts = {cell["id"]: [("person", cell["source"])] for cell in desk.notebook["cells"]}
    original = set(desk.texts)
    for action in actions:
        desk.act(*action)

    made = reverse(desk.notebook, desk.steps)

    valid(made.notebook)
    now = by_id(made.notebook)
    # Where others were moved around a cell, it may have to stay; its text does not.
    left = {each.cell for each in made.left if each.why != "moved"}
    for cell, texts in desk.texts.items():
        if cell in desk.thrown:
            assert cell not in now
            continue
        while texts and texts[-1][0] == "claude" and cell not in left:
            texts.pop()
        if texts and cell not in left:
            assert now[cell]["source"] == texts[-1][1]
        elif texts:
            assert now[cell]["source"] in [text for _, text in texts]
            assert texts[-1][0] == "claude" or now[cell]["source"] == texts[-1][1]
        else:
            assert cell not in now
        if cell not in desk.touched:
            assert (cell in now) == (cell in original)
            assert cell not in left


@settings(max_examples=100)
@given(st.integers(0, 8), ACTIONS)
def test_a_turn_in_which_only_claude_works_is_undone_whole_and_done_again(
    count: int, actions: list[tuple[str, str, int, int]]
) -> None:
    """The notebook is what it was, with outputs, metadata and order; done again, it is what the turn made of it."""
    desk = Desk(start(count))
    original = copy.deepcopy(desk.notebook)
    for _, *action in actions:
        desk.act("claude", *action)

    made = reverse(desk.notebook, desk.steps)
    edits = transition(desk.notebook, made.notebook)
    undone = apply_edits(desk.notebook, edits)
    again = reverse(undone, [step_of(desk.notebook, undone, edits)])

    assert made.left == []
    assert undone == original
    assert again.left == []
    assert done(undone, again.notebook) == desk.notebook
    touches = [(each.deed, each.cell, each.before, each.after) for step in desk.steps for each in step.touches]
    assert changed(touches) >= len({edit.cell for edit in edits if edit.action != "move"})


@settings(max_examples=100)
@given(st.integers(0, 8), ACTIONS, ACTIONS)
def test_the_edits_between_two_notebooks_lead_from_one_to_the_other(
    count: int, one: list[tuple[str, str, int, int]], other: list[tuple[str, str, int, int]]
) -> None:
    """Any state is reached from any other; from itself by no edit."""
    first, second = Desk(start(count)), Desk(start(count))
    for action in one:
        first.act(*action)
    for action in other:
        second.act(*action)

    assert done(first.notebook, second.notebook)["cells"] == second.notebook["cells"]
    assert transition(first.notebook, first.notebook) == []


@settings(max_examples=100)
@given(notebooks(), ACTIONS)
def test_notebooks_of_all_kinds_come_back(notebook: dict[str, Any], actions: list[tuple[str, str, int, int]]) -> None:
    """Attachments, odd line ends, outputs and metadata of any kind are what they were, byte for byte."""
    desk = Desk(normal(notebook))
    original = json.dumps(desk.notebook, sort_keys=True)
    for _, *action in actions:
        desk.act("claude", *action)

    undone = done(desk.notebook, reverse(desk.notebook, desk.steps).notebook)

    assert json.dumps(undone, sort_keys=True) == original


def test_cells_that_stay_are_not_moved() -> None:
    """One cell that goes from the first place to the last is one move, not nine."""
    now = start(10)
    target = {**now, "cells": [*now["cells"][1:], now["cells"][0]]}

    (edit,) = transition(now, target)

    assert (edit.action, edit.cell, edit.after) == ("move", "c0", "c9")


def change(desk: Desk, *edits: CellEdit) -> None:
    """A change of Claude's."""
    before, desk.notebook = desk.notebook, apply_edits(desk.notebook, edits)
    desk.steps.append(step_of(before, desk.notebook, edits))


def person(desk: Desk, cell: str, alter: Callable[[dict[str, Any]], None]) -> None:
    """A change of the person's."""
    desk.notebook = copy.deepcopy(desk.notebook)
    alter(by_id(desk.notebook)[cell])


def test_a_cell_that_claude_wrote_and_the_person_ran_is_taken_away_and_comes_back_with_what_it_gave() -> None:
    """Running is no change of a cell's text; doing it again brings back the outputs."""
    desk = Desk(start(2))
    change(desk, CellEdit(action="insert", cell="n", after="c0", source="x"))
    person(desk, "n", lambda cell: cell.update(outputs=[PLOT], execution_count=7))

    made = reverse(desk.notebook, desk.steps)
    edits = transition(desk.notebook, made.notebook)
    undone = apply_edits(desk.notebook, edits)

    assert ids(undone) == ["c0", "c1"]
    assert done(undone, reverse(undone, [step_of(desk.notebook, undone, edits)]).notebook) == desk.notebook


def test_outputs_of_a_cell_that_the_person_ran_again_are_left() -> None:
    """What Claude's run gave out is taken back, but not what the person's run after it did."""
    desk = Desk(start(2))
    for cell in ("c0", "c1"):
        before = desk.notebook
        desk.notebook = apply_edits(before, [CellEdit(action="outputs", cell=cell, outputs=[], execution_count=2)])
        desk.steps.append(ran(before, desk.notebook, [cell]))
    person(desk, "c1", lambda cell: cell.update(execution_count=3))

    made = reverse(desk.notebook, desk.steps)

    assert made.left == [Left("c1", "ran")]
    assert by_id(made.notebook)["c0"] == by_id(start(2))["c0"]
    assert by_id(made.notebook)["c1"]["execution_count"] == 3


def test_how_somebody_looks_at_a_cell_is_no_change_of_it() -> None:
    """A cell that was collapsed, trusted or timed since is undone all the same, and stays collapsed."""
    desk = Desk(start(1))
    change(desk, CellEdit(action="replace", cell="c0", source="new"), CellEdit(action="insert", cell="n", source="n"))
    for cell in ("c0", "n"):
        person(desk, cell, lambda cell: cell["metadata"].update(collapsed=True, trusted=True, execution={"a": "b"}))

    made = reverse(desk.notebook, desk.steps)

    assert made.left == []
    assert [cell["source"] for cell in made.notebook["cells"]] == ["original 0"]
    assert made.notebook["cells"][0]["metadata"]["collapsed"] is True


def test_a_cell_of_which_nothing_can_be_read_any_more_is_named() -> None:
    """A damaged past is said, and the rest is undone."""
    desk = Desk(start(2))
    change(desk, CellEdit(action="replace", cell="c0", source="a"), CellEdit(action="replace", cell="c1", source="b"))
    (step,) = desk.steps
    damaged = type(step.touches[0])("source", "c0", None, step.touches[0].after)

    made = reverse(desk.notebook, [Step((damaged, step.touches[1]), step.before, step.after)])

    assert made.left == [Left("c0", "damaged")]
    assert [cell["source"] for cell in made.notebook["cells"]] == ["a", "original 1"]


def test_most_cells_gone_is_more_than_half_and_at_least_five() -> None:
    """Cells that only got other ids are there, as are empty ones that nobody misses."""
    ten, eight, none = start(10), start(8), start(0)
    renamed = {**ten, "cells": [{**cell, "id": f"other{n}"} for n, cell in enumerate(ten["cells"])]}
    empty = {**ten, "cells": [{**cell, "source": " "} for cell in ten["cells"]]}

    assert lost(prints(ten), prints(start(4))) == 6
    assert lost(prints(ten), prints(start(5))) == 0
    assert lost(prints(eight), prints(none)) == 8
    assert lost(prints(start(4)), prints(none)) == 0
    assert lost(prints(ten), prints(renamed)) == 0
    assert lost(prints(empty), prints(none)) == 0
