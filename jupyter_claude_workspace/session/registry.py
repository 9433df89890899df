"""All sessions of one server (or kernel): found or made, woken, listed, ended. Lives on the engine's loop."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..agents.accepted import Accepted
from ..claude import launcher
from ..claude.availability import Availability
from ..claude.context import ContextUsage
from ..config import ClaudeWorkspace
from ..errors import HistoryUnusable, TooManySessions
from ..notebook.access import Notebooks
from ..notebook.history import History
from ..protocol.content import Context
from ..protocol.frames import Down
from .beginning import Beginning, as_before, beginning
from .branches import Branches
from .herald import Herald, SessionNews
from .info import SessionInfo
from .inquiries import Inquiries, SessionOffers
from .interviews import Interviews
from .journal import Journal, Subscription
from .listing import listing
from .loading import load
from .moving import Moving
from .neighbours import Neighbours
from .patrol import patrol
from .record import StoredSession
from .session import Session, now
from .starting import PROCESS
from .store import Store
from .surroundings import Surroundings

IMPORT_AFTER = 3.0  # seconds: after the server has served its first page
# Inside the class, `list` is its method.
Infos = list[SessionInfo]
Frames = list[Down]
Names = list[str]
ACCEPTED = "accepted-agents"


class Registry:
    """Owns the store and the sessions; `start` before anything else, `stop` last.

    `demo_environment` gives the CLI's extra environment where the demo model answers; None: the real model. `tell`
    hears on the engine's thread that sessions begin, change and end. `notebooks` is where notebooks are; None: nowhere.
    """

    def __init__(
        self,
        config: ClaudeWorkspace,
        *,
        root_dir: Path,
        data_dir: Path,
        runtime_dir: Path,
        log: logging.Logger,
        demo_environment: Callable[[], dict[str, str]] | None = None,
        tell: Callable[[SessionNews], None] = lambda news: None,
        notebooks: Notebooks | None = None,
    ) -> None:
        self._config = config
        self._root = str(root_dir)
        self._data = data_dir
        self._runtime = runtime_dir
        self._log = log
        self._demo = demo_environment
        self._notebooks = notebooks
        self._herald = Herald(tell, log)
        self.accepted = Accepted(data_dir / ACCEPTED)
        self._store = Store(data_dir / "sessions.sqlite")
        self._history = History(
            data_dir / "notebooks", most_bytes=config.history_bytes, most_snapshots=config.history_snapshots
        )
        self._sessions: dict[str, Session] = {}
        self._loading: dict[str, asyncio.Lock] = {}
        self._opening = asyncio.Lock()
        self._availability = Availability(
            config, data_dir=data_dir, runtime_dir=runtime_dir, demo=demo_environment, log=log
        )
        self._inquiries: Inquiries
        self._around: Surroundings
        self._neighbours: dict[Path, Neighbours] = {}
        self.moving = Moving(self._store, self._root, self._sessions)
        self.interviews = Interviews(self, self._store, self._root, data_dir / "locks")
        self._tasks: tuple[asyncio.Task[None], ...]

    async def start(self) -> None:
        """Open the store, end what dead servers left behind, and look for the CLI in the background.

        Raises:
            WorkspaceError: the store cannot be opened.
        """
        await asyncio.to_thread(self._store.open)
        starts = self._config.concurrent_starts or os.cpu_count() or 1
        bypass = self._availability.bypass()
        self._inquiries = Inquiries(bypass=bypass)
        self._around = Surroundings(
            config=self._config,
            store=self._store,
            herald=self._herald,
            log=self._log,
            locks=self._data / "locks",
            starts=asyncio.Semaphore(starts),
            launch=self._availability.launch,
            admit=self._admit,
            conversation=self._availability.conversation,
            branch=self._availability.branch,
            missing=self._availability.missing,
            neighbours=self._next_to,
            accepted=self.accepted,
            notebooks=self._notebooks,
            history=self._history,
            bypass=bypass,
            demo=self._demo is not None,
        )
        await self._availability.start()
        await self.interviews.end_left()
        self._tasks = (
            asyncio.create_task(_import_soon(), name="claude-import"),
            asyncio.create_task(patrol(self._sessions.values, self._log), name="agents-patrol"),
        )

    async def stop(self) -> None:
        """End every process, write everything, close the store. Bounded by the ladder of ending a process."""
        await asyncio.gather(*(session.close() for session in self._sessions.values()), return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._availability.stop()
        await asyncio.to_thread(self._history.close)
        await asyncio.to_thread(self._store.close)

    async def open(
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
        """The newest session of this notebook and context, or a new one (then True); its process starts warming.

        Raises:
            WorkspaceError: the agent cannot be used; as `beginning`.
            TooManySessions: there is no room.
        """
        begun = await beginning(context, agent, model or self._config.model or None, self._next_to(directory))
        # One at a time: two tabs that open the same notebook together share one session.
        async with self._opening:
            stored = await asyncio.wrap_future(self._store.of_root(self._root))
            if not new:
                for record in stored:
                    if record.notebook == notebook and record.context == context:
                        session = await self.session(record.session_id)
                        session.warm()
                        return session.info(), False
            if self._config.max_stored_sessions and len(stored) >= self._config.max_stored_sessions:
                raise TooManySessions(
                    f"{len(stored)} conversations are kept already.", remedy="Delete some that are not needed any more."
                )
            session = await self.create(notebook, str(directory), context, user, begun)
            session.warm()
            return session.info(), True

    async def list(self, notebook: str | None = None, query: str = "") -> Infos:
        """All sessions of this server's root folder, newest first, or one notebook's; with `query`, where it occurs."""
        return await listing(self._store, self._root, self._sessions, notebook, query)

    async def get(self, session_id: str) -> SessionInfo:
        """One session; raises SessionUnknown."""
        return (await self.session(session_id)).info()

    async def rename(self, session_id: str, title: str) -> SessionInfo:
        """Give a session another title; raises SessionUnknown."""
        session = await self.session(session_id)
        session.rename(title)
        return session.info()

    async def end(self, session_id: str) -> Names:
        """End a session's process and forget the session, Claude Code's part of it too; raises SessionUnknown.

        Returns the ids of all that ended: those in which its draft was tried as well.
        """
        session = await self.session(session_id)
        trials = await self.interviews.end_trials(session_id) if session.record.context == "agent-create" else []
        await session.close()
        self._sessions.pop(session_id, None)
        await asyncio.to_thread(launcher.forget, session_id)
        conversations = {session.record.claude_session, *session.branches.conversations()}
        await asyncio.to_thread(self._availability.forget, conversations)
        await asyncio.wrap_future(self._store.delete(session_id))
        with contextlib.suppress(HistoryUnusable):  # what is left goes with the oldest
            await asyncio.to_thread(self._history.forget, session_id)
        self._herald.ended(session)
        return [session_id, *trials]

    async def transcript(self, session_id: str) -> Frames:
        """The whole conversation, compacted; needs no process; raises SessionUnknown."""
        return await (await self.session(session_id)).journal.frames()

    async def subscribe(
        self, session_id: str, since: int | None, notify: Callable[[], None], *, wake: bool = True
    ) -> Subscription:
        """Listen to a session and wake it; raises SessionUnknown. `notify` is called on the engine's thread."""
        return (await self.session(session_id)).subscribe(since, notify, wake=wake)

    async def post(self, session_id: str, frame: Any, user: str) -> None:
        """Hand a client's frame to a session; raises WorkspaceError."""
        await (await self.session(session_id)).post(frame, user)

    async def offers(self, session_id: str, *, wake: bool) -> SessionOffers:
        """As `Inquiries.offers`; raises SessionUnknown."""
        return await self._inquiries.offers(await self.session(session_id), wake=wake)

    async def context(self, session_id: str, *, wake: bool) -> ContextUsage:
        """As `Inquiries.context`; raises SessionUnknown."""
        return await self._inquiries.context(await self.session(session_id), wake=wake)

    async def check(self) -> None:
        """Wait for the look at the CLI and the credentials.

        Raises:
            ClaudeMissing: there is no usable CLI, or no credentials.
        """
        await self._availability.require()

    def status(self) -> dict[str, Any]:
        """What there is to say of the whole; callable from any thread."""
        sessions = list(self._sessions.values())
        return {
            **self._availability.status(),
            "demo": self._demo is not None,
            "sessions": len(sessions),
            "processes": sum(session.info().process for session in sessions),
        }

    # ── inside ──

    def _admit(self, session_id: str = "") -> None:
        others = (session for session in self._sessions.values() if session.session_id != session_id)
        live = sum(1 for session in others if session.state not in ("asleep", "failed"))
        if self._config.max_sessions and live >= self._config.max_sessions:
            raise TooManySessions(
                f"This server runs {live} sessions, which is as many as it may.", remedy="End one that is not needed."
            )

    def _next_to(self, directory: Path) -> Neighbours:
        if directory not in self._neighbours:
            self._neighbours[directory] = Neighbours(directory, self._data / ACCEPTED)
        return self._neighbours[directory]

    async def create(self, notebook: str, directory: str, context: Context, user: str, begun: Beginning) -> Session:
        """A new session, which sleeps; raises TooManySessions."""
        self._admit()
        stored = await asyncio.wrap_future(self._store.of_root(self._root))
        settings = as_before(begun.settings, [record for record in stored if record.notebook == notebook], self._config)
        session_id, at = str(uuid.uuid4()), now()
        record = StoredSession(
            session_id=session_id,
            context=context,
            root=self._root,
            notebook=notebook,
            directory=directory,
            title=begun.title,
            created=at,
            modified=at,
            claude_session=session_id,
            user=user,
            settings=settings,
            agent=begun.role.model_dump_json() if begun.role else "",
            draft=begun.draft.model_dump_json() if begun.draft else "",
        )
        await asyncio.wrap_future(self._store.save(record))
        journal = Journal(session_id, self._store, head=0, memory=self._config.memory_per_session)
        session = Session(record, journal, set(), Branches(), self._around)
        self._sessions[session_id] = session
        self.moving.note(notebook)
        self._herald.created(session)
        if begun.draft is not None:
            session.drafting.publish("person")
        return session

    async def session(self, session_id: str) -> Session:
        """The live object, made from the store where this server has not touched it yet; raises SessionUnknown."""
        session = self._sessions.get(session_id)
        if session is not None:
            return session
        lock = self._loading.setdefault(session_id, asyncio.Lock())
        try:
            async with lock:
                session = self._sessions.get(session_id)
                if session is None:
                    session = await load(session_id, self._root, self._around)
                    self._sessions[session_id] = session
                    self.moving.greet(session)
                return session
        finally:
            if not lock.locked():
                self._loading.pop(session_id, None)


async def _import_soon() -> None:
    """Import the SDK while nobody waits: it takes most of a second, which the first session would."""
    await asyncio.sleep(IMPORT_AFTER)
    await asyncio.to_thread(importlib.import_module, PROCESS)
