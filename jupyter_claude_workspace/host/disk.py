"""Notebooks that are files on disk: where a file is, how it is told from others, and where it was moved to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.utils import ApiPath, to_api_path, to_os_path

SUFFIX = ".ipynb"
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
