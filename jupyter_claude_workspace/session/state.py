"""A session's states and the legal moves between them."""

from __future__ import annotations

from ..errors import IllegalMove
from ..protocol.content import State

# asleep: no process. waking: it starts. ready: it waits for a prompt. running: a turn is on. waiting: the turn waits
# for a person. stopping: the process is being ended. failed: it does not start, or died too often; a person must act.
MOVES: dict[State, frozenset[State]] = {
    "asleep": frozenset({"waking", "stopping", "failed"}),
    "waking": frozenset({"ready", "failed", "stopping", "asleep"}),
    "ready": frozenset({"running", "stopping", "waking", "failed"}),
    "running": frozenset({"waiting", "ready", "stopping", "waking", "failed"}),
    "waiting": frozenset({"running", "ready", "stopping", "waking", "failed"}),
    "stopping": frozenset({"asleep", "failed"}),
    "failed": frozenset({"waking", "stopping"}),
}


def move(now: State, then: State) -> State:
    """The new state.

    Raises:
        IllegalMove: there is no such move; the text says which are.
    """
    if then not in MOVES[now]:
        raise IllegalMove(f"A session that is {now} cannot become {then}, only {', '.join(sorted(MOVES[now]))}.")
    return then
