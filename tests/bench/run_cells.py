"""How long `run_cells` of a cell `1+1` takes, against the same execution by a bare kernel client: see README.md."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

# The checkout's package, and the tests' stages.
sys.path[1:1] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from figures import Table, ratio, spread  # noqa: E402
from jupyter_client.asynchronous import AsyncKernelClient  # noqa: E402
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager  # noqa: E402
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager  # noqa: E402
from jupyter_server.services.sessions.sessionmanager import SessionManager  # noqa: E402
from run_stage import RunStage, run_cells, run_stage  # noqa: E402

from jupyter_claude_workspace.host.bridge import Bridge  # noqa: E402
from jupyter_claude_workspace.host.host import Host  # noqa: E402
from jupyter_claude_workspace.host.kernels import Kernels  # noqa: E402
from jupyter_claude_workspace.host.runs import Runs  # noqa: E402
from jupyter_claude_workspace.session.engine import Engine  # noqa: E402

SOURCE = "1+1"
WARM = 5  # executions before those that count
PAUSE = 0.05  # seconds: what a run leaves to be written is written
Once = Callable[[], Awaitable[Any]]


async def timed(once: Once) -> float:
    """Milliseconds that it takes."""
    began = time.perf_counter()
    await once()
    return (time.perf_counter() - began) * 1000


async def bare(client: AsyncKernelClient) -> None:
    """One execution as nbclient would do it."""
    reply = await client.execute_interactive(SOURCE, output_hook=lambda message: None, allow_stdin=False)
    assert reply["content"]["status"] == "ok"


async def connected(client: AsyncKernelClient) -> AsyncKernelClient:
    """A client of one's own to a kernel that others use too."""
    client.session.session = "bare"
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    return client


async def in_one_process(root: Path, path: str, count: int) -> dict[str, list[float]]:
    """What the tool does when nobody need be asked, from the engine's loop; in turn with the bare client."""
    log = logging.getLogger("bench")
    contents = AsyncFileContentsManager(root_dir=str(root))
    kernels = AsyncMappingKernelManager(root_dir=str(root))
    sessions = SessionManager(kernel_manager=kernels, contents_manager=contents)
    host = Host(contents, log)
    runs = Runs(host, Kernels(kernels, sessions, log), log)
    bridge, engine = Bridge(asyncio.get_running_loop(), host, runs), Engine()
    engine.start()

    async def ours() -> None:
        report = await bridge.report(await bridge.run(path, [("c0", SOURCE)]), 60)
        assert report.cells[0].state == "ok"

    await engine.run(ours())
    kernel_id = await runs.kernel_of(path)
    client = await connected(kernels.get_kernel(kernel_id).client())
    found: dict[str, list[float]] = {"bare": [], "ours": []}
    for turn in range(WARM + count):
        for name, once in (("bare", lambda: bare(client)), ("ours", lambda: engine.run(ours()))):
            took = await timed(once)
            if turn >= WARM:
                found[name].append(took)
            await asyncio.sleep(PAUSE)
    client.stop_channels()
    await runs.close()
    await host.close()
    await kernels.shutdown_all(now=True)
    engine.stop()
    return found


async def in_a_conversation(stage: RunStage, runtime: Path, count: int) -> dict[str, list[float]]:
    """As the conversation shows it: from the call's announcement by the CLI to its end, asked about nothing."""
    async with stage.talk(SOURCE) as talk:
        await talk.mode("bypassPermissions")
        start = len(talk.channel.frames)
        turn = await talk.says(*[run_cells("c0")] * (WARM + count))
        assert all(told.states == ["ok"] for told in turn.told)
        frames = talk.channel.frames[start:]
        began = {frame["tool"]: frame["at"] for frame in frames if frame["type"] == "tool_started"}
        took = [frame["at"] - began[frame["tool"]] for frame in frames if frame["type"] == "tool_finished"]
        client = AsyncKernelClient(connection_file=str(runtime / f"kernel-{await stage.kernel(talk.path)}.json"))
        client.load_connection_file()
        await connected(client)
        alone = [await timed(lambda: bare(client)) for _ in range(WARM + count)]
        client.stop_channels()
    return {"bare": alone[WARM:], "ours": took[WARM:]}


def main() -> None:
    """Measure both, and print the table."""
    parser = argparse.ArgumentParser(prog="python tests/bench/run_cells.py", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=100, help="executions of each kind (100)")
    count = parser.parse_args().count
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    logging.disable(logging.CRITICAL)
    table = Table(f"run_cells of `{SOURCE}` (ms, n = {count} each).", "case", "median (min–max)", "to bare")
    with tempfile.TemporaryDirectory(prefix="jcw-bench-") as folder, run_stage(Path(folder)) as stage:
        path = stage.notebook(SOURCE)
        one = asyncio.run(in_one_process(stage.server.root, path, count))
        whole = asyncio.run(in_a_conversation(stage, Path(folder) / "server" / "runtime", count))
    table.row("bare kernel client", spread(one["bare"], 1), "1.00 ×")
    table.row("run and report, no page open", spread(one["ours"], 1), ratio(one["ours"], one["bare"]))
    table.row("bare client of the server's kernel", spread(whole["bare"], 1), "1.00 ×")
    table.row("the whole call, with the CLI", spread(whole["ours"], 1), ratio(whole["ours"], whole["bare"]))
    print(table)


if __name__ == "__main__":
    main()
