"""The list of sessions: those that live as they are now, the others as the store has them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from .info import SessionInfo
from .record import StoredSession
from .search import folded, search
from .session import Session
from .store import Store


async def listing(
    store: Store, root: str, live: Mapping[str, Session], notebook: str | None, query: str
) -> list[SessionInfo]:
    """All sessions of a root folder, newest first, or one notebook's; with `query`, where it occurs."""
    stored = await asyncio.wrap_future(store.of_root(root))
    turns = await asyncio.wrap_future(store.turns())  # which also writes what a search is to find
    infos = [
        live[record.session_id].info()
        if record.session_id in live
        else _asleep(record, turns.get(record.session_id, 0))
        for record in stored
        if notebook is None or record.notebook == notebook
    ]
    if not query:
        return infos
    names, wanted = [info.session_id for info in infos], folded(query)
    found = await asyncio.to_thread(search, store.path, names, query)
    return [
        replace(info, snippet=found.get(info.session_id))
        for info in infos
        if info.session_id in found or wanted in folded(info.title)
    ]


def _asleep(record: StoredSession, turns: int) -> SessionInfo:
    return SessionInfo(
        session_id=record.session_id,
        context=record.context,
        notebook=record.notebook,
        title=record.title,
        state="asleep",
        settings=record.settings,
        created=record.created,
        modified=record.modified,
        turns=turns,
    )
