"""Notebooks that are files on disk: where a file is, how it is told from others, and where it was moved to."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.fileio import FileManagerMixin, path_to_intermediate, path_to_invalid
from jupyter_server.utils import ApiPath, to_api_path, to_os_path

SUFFIX = ".ipynb"
LEFT_BEHIND_SECONDS = 10.0  # a copy that is older is of a server that was killed
MOST_LOOKED_AT = 100_000  # files and folders, of a root that may be a whole home


class Disk:
    """The files behind a contents manager; where it keeps none on disk, nothing is found."""

    def __init__(self, manager: Any) -> None:
        root = getattr(manager, "root_dir", "")
        self._root = Path(root).resolve() if isinstance(manager, FileManagerMixin) else None

    @property
    def there(self) -> bool:
        """Whether notebooks are files at all."""
        return self._root is not None

    def place(self, path: str) -> Path | None:
        """Where the file of an API path is, or would be."""
        return None if self._root is None else Path(to_os_path(ApiPath(path), str(self._root)))

    def look(self, path: str) -> os.stat_result | None:
        """What the system says of the file; None: it is not there."""
        place = self.place(path)
        try:
            return None if place is None else place.stat()
        except (OSError, ValueError):
            return None

    def writing(self, path: str) -> bool:
        """Whether Jupyter is writing the file just now: until it has, it keeps a copy beside it."""
        place = self.place(path)
        try:
            made = _copy_of(place).stat().st_ctime if place is not None else 0.0
        except OSError:
            return False
        return time.time() - made < LEFT_BEHIND_SECONDS

    def mend(self, path: str) -> None:
        """Put a notebook back that Jupyter has just put aside, because it read it in mid-write; blocks."""
        place = self.place(path)
        if place is None or place.exists():
            return
        aside = set_aside(place)
        with suppress(OSError, ValueError):
            if time.time() - aside.stat().st_ctime < LEFT_BEHIND_SECONDS and json.loads(aside.read_bytes()):
                aside.replace(place)

    def find(self, inode: tuple[int, int], near: str) -> str | None:
        """The API path of the notebook that is this file, whatever its name; blocks. `near`: where it was.

        The folder that it was in is looked at first, then all below the root but what is hidden.
        """
        if self._root is None:
            return None
        place = self.place(near)
        if place is not None and (found := _in_folder(place.parent, inode)):
            return self._api(found)
        looked_at = 0
        for folder, folders, files in os.walk(self._root):
            folders[:] = [name for name in folders if not name.startswith((".", "__pycache__", "node_modules"))]
            looked_at += len(folders) + len(files)
            if any(name.endswith(SUFFIX) for name in files) and (found := _in_folder(Path(folder), inode)):
                return self._api(found)
            if looked_at > MOST_LOOKED_AT:
                break
        return None

    def _api(self, place: Path) -> str:
        return str(to_api_path(str(place), str(self._root)))


def _copy_of(place: Path) -> Path:
    return Path(str(path_to_intermediate(str(place))))  # type: ignore[no-untyped-call]


def set_aside(place: Path) -> Path:
    """Where Jupyter puts a file that it could not read, because it was just being written."""
    return Path(str(path_to_invalid(str(place))))  # type: ignore[no-untyped-call]


def _in_folder(folder: Path, inode: tuple[int, int]) -> Path | None:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                # The number comes with the listing; who the file really is, is asked only where it fits.
                if entry.name.endswith(SUFFIX) and entry.inode() == inode[1]:
                    found = entry.stat(follow_symlinks=False)
                    if (found.st_dev, found.st_ino) == inode:
                        return Path(entry.path)
    except OSError:  # it went while we looked
        pass
    return None
