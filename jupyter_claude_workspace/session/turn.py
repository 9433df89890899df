"""The turn that runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from ..protocol.content import Problem
from ..protocol.frames import Down, Prompt, ToolFinished, ToolStarted
from .pieces import Pieces


@dataclass
class Turn:
    """One turn. `prompt` is None where the CLI began it by itself; `entry` is the last of Claude Code's transcript."""

    turn: str
    prompt: Prompt | None
    entry: str | None = None
    started: float = field(default_factory=monotonic)
    last_sign: float = field(default_factory=monotonic)  # monotonic seconds of the last sign of life
    pieces: Pieces = field(default_factory=Pieces)
    tools: set[str] = field(default_factory=set)  # calls that run
    problem: Problem | None = None  # why it is being stopped, where a person did not ask for it
    stopped: bool = False  # somebody asked for its end
    silent: bool = False  # the person was told of the silence

    def note(self, frame: Down) -> None:
        """Follow one of its frames."""
        self.pieces.add(frame)
        if isinstance(frame, ToolStarted):
            self.tools.add(frame.tool)
        elif isinstance(frame, ToolFinished):
            self.tools.discard(frame.tool)
