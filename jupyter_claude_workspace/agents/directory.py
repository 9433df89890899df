"""One folder, held open: what is done in it is done there, whatever becomes of its path meanwhile.

Where the system knows directory descriptors (everywhere but Windows), no symbolic link is followed: neither in the path
to the folder nor in it. On Windows, where making links is a privilege, each name is looked at before it is used.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK_SECONDS = 10.0
RETRY_SECONDS = 0.005
LOCK_FILE = ".agents.lock"  # made only where a folder itself cannot be locked
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
# A pipe in the place of a file must not block; Windows would translate line ends.
_READ = os.O_RDONLY | _NO_LINKS | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_FOLDER_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS | getattr(os, "O_BINARY", 0)


class Directory:
    """Made by `opened`. Every method raises OSError where the system refuses."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self._path = path
        self._fd = descriptor

    def names(self) -> list[str]:
        """What is in it."""
        return os.listdir(self._path if self._fd is None else self._fd)  # noqa: PTH208 - pathlib knows no descriptors

    def open(self, name: str) -> int:
        """A descriptor for reading; ELOOP where it is a symbolic link."""
        if self._fd is None and (self._path / name).is_symlink():
            raise OSError(errno.ELOOP, "a symbolic link")
        return os.open(self._at(name), _READ, dir_fd=self._fd)

    def create(self, name: str) -> int:
        """A descriptor for writing a file that is not there yet; FileExistsError where it is."""
        return os.open(self._at(name), _NEW, 0o666, dir_fd=self._fd)

    def status(self, name: str) -> os.stat_result:
        """Of the name itself, be it a link."""
        return os.stat(self._at(name), dir_fd=self._fd, follow_symlinks=False)

    def replace(self, source: str, target: str) -> None:
        """Give a file another's name, in one step."""
        os.replace(self._at(source), self._at(target), src_dir_fd=self._fd, dst_dir_fd=self._fd)

    def settle(self, source: str, target: str) -> None:
        """Give a file a name that is free, in one step; FileExistsError where it is not."""
        if sys.platform == "win32":
            os.rename(self._at(source), self._at(target))  # noqa: PTH104 - replaces nothing on Windows
            return
        try:
            os.link(self._at(source), self._at(target), src_dir_fd=self._fd, dst_dir_fd=self._fd, follow_symlinks=False)
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}:
                raise
            # A file system without hard links: the lock is what keeps others of us away.
            with suppress(FileNotFoundError):
                self.status(target)
                raise FileExistsError(errno.EEXIST, "exists") from error
            self.replace(source, target)
        else:
            self.remove(source)

    def remove(self, name: str) -> None:
        """Remove a file, or a link itself."""
        os.unlink(self._at(name), dir_fd=self._fd)

    def sync(self) -> None:
        """Have the names written to the disk, where a file system knows of that."""
        if self._fd is not None:
            with suppress(OSError):
                os.fsync(self._fd)

    @contextmanager
    def locked(self, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Keep out every other thread and process that asks; TimeoutError after `seconds`, 0: at once."""
        until = time.monotonic() + seconds
        descriptor = self._lock_folder(until)
        if descriptor is None:
            descriptor = self._lock_file(until)
        try:
            yield
        finally:
            os.close(descriptor)  # which gives the lock back, as dying does

    def _lock_folder(self, until: float) -> int | None:
        """None where the system cannot lock folders (Windows, some network file systems)."""
        if self._fd is None:
            return None
        # Of an open file of its own: two threads that lock through one open file would not keep each other out.
        descriptor = os.open(".", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._fd)
        try:
            _acquire(descriptor, until)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _NO_FOLDER_LOCKS:
                return None
            raise
        return descriptor

    def _lock_file(self, until: float) -> int:
        flags = os.O_RDWR | os.O_CREAT | _NO_LINKS
        descriptor = os.open(self._at(LOCK_FILE), flags, 0o666, dir_fd=self._fd)
        try:
            _acquire(descriptor, until)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def _at(self, name: str) -> str:
        assert name not in {"", ".", ".."}
        assert "/" not in name
        assert "\\" not in name or sys.platform != "win32"
        return name if self._fd is not None else str(self._path / name)


@contextmanager
def opened(path: Path) -> Iterator[Directory]:
    """Hold a folder open; `path` is absolute and without symbolic links, and is refused where one has come into it.

    Raises:
        OSError: it is not there, no folder, or not to be read.
    """
    if sys.platform == "win32":
        if not path.is_dir():
            raise FileNotFoundError(errno.ENOENT, "no folder")
        yield Directory(path, None)
        return
    descriptor = _walk(path)
    try:
        yield Directory(path, descriptor)
    finally:
        os.close(descriptor)


def _walk(path: Path) -> int:
    """A descriptor of the folder at a path none of whose parts is a symbolic link, however it changes meanwhile."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    if hasattr(os, "O_NOFOLLOW_ANY"):  # macOS: the system itself looks at every part
        return os.open(path, flags | os.O_NOFOLLOW_ANY)
    through = flags | os.O_NOFOLLOW | getattr(os, "O_PATH", 0)  # O_PATH: a parent need not be readable
    descriptor = os.open(path.anchor, through)
    try:
        for part in path.parts[1:-1]:
            inner = os.open(part, through, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        return os.open(path.parts[-1], flags | os.O_NOFOLLOW, dir_fd=descriptor)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, until: float) -> None:
    """Try until the moment `until` of the monotonic clock: waiting in the system itself could not be ended."""
    while True:
        try:
            return _try_lock(descriptor)
        except (BlockingIOError, PermissionError) as error:  # Windows says the latter
            if time.monotonic() >= until:
                raise TimeoutError(errno.ETIMEDOUT, "somebody else is writing here") from error
        time.sleep(RETRY_SECONDS)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
