"""One session as the store keeps it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from ..protocol.content import Context, Rule, Settings


@dataclass
class StoredSession:
    """One row of `sessions`: `root` is the server's root folder, `notebook` below it, `directory` the process's.

    `claude_session` is the id under which Claude Code keeps the conversation, which stands after the turn `stands`
    (empty: before the first one). `agent` is what it runs as, and `draft` the agent that is being made, as JSON (empty:
    none).
    """

    session_id: str
    context: Context
    root: str
    notebook: str
    directory: str
    title: str
    created: str
    modified: str
    claude_session: str
    user: str = ""
    settings: Settings = field(default_factory=Settings)
    rules: tuple[Rule, ...] = ()
    stands: str = ""
    agent: str = ""
    draft: str = ""


def to_row(record: StoredSession) -> dict[str, Any]:
    """Its row, by the names of the columns."""
    row = asdict(record)
    row["settings"] = record.settings.model_dump_json()
    row["rules"] = json.dumps([rule.model_dump() for rule in record.rules])
    return row


def from_row(row: Any) -> StoredSession:
    """The same from its row."""
    values = dict(row)
    values["settings"] = Settings.model_validate_json(values["settings"])
    values["rules"] = tuple(Rule(**rule) for rule in json.loads(values["rules"]))
    return StoredSession(**values)
