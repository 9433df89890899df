"""Which version of a file a request is about, by its etag."""

from __future__ import annotations

import re

from ..errors import BadRequest, EtagMissing
from .handler import WorkspaceHandler

_ETAG = re.compile(r'"[^"]*"')


class Versioned(WorkspaceHandler):
    """A handler that changes what may be another than the client thinks."""

    def version(self) -> str:
        """The etag of the version that the request is about.

        Raises:
            EtagMissing: it does not say.
            BadRequest: it does not say it in the documented form.
        """
        match = self.request.headers.get("If-Match")
        if "If-None-Match" in self.request.headers or (match is not None and not _ETAG.fullmatch(match)):
            raise BadRequest("If-Match names one etag, in its quotation marks; If-None-Match is `*`, for a new agent.")
        if match is None:
            raise EtagMissing("The request does not say which version it is about.", remedy="Send If-Match.")
        return match

    def replaced(self) -> str | None:
        """The etag of what a save replaces, None where there is to be nothing yet; raises as `version`."""
        headers = self.request.headers
        return None if headers.get("If-None-Match") == "*" and "If-Match" not in headers else self.version()
