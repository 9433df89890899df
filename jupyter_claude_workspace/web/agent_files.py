"""Agents in other forms than ours, over REST."""

from __future__ import annotations

import asyncio
from typing import Any

from .agents import NotebookHandler
from .auth import allowed

MOST_BYTES = 4 << 20  # of a body: a file may have 1 MiB, and JSON makes more of it


class ImportHandler(NotebookHandler):
    """Reads an agent from a file that a browser has."""

    @allowed("write")
    async def post(self) -> None:
        """Read it; nothing is saved."""
        from ..agents.convert import read_agent  # noqa: PLC0415 - see the package's docstring
        from .bodies import ImportAgent  # noqa: PLC0415

        asked = self.body(ImportAgent, MOST_BYTES)
        await self.notebook()
        read = await asyncio.to_thread(read_agent, asked.filename, asked.text)
        self.answer({"agent": read.agent.model_dump(mode="json"), "lost": list(read.lost)})


class ExportHandler(NotebookHandler):
    """Writes an agent as a file that a browser keeps."""

    @allowed("read")
    async def get(self, name: str) -> None:
        """Write it as Claude Code's own form."""
        from ..agents.convert import write_agent  # noqa: PLC0415 - see the package's docstring
        from ..agents.store import AgentFolder  # noqa: PLC0415

        notebook = await self.notebook()

        def written() -> dict[str, Any]:
            made = write_agent(AgentFolder(notebook.directory).entry(name).usable())
            return {"filename": made.filename, "text": made.text, "lost": list(made.lost)}

        self.answer(await asyncio.to_thread(written))
