"""The state machine."""

from __future__ import annotations

import itertools

import pytest

from jupyter_claude_workspace.errors import IllegalMove
from jupyter_claude_workspace.session.state import MOVES, move


@pytest.mark.parametrize(("now", "then"), list(itertools.product(MOVES, MOVES)))
def test_only_legal_moves_are_made(now: str, then: str) -> None:
    """A legal move gives the new state; an illegal one raises and names what was legal."""
    if then in MOVES[now]:
        assert move(now, then) == then
    else:
        with pytest.raises(IllegalMove, match=sorted(MOVES[now])[0]):
            move(now, then)


def test_every_state_has_a_way_out() -> None:
    """From every state each of the others can be reached."""
    for start in MOVES:
        reached = {start}
        while more := {after for state in reached for after in MOVES[state]} - reached:
            reached |= more
        assert reached == set(MOVES)
