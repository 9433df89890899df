"""The plain web workspace: one page, one session."""

from __future__ import annotations

import json
from html import escape
from http import HTTPStatus
from typing import Any

from tornado.httputil import url_concat

from ..errors import BadRequest
from .auth import Guarded, allowed
from .resource import session_id_of
from .services import Services, services_of

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{static}page.css">
</head>
<body data-context="{context}">
<noscript>This page needs JavaScript.</noscript>
<script id="jcw-config" type="application/json">{config}</script>
<script type="module" src="{static}page.js"></script>
</body>
</html>
"""

_REFUSAL = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{remedy}</p>
{link}
</main>
</body>
</html>
"""


class PageHandler(Guarded):
    """`workspace?session=ID`."""

    @property
    def content_security_policy(self) -> str:
        """Nothing but our own files and our own server; nothing inline."""
        return "; ".join(
            [
                super().content_security_policy,
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' data: blob:",
                "font-src 'self'",
                "connect-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
            ]
        )

    @property
    def services(self) -> Services:
        """What all handlers share."""
        return services_of(self.settings)

    async def prepare(self, **kwargs: Any) -> None:
        """A stranger gets a page that says so, with a link; never a redirect."""
        await super().prepare(_redirect_to_login=False, **kwargs)

    @allowed("read")
    async def get(self) -> None:
        """The page of a session that exists."""
        asked = self.get_query_argument("session", "")
        if not asked:
            raise BadRequest("This address names no session.", remedy="Open the page from a notebook.")
        info = await self.services.backend.session(session_id_of(asked))
        _ = self.xsrf_token  # sets the cookie that the page needs for its first POST
        config = json.dumps({"base_url": self.base_url, "session_id": info.session_id})
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")
        self.finish(
            _PAGE.format(
                title=escape(info.title or info.notebook),
                context=escape(info.context),
                static=escape(self.services.static_url),
                config=config.replace("<", "\\u003c").replace("&", "\\u0026"),
            )
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A readable page."""
        problem = self.problem(status_code, (kwargs.get("exc_info") or (None, None))[1])
        link = ""
        if problem["code"] == "signed_out" and status_code == HTTPStatus.FORBIDDEN:
            # Jupyter's own login page brings the person back here.
            sign_in = url_concat(self.get_login_url(), {"next": self.request.uri})
            link = f'<p><a href="{escape(sign_in)}">Sign in</a></p>'
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(_REFUSAL.format(title=escape(problem["message"]), remedy=escape(problem["remedy"]), link=link))
