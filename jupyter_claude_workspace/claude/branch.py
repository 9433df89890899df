"""Branches of Claude Code's own conversations: copies up to a point, made by the SDK, in the folder of the original."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .events import Point

if TYPE_CHECKING:
    from claude_agent_sdk import SessionStore


def branch(config_dir: Path, point: Point) -> str | None:
    """The id of a new conversation that holds what was said up to a point; None where there is nothing of it. Blocks.

    A copy, not the CLI's own way of resuming at a message, which does not reach back beyond a summary (`/compact`).

    Raises:
        OSError: the original cannot be read, or there is no room for the copy.
    """
    # The SDK takes most of a second to import; a server that only shows conversations does without.
    from claude_agent_sdk import fork_session_via_store  # noqa: PLC0415

    folder = _Folder(config_dir)
    if not point.entry or folder.file(point.conversation) is None:
        return None
    store = cast("SessionStore", folder)  # of which the SDK asks no more than this
    forking = fork_session_via_store(store, point.conversation, up_to_message_id=point.entry, title="Jupyter")
    try:
        return asyncio.run(forking).session_id
    except ValueError:  # it does not have this entry, as where it was killed before it wrote it
        return None


def forget(config_dir: Path, conversations: Iterable[str]) -> None:
    """Delete what Claude Code keeps of these conversations; those that it does not have are passed over. Blocks."""
    for conversation in conversations:
        for place in config_dir.glob(f"projects/*/{uuid.UUID(conversation)}*"):
            if place.suffix == ".jsonl":
                place.unlink(missing_ok=True)
            elif place.is_dir() and not place.is_symlink():  # its subagents' part
                shutil.rmtree(place, ignore_errors=True)


class _Folder:
    """Claude Code's folder, as the SDK asks for a store of transcripts. Its keys name the wrong project: it is looked
    for by the conversation's id instead, as the CLI itself does."""

    def __init__(self, config_dir: Path) -> None:
        self._config_dir = config_dir
        self._source: Path | None = None

    def file(self, conversation: str) -> Path | None:
        return next(self._config_dir.glob(f"projects/*/{conversation}.jsonl"), None)

    async def load(self, key: Any) -> list[Any] | None:
        self._source = self.file(key["session_id"])
        if self._source is None:
            return None
        entries: list[Any] = []
        for line in self._source.read_bytes().split(b"\n"):  # a line of text may hold other line ends
            with suppress(ValueError):  # the last one, of which a CLI that was killed wrote only a part
                entries.append(json.loads(line))
        return entries

    async def append(self, key: Any, entries: list[Any]) -> None:
        assert self._source is not None
        path = self._source.with_name(f"{key['session_id']}.jsonl")
        text = "".join(json.dumps(entry, separators=(",", ":")) + "\n" for entry in entries)
        # Whole or not at all: where the server is killed in between, the conversation goes on from the original.
        unfinished = path.with_suffix(".part")
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        unfinished.replace(path)
