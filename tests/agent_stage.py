"""Agent files next to a notebook, and what of them reaches the model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine_room import Room, marked

from jupyter_claude_workspace.agents.model import Agent
from jupyter_claude_workspace.agents.store import ANY, AgentFolder
from jupyter_claude_workspace.demo.thread import DemoThread

PROMPT = "AGENT-PROMPT-CANARY: you review notebooks."
DESCRIPTION = "DESCRIPTION-CANARY: reviews notebooks."


def write(folder: Path, name: str = "reviewer", **fields: Any) -> Agent:
    """An agent file, as if it had come by git; returns the agent as it is read."""
    agent = Agent(**{"name": name, "description": DESCRIPTION, "prompt": PROMPT, **fields})
    return AgentFolder(folder).save(agent, expect=ANY).usable()


def made(room: Room, name: str = "reviewer", **fields: Any) -> Agent:
    """The same, and accepted by the person."""
    agent = write(room.notebooks, name, **fields)
    room.registry.accepted.add(agent)
    return agent


class Requests(list[dict[str, Any]]):
    """What the model was asked, in order."""

    @property
    def text(self) -> str:
        """All of it."""
        return json.dumps(list(self))

    @property
    def main(self) -> dict[str, Any]:
        """The last one of the conversation itself."""
        return [body for body in self if body.get("tools") is not None and "Jupyter" in system(body)][-1]


@contextmanager
def recorded(demo: DemoThread) -> Iterator[Requests]:
    """Every request to the model from now on."""
    found = Requests()
    demo.model.asking = lambda _name, _attempt, body: found.append(body)
    try:
        yield found
    finally:
        demo.model.asking = None


def system(body: dict[str, Any]) -> str:
    """A request's system prompt."""
    return "\n".join(block["text"] for block in body["system"])


def tools(body: dict[str, Any]) -> set[str]:
    """The tools that a request offers, without the CLI's placeholder for those that it may still load."""
    return {tool["name"] for tool in body["tools"]} - {"DeferredToolPlaceholder"}


def arguments(session_id: str) -> str:
    """The command lines of all that runs for a session."""
    return "\n".join("\0".join(process.cmdline()) for process in marked(session_id))
