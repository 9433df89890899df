"""What the launcher and the guard add to the start of a process."""

from __future__ import annotations

from figures import Table, ratio, spread
from stage import DEFAULT_HOLD, Stage


async def run(stage: Stage) -> Table:
    """Connect with and without them, in turn."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(stage.runs * 3):
        for guarded in (True, False) if turn % 2 else (False, True):
            opened = await stage.raw.ask("open", name="start", hold=DEFAULT_HOLD, guarded=guarded)
            found[guarded].append(opened["connect"] * 1000)
            await stage.raw.ask("close", name="start")
    table = Table("Start of a process (ms, the SDK's connect).", "case", "median (min–max)", "to plain")
    table.row("plain", spread(found[False]), "1.00 ×")
    table.row("launcher and guard", spread(found[True]), ratio(found[True], found[False]))
    differences = [one - other for one, other in zip(found[True], found[False], strict=True)]
    table.row("difference in pairs", spread(differences), "")
    return table
