"""Who may do what: every handler of ours is authenticated and authorised, or its class cannot be defined."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus
from http.client import responses
from types import TracebackType
from typing import Any, Literal, TypeVar, cast

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from ..errors import NotAllowed, WorkspaceError

RESOURCE = "claude-workspace"
REMEMBERED_SECONDS = 30.0

Action = Literal["read", "write", "execute"]
Handler = TypeVar("Handler", bound=Callable[..., Awaitable[None]])

_CODES: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
}


SIGNED_OUT = {
    "code": "signed_out",
    "message": "You are not signed in to this server.",
    "remedy": "Sign in, then try again.",
}


class Refused(web.HTTPError):
    """A WorkspaceError on its way to the client. Not logged with its text, which may quote what the client sent."""

    def __init__(self, error: WorkspaceError) -> None:
        super().__init__(error.status)
        self.error = error


def allowed(action: Action) -> Callable[[Handler], Handler]:
    """Decorate a handler's method: the person must be known, and be allowed `action` on our resource.

    A WorkspaceError that the method raises becomes the answer.
    """

    def decorate(method: Handler) -> Handler:
        @wraps(method)
        async def guarded(self: Guarded, *args: Any) -> None:
            try:
                if not await is_allowed(self, action):
                    raise NotAllowed(f"You may not {action} here.", remedy="Ask the administrator of this server.")
                await method(self, *args)
            except WorkspaceError as error:
                raise Refused(error) from error

        marked = ws_authenticated(guarded)  # in spite of its name for any handler: 403 instead of a redirect
        setattr(marked, "action", action)  # noqa: B010 - a function has no such attribute for a type checker
        return cast("Handler", marked)

    return decorate


async def is_allowed(handler: JupyterHandler, action: Action) -> bool:
    """Ask the server's authorizer, be it sync or async."""
    user = handler.current_user
    if user is None:
        return False
    return bool(await ensure_async(handler.authorizer.is_authorized(handler, user, action, RESOURCE)))


def name_of(user: User) -> str:
    """What others see of who sent something."""
    return user.display_name or user.name or user.username


class Permission:
    """One person's permission for one action on an open connection, asked again when the answer has aged."""

    def __init__(self, handler: JupyterHandler, action: Action) -> None:
        self._handler = handler
        self._action = action
        self._until = 0.0

    async def holds(self) -> bool:
        """Whether it is given. A yes is remembered for half a minute, a no never."""
        if time.monotonic() < self._until:
            return True
        if not await is_allowed(self._handler, self._action):
            return False
        self._until = time.monotonic() + REMEMBERED_SECONDS
        return True


class Guarded(JupyterHandler):
    """Base of all our handlers. Every HTTP method that a subclass defines must carry `allowed`."""

    auth_resource = RESOURCE

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in cls.SUPPORTED_METHODS:
            method = vars(cls).get(name.lower())
            if method is not None and not hasattr(method, "action"):
                raise TypeError(f"{cls.__name__}.{name.lower()} does not say who may call it")

    async def prepare(self, **kwargs: Any) -> None:
        """Refuse strangers before anything else is looked at, whatever the server's setting for other handlers is."""
        await super().prepare(**kwargs)
        # A CORS preflight never carries credentials, and is answered with headers only.
        if self.current_user is None and self.request.method != "OPTIONS":
            raise web.HTTPError(403)

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Log what is a fault of ours, by its path alone: the query may hold a ticket or a token."""
        if not isinstance(value, web.HTTPError):
            self.log.error("%s %s failed", self.request.method, self.request.path, exc_info=value)

    def problem(self, status: int, exception: BaseException | None) -> dict[str, Any]:
        """What the client is told of a failure. Of an exception that is not meant for it, it learns nothing."""
        if status == HTTPStatus.FORBIDDEN and getattr(self, "_jupyter_current_user", None) is None:
            return SIGNED_OUT
        if isinstance(exception, Refused):
            error = exception.error
            return {"code": error.code, "message": error.text, "remedy": error.remedy, **error.details}
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return {"code": "internal", "message": "Something went wrong.", "remedy": "The server's log says more."}
        stated = exception.log_message if isinstance(exception, web.HTTPError) else ""
        message = stated or responses.get(status, "Refused")
        return {"code": _CODES.get(status, "bad_request"), "message": message, "remedy": ""}

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer `{code, message, remedy}`; never a traceback."""
        self.set_header("Content-Type", "application/json")
        self.finish(self.problem(status_code, (kwargs.get("exc_info") or (None, None))[1]))
