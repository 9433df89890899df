"""The way from the server's loop to the engine's: sessions, started when they are first needed and stopped once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..session.engine import Engine

if TYPE_CHECKING:
    from ..agents.accepted import Accepted
    from ..agents.entry import AgentEntry
    from ..claude.context import ContextUsage
    from ..protocol.content import Context, DraftFields
    from ..protocol.frames import Down
    from ..protocol.notebook import Mention
    from ..session.info import SessionInfo
    from ..session.inquiries import SessionOffers
    from ..session.journal import Subscription
    from ..session.notebook.mentionable import Mentionables
    from ..session.notebook.mentioning import Mentioned
    from ..session.notebook.timeline import TimelineEntry, TimelineView
    from ..session.notebook.undoing import Undone
    from ..session.registry import Registry

T = TypeVar("T")
STOP_SECONDS = 20.0  # for all processes together; each is ended by its own, shorter ladder


class Backend:
    """Holds the engine and, on its loop, the registry. Everything may be called from the server's loop.

    `make` builds the registry; it is called on the engine's thread, so that what it imports delays nobody.
    """

    def __init__(self, make: Callable[[], Registry]) -> None:
        self._make = make
        self._engine = Engine()
        self._lock = asyncio.Lock()
        self._registry: Registry | None = None
        self._stopped = False
        self._engine.start()

    # ── life ──

    async def start(self) -> None:
        """Start now instead of at the first need.

        Raises:
            WorkspaceError: the store cannot be opened.
        """
        await self._engine.run(self._ready())

    def require(self, timeout: float) -> None:
        """Start, and wait until the CLI and the credentials were looked at. Blocks, at most `timeout` seconds.

        Raises:
            ClaudeMissing: one of them is missing.
            WorkspaceError: the store cannot be opened.
        """
        self._engine.run_blocking(self._do(lambda registry: registry.check()), timeout)

    def stop(self) -> None:
        """End all processes, write everything, end the thread. Blocks, for a bounded time; not twice.

        Raises:
            TimeoutError: the processes did not end in time; the thread is ended all the same.
        """
        if self._stopped:
            return
        self._stopped = True
        try:
            self._engine.run_blocking(self._stop(), STOP_SECONDS)
        finally:
            self._engine.stop()

    # ── sessions ──

    @property
    def processes(self) -> int:
        """How many live processes there are now."""
        return 0 if self._registry is None else int(self._registry.status()["processes"])

    async def status(self) -> dict[str, Any]:
        """As `Registry.status`."""

        async def look(registry: Registry) -> dict[str, Any]:
            return registry.status()

        return await self._run(look)

    async def open_session(
        self,
        *,
        notebook: str,
        directory: Path,
        context: Context,
        user: str,
        model: str | None = None,
        agent: str | None = None,
        new: bool = False,
    ) -> tuple[SessionInfo, bool]:
        """As `Registry.open`."""
        return await self._run(
            lambda registry: registry.open(
                notebook=notebook, directory=directory, context=context, user=user, model=model, agent=agent, new=new
            )
        )

    async def sessions(self, notebook: str | None, query: str = "") -> list[SessionInfo]:
        """As `Registry.list`."""
        return await self._run(lambda registry: registry.list(notebook, query))

    async def session(self, session_id: str) -> SessionInfo:
        """As `Registry.get`."""
        return await self._run(lambda registry: registry.get(session_id))

    async def rename(self, session_id: str, title: str) -> SessionInfo:
        """As `Registry.rename`."""
        return await self._run(lambda registry: registry.rename(session_id, title))

    async def end(self, session_id: str) -> list[str]:
        """As `Registry.end`."""
        return await self._run(lambda registry: registry.end(session_id))

    async def draft(self, session_id: str) -> DraftFields:
        """As `Interviews.draft`."""
        return await self._run(lambda registry: registry.interviews.draft(session_id))

    async def save_draft(self, session_id: str, expect: str | None) -> AgentEntry:
        """As `Interviews.save`."""
        return await self._run(lambda registry: registry.interviews.save(session_id, expect))

    async def try_draft(self, session_id: str, user: str, model: str | None) -> tuple[SessionInfo, list[str]]:
        """As `Interviews.try_draft`."""
        return await self._run(lambda registry: registry.interviews.try_draft(session_id, user, model))

    async def transcript(self, session_id: str) -> list[Down]:
        """As `Registry.transcript`."""
        return await self._run(lambda registry: registry.transcript(session_id))

    async def offers(self, session_id: str, *, wake: bool) -> SessionOffers:
        """As `Registry.offers`."""
        return await self._run(lambda registry: registry.offers(session_id, wake=wake))

    async def context(self, session_id: str, *, wake: bool) -> ContextUsage:
        """As `Registry.context`."""
        return await self._run(lambda registry: registry.context(session_id, wake=wake))

    async def mentionable(self, session_id: str, query: str) -> Mentionables:
        """As `mentionable` of a session's notebook; raises SessionUnknown."""
        return await self._run(lambda registry: _mentionable(registry, session_id, query))

    async def preview(self, session_id: str, mentions: Sequence[Mention]) -> Mentioned:
        """As `mentioned` of a session's notebook: what would be sent; raises SessionUnknown."""
        return await self._run(lambda registry: _mentioned(registry, session_id, mentions))

    async def timeline(self, session_id: str) -> list[TimelineEntry]:
        """As `timeline` of a session's notebook; raises SessionUnknown."""
        return await self._run(lambda registry: _timeline(registry, session_id))

    async def look_at(self, session_id: str, snapshot: int) -> TimelineView:
        """As `look_at` of a session's notebook; raises SessionUnknown."""
        return await self._run(lambda registry: _look_at(registry, session_id, snapshot))

    async def restore(self, session_id: str, snapshot: int) -> Undone:
        """As `restore` of a session's notebook; raises SessionUnknown."""
        return await self._run(lambda registry: _restore(registry, session_id, snapshot))

    async def undo(self, session_id: str, turn: str, *, redo: bool) -> Undone:
        """As `Undoing.undo`; raises SessionUnknown."""
        return await self._run(lambda registry: _undo(registry, session_id, turn, redo=redo))

    async def accepted(self) -> Accepted:
        """Which agents this person lets run; of use on any thread."""

        async def look(registry: Registry) -> Accepted:
            return registry.accepted

        return await self._run(look)

    async def watched(self) -> dict[str, str]:
        """As `Moving.watched`."""
        return await self._run(lambda registry: registry.moving.watched())

    async def mark(self, marks: Mapping[str, str]) -> None:
        """As `Moving.mark`."""
        await self._run(lambda registry: registry.moving.mark(marks))

    async def moved(self, old: str, new: str, directory: Path) -> None:
        """As `Moving.moved`."""
        await self._run(lambda registry: registry.moving.moved(old, new, directory))

    async def there(self, notebook: str, there: bool) -> None:
        """As `Moving.gone` and `Moving.back`."""

        async def tell(registry: Registry) -> None:
            (registry.moving.back if there else registry.moving.gone)(notebook)

        await self._run(tell)

    async def subscribe(
        self, session_id: str, since: int | None, notify: Callable[[], None], *, wake: bool
    ) -> Subscription:
        """As `Registry.subscribe`."""
        return await self._run(lambda registry: registry.subscribe(session_id, since, notify, wake=wake))

    async def resync(self, subscription: Subscription) -> list[str]:
        """As `Subscription.resync`."""
        return await self._engine.run(subscription.resync())

    async def post(self, session_id: str, frame: Any, user: str) -> None:
        """As `Registry.post`."""
        await self._run(lambda registry: registry.post(session_id, frame, user))

    async def _run(self, act: Callable[[Registry], Coroutine[Any, Any, T]]) -> T:
        return await self._engine.run(self._do(act))

    # ── on the engine's loop ──

    async def _do(self, act: Callable[[Registry], Coroutine[Any, Any, T]]) -> T:
        return await act(self._registry or await self._ready())

    async def _ready(self) -> Registry:
        async with self._lock:
            if self._registry is None:
                registry = self._make()
                await registry.start()
                self._registry = registry
            return self._registry

    async def _stop(self) -> None:
        async with self._lock:
            if self._registry is not None:
                await self._registry.stop()


