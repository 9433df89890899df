"""Taking back what a turn did, as data: exactly that, and nothing that was changed since."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .document import Cell, Notebook, find, ids
from .steps import Deed, Step, Touch, same_outputs, same_rest, same_text

Why = Literal["changed", "gone", "ran", "moved", "running", "damaged"]


@dataclass(frozen=True)
class Restored:
    """A cell that is as it was: what was taken back of it."""

    cell: str
    deed: Deed


@dataclass(frozen=True)
class Left:
    """A cell that was left as it is, and why: it was changed, ran or moved since, is gone, or its past is lost."""

    cell: str
    why: Why


@dataclass
class Reversal:
    """`notebook` is the one to come to."""

    notebook: Notebook
    restored: list[Restored] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def reverse(notebook: Notebook, steps: Sequence[Step]) -> Reversal:
    """The notebook without these steps, the last one taken back first.

    A cell that is not as its step left it is left alone from there on.
    """
    made = Reversal({**notebook, "cells": list(notebook["cells"])})
    for step in reversed(steps):
        for touch, back in _back(made.notebook, step):
            if back == "":
                made.restored.append(Restored(touch.cell, touch.deed))
            elif back is not None:
                made.left.append(Left(touch.cell, back))
    return _told(notebook, made)


# ── inside: what became of taking one touch back is "" (done), why not, or None (there was nothing to do) ──

Back = Literal[""] | Why | None


def _back(notebook: Notebook, step: Step) -> list[tuple[Touch, Back]]:
    """Take one step back: what is in the cells, then which there are and where; `notebook` is changed."""
    moves = [touch for touch in step.touches if touch.deed == "move"]
    told = list(zip(moves, _moves(notebook, moves, step), strict=True))
    returning = {touch.cell for touch, back in told if back == ""}
    found: dict[str, Cell | None] = {}
    for touch in reversed(step.touches):
        if touch.deed == "delete":
            told.append((touch, _undeleted(notebook, touch, found)))
        elif touch.deed != "move":
            told.append((touch, BACK[touch.deed](notebook, touch)))
    for touch in moves:
        if touch.cell in returning:
            found[touch.cell] = find(notebook, touch.cell)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in returning]
    # In this order, each finds the ones that it followed in their places already.
    for name in sorted(found, key=lambda name: step.before.index(name) if name in step.before else -1):
        cell = found[name]
        if cell is not None:
            notebook["cells"].insert(_place(notebook, name, step.before), cell)
    return told


def _unwritten(notebook: Notebook, touch: Touch) -> Back:
    """Take an inserted cell away. That it was run since is no change of the person's in it."""
    now = find(notebook, touch.cell)
    if now is None:
        return None
    if touch.after is None:
        return "damaged"
    if not same_text(now, touch.after) or not same_rest(now, touch.after):
        return "changed"
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != touch.cell]
    return ""


def _undeleted(notebook: Notebook, touch: Touch, found: dict[str, Cell | None]) -> Back:
    if find(notebook, touch.cell) is not None:
        return None
    if touch.before is None:
        return "damaged"
    found[touch.cell] = copy.deepcopy(touch.before)
    return ""


def _source(notebook: Notebook, touch: Touch) -> Back:
    now = find(notebook, touch.cell)
    if now is None:
        return "gone"
    if touch.before is None or touch.after is None:
        return "damaged"
    if same_text(now, touch.before):
        return None
    if not same_text(now, touch.after):
        return "changed"
    _put(notebook, {**now, "source": touch.before["source"]})
    return ""


def _outputs(notebook: Notebook, touch: Touch) -> Back:
    now = find(notebook, touch.cell)
    if now is None:
        return None  # with the cell went what it gave out
    if touch.before is None:
        return "damaged"
    if touch.after is None:
        return "running"
    if same_outputs(now, touch.before) or now["cell_type"] != "code":
        return None
    if not same_outputs(now, touch.after):
        return "ran"
    before = {name: touch.before.get(name) for name in ("outputs", "execution_count")}
    _put(notebook, {**now, **copy.deepcopy(before)})
    return ""


def _whole(notebook: Notebook, touch: Touch) -> Back:
    now = find(notebook, touch.cell)
    if now is None:
        return "gone"
    if touch.before is None or touch.after is None:
        return "damaged"
    if same_text(now, touch.before) and same_rest(now, touch.before):
        return None
    if not same_text(now, touch.after) or not same_rest(now, touch.after):
        return "changed"
    if not same_outputs(now, touch.after) and touch.before["cell_type"] == "code":
        return "ran"
    _put(notebook, copy.deepcopy(touch.before))
    return ""


BACK: dict[Deed, Callable[[Notebook, Touch], Back]] = {
    "insert": _unwritten,
    "source": _source,
    "outputs": _outputs,
    "whole": _whole,
}


def _moves(notebook: Notebook, moves: Sequence[Touch], step: Step) -> list[Back]:
    """Which of these cells are still where they were moved to."""
    order = ids(notebook)
    common = set(order) & set(step.before) & set(step.after)
    now, before, after = ([cell for cell in each if cell in common] for each in (order, step.before, step.after))
    if now == before:
        return [None for _ in moves]
    return [_moved(touch.cell, now, before, after) if touch.cell in common else None for touch in moves]


def _moved(cell: str, now: list[str], before: list[str], after: list[str]) -> Back:
    if now == after:
        return ""
    here, there, moved = (_around(cell, each) for each in (now, before, after))
    if here == there:
        return None
    return "moved" if here[0] != moved[0] and here[1] != moved[1] else ""


def _put(notebook: Notebook, cell: Cell) -> None:
    notebook["cells"][ids(notebook).index(cell["id"])] = cell


def _place(notebook: Notebook, cell: str, order: Sequence[str]) -> int:
    """Where a cell goes: behind the nearest of those that it followed, else before the nearest of those behind it."""
    now = ids(notebook)
    at = order.index(cell) if cell in order else 0
    for neighbour in reversed(order[:at]):
        if neighbour in now:
            return now.index(neighbour) + 1
    for neighbour in order[at + 1 :]:
        if neighbour in now:
            return now.index(neighbour)
    return 0


def _around(cell: str, order: Sequence[str]) -> tuple[str | None, str | None]:
    """What is before it and after it."""
    at = order.index(cell)
    return order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None


def _told(before: Notebook, made: Reversal) -> Reversal:
    """Each cell once; nothing is said of one that neither was there nor is, nor is one left that went after all."""
    was, now = set(ids(before)), set(ids(made.notebook))
    restored = {each.cell: each for each in made.restored if each.cell in was | now}
    gone = was - now
    left = {each.cell: each for each in reversed(made.left) if each.cell not in gone}
    return Reversal(made.notebook, list(restored.values()), list(left.values()))
