"""`jupyter claude …`: the console script `jupyter-claude`, which the `jupyter` command finds on PATH."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__
from .agents import arguments
from .errors import WorkspaceError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; its exit status is returned."""
    given, rest = parser().parse_known_args(argv)
    if rest and given.command != "demo":
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        return _demo(given, rest) if given.command == "demo" else _agents(given)
    except WorkspaceError as error:
        print(f"{error.text} {error.remedy}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(prog="jupyter claude", description="Claude Code, at home in Jupyter.")
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="open JupyterLab on a welcome notebook; without credentials, on the built-in demo model",
        description="Open JupyterLab on a welcome notebook. Without credentials the built-in demo model answers. "
        "Arguments that are not listed here go to `jupyter lab`.",
    )
    demo.add_argument("--dir", type=Path, default=Path("claude-demo"), help="the folder (default: %(default)s)")
    demo.add_argument("--port", type=int, help="the port of JupyterLab (default: its own choice)")
    demo.add_argument("--no-browser", action="store_true", help="only print the address")
    arguments.add(commands)
    return top


def _demo(given: argparse.Namespace, rest: list[str]) -> int:
    from .demo.command import run  # noqa: PLC0415 - other commands need none of it

    return run(given.dir, port=given.port, browser=not given.no_browser, extra=rest)


def _agents(given: argparse.Namespace) -> int:
    from .agents.command import run  # noqa: PLC0415 - imports pydantic

    return run(given)