async def _mentionable(registry: Registry, session_id: str, query: str) -> Mentionables:
    from ..session.notebook.mentionable import mentionable  # noqa: PLC0415 - see the package's docstring

    return await mentionable((await registry.session(session_id)).work, query)


async def _mentioned(registry: Registry, session_id: str, mentions: Sequence[Mention]) -> Mentioned:
    from ..session.notebook.mentioning import mentioned  # noqa: PLC0415 - see the package's docstring

    return await mentioned((await registry.session(session_id)).work, mentions)


async def _timeline(registry: Registry, session_id: str) -> list[TimelineEntry]:
    from ..session.notebook.timeline import timeline  # noqa: PLC0415 - see the package's docstring

    return await timeline((await registry.session(session_id)).work)


async def _look_at(registry: Registry, session_id: str, snapshot: int) -> TimelineView:
    from ..session.notebook.timeline import look_at  # noqa: PLC0415 - see the package's docstring

    return await look_at((await registry.session(session_id)).work, snapshot)


async def _restore(registry: Registry, session_id: str, snapshot: int) -> Undone:
    from ..session.notebook.timeline import restore  # noqa: PLC0415 - see the package's docstring

    return await restore((await registry.session(session_id)).work, snapshot)


async def _undo(registry: Registry, session_id: str, turn: str, *, redo: bool) -> Undone:
    return await (await registry.session(session_id)).work.undoing.undo(turn, redo=redo)
