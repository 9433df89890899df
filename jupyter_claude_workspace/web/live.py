"""The live channel: a WebSocket to one page in which notebooks are open, so that Claude works in the open documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server._tz import utcnow
from tornado.websocket import WebSocketClosedError

from ..errors import BadRequest, NotAllowed, RateLimited
from .auth import Permission, allowed
from .handler import WorkspaceHandler
from .rate import TokenBucket
from .wire import ACTIVITY, BROKEN, BURST_SECONDS, COME_BACK, POLICY, TOO_LARGE, Wire

if TYPE_CHECKING:
    from ..host.page import Page

TICKET = "live"  # what its tickets are good for; no session has this id
LEFT = (1000, 1001)  # how a browser closes the sockets of a page that goes
SLACK = 1 << 20


class LiveTicketHandler(WorkspaceHandler):
    """Tickets for opening the live channel."""

    @allowed("execute")
    async def post(self) -> None:
        """Mint one, for this person."""
        tickets = self.services.tickets
        ticket = tickets.mint(TICKET, self.current_user.username)
        self.answer({"ticket": ticket, "expires_in": tickets.seconds}, HTTPStatus.CREATED)


class Live(Wire):
    """Everything that can refuse the connection does so in `get`, before the upgrade is answered.

    What a page says decides what becomes of notebooks, so all of it asks for "execute". Close codes: 1001 the server
    stops; 1008 no longer allowed, or no frame of this channel; 1009 a frame of more than 64 MiB; 1011 a failure of
    ours; 1013 too many frames, or the page has another connection by now: come back, if you still are there.
    """

    session_id = TICKET
    _page: Page | None = None

    @property
    def max_message_size(self) -> int:
        """Bytes of a frame above which Tornado cuts the connection without reading on."""
        from ..protocol.live import MAX_LIVE_BYTES  # noqa: PLC0415 - see the package's docstring

        return MAX_LIVE_BYTES + SLACK

    @allowed("execute")
    async def get(self) -> None:
        """Check everything, then upgrade."""
        if not self.check_origin():
            raise NotAllowed("This page may not open channels of this server.")
        if not self.token_authenticated and not self._redeemed():
            raise NotAllowed("The ticket is missing, used, expired, or another's.", remedy="Ask for a new ticket.")
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise BadRequest("This is a WebSocket; open it as one.")
        if not self.services.connections.take():
            raise RateLimited("Too many channels were opened in the last minute.", remedy="Wait a moment.")
        await super().get()

    async def open(self) -> None:
        """Wait for the page's `hello`."""
        self.set_nodelay(True)
        per_second = self.services.config.frames_per_second
        self._bucket = TokenBucket(per_second, BURST_SECONDS * per_second)
        self._may = Permission(self, "execute")
        self.services.lives.add(self)

    async def on_message(self, message: str | bytes) -> None:
        """Take a frame in, or close."""
        if self.ws_connection is None:  # we are closing, and the page does not know yet
            return
        if not self._bucket.take():
            self.close(COME_BACK, "too many frames in a short time")
            return
        self.settings[ACTIVITY] = utcnow()
        try:
            await self._take(message)
        except Exception:
            self.log.exception("A frame of a live channel failed")
            self.close(BROKEN)

    def on_close(self) -> None:
        """The page went, or lost its connection."""
        self.services.lives.discard(self)
        if self._page is not None:
            self.services.hosting().host.pages.disconnect(self._page, self._send, left=self.close_code in LEFT)
            self._page = None
        super().on_close()

    def _redeemed(self) -> bool:
        ticket = self.get_query_argument("ticket", "")
        return self.services.tickets.redeem(ticket, TICKET, self.current_user.username)

    async def _take(self, message: str | bytes) -> None:
        from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - see the package's docstring

        from ..protocol.live import LIVE_VERSION, MAX_LIVE_BYTES, LiveHello, LiveUp  # noqa: PLC0415

        if len(message) > MAX_LIVE_BYTES:
            self.close(TOO_LARGE, "a frame may have 64 MiB")
            return
        if not await self._may.holds():
            self.close(POLICY, "no longer allowed")
            return
        try:
            frame = TypeAdapter(LiveUp).validate_json(message)
        except (ValidationError, UnicodeDecodeError):
            self.close(POLICY, "no frame of this channel")
            return
        greets = isinstance(frame, LiveHello)
        if greets != (self._page is None) or (isinstance(frame, LiveHello) and frame.protocol != LIVE_VERSION):
            self.close(POLICY, "the first frame is hello, of this version of the protocol; no other one is")
        elif isinstance(frame, LiveHello):
            pages = self.services.hosting().host.pages
            self._page = pages.connect(frame.client, self.current_user.username, self._send, frame.calls)
        elif self._page is not None:
            self._page.heard(frame)

    async def _send(self, text: str) -> None:
        self.settings[ACTIVITY] = utcnow()
        try:
            await self.write_message(text)
        except WebSocketClosedError as error:
            raise ConnectionError("the page is gone") from error
