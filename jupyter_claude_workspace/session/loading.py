"""A session from the store: as it was when its server ended, with what that left open put right."""

from __future__ import annotations

import asyncio

from ..errors import SessionUnknown
from .branches import Branches
from .journal import Journal
from .recovery import restore
from .session import Session
from .surroundings import Surroundings


async def load(session_id: str, root: str, around: Surroundings) -> Session:
    """The session, which sleeps; raises SessionUnknown where there is none of this root folder."""
    store = around.store
    record = await asyncio.wrap_future(store.load(session_id))
    if record is None or record.root != root:
        raise SessionUnknown("There is no such session.", remedy="Open the notebook's conversation again.")
    head = await asyncio.wrap_future(store.head(session_id))
    known = await asyncio.wrap_future(store.prompts(session_id))
    begun = (await asyncio.wrap_future(store.turns(session_id))).get(session_id, 0)
    journal = Journal(session_id, store, head=head, memory=around.config.memory_per_session, turns=begun)
    points = await asyncio.wrap_future(store.points(session_id))
    session = Session(record, journal, known, Branches(points), around)
    if head:
        kept = await asyncio.wrap_future(store.kept(session_id))
        restore(session, await journal.frames(), kept)
    return session
