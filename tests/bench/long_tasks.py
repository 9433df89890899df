"""What keeps the page busy for more than 50 ms while a long reply with code streams into it."""

from __future__ import annotations

from figures import Table
from stage import DEFAULT_HOLD, Stage

PROMPT = "demo: markdown-3000-200"
WORK, PAUSE = 10, 40


async def run(stage: Stage) -> Table:
    """The reply in the page; and, to know the noise, work of a known size in it while the same streams elsewhere."""
    table = Table(
        "Long tasks (> 50 ms) in the page during 3,000 tokens of markdown with code at 200 a second. Aim: none.",
        "run", "page", "long tasks", "longest (ms)", "long frames: ms, scripts (ms, of it forced layout)",
    )  # fmt: skip
    await stage.raw.ask("open", name="noise", hold=DEFAULT_HOLD)
    for turn in range(1 if stage.quick else 3):
        panel = await stage.panel()
        await panel.settle(1.0)
        await panel.work(WORK, PAUSE)
        await stage.raw_turn("noise", PROMPT)
        name = f"{WORK} ms of work every {PAUSE} ms, while the raw SDK streams"
        _row(table, turn, name, await panel.rest(), [])
        reply = await panel.turn(PROMPT)
        _row(table, turn, "shows the reply", reply.more["long"], reply.more["frames"])
        await panel.close()
    await stage.raw.ask("close", name="noise")
    return table


def _row(table: Table, turn: int, page: str, long: list[list[float]], frames: list[dict[str, object]]) -> None:
    longest = max((duration for _, duration in long), default=0)
    about = "; ".join(f"{frame['duration']:.0f} {frame['scripts']}" for frame in frames[:4])
    table.row(str(turn + 1), page, str(len(long)), f"{longest:.0f}", f"{len(frames)}: {about}" if frames else "–")
