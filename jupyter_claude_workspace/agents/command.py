"""`jupyter claude agents …`: the agents of a folder, without a server."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import AgentChanged, AgentInvalid, AgentUnknown, WorkspaceError
from .convert import read_agent, write_agent
from .document import MAX_BYTES, parse, too_large
from .entry import AgentEntry
from .export import SCHEMA
from .model import SUFFIX
from .store import ANY, AgentFolder

WIDTH = 100  # characters of a line of `list`


def run(given: argparse.Namespace) -> int:
    """Do what was given on the command line; the exit status.

    Raises:
        WorkspaceError: it cannot be done.
    """
    return _DO[given.what](given)


def visible(text: str) -> str:
    """A text as a terminal may be shown it: what would steer the terminal, or hide something, is spelt out."""
    return "".join(each if each.isprintable() or each in "\n\t" else f"\\u{ord(each):04x}" for each in text)


def _list(given: argparse.Namespace) -> int:
    entries = _folder(given).entries()
    if given.json:
        print(json.dumps([_summary(entry) for entry in entries], indent=2))
        return 0
    if not entries:
        print(f"No agents in {given.dir.absolute()}.")
    wide = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        said = f"! {entry.problem.text}" if entry.problem else entry.usable().description
        line = visible(f"{entry.name:<{wide}}  {' '.join(said.split())}")
        print(line if len(line) <= WIDTH or entry.problem else f"{line[: WIDTH - 1]}…")
    return 0


def _show(given: argparse.Namespace) -> int:
    agent = _entry(given).usable()
    values = agent.model_dump(mode="json")
    if given.json:
        print(json.dumps(values, indent=2))
        return 0
    for key, value in values.items():
        if key not in ("schema_version", "prompt") and value not in (None, []):
            print(visible(f"{key}: {', '.join(value) if isinstance(value, list) else value}"))
    print(visible(f"\n{agent.prompt}"))
    return 0


def _validate(given: argparse.Namespace) -> int:
    files = given.files or [entry.path for entry in _folder(given).entries()]
    bad = [path for path in files if not _done(_check, path)]
    print(f"{len(files) - len(bad)} of {len(files)} are well.")
    return 1 if bad else 0


def _check(path: Path) -> None:
    parse(_bytes(path), str(path)).named(path.name.removesuffix(SUFFIX))


def _import(given: argparse.Namespace) -> int:
    folder = _folder(given)
    bad = [path for path in given.files if not _done(_take, path, folder, given.force)]
    return 1 if bad else 0


def _take(path: Path, folder: AgentFolder, force: bool) -> None:
    read = read_agent(path.name, _text(path))
    try:
        entry = folder.save(read.agent, expect=ANY if force else None)
    except AgentChanged as error:
        text = f"{path.name} was not imported: {read.agent.name}{SUFFIX} is there."
        raise AgentInvalid(text, remedy="Replace it with --force.") from error
    print("\n  ".join([entry.path.name, *map(visible, read.lost)]))


def _done(act: Callable[..., None], *arguments: Any) -> bool:
    """Whether it could be done; if not, why is said, and the next one can have its turn."""
    try:
        act(*arguments)
    except WorkspaceError as error:
        print(visible(f"{error.text} {error.remedy}"), file=sys.stderr)
        return False
    return True


def _export(given: argparse.Namespace) -> int:
    made = write_agent(_entry(given).usable())
    for sentence in made.lost:
        print(visible(sentence), file=sys.stderr)
    if given.output is None:
        sys.stdout.write(visible(made.text) if sys.stdout.isatty() else made.text)
        return 0
    try:
        with given.output.open("wb" if given.force else "xb") as file:
            file.write(made.text.encode())
    except FileExistsError as error:
        raise AgentInvalid(f"{given.output} is there.", remedy="Replace it with --force.") from error
    except OSError as error:
        raise _system(given.output, "written", error) from error
    return 0


def _schema(given: argparse.Namespace) -> int:
    sys.stdout.write(SCHEMA.read_text(encoding="utf-8"))
    return 0


def _folder(given: argparse.Namespace) -> AgentFolder:
    if not given.dir.is_dir():
        raise AgentUnknown(f"There is no folder {given.dir}.", remedy="Name another one with --dir.")
    return AgentFolder(given.dir.resolve())


def _entry(given: argparse.Namespace) -> AgentEntry:
    try:
        return _folder(given).entry(given.name)
    except AgentUnknown as error:
        text = f"There is no agent named {given.name} in {given.dir.absolute()}."
        raise AgentUnknown(text, remedy="`jupyter claude agents list` names them.") from error


def _summary(entry: AgentEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "path": str(entry.path),
        "agent": entry.agent and entry.agent.model_dump(mode="json"),
        "problem": entry.problem and entry.problem.model_dump(mode="json"),
    }


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _system(path, "read", error) from error
    if len(data) > MAX_BYTES:
        raise too_large(path.name)
    return data


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AgentInvalid(f"{path.name} is not UTF-8 text (byte {error.start + 1}).", remedy="Save it so.") from error


def _system(path: Path, done: str, error: OSError) -> AgentInvalid:
    return AgentInvalid(f"{path.name} cannot be {done}: {error.strerror or error}.", remedy="Look at its rights.")


_DO: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "validate": _validate,
    "import": _import,
    "export": _export,
    "schema": _schema,
}
