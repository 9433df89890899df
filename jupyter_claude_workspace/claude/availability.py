"""Whether Claude Code can be used here, and how it is started: the CLI, the credentials, one launch after the other."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ..config import ClaudeWorkspace
from ..errors import ClaudeFailed, ClaudeMissing, WorkspaceError
from ..protocol.content import Problem
from . import environment, launcher, locate
from .branch import branch, forget
from .events import Point

NO_CREDENTIALS = Problem(
    code="no_credentials",
    text="No credentials for the Claude API were found.",
    remedy="Set ANTHROPIC_API_KEY for the Jupyter server, or log in with the claude command in a terminal; restart.",
)
CREDENTIALS = ("ANTHROPIC_", "CLAUDE_CODE_USE_", "CLAUDE_CODE_OAUTH_")


class Availability:
    """Looks once at the server's start, in the background, and again whenever a start needs what was missing."""

    def __init__(
        self,
        config: ClaudeWorkspace,
        *,
        data_dir: Path,
        runtime_dir: Path,
        demo: Callable[[], dict[str, str]] | None,
        log: logging.Logger,
    ) -> None:
        self._config = config
        self._data = data_dir
        self._runtime = runtime_dir
        self._demo = demo
        self._log = log
        self._cli: Path | None = None
        self._version = ""
        self._problem: Problem | None = None
        self._look: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """End what dead servers left running, and begin to look for the CLI."""
        ended = await asyncio.to_thread(launcher.clear_dead_servers, self._runtime)
        if ended:
            self._log.warning("Ended %d processes that a Jupyter server which died had left behind.", len(ended))
        self._look = asyncio.create_task(self._check(), name="claude-check")

    async def stop(self) -> None:
        """Stop looking."""
        if self._look is not None:
            self._look.cancel()
            await asyncio.gather(self._look, return_exceptions=True)

    async def require(self) -> None:
        """Wait for the look.

        Raises:
            ClaudeMissing: there is no usable CLI, or there are no credentials.
        """
        if self._look is not None:
            await self._look
        problem = self._problem or self.missing()
        if problem is not None:
            raise ClaudeMissing(problem.text, remedy=problem.remedy)

    def missing(self) -> Problem | None:
        """What keeps the model from answering as far as can be seen from here."""
        return NO_CREDENTIALS if self.credentials() == "none" else None

    def credentials(self) -> str:
        """Their kind, never their value."""
        return "demo" if self._demo is not None else environment.credentials_kind(self._environ(), Path.home())

    def conversation(self, claude_session: str) -> bool:
        """Whether Claude Code keeps a conversation under this id; blocking."""
        return any(self._config_dir().glob(f"projects/*/{claude_session}.jsonl"))

    def branch(self, points: Sequence[Point]) -> str | None:
        """As `branch.branch`, from the first of these points that Claude Code still has; blocking.

        Raises:
            ClaudeFailed: the conversation cannot be copied.
        """
        try:
            return next(filter(None, (branch(self._config_dir(), point) for point in points)), None)
        except OSError as error:
            raise ClaudeFailed(f"Claude's conversation could not be copied: {error}") from error

    def forget(self, conversations: Iterable[str]) -> None:
        """Delete what Claude Code keeps under these ids; blocking."""
        try:
            forget(self._config_dir(), conversations)
        except OSError as error:
            self._log.warning("Claude Code's part of a deleted conversation stays: %s", error)

    def bypass(self) -> bool:
        """Whether tools may run without asking: the administrator allows it, and Claude Code too; it refuses root."""
        root = hasattr(os, "geteuid") and os.geteuid() == 0 and self._environ().get("IS_SANDBOX") != "1"
        if self._config.allow_bypass and root:
            self._log.warning(
                "allow_bypass has no effect: Claude Code does not run without asking as root. "
                "In a container that is thrown away, set IS_SANDBOX=1 for the Jupyter server."
            )
        return self._config.allow_bypass and not root

    def launch(self, session_id: str) -> launcher.Launch:
        """Prepare one start; blocking.

        Raises:
            ClaudeMissing: there is no usable CLI.
            ClaudeFailed: the launcher cannot be written or run where the runtime folder is.
        """
        cli = self._cli or locate.find(self._config, self._data)
        extra = self._demo() if self._demo is not None else {}
        env, secrets = environment.child_environment(
            self._environ(),
            allow=list(self._config.environment_allow),
            extra=extra,
            api_timeout=self._config.api_timeout,
            api_retries=self._config.api_retries,
        )
        return launcher.prepare(self._runtime, session_id, cli, env, secrets, os.getpid())

    def status(self) -> dict[str, Any]:
        """The state of things; callable from any thread."""
        looked = self._look is not None and self._look.done()
        return {
            "claude": {
                "found": self._cli is not None,
                "path": str(self._cli or ""),
                "version": self._version,
                "problem": self._problem,
            },
            "credentials": self.credentials(),
            "ready": looked and self._problem is None and self.missing() is None,
        }

    def _config_dir(self) -> Path:
        folder = self._environ().get("CLAUDE_CONFIG_DIR")
        return Path(folder) if folder else Path.home() / ".claude"

    def _environ(self) -> dict[str, str]:
        if self._demo is not None:
            # The person's own settings could name another model, and their keys are none of the demo's business.
            own = {name: value for name, value in os.environ.items() if not name.startswith(CREDENTIALS)}
            return {**own, "CLAUDE_CONFIG_DIR": str(self._data / "demo")}
        environ = dict(os.environ)
        if self._config.claude_config_dir:
            environ["CLAUDE_CONFIG_DIR"] = self._config.claude_config_dir
        return environ

    async def _check(self) -> None:
        try:
            cli = await asyncio.to_thread(self._find)
            self._version = await locate.check(cli)
            self._cli = cli
        except WorkspaceError as error:
            self._problem = Problem(code=error.code, text=error.text, remedy=error.remedy)
            self._log.warning("%s %s", error.text, error.remedy)

    def _find(self) -> Path:
        try:
            return locate.find(self._config, self._data)
        except ClaudeMissing:
            if not self._config.install_cli:
                raise
            return locate.install(self._data / "cli", self._config.install_version)
