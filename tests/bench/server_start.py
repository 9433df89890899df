"""The Jupyter server's start with and without the extension, and what the extension's own import takes."""

from __future__ import annotations

import asyncio
import re
import sys

from figures import Table, ratio, spread
from server import Server
from stage import Stage

MODULE = "jupyter_claude_workspace.app"
# What a server has imported anyway before it comes to its extensions.
PRESENT = "import jupyter_server.serverapp, jupyter_server.extension.application"
IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)")


async def run(stage: Stage) -> Table:
    """Pairs, in turn; and the import alone."""
    pairs = 2 if stage.quick else 12
    took: dict[bool, list[float]] = {True: [], False: []}
    cpu: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(pairs):
        for extension in (True, False) if turn % 2 else (False, True):
            server = Server(stage.place, stage.environment, name=f"start-{turn}-{extension}", extension=extension)
            took[extension].append(await server.start() * 1000)
            cpu[extension].append(server.cpu * 1000)
            await server.stop()
    imports = [await _import(stage.environment) for _ in range(3)]
    table = Table(
        "Server start (ms, to the first answer of /api). Aim: + 50 ms. CPU: ms of the server by then, in steps of 10.",
        "case", "median (min–max)", "to without", "CPU",
        note=f"Slowest of the import: {'; '.join(f'{name} {own:.1f} ms' for name, own in imports[0][1])}.",
    )  # fmt: skip
    for extension, name in ((False, "without"), (True, "with")):
        table.row(name, spread(took[extension]), ratio(took[extension], took[False]), spread(cpu[extension]))
    table.row("difference in pairs", spread(_differences(took)), "", spread(_differences(cpu)))
    table.row(f"import {MODULE}", spread([whole for whole, _ in imports], 1), "", "")
    return table


def _differences(found: dict[bool, list[float]]) -> list[float]:
    return [one - other for one, other in zip(found[True], found[False], strict=True)]


async def _import(environment: dict[str, str]) -> tuple[float, list[tuple[str, float]]]:
    """Milliseconds of the import in a process that has Jupyter's server already, and its slowest modules."""
    code = f"{PRESENT}; import sys; print('-' * 9, file=sys.stderr); import {MODULE}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "importtime", "-c", code,
        env=environment, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    lines = IMPORTED.findall(said.decode().partition("-" * 9)[2])
    own = sorted(((name, int(self_us) / 1000) for self_us, _, _, name in lines), key=lambda item: -item[1])
    return sum(int(self_us) for self_us, *_ in lines) / 1000, own[:3]
