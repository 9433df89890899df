"""A session's journal: numbered frames, the recent ones in memory, all of them in the store.

A listener holds a place in it (a cursor), not a queue: a slow one costs nothing, and one that fell out of the recent
frames is given the whole conversation again, compacted.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from ..protocol import codec
from ..protocol.frames import PROVISIONAL, Down, Notice, Piece, Snapshot, Steered, ToolProgress, TurnStarted, Welcome
from .store import Store

# After a restart the count goes on far beyond what the last server could have sent without having written it.
RESTART_GAP = 1_000_000
FrameT = TypeVar("FrameT", bound=Down)


class Journal:
    """Frames are appended on the engine's loop; listeners may take them on any thread."""

    def __init__(self, session_id: str, store: Store, *, head: int, memory: int, turns: int = 0) -> None:
        self.session_id = session_id
        self._store = store
        self._memory = memory  # bytes of encoded frames kept for reconnecting listeners
        self._lock = threading.Lock()
        self._recent: deque[str] = deque()
        self._held = 0
        self.head = head + RESTART_GAP if head else 0
        self.turns = turns  # how many have begun
        self._listeners: set[Subscription] = set()

    @property
    def listeners(self) -> int:
        """How many look on."""
        return len(self._listeners)

    def append(self, frame: FrameT, turn: str | None) -> FrameT:
        """Number, keep and announce a frame; returns it as it was kept."""
        numbered = frame.model_copy(update={"seq": self.head + 1, "at": time.time_ns() // 1_000_000, "turn": turn})
        text = codec.encode(numbered)
        with self._lock:
            self.head = numbered.seq
            self._recent.append(text)
            self._held += len(text)
            while self._held > self._memory and len(self._recent) > 1:
                self._held -= len(self._recent.popleft())
        self.turns += isinstance(numbered, TurnStarted)
        self._store.append(self.session_id, numbered.seq, _type(numbered), turn, _key(numbered), text)
        for listener in tuple(self._listeners):
            listener.wake()
        return numbered

    def subscribe(self, welcome: Welcome, since: int | None, notify: Callable[[], None]) -> Subscription:
        """A place in the journal after frame `since`; None: a new client, which gets the whole first."""
        subscription = Subscription(self, welcome, since, notify)
        self._listeners.add(subscription)
        return subscription

    def drop(self, subscription: Subscription) -> None:
        """Forget a listener."""
        self._listeners.discard(subscription)

    def after(self, seq: int, most: int) -> tuple[list[str], int] | None:
        """Up to `most` frames after `seq` and the new place; None where they are not in memory any more."""
        with self._lock:
            behind = self.head - seq
            if behind < 0 or behind > len(self._recent):
                return None
            start = len(self._recent) - behind
            taken = [self._recent[index] for index in range(start, min(start + most, len(self._recent)))]
            return taken, seq + len(taken)

    async def whole(self) -> tuple[list[str], int, int]:
        """The conversation so far as encoded frames, the seq of the last of them, and the place to go on from."""
        place = self.head  # all up to here is in what the store answers, or was let go by a turn's end
        rows = await asyncio.wrap_future(self._store.frames(self.session_id))
        texts = await asyncio.to_thread(_joined, rows)
        last = rows[-1][0] if rows else 0
        return texts, last, max(place, last)

    async def frames(self) -> list[Down]:
        """The conversation so far, decoded and compacted."""
        texts, _, _ = await self.whole()
        return await asyncio.to_thread(lambda: [codec.load_session_frame(text) for text in texts])


class Subscription:
    """One listener's place in a journal. Thread-safe; never blocks."""

    def __init__(self, journal: Journal, welcome: Welcome, since: int | None, notify: Callable[[], None]) -> None:
        self.welcome = welcome
        self._journal = journal
        self._notify = notify
        # A newcomer needs the whole unless there is nothing yet.
        self._place = since if since is not None else (0 if journal.head == 0 else -1)
        self._told = False

    def wake(self) -> None:
        """Tell the reader, once until it takes."""
        if not self._told:
            self._told = True
            self._notify()

    def take(self, max_frames: int = 500) -> list[str] | None:
        """The next encoded frames in order; [] where there are none; None: too far behind, `resync` is needed."""
        self._told = False
        if self._place < 0:
            return None
        found = self._journal.after(self._place, max_frames)
        if found is None:
            return None
        frames, self._place = found
        return frames

    async def resync(self) -> list[str]:
        """On the engine's loop: a snapshot frame and the whole conversation that follows it."""
        frames, last, self._place = await self._journal.whole()
        return [codec.encode(Snapshot(head=last)), *frames]

    def close(self) -> None:
        """Leave."""
        self._journal.drop(self)


def _type(frame: Down) -> str:
    return str(getattr(frame, "type"))  # noqa: B009 - every frame has one, their base does not


def _key(frame: Down) -> str | None:
    if isinstance(frame, Notice):
        return frame.code
    if isinstance(frame, ToolProgress):
        return frame.state
    if isinstance(frame, TurnStarted):
        return frame.origin.prompt
    if isinstance(frame, Steered):
        return frame.prompt
    return None


def _joined(rows: list[tuple[int, str, str]]) -> list[str]:
    """Consecutive pieces of one block as one piece, numbered like the last of them, so that places stay in order."""
    made: list[str] = []
    run: list[Piece] = []

    def close() -> None:
        if run:
            made.append(codec.encode(run[-1].model_copy(update={"text": "".join(piece.text for piece in run)})))
            run.clear()

    for _, kind, text in rows:
        piece = codec.load_session_frame(text) if kind in PROVISIONAL else None
        if not isinstance(piece, Piece):
            close()
            made.append(text)
            continue
        if run and (type(run[-1]), run[-1].message, run[-1].block) != (type(piece), piece.message, piece.block):
            close()
        run.append(piece)
    close()
    return made
