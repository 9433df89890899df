"""From the prompt to the first text: cold, warm, and after a second's wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import channel
from figures import Table, quantile, ratio, spread
from reply import Reply
from server import Server
from stage import DEFAULT_HOLD, Stage, as_reply

PROMPT = "demo: short"
LOW = 0.25
NAMES = {"raw": "raw SDK", "channel": "channel", "panel": "panel"}
Way = Callable[[], Awaitable[Reply]]
Found = dict[tuple[str, str], list[tuple[float, float, float]]]


async def run(stage: Stage) -> Table:
    """All ways in turn, and that several times."""
    server = await stage.server()
    first = await _fresh_server(stage)
    await stage.raw.ask("open", name="warm", hold=DEFAULT_HOLD)
    steady = await (await channel.Channel.open(server)).ready()
    page = await stage.panel() if stage.with_panel else None
    ways: dict[tuple[str, str], Way] = {
        ("warm", "raw"): lambda: stage.raw_turn("warm", PROMPT),
        ("warm", "channel"): lambda: steady.turn(PROMPT),
    }
    if page is not None:
        ways["warm", "panel"] = lambda: page.turn(PROMPT)
    for name, wait in (("cold", 0.0), ("1 s after", 1.0)):
        ways[name, "raw"] = _raw(stage, wait)
        ways[name, "channel"] = _channel(server, wait)
    if page is not None:
        ways["1 s after", "panel"] = lambda: _opened(stage)
    for _ in range(2):  # a CLI's first turns take longer than all later ones
        for (name, _way), ask in ways.items():
            if name == "warm":
                await ask()
    found: Found = {}
    for turn in range(stage.runs * 2):
        for key, ask in list(ways.items())[:: 1 if turn % 2 else -1]:
            reply = await ask()
            asked, sent = await stage.sent(reply)
            steps = asked - reply.asked, sent[0][1] - asked, reply.arrivals[0][1] - sent[0][1]
            found.setdefault(key, []).append(tuple(step * 1000 for step in steps))  # type: ignore[arg-type]
    await stage.raw.ask("close", name="warm")
    await steady.close()
    if page is not None:
        await page.close()
    return _table(found, first)


def _raw(stage: Stage, wait: float) -> Way:
    async def ask() -> Reply:
        return as_reply(await stage.raw.ask("cold", text=PROMPT, hold=DEFAULT_HOLD, wait=wait))

    return ask


def _channel(server: Server, wait: float) -> Way:
    return lambda: channel.cold(server, PROMPT, wait)


async def _opened(stage: Stage) -> Reply:
    """The panel opens; a second later the person sends the prompt."""
    panel = await stage.panel()
    await panel.settle(1.0)
    reply = await panel.turn(PROMPT)
    await panel.close()
    return reply


async def _fresh_server(stage: Stage) -> float:
    """Milliseconds to the first text of the first session of a server that has just started."""
    server = Server(stage.place, stage.environment, name="fresh")
    await server.start()
    reply = await channel.cold(server, PROMPT, 0.0)
    await server.stop()
    return reply.first * 1000


def _table(found: Found, first: float) -> Table:
    table = Table(
        "First token (ms): prompt → first text. cold: from before the start of the process; 1 s after: the start was a "
        "second before, and the panel open for one; warm: from the third turn on.",
        "case", "way", "median (min–max)", "to raw", "quartile", "to raw", "to the model", "model", "back",
        note=f"First session of a server that has just started, cold, through the channel: {first:.0f} ms.",
    )  # fmt: skip
    for case in ("cold", "1 s after", "warm"):
        raw = [sum(step) for step in found[case, "raw"]]
        for way, name in NAMES.items():
            if steps := found.get((case, way)):
                whole = [sum(step) for step in steps]
                quartile = f"{quantile(whole, LOW):.0f}"
                parts = (spread(part, 1) for part in zip(*steps, strict=True))
                table.row(case, name, spread(whole), ratio(whole, raw), quartile, ratio(whole, raw, LOW), *parts)
    return table
