"""The grammar of `jupyter claude agents …`; what does the work is imported when there is some."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Add the subcommands; which one was given is `what`."""
    agents = commands.add_parser(
        "agents",
        help="look at, check, import and export the agents of a folder",
        description="The agents of a folder: NAME.agent.json next to the notebooks that use them. Needs no server.",
    )
    kinds = agents.add_subparsers(dest="what", required=True, metavar="COMMAND")
    listing = _command(kinds, "list", "name the agents, also those that cannot be read")
    showing = _command(kinds, "show", "print one agent")
    showing.add_argument("name")
    checking = _command(kinds, "validate", "say what is wrong with agent files; the exit status is 1 if something is")
    checking.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: all of the folder")
    importing = _command(kinds, "import", "make NAME.agent.json of Claude Code's NAME.md, or of NAME.opcode.json")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    exporting = _command(kinds, "export", "write an agent as a NAME.md for .claude/agents")
    exporting.add_argument("name")
    exporting.add_argument("--output", "-o", type=Path, metavar="FILE", help="default: print it")
    kinds.add_parser("schema", help="print the JSON Schema of agent files, for an editor")
    for command in (listing, showing):
        command.add_argument("--json", action="store_true", help="as JSON, for programs")
    for command in (importing, exporting):
        command.add_argument("--force", action="store_true", help="replace a file that is there")


def _command(kinds: Any, name: str, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = kinds.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    made.add_argument("--dir", type=Path, default=Path(), help="the folder (default: the current one)")
    return made
