"""Base of the REST handlers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..errors import BadRequest, RateLimited
from .auth import Guarded, name_of
from .services import Services, services_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    Body = TypeVar("Body", bound=BaseModel)

MAX_BODY_BYTES = 64 << 10  # the largest honest body is a path and a title


class WorkspaceHandler(Guarded, APIHandler):
    """A REST handler: JSON in, JSON out, XSRF-checked by its base class."""

    @property
    def services(self) -> Services:
        """What all handlers share."""
        return services_of(self.settings)

    def body(self, model: type[Body], most: int = MAX_BODY_BYTES) -> Body:
        """The request's body, of at most so many bytes.

        Raises:
            BadRequest: it is not of the documented form; the text names where.
            HTTPError: 413, it is too large.
        """
        from pydantic import ValidationError  # noqa: PLC0415 - see the package's docstring

        if len(self.request.body) > most:
            raise web.HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than any honest one.")
        try:
            return model.model_validate_json(self.request.body or b"{}")
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(str(part)[:60] for part in first["loc"]) or "body"
            raise BadRequest(f"{where}: {first['msg'][:300]}") from error

    def answer(self, body: dict[str, Any], status: int = HTTPStatus.OK) -> None:
        """Send JSON that no cache may keep."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(body)

    def look(self) -> None:
        """Count an answer that costs more than a moment.

        Raises:
            RateLimited: too many were asked for.
        """
        if not self.services.looks.take():
            raise RateLimited("Too many searches at once.", remedy="Wait a moment.")

    @property
    def user_name(self) -> str:
        """Who asks, as the server knows them; never what a client says."""
        return name_of(self.current_user)
