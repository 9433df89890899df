"""A program that talks to a session through the channel."""

from __future__ import annotations

import asyncio
import time

import channel_client
from channel_client import ChannelClient, Frame
from reply import Reply
from server import Server

channel_client.PATIENCE = 300.0  # a reply of 3,000 tokens at 50 a second takes a minute


class TimedClient(ChannelClient):
    """Keeps the time of every frame, beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def _received(self, message: str | bytes | None) -> None:
        self.times.append(time.monotonic())
        super()._received(message)


async def connect(server: Server, session: str, since: int | None = None) -> TimedClient:
    """Open the channel of a session."""
    place = f"claude-workspace/api/sessions/{session}/channel" + ("" if since is None else f"?since={since}")
    client = await TimedClient.open(f"ws://127.0.0.1:{server.port}/{place}", server.headers)
    assert isinstance(client, TimedClient)
    return client


async def journal(server: Server, session: str, since: int) -> list[Frame]:
    """The frames of a session after `since`, as the server remembers them."""
    client = await connect(server, session, since)
    head = (await client.wait("welcome"))["head"]
    if head > since:
        await client.wait(lambda frame: frame.get("seq", 0) >= head)
    client.close()
    return [frame for frame in client.frames if "seq" in frame]


class Channel:
    """One session and one client that looks on."""

    def __init__(self, server: Server, session: str, client: TimedClient) -> None:
        self.server = server
        self.session = session
        self.client = client

    @classmethod
    async def open(cls, server: Server) -> Channel:
        """Create a session and connect; its process may still be starting."""
        session = await server.create()
        return cls(server, session, await connect(server, session))

    async def ready(self) -> Channel:
        """Wait for the process."""
        await self.client.wait(lambda frame: frame.get("state") == "ready")
        return self

    async def turn(self, text: str, asked: float | None = None) -> Reply:
        """One prompt. `asked`: since when its time counts; now, by default."""
        client, cpu, start = self.client, self.server.cpu, len(self.client.frames)
        asked = asked or time.monotonic()
        prompt = await client.prompt(text)
        begun = await client.wait(lambda frame: frame.get("origin", {}).get("prompt") == prompt, after=start)
        ended = await client.wait(
            lambda frame: frame["type"] == "turn_ended" and frame["turn"] == begun["turn"], after=start
        )
        end = client.frames.index(ended, start)
        await client.wait(lambda frame: frame.get("state") == "ready", after=end)
        arrivals: list[tuple[int, float]] = []
        whole, message = "", ""
        for frame, at in zip(client.frames[start:], client.times[start:], strict=False):
            if frame["type"] == "text":
                arrivals.append((len(frame["text"]) + (arrivals[-1][0] if arrivals else 0), at))
            elif frame["type"] == "message":
                whole, message = whole + frame["text"], frame["message"]
        return Reply(asked, client.times[end], arrivals, whole, message, self.server.cpu - cpu)

    async def close(self) -> None:
        """End the session."""
        self.client.close()
        await self.server.ask("DELETE", f"sessions/{self.session}")


async def cold(server: Server, text: str, wait: float) -> Reply:
    """A new session, and a prompt so long after that (0: at once, and the time counts from before the session)."""
    started = time.monotonic()
    channel = await Channel.open(server)
    if wait:
        await asyncio.sleep(started + wait - time.monotonic())
    reply = await channel.turn(text, None if wait else started)
    await channel.close()
    return reply
