"""The agents next to a notebook of a running server, as a browser reaches them."""

from __future__ import annotations

from typing import Any

from answers import told
from server_stage import Stage
from tornado.httpclient import HTTPResponse

LEAST: dict[str, Any] = {"name": "reviewer", "description": "reviews", "prompt": "Review."}
NEW = {"If-None-Match": "*"}


class Folder:
    """The agents next to one notebook, as a browser reaches them."""

    def __init__(self, stage: Stage, notebook: str = "deep/er/analysis ü.ipynb") -> None:
        self.stage = stage
        self.notebook = stage.notebook(notebook)
        self.place = (stage.root / notebook).parent

    async def ask(self, method: str, path: str = "", body: Any = None, **headers: str) -> HTTPResponse:
        """One request."""
        return await self.stage.ask(
            method,
            f"api/agents{path}",
            body,
            params={"notebook": self.notebook},
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    async def put(self, agent: Any, etag: str | None, name: str = "reviewer") -> HTTPResponse:
        """Save over a version, or as a new one."""
        return await self.ask("PUT", f"/{name}", agent, **({"If_Match": etag} if etag else {"If_None_Match": "*"}))

    async def list(self) -> list[dict[str, Any]]:
        """All of them."""
        found: list[dict[str, Any]] = told(await self.ask("GET"))["agents"]
        return found
