"""What the past of notebooks is kept as: snapshots, changes, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .document import Notebook
from .steps import Step

SnapshotKind = Literal["turn", "end", "restore"]  # before a turn, after it, before an earlier state was restored
StepKind = Literal["edit", "run", "restored", "undo", "redo"]


@dataclass(frozen=True)
class Whose:
    """What an entry belongs to. `notebook` names it among all: the root folder and its path below that."""

    session: str
    notebook: str
    turn: str


@dataclass(frozen=True)
class SnapshotInfo:
    """A snapshot; `at` in milliseconds since 1970-01-01 UTC. `bytes` is what it took beside what was kept already.

    `state` is the same for two snapshots of the same cells. `cells` counts them.
    """

    snapshot: int
    turn: str
    kind: SnapshotKind
    at: int
    prompt: str
    bytes: int
    cells: int
    state: str


@dataclass(frozen=True)
class KeptNotebook:
    """A notebook as it was. `damaged`: ids of cells that cannot be read any more, which are not in it.

    `order` has the ids of all.
    """

    notebook: Notebook
    order: tuple[str, ...]
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptStep:
    """A change as it was kept."""

    entry: int
    turn: str
    kind: StepKind
    step: Step


@dataclass(frozen=True)
class TurnFigures:
    """How many cells a turn changed, and whether that is undone."""

    cells: int
    undone: bool
