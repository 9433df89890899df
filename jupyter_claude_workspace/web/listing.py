"""Files and folders below a notebook's folder, for completing a name: found by walking, matched, ranked."""

from __future__ import annotations

import asyncio
import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from jupyter_core.paths import is_file_hidden

MOST_SEEN = 20_000  # entries that one walk looks at; it goes level by level, so what is left out lies deepest
MOST_SECONDS = 2.0  # on a slow disk it ends sooner
KEPT_SECONDS = 5.0
KEPT_FOLDERS = 16
# Large, and nothing in them is meant by a person who types a name. A query that names one lists it all the same.
SKIPPED = frozenset({".git", ".hg", ".svn", ".ipynb_checkpoints", ".venv", "venv", "__pycache__", "node_modules"})

Kind = Literal["file", "folder"]


class Found(NamedTuple):
    """`path` is relative to the notebook's folder, with `/` between its parts."""

    path: str
    kind: Kind


@dataclass(frozen=True)
class Rules:
    """What Jupyter shows: nothing outside of `root`, hidden files only where it is told so, no name it leaves out."""

    root: Path
    allow_hidden: bool
    should_list: Callable[[str], bool]

    def shows(self, entry: os.DirEntry[str]) -> Kind | None:
        """What an entry of a folder is, None where it is not to be seen. A link shows what it leads to, in the root."""
        # Among what cannot be printed are characters that make a name look like another.
        if not entry.name.isprintable() or not self.should_list(entry.name):
            return None
        try:
            itself = entry.stat(follow_symlinks=False)
            if not self.allow_hidden and is_file_hidden(entry.path, stat_res=itself):
                return None
            if stat.S_ISLNK(itself.st_mode):
                if not Path(entry.path).resolve(strict=True).is_relative_to(self.root):
                    return None
                itself = entry.stat()
        except (OSError, RuntimeError, ValueError):  # gone, not ours, or a link that leads in a circle
            return None
        if stat.S_ISDIR(itself.st_mode):
            return "folder"
        return "file" if stat.S_ISREG(itself.st_mode) else None

    def below(self, folder: Path, path: str) -> Path | None:
        """The folder at a relative path that a person typed; None where there is none that Jupyter shows."""
        for part in path.split("/"):
            # By its name among what is there: so `..` and all that a system takes for a separator lead nowhere.
            entry = next((entry for entry in _entries(folder) if entry.name == part), None)
            if entry is None or self.shows(entry) != "folder":
                return None
            folder = folder / part
        return folder


class Listing:
    """Answers queries about folders; what a walk found is kept for some seconds, in which a person types on."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, bool], tuple[float, list[Found]]] = {}
        self._walking = asyncio.Lock()

    async def find(self, folder: Path, rules: Rules, query: str, most: int) -> list[Found]:
        """The best `most` matches; what is directly in the folder where the query is empty or ends with a slash."""
        if query == "" or query.endswith("/"):
            return await asyncio.to_thread(_listed, folder, rules, query, most)
        found = await self._all(folder, rules)
        return await asyncio.to_thread(_best, found, query, most)

    async def _all(self, folder: Path, rules: Rules) -> list[Found]:
        key = (folder, rules.allow_hidden)
        async with self._walking:  # one at a time: whoever comes meanwhile gets what the first has found
            kept = self._kept.pop(key, None)
            if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
                found = await asyncio.to_thread(_walked, folder, rules)
                kept = (time.monotonic(), found)
            self._kept[key] = kept
            while len(self._kept) > KEPT_FOLDERS:
                del self._kept[next(iter(self._kept))]
            return kept[1]


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except (OSError, ValueError):
        return


def _listed(folder: Path, rules: Rules, query: str, most: int) -> list[Found]:
    inside = rules.below(folder, query[:-1]) if query else folder
    if inside is None:
        return []
    found = ((entry.name, rules.shows(entry)) for entry in _entries(inside))
    shown = [Found(f"{query}{name}", kind) for name, kind in found if kind is not None]
    return sorted(shown, key=lambda each: (each.path.casefold(), each.path))[:most]


def _walked(folder: Path, rules: Rules) -> list[Found]:
    """Level by level, not into links: what they lead to has a path of its own."""
    found: list[Found] = []
    waiting = deque([(folder, "")])
    seen, until = 0, time.monotonic() + MOST_SECONDS
    while waiting:
        inside, prefix = waiting.popleft()
        for entry in _entries(inside):
            seen += 1
            if seen > MOST_SEEN or time.monotonic() > until:
                return found
            kind = rules.shows(entry)
            if kind is None:
                continue
            found.append(Found(f"{prefix}{entry.name}", kind))
            if kind == "folder" and entry.name not in SKIPPED and not entry.is_symlink():
                waiting.append((inside / entry.name, f"{prefix}{entry.name}/"))
    return found


def _best(found: Iterable[Found], query: str, most: int) -> list[Found]:
    wanted = query.casefold()
    ranked = []
    for each in found:
        rank = _rank(each.path.casefold(), wanted)
        if rank is not None:
            ranked.append((rank, each.path.count("/"), len(each.path), each.path, each))
    return [entry[-1] for entry in sorted(ranked)[:most]]


def _rank(path: str, wanted: str) -> int | None:
    """How well a path fits, 0 best; None: the wanted characters do not even occur in this order."""
    name = path[path.rfind("/") + 1 :]
    fits = (
        name.startswith(wanted),
        path.startswith(wanted),
        wanted in name,
        wanted in path,
        _in_order(wanted, name),
        _in_order(wanted, path),
    )
    return next((rank for rank, fit in enumerate(fits) if fit), None)


def _in_order(wanted: str, text: str) -> bool:
    place = 0
    for character in wanted:
        place = text.find(character, place) + 1
        if place == 0:
            return False
    return True
