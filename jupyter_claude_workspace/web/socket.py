"""The channel: one WebSocket that shows one session and passes on what its person sends."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from jupyter_server._tz import utcnow
from tornado.websocket import WebSocketClosedError

from ..errors import BadRequest, NotAllowed, RateLimited, WorkspaceError
from .auth import Permission, allowed, name_of
from .rate import TokenBucket
from .resource import session_id_of
from .wire import ACTIVITY, BROKEN, BURST_SECONDS, COME_BACK, POLICY, TOO_LARGE, Wire
from .writer import Writer

if TYPE_CHECKING:
    from ..session.journal import Subscription


class Channel(Wire):
    """Everything that can refuse the connection does so in `get`, before the upgrade is answered.

    Looking on asks for "read", and each frame from the client for "execute". Close codes: 1000 the session was ended;
    1001 the server stops; 1008 no longer allowed to look on; 1009 a frame of more than 1 MiB; 1011 a failure of ours;
    1013 the client reads too slowly, or the session cannot be shown now: come back with the last `seq`.
    """

    session_id = ""
    _subscription: Subscription | None = None
    _writing: asyncio.Task[None] | None = None

    @property
    def max_message_size(self) -> int:
        """Bytes of a client frame above which Tornado cuts the connection without reading on.

        Twice what is allowed: a client whose frame was not read whole mostly sees a reset instead of our 1009.
        """
        from ..protocol.frames import MAX_FRAME_BYTES  # noqa: PLC0415 - see the package's docstring

        return 2 * MAX_FRAME_BYTES

    @allowed("read")
    async def get(self, session_id: str) -> None:
        """Check everything, then upgrade."""
        # Asked here in every case; Tornado itself asks only where its own reading of the headers suggests it.
        if not self.check_origin():
            raise NotAllowed("This page may not open channels of this server.")
        self.session_id = session_id_of(session_id)
        since = self._since()
        if not self.token_authenticated and not self._redeemed():
            raise NotAllowed("The ticket is missing, used, expired, or another's.", remedy="Ask for a new ticket.")
        await self.services.backend.session(self.session_id)
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise BadRequest("This is a WebSocket; open it as one.")
        if not self.services.connections.take():
            raise RateLimited("Too many channels were opened in the last minute.", remedy="Wait a moment.")
        await super().get(since)

    async def open(self, since: int | None) -> None:
        """Subscribe, welcome, and start the writer."""
        # Tornado pings, by the two properties above; Jupyter's mixin would ping too, in milliseconds, and confuse it.
        self.set_nodelay(True)  # a token is a small frame, and Nagle's algorithm would hold it back for the next one
        per_second = self.services.config.frames_per_second
        self._bucket = TokenBucket(per_second, BURST_SECONDS * per_second)
        self._may_send = Permission(self, "execute")
        self._writer = Writer(self._send)
        try:
            await self._subscribe(since)
        except (WebSocketClosedError, asyncio.TimeoutError):
            self._give_up(COME_BACK, "too slow; come back")
        except WorkspaceError as error:
            await self._refuse(error)
            self._give_up(COME_BACK, error.code)
        except Exception:
            self.log.exception("The channel of session %s could not be opened", self.session_id)
            self._give_up(BROKEN)

    async def on_message(self, message: str | bytes) -> None:
        """Pass a frame on to the session, or answer it with an error frame; the socket stays up."""
        if self.ws_connection is None:  # we are closing, and the client does not know yet
            return
        if _too_large(message):
            self.close(TOO_LARGE, "a frame may have 1 MiB")
            return
        self.settings[ACTIVITY] = utcnow()
        try:
            await self._pass_on(message)
        except WorkspaceError as error:
            await self._refuse(error, message)
        except Exception:
            self.log.exception("A frame for session %s failed", self.session_id)
            failed = WorkspaceError("Something went wrong.", remedy="The server's log says more.")
            await self._refuse(failed, message)

    def on_close(self) -> None:
        """Let go of the session; it goes on without us."""
        self._release()
        super().on_close()

    def _since(self) -> int | None:
        text = self.get_query_argument("since", "")
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise BadRequest("since: the seq of a frame")
        return int(text)

    def _redeemed(self) -> bool:
        ticket = self.get_query_argument("ticket", "")
        return self.services.tickets.redeem(ticket, self.session_id, self.current_user.username)

    async def _subscribe(self, since: int | None) -> None:
        from ..protocol.codec import encode  # noqa: PLC0415 - see the package's docstring

        backend, channels = self.services.backend, self.services.channels
        # Who may only look on starts no process, nor does a page that was merely opened (`wake=no`).
        wake = self.get_query_argument("wake", "yes") != "no" and await self._may_send.holds()
        told = self._writer.notify
        subscription = self._subscription = await backend.subscribe(self.session_id, since, told, wake=wake)
        await self._writer.send([encode(subscription.welcome)])
        if self._subscription is None:  # the client went while it was welcomed, and on_close has let go of it
            return
        channels.add(self)
        self._writing = asyncio.create_task(self._write(subscription), name=f"channel of {self.session_id}")
        channels.own(self._writing)

    async def _write(self, subscription: Subscription) -> None:
        try:
            await self._writer.run(subscription, self.services.backend, Permission(self, "read"))
            self._give_up(POLICY, "no longer allowed")
        except (WebSocketClosedError, asyncio.TimeoutError):
            self._give_up(COME_BACK, "too slow; come back with the last seq")
        except Exception:
            self.log.exception("Writing to a channel of session %s failed", self.session_id)
            self._give_up(BROKEN)

    async def _pass_on(self, message: str | bytes) -> None:
        from ..protocol.codec import decode  # noqa: PLC0415 - see the package's docstring

        if not self._bucket.take():
            raise RateLimited("Too many frames in a short time; this one was dropped.", remedy="Send it again.")
        frame = decode(message)
        if not await self._may_send.holds():
            raise NotAllowed("You may look on, but not send.", remedy="Ask the administrator of this server.")
        await self.services.backend.post(self.session_id, frame, name_of(self.current_user))

    async def _refuse(self, error: WorkspaceError, message: str | bytes | None = None) -> None:
        from ..protocol.codec import encode, frame_id  # noqa: PLC0415 - see the package's docstring
        from ..protocol.content import Problem  # noqa: PLC0415
        from ..protocol.frames import Error  # noqa: PLC0415

        problem = Problem(code=error.code, text=error.text, remedy=error.remedy)
        reply_to = None if message is None else frame_id(message)
        # Awaited, so that a client which sends without reading waits for itself and fills no memory of ours.
        with contextlib.suppress(WebSocketClosedError, asyncio.TimeoutError):
            await self._writer.send([encode(Error(problem=problem, reply_to=reply_to))])

    def _send(self, text: str) -> asyncio.Future[None]:
        self.settings[ACTIVITY] = utcnow()
        return self.write_message(text)

    def _give_up(self, code: int, reason: str | None = None) -> None:
        """Close, and let go at once: the client may take its time to answer, or never do."""
        self._release()
        self.close(code, reason)

    def _release(self) -> None:
        self.services.channels.discard(self)
        if self._writing is not None and self._writing is not asyncio.current_task():
            self._writing.cancel()
        if self._subscription is not None:
            self._subscription.close()
            self._subscription = None


def _too_large(message: str | bytes) -> bool:
    from ..protocol.frames import MAX_FRAME_BYTES  # noqa: PLC0415 - see the package's docstring

    size = len(message)
    if isinstance(message, str) and size <= MAX_FRAME_BYTES < 4 * size:  # else its bytes need not be counted
        size = len(message.encode())
    return size > MAX_FRAME_BYTES
