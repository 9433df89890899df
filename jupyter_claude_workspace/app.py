"""The server extension: settings → sessions and routes; and the end of it all, in order."""

from __future__ import annotations

import asyncio
import concurrent.futures.thread  # noqa: F401 - before ours, so that at exit its turn comes after
import os
import signal
import threading
import weakref
from concurrent.futures import TimeoutError as Overdue
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp

from .config import ClaudeWorkspace
from .errors import WorkspaceError
from .host.hosting import Hosting
from .web.backend import Backend
from .web.events import EventBus
from .web.routes import ROUTES
from .web.services import SETTING, Services

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from .demo.thread import DemoThread
    from .session.registry import Registry

STATIC = Path(__file__).with_name("static")
# Kernels inherit it: a page compares it with the server's own, to know that it talks to the server of its kernel.
SERVER_ID = "JCW_SERVER_ID"
REQUIRE_SECONDS = 120.0


class ClaudeWorkspaceApp(ExtensionApp):
    """Claude Code in this server. What can be set is in `ClaudeWorkspace`."""

    name = "jupyter_claude_workspace"
    description = "Claude Code at home in Jupyter"
    classes = [*ExtensionApp.classes, ClaudeWorkspace]  # noqa: RUF012 - traitlets copies it
    static_paths = [str(STATIC)]  # noqa: RUF012 - traitlets makes a trait of it

    demo: DemoThread | None = None  # the model itself, where the demo model answers

    def initialize_settings(self) -> None:
        """Make what the handlers share. Sessions start when the server's loop runs, or when they are first needed."""
        config = ClaudeWorkspace(parent=self)
        assert self.serverapp is not None
        assert self.serverapp.event_logger is not None
        self.events = EventBus(self.serverapp.event_logger, self.serverapp.io_loop, self.log)
        self.services = Services(
            config=config,
            backend=Backend(self._make_registry),
            hosting=Hosting(self.serverapp),
            base_url=self.settings["base_url"],
            static_url=self.static_url_prefix,
        )
        self.settings[SETTING] = self.services
        # Jupyter's access log leaves out the values of query arguments whose names contain one of these.
        self.settings["extra_log_scrub_param_keys"] = [*self.settings.get("extra_log_scrub_param_keys", []), "ticket"]
        os.environ[SERVER_ID] = self.services.server_id
        _RUNNING.add(self)

    def initialize_handlers(self) -> None:
        """Add the routes; where Claude Code is required and missing, the server's start ends here."""
        self.handlers.extend(ROUTES)
        if self.services.config.require_claude:
            self._require()

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Look for the CLI while the server already answers."""
        try:
            await self.services.backend.start()
        except WorkspaceError as error:
            self.log.error("%s %s", error.text, error.remedy)

    def current_activity(self) -> dict[str, Any] | None:
        """Live processes keep an idle server from being shut down, as live kernels do."""
        processes = self.services.backend.processes if SETTING in self.settings else 0
        return {"processes": processes} if processes else None

    async def stop_extension(self) -> None:
        """Close the channels, then end everything they showed."""
        if SETTING in self.settings:  # else the server's start failed before ours
            await self.services.channels.stop()
            await self.services.lives.stop()
            await self.services.hosting.stop_following()
            await asyncio.to_thread(self._stop)
            await self.services.hosting.close()

    def _stop(self) -> None:
        """The rest of the end; also when the server ends without asking its extensions."""
        _RUNNING.discard(self)
        try:
            self.services.backend.stop()
        except Overdue:
            self.log.error("Claude Code did not end in time; its guards end it with this server.")
        finally:
            if self.demo is not None:
                self.demo.stop()
                self.demo = None
            if os.environ.get(SERVER_ID) == self.services.server_id:
                del os.environ[SERVER_ID]

    def _require(self) -> None:
        try:
            self.services.backend.require(REQUIRE_SECONDS)
        except (WorkspaceError, Overdue) as error:
            text = f"{error.text} {error.remedy}" if isinstance(error, WorkspaceError) else "The check took too long."
            self.log.critical("Claude Code is required here (ClaudeWorkspace.require_claude). %s", text)
            self._stop()
            raise SystemExit(1) from error

    def _make_registry(self) -> Registry:
        """Called on the engine's thread: what is imported here costs the server's start nothing."""
        from .session.registry import Registry  # noqa: PLC0415

        assert self.serverapp is not None
        config = self.services.config
        self.serverapp.io_loop.add_callback(self.services.hosting.follow, lambda: self.services.backend)
        if self.demo is None and self._demo_wanted():
            from .demo.thread import DemoThread  # noqa: PLC0415

            self.demo = DemoThread().start()
        return Registry(
            config,
            root_dir=_root(self.serverapp),
            data_dir=Path(config.data_dir or Path(self.serverapp.data_dir) / "claude-workspace"),
            runtime_dir=Path(self.serverapp.runtime_dir) / "claude-workspace",
            log=self.log,
            demo_environment=self.demo.environment if self.demo else None,
            tell=self.events.tell,
            notebooks=self.services.hosting().bridge,
        )

    def _demo_wanted(self) -> bool:
        from .claude.environment import credentials_kind  # noqa: PLC0415

        config = self.services.config
        if config.demo != "auto":
            return bool(config.demo == "on")
        environ = dict(os.environ)
        if config.claude_config_dir:
            environ["CLAUDE_CONFIG_DIR"] = config.claude_config_dir
        return credentials_kind(environ, Path.home()) == "none"


def _root(serverapp: ServerApp) -> Path:
    """The folder that notebook paths start from."""
    root = getattr(serverapp.contents_manager, "root_dir", "")
    return Path(root if root and Path(root).is_dir() else serverapp.root_dir).resolve()


_RUNNING: weakref.WeakSet[ClaudeWorkspaceApp] = weakref.WeakSet()


def _stop_all() -> None:
    """A server without a terminal that gets SIGINT just returns from its loop, and asks no extension to stop."""
    if _RUNNING and threading.current_thread() is threading.main_thread():
        # A second Ctrl-C would cut this short and leave it to the guards; what follows is bounded.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    for extension in list(_RUNNING):
        extension._stop()


# Not atexit: by then Python has shut down all thread pools, which asyncio needs for closing files without blocking.
getattr(threading, "_register_atexit")(_stop_all)  # noqa: B009 - private, there since Python 3.9, unknown to type checkers
