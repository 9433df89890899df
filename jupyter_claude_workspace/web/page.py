"""The plain web workspace: one page, one session; and where there is none, a choice."""

from __future__ import annotations

import json
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tornado.httputil import url_concat

from ..errors import SessionUnknown
from .auth import Guarded, allowed
from .resource import session_id_of
from .services import Services, services_of

if TYPE_CHECKING:
    from ..session.info import SessionInfo

# Where a program shows a notebook, by the name of its server extension; the first that is there.
_NOTEBOOKS = {"jupyterlab": "lab/tree/", "notebook": "notebooks/"}

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="{viewport}">
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
<meta name="viewport" content="{viewport}">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{static}page.css">
</head>
<body>
<main class="jcw-refusal">
<h1>{title}</h1>
<p>{remedy}</p>
{link}
</main>
</body>
</html>
"""

# A keyboard on the screen takes its room from the page, rather than lie over what is written.
_VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"


class PageHandler(Guarded):
    """`workspace?session=ID`, and `workspace`."""

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
        """The page of a session; without one, or where it is not there any more, the page from which to choose."""
        asked = self.get_query_argument("session", "")
        info = None
        if asked:
            try:
                info = await self.services.backend.session(session_id_of(asked))
            except SessionUnknown:
                self.set_status(HTTPStatus.NOT_FOUND)
        _ = self.xsrf_token  # sets the cookie that the page needs for its first POST
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")
        self.finish(self._page(info))

    def _page(self, info: SessionInfo | None) -> str:
        config = {
            "base_url": self.base_url,
            "session_id": info and info.session_id,
            "notebook": info.notebook if info else "",
            "notebooks_url": self._notebooks_url(),
        }
        return _PAGE.format(
            viewport=_VIEWPORT,
            title=escape((info.title or info.notebook) if info else "Claude"),
            context=escape(info.context if info else ""),
            static=escape(self.services.static_url),
            config=json.dumps(config).replace("<", "\\u003c").replace("&", "\\u0026"),
        )

    def _notebooks_url(self) -> str | None:
        """What a notebook's path is put behind to open it; None where this server has no program for that."""
        assert self.serverapp is not None
        running = self.serverapp.extension_manager.extension_apps
        return next((f"{self.base_url}{path}" for name, path in _NOTEBOOKS.items() if running.get(name)), None)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A readable page."""
        problem = self.problem(status_code, (kwargs.get("exc_info") or (None, None))[1])
        link = ""
        if problem["code"] == "signed_out" and status_code == HTTPStatus.FORBIDDEN:
            # Jupyter's own login page brings the person back here.
            sign_in = url_concat(self.get_login_url(), {"next": self.request.uri})
            link = f'<p><a href="{escape(sign_in)}">Sign in</a></p>'
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(
            _REFUSAL.format(
                viewport=_VIEWPORT,
                title=escape(problem["message"]),
                remedy=escape(problem["remedy"]),
                link=link,
                static=escape(self.services.static_url),
            )
        )
