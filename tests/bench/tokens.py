"""From the model's write of a token to its arrival, and the CPU time that it takes on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from channel import Channel
from figures import Table, quantile, ratio, spread
from panel import Panel, visible
from reply import Reply
from stage import DEFAULT_HOLD, Stage

NAMES = {"raw": "raw SDK", "channel": "channel", "panel": "panel", "python": "panel, after Python"}
LENGTHS = (200, 3000)
PACES = (50, 200)


@dataclass
class Found:
    """Of one way: each run's median and 99th percentile in ms, and CPU ms per 1,000 tokens."""

    medians: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, delays: list[float]) -> None:
        """One run."""
        self.medians.append(quantile(delays, 0.5))
        self.tails.append(quantile(delays, 0.99))


async def run(stage: Stage, hold: int | None = DEFAULT_HOLD) -> Table:
    """Each length and pace through each way in turn; the short ones more often."""
    name = f"tokens-{hold}"
    await stage.raw.ask("open", name=name, hold=hold)
    channel = await (await Channel.open(await stage.server(hold))).ready()
    panel = await stage.panel(hold) if stage.with_panel else None
    ways: dict[str, Callable[[str], Awaitable[Reply]]] = {
        "raw": lambda text: stage.raw_turn(name, text),
        "channel": channel.turn,
    }
    if panel is not None:
        ways["panel"] = panel.turn
    for ask in ways.values():
        await ask("demo: prose-200-200")
    found: dict[tuple[int, int, str], Found] = {}
    for turn in range(stage.runs):
        for length, pace in _cases(stage, turn):
            for way in list(ways)[:: 1 if turn % 2 else -1]:
                await _measure(stage, ways[way], found, (length, pace, way))
    await stage.raw.ask("close", name=name)
    await channel.close()
    if panel is not None:
        await panel.close()
    return _table(found, hold, panel)


def _cases(stage: Stage, turn: int) -> list[tuple[int, int]]:
    if stage.quick:
        return [(200, 200)]
    return [(length, pace) for length in LENGTHS for pace in PACES if length == 200 or turn < 1 + 2 * (pace == 200)]


async def _measure(
    stage: Stage,
    ask: Callable[[str], Awaitable[Reply]],
    found: dict[tuple[int, int, str], Found],
    key: tuple[int, int, str],
) -> None:
    length, pace, way = key
    await stage.model.ask("take")
    reply = await ask(f"demo: prose-{length}-{pace}")
    _, sent = await stage.sent(reply)
    mine = found.setdefault(key, Found())
    if way == "panel":
        shown = visible(reply.text, sent)
        assert reply.more["shown"] == reply.text.replace("\n\n", "\n"), "the page does not show what was said"
        mine.add(reply.delays(shown))
        python = visible(reply.text, reply.more["python"])
        found.setdefault((length, pace, "python"), Found()).add(reply.delays(python))
    else:
        mine.add(reply.delays(sent))
    if length == max(LENGTHS):
        mine.cpu.append(reply.cpu * 1000 / length * 1000)


def _table(found: dict[tuple[int, int, str], Found], hold: int | None, panel: Panel | None) -> Table:
    held = "as the package sets it" if hold is None else f"{hold} ms"
    clock = f" Page and Python clocks agree within {panel.uncertainty * 1000:.1f} ms." if panel else ""
    table = Table(
        f"Tokens (ms from the model's write to the arrival; the CLI joins tokens: {held}). CPU: ms of the Python "
        "process (raw SDK's, or the server's without children) per 1,000 tokens.",
        "tokens", "per s", "way", "median (min–max)", "p99 (min–max)", "median to raw", "p99 to raw", "CPU",
        "CPU to raw",
        note=f"after Python: from the frame's number in the journal to the page; aims 20 ms median, 50 ms p99.{clock}",
    )  # fmt: skip
    for length, pace, way in sorted(found, key=lambda key: (key[0], key[1], list(NAMES).index(key[2]))):
        mine, raw = found[length, pace, way], found[length, pace, "raw"]
        table.row(
            str(length), str(pace), NAMES[way], spread(mine.medians, 1), spread(mine.tails, 1),
            ratio(mine.medians, raw.medians), ratio(mine.tails, raw.tails), spread(mine.cpu), ratio(mine.cpu, raw.cpu),
        )  # fmt: skip
    return table
