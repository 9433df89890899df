"""Whether a kernel is still the process that it was."""

from __future__ import annotations

import time
from typing import Any, Literal

from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

Fate = Literal["", "restarted", "died"]
LOCAL_PAUSE = 0.25  # seconds between two looks
REMOTE_PAUSE = 1.0  # each asks another server
DECIDE = 2.0  # seconds in which a kernel that is shut down comes back, or it is not a restart


class Pulse:
    """One kernel as it was when this was made."""

    def __init__(self, kernels: Any, kernel_id: str) -> None:
        self._kernels = kernels
        self._kernel_id = kernel_id
        self._manager = kernels.get_kernel(kernel_id)
        self._process = self._running()
        self._fell = False
        self._closing_since: float | None = None
        self.pause = REMOTE_PAUSE if self._process is None else LOCAL_PAUSE
        self._manager.add_restart_callback(self._falls, "restart")

    def close(self) -> None:
        """Look no more."""
        self._manager.remove_restart_callback(self._falls, "restart")

    @property
    def closing(self) -> bool:
        """Whether it is being shut down, for a restart or for good."""
        return bool(self._manager.shutting_down)

    async def fate(self) -> Fate:
        """What befell it; "": nothing that is known yet."""
        if self._kernel_id not in self._kernels or self._kernels.get_kernel(self._kernel_id) is not self._manager:
            return "died"
        if self._fell:
            return "died"
        if self._process is None:
            return "" if await self._answers() else "died"
        process = self._running()
        if process is not None and process is not self._process:
            return "restarted"
        if process is not None and process.poll() is None:
            return ""
        return self._gone()

    def _gone(self) -> Fate:
        """The process is no more: it died by itself, or somebody shuts the kernel down, perhaps to start it again."""
        if not self.closing:
            return "died"
        self._closing_since = self._closing_since or time.monotonic()
        return "died" if time.monotonic() - self._closing_since > DECIDE else ""

    def _running(self) -> Any:
        return getattr(getattr(self._manager, "provisioner", None), "process", None)

    async def _answers(self) -> bool:
        try:
            return bool(await ensure_async(self._manager.is_alive()))
        except (HTTPError, OSError):
            return False

    def _falls(self) -> None:
        self._fell = True
