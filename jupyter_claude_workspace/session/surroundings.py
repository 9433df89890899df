"""What a session needs from its registry, handed down as values and functions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..agents.accepted import Accepted
from ..claude.events import Point
from ..config import ClaudeWorkspace
from ..drawing.artist import Artist
from ..notebook.access import Notebooks
from ..notebook.history import History
from ..protocol.content import Problem
from .herald import Herald
from .neighbours import Neighbours
from .store import Store

if TYPE_CHECKING:
    from ..claude.launcher import Launch


@dataclass(frozen=True)
class Surroundings:
    """Shared by all sessions of one registry.

    `starts` bounds how many processes start at once. `launch` prepares one start (blocking; raises WorkspaceError).
    `admit` raises TooManySessions where there is no room for this session's process. `conversation` says whether Claude
    Code keeps one under an id (blocking), `branch` makes a new one that goes up to the first of some points that is
    there (blocking; None: none is; raises WorkspaceError). `missing` is what keeps the model from answering, such as no
    credentials. `neighbours` are the agents of a folder, and `accepted` those that this person lets run. `notebooks` is
    where notebooks are open and run; None: nobody hosts them here. `history` keeps their past. `bypass`: a session may
    be switched to a mode in which no tool asks. `artist` draws what no page shows.
    """

    config: ClaudeWorkspace
    store: Store
    herald: Herald
    log: logging.Logger
    locks: Path
    starts: asyncio.Semaphore
    launch: Callable[[str], Launch]
    admit: Callable[[str], None]
    conversation: Callable[[str], bool]
    branch: Callable[[Sequence[Point]], str | None]
    missing: Callable[[], Problem | None]
    neighbours: Callable[[Path], Neighbours]
    accepted: Accepted
    notebooks: Notebooks | None
    history: History
    bypass: bool
    demo: bool
    artist: Artist = field(default_factory=Artist)
