"""Everything that hosts notebooks in one server; made at the first need, for what it imports takes a while."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bridge import Bridge
    from .host import Host
    from .kernels import Kernels
    from .moves import Moves, Told
    from .runs import Runs


@dataclass(frozen=True)
class Hosted:
    """The parts; all but the bridge live on the server's loop."""

    host: Host
    kernels: Kernels
    runs: Runs
    bridge: Bridge


class Hosting:
    """`server` is the ServerApp. May be asked on any thread."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._made: Hosted | None = None
        self._moves: Moves | None = None

    def follow(self, told: Callable[[], Told]) -> None:
        """Follow the notebooks of conversations wherever they go; on the server's loop."""
        from .moves import Moves  # noqa: PLC0415 - see above

        if self._moves is not None:
            return
        self._moves = Moves(self().host, told, self._server, self._server.log)
        self._moves.start()

    async def stop_following(self) -> None:
        """Nobody has conversations any more."""
        moves, self._moves = self._moves, None
        if moves is not None:
            await moves.close()

    async def met(self, path: str) -> None:
        """Somebody asks for the conversations of this notebook: it may be one that was moved."""
        if self._moves is not None:
            await self._moves.met(path)

    async def noted(self, path: str) -> None:
        """This notebook has a conversation from now on."""
        if self._moves is not None:
            await self._moves.noted(path)

    def __call__(self) -> Hosted:
        """The parts."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    async def close(self) -> None:
        """The server stops; on its loop."""
        await self.stop_following()
        with self._lock:
            made, self._made = self._made, None
        if made is not None:
            await made.host.close()
            await made.runs.close()
            await made.kernels.close()

    def _make(self) -> Hosted:
        from .bridge import Bridge  # noqa: PLC0415 - see above
        from .host import Host  # noqa: PLC0415
        from .kernels import Kernels  # noqa: PLC0415
        from .runs import Runs  # noqa: PLC0415

        server = self._server
        host = Host(server.contents_manager, server.log)
        kernels = Kernels(server.kernel_manager, server.session_manager, server.log)
        runs = Runs(host, kernels, server.log)
        host.kernel_of, host.heard_waiting = kernels.of, runs.waiting
        return Hosted(host, kernels, runs, Bridge(server.io_loop.asyncio_loop, host, runs))
