"""What the store lets go of when a turn ends: what only mattered while it ran."""

from __future__ import annotations

import sqlite3

from ..protocol.frames import PROVISIONAL

# Of these only the newest counts once a turn is over.
LAST_VALUE = ("state", "queue", "configured", "plan", "agent_draft")
# Weather that has passed when its turn has ended.
PASSING = ("retrying", "silent", "compacting")


def compact(database: sqlite3.Connection, session: str, turn: str) -> None:
    """Delete a turn's pieces, progress and passing weather, and the session's superseded values."""
    pieces = ", ".join(f"'{kind}'" for kind in (*PROVISIONAL, "discard"))
    last = ", ".join(f"'{kind}'" for kind in LAST_VALUE)
    passing = ", ".join(f"'{code}'" for code in PASSING)
    with database:
        database.execute(
            f"DELETE FROM frames WHERE session = ? AND turn = ? AND (type IN ({pieces})"  # noqa: S608 - constants above
            " OR (type = 'tool_progress' AND key = 'running')"
            f" OR (type = 'notice' AND key IN ({passing})))",
            (session, turn),
        )
        database.execute(
            f"DELETE FROM frames WHERE session = ? AND type IN ({last}) AND seq < (SELECT MAX(newer.seq)"  # noqa: S608
            " FROM frames AS newer WHERE newer.session = frames.session AND newer.type = frames.type)",
            (session,),
        )
