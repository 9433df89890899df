"""Memory of 1, 5 and 20 sessions that have each answered a prompt."""

from __future__ import annotations

import psutil
from channel import Channel
from figures import Table
from server import Server
from stage import DEFAULT_HOLD, Stage

PROMPT = "demo: short"
MB = 1e6


async def run(stage: Stage) -> Table:
    """A server of its own, and the raw SDK, both growing step by step."""
    table = Table(
        "Memory (MB). CLI and guard: PSS for each session (USS in brackets); Python: growth of its RSS over none.",
        "sessions", "way", "each CLI", "each guard", "Python grew by", "the same for each",
    )  # fmt: skip
    counts = (1, 5) if stage.quick else (1, 5, 20)
    await _channel(stage, table, counts)
    await _raw(stage, table, counts)
    return table


async def _channel(stage: Stage, table: Table, counts: tuple[int, ...]) -> None:
    server = Server(stage.place, stage.environment, name="memory")
    await server.start()
    await server.ask("GET", "status")
    before = server.process.memory_info().rss
    channels: list[Channel] = []
    for count in counts:
        while len(channels) < count:
            channels.append(await (await Channel.open(server)).ready())
            await channels[-1].turn(PROMPT)
        children = server.process.children(recursive=True)
        guards = [child for child in children if "guard.py" in " ".join(child.cmdline())]
        clis = [child for child in children if child not in guards]
        grown = server.process.memory_info().rss - before
        table.row(str(count), "channel", _each(clis, count), _each(guards, count), *_grown(grown, count))
    for channel in channels:
        await channel.close()
    await server.stop()


async def _raw(stage: Stage, table: Table, counts: tuple[int, ...]) -> None:
    before = psutil.Process((await stage.raw.ask("whose"))["pid"]).memory_info().rss
    opened = 0
    for count in counts:
        while opened < count:
            await stage.raw.ask("open", name=f"memory-{opened}", hold=DEFAULT_HOLD)
            await stage.raw_turn(f"memory-{opened}", PROMPT)
            opened += 1
        process = psutil.Process((await stage.raw.ask("whose"))["pid"])
        clis = process.children(recursive=True)
        table.row(str(count), "raw SDK", _each(clis, count), "–", *_grown(process.memory_info().rss - before, count))
    for number in range(opened):
        await stage.raw.ask("close", name=f"memory-{number}")


def _each(processes: list[psutil.Process], count: int) -> str:
    found = [process.memory_full_info() for process in processes]
    pss, uss = (sum(getattr(info, kind) for info in found) / count / MB for kind in ("pss", "uss"))
    return f"{pss:.1f} ({uss:.1f})"


def _grown(grown: int, count: int) -> tuple[str, str]:
    return f"{grown / MB:.1f}", f"{grown / count / MB:.2f}"
