"""A process that uses the SDK as it is: CLI, options and environment are those of our sessions, the rest is not."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from pathlib import Path
from typing import Any

from child import serve
from claude_agent_sdk import AssistantMessage, ClaudeSDKClient, PermissionResultDeny, StreamEvent, TextBlock

from jupyter_claude_workspace.claude import environment, launcher, locate
from jupyter_claude_workspace.claude.options import ProcessSpec, build
from jupyter_claude_workspace.config import ClaudeWorkspace
from jupyter_claude_workspace.protocol.content import Settings

FOLDER = Path(os.environ["BENCH_NOTEBOOKS"])
CONFIG = ClaudeWorkspace()


class Raw:
    """Clients of the SDK, by name."""

    def __init__(self) -> None:
        self._clients: dict[str, ClaudeSDKClient] = {}
        self._launches: list[launcher.Launch] = []

    async def answer(self, command: dict[str, Any]) -> Any:
        """One command, see the methods."""
        return await getattr(self, command.pop("do"))(**command)

    async def open(self, name: str, hold: int | None, guarded: bool = False) -> dict[str, float]:
        """Connect; `connect` is how long it took, in seconds."""
        started = time.monotonic()
        client = self._client(hold, guarded)
        await client.connect()
        self._clients[name] = client
        return {"connect": time.monotonic() - started}

    async def turn(self, name: str, text: str) -> dict[str, Any]:
        """One prompt: when what arrived, and the CPU seconds of this process."""
        asked, cpu = time.monotonic(), time.process_time()
        reply = await self._ask(self._clients[name], text)
        return {**reply, "asked": asked, "ended": time.monotonic(), "cpu": time.process_time() - cpu}

    async def cold(self, text: str, hold: int | None, wait: float) -> dict[str, Any]:
        """Start, and ask so long after that (0: as soon as it can be, and the time counts from before the start)."""
        asked = time.monotonic()
        client = self._client(hold, False)
        await client.connect()
        if wait:
            await asyncio.sleep(asked + wait - time.monotonic())
            asked = time.monotonic()
        reply = await self._ask(client, text)
        ended = time.monotonic()
        await client.disconnect()
        return {**reply, "asked": asked, "ended": ended, "cpu": 0.0}

    async def close(self, name: str) -> None:
        """End one; what its guard was given goes too."""
        await self._clients.pop(name).disconnect()
        if not self._clients:
            for launch in self._launches:
                await asyncio.to_thread(launch.cleanup)
            self._launches.clear()

    async def whose(self) -> dict[str, int]:
        """The process whose memory to look at."""
        return {"pid": os.getpid()}

    def _client(self, hold: int | None, guarded: bool) -> ClaudeSDKClient:
        session = str(uuid.uuid4())
        env, secrets = environment.child_environment(
            os.environ, allow=[], extra={}, api_timeout=CONFIG.api_timeout, api_retries=CONFIG.api_retries
        )
        if hold is not None:
            env["CLAUDE_CODE_STREAM_EVENT_HOLD_MS"] = str(hold)
        cli = locate.find(CONFIG, FOLDER)
        given = {**env, **secrets}
        if guarded:
            launch = launcher.prepare(FOLDER.parent / "guards", session, cli, env, secrets, os.getpid())
            self._launches.append(launch)
            cli, given = launch.cli_path, launch.environment
        spec = ProcessSpec(
            session_id=session,
            context="workspace",
            notebook="bench.ipynb",
            directory=FOLDER,
            settings=Settings(),
            claude_session=session,
            resume=False,
        )
        options = build(
            spec,
            cli_path=cli,
            environment=given,
            can_use_tool=_deny,
            before_tool=_undecided,
            stderr=lambda _line: None,
        )
        return ClaudeSDKClient(options)

    @staticmethod
    async def _ask(client: ClaudeSDKClient, text: str) -> dict[str, Any]:
        arrivals: list[tuple[int, float]] = []
        characters, whole, message_id = 0, "", ""
        await client.query(text)
        async for message in client.receive_response():
            if isinstance(message, StreamEvent):
                if message.event["type"] == "message_start":
                    message_id = message.event["message"]["id"]
                if piece := message.event.get("delta", {}).get("text"):
                    characters += len(piece)
                    arrivals.append((characters, time.monotonic()))
            elif isinstance(message, AssistantMessage):
                whole += "".join(block.text for block in message.content if isinstance(block, TextBlock))
        return {"arrivals": arrivals, "text": whole, "message": message_id}


async def _deny(_name: str, _given: dict[str, Any], _context: Any) -> PermissionResultDeny:
    return PermissionResultDeny(message="No tools here.")


async def _undecided(_given: Any, _call: str | None, _context: Any) -> dict[str, Any]:
    return {}


async def main() -> None:
    """Serve until the input ends."""
    await serve(Raw().answer)


asyncio.run(main())
