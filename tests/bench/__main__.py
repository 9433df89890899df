"""Runs the benchmark: see README.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

# The checkout's package, and the tests' channel client.
sys.path[1:1] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

import conversation  # noqa: E402
import first_token  # noqa: E402
import guard_start  # noqa: E402
import long_tasks  # noqa: E402
import memory  # noqa: E402
import reading  # noqa: E402
import search  # noqa: E402
import server_start  # noqa: E402
import tokens  # noqa: E402
from figures import Table  # noqa: E402
from stage import Stage  # noqa: E402

PARTS: dict[str, Callable[[Stage], Awaitable[Table]]] = {
    "first": first_token.run,
    "tokens": tokens.run,
    "tokens-0": partial(tokens.run, hold=0),
    "long": long_tasks.run,
    "reading": reading.run,
    "memory": memory.run,
    "conversation": conversation.run,
    "server": server_start.run,
    "guard": guard_start.run,
    "search": search.run,
}
QUICK = ("first", "tokens", "long", "reading", "server", "guard")
IN_THE_PAGE = ("long", "reading", "conversation")


async def main() -> None:
    """Run the parts that were asked for, and print each one's table when it is there."""
    parser = argparse.ArgumentParser(prog="python tests/bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument(
        "--quick", action="store_true", help="few and short runs; without memory and tokens-0, unless they are named"
    )
    parser.add_argument("--no-panel", action="store_true", help="without a browser")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    async with Stage(quick=given.quick, with_panel=not given.no_panel) as stage:
        for part in given.parts or (QUICK if given.quick else PARTS):
            if given.no_panel and part in IN_THE_PAGE:
                continue
            began = time.monotonic()
            print(await PARTS[part](stage))
            load = os.getloadavg()[0]
            print(f"({part}: {time.monotonic() - began:.0f} s, load {load:.1f})", flush=True)


asyncio.run(main())
