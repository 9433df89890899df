"""Asks the demo model over HTTP, as Claude Code does."""

from __future__ import annotations

import http.client
import json
import re
from pathlib import Path
from typing import Any

from jupyter_claude_workspace.demo.thread import DemoThread

TESTS = Path(__file__).parent / "scenarios"
TOOL = [{"name": "Bash"}]


def post(demo: DemoThread, body: Any, path: str = "/v1/messages", **headers: str) -> tuple[int, Any, dict[str, str]]:
    """Ask the demo model over HTTP; the body comes back as JSON where it is JSON, else as text."""
    connection = http.client.HTTPConnection("127.0.0.1", demo.model.port, timeout=30)
    sent = body if isinstance(body, str) else json.dumps(body)
    given = headers or {"x-api-key": demo.model.key}
    connection.request("POST", path, sent, given)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    kind = answer.headers.get_content_type()
    return (
        answer.status,
        json.loads(text) if kind == "application/json" else text,
        {name.lower(): value for name, value in answer.headers.items()},
    )


def request(prompt: str, **more: Any) -> dict[str, Any]:
    """A request that asks one thing."""
    return {"model": "claude-x", "tools": TOOL, "messages": [{"role": "user", "content": prompt}], **more}


def events(text: str) -> list[dict[str, Any]]:
    """The data of an event stream, each checked against its event's name."""
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)
    data = [json.loads(line) for _name, line in found]
    assert [name for name, _line in found] == [item["type"] for item in data]
    return data
