"""Saving an agent when the server is killed or the disk is full: old or new, never torn."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from agent_servers import FILE, WRITER, answer, names, tell, writer
from agent_writer import NAME, agent, is_whole
from load import report

from jupyter_claude_workspace.agents.directory import Directory, opened
from jupyter_claude_workspace.agents.store import AgentFolder
from jupyter_claude_workspace.errors import AgentUnsaved


@pytest.fixture
def folder(tmp_path: Path) -> AgentFolder:
    """An empty one."""
    place = tmp_path.resolve() / "notebooks"
    place.mkdir()
    return AgentFolder(place)


@pytest.mark.timeout(600)
def test_a_killed_server_leaves_old_or_new(folder: AgentFolder, large: bool, request: pytest.FixtureRequest) -> None:
    """Killed at random moments of its saves, 40 times (500 with --large), a server leaves a whole file, no litter."""
    kills, unfinished, there = 500 if large else 40, 0, 0
    with writer(folder, "endless") as process:
        for _ in range(kills):
            tell(process, "begin")
            pid = int(answer(process))
            time.sleep(random.random() * 0.03)
            os.kill(pid, signal.SIGKILL)
            assert answer(process) == "dead"
            before = names(folder)
            unfinished += any(name.endswith(".saving") for name in before)
            assert all(name == FILE or name.endswith(".saving") for name in before)

            entries = folder.entries()

            there += len(entries)
            assert names(folder) == [FILE] * len(entries)
            for entry in entries:
                assert entry.problem is None, entry.problem
                assert is_whole(entry.usable())
    report(request, f"{kills} kills, {unfinished} amid a save; {there} times a file was there, never torn")
    assert unfinished > kills / 20  # else the kills came at no moment that matters
    assert there > kills / 2


def test_what_a_killed_server_left_goes_with_the_next_save(folder: AgentFolder) -> None:
    """Also without a listing in between; and nothing else that is hidden goes with it."""
    litter = f".{FILE}.0123456789abcdef.saving"
    others = [".other.agent.json.saving", ".gitignore", f".{FILE}.0123456789abcdef.saving.txt"]
    for name in (litter, *others):
        (folder.directory / name).write_text("{")

    folder.save(agent(1), expect=None)

    assert names(folder) == sorted([FILE, *others])


def test_a_listing_leaves_alone_what_another_server_is_writing(folder: AgentFolder) -> None:
    """While somebody holds the folder's lock, an unfinished file is theirs."""
    litter = folder.directory / f".{FILE}.0123456789abcdef.saving"
    litter.write_text("{")
    with opened(folder.directory) as held, held.locked():
        assert folder.entries() == []
        assert litter.exists()
    folder.entries()
    assert not litter.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EFBIG])
@pytest.mark.parametrize("step", ["create", "fsync", "replace", "settle"])
def test_a_disk_that_refuses(folder: AgentFolder, monkeypatch: pytest.MonkeyPatch, step: str, number: int) -> None:
    """Whatever a save's step is refused with, the old file is as it was, nothing is left, and the reason is told."""
    before = None if step == "settle" else folder.save(agent(1), expect=None)
    old = {name: (folder.directory / name).read_bytes() for name in names(folder)}
    asked = []

    def refuse(*_: Any) -> None:
        asked.append(step)
        raise OSError(number, os.strerror(number))

    owner = os if step == "fsync" else Directory
    monkeypatch.setattr(owner, step, refuse)

    with pytest.raises(AgentUnsaved) as refused:
        folder.save(agent(2), expect=before and before.etag)

    assert asked
    assert refused.value.text == f"{FILE} could not be written: {os.strerror(number)}."
    assert "untouched" in refused.value.remedy
    monkeypatch.undo()
    assert {name: (folder.directory / name).read_bytes() for name in names(folder)} == old
    assert folder.save(agent(2), expect=before and before.etag).usable().starters == agent(2).starters


def test_a_limit_on_files(folder: AgentFolder) -> None:
    """A save that grows over the system's limit for files fails in words, and leaves the old file alone."""
    before = folder.save(agent(1, 2_000), expect=None)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    command = [*WRITER, str(folder.directory), "once"]
    done = [
        subprocess.run([*command, size], preexec_fn=limit, capture_output=True, text=True, check=True).stdout.strip()
        for size in ("90000", "2000")
    ]

    assert done == [f"agent_unsaved: {FILE} could not be written: File too large.", "saved"]
    assert names(folder) == [FILE]
    assert folder.entry(NAME).usable().created == before.usable().created
    assert is_whole(folder.entry(NAME).usable())


FULL = """
set -e
mount -t tmpfs -o size=64k tmpfs "$1"
"$2" "$3" "$1" once 9000
dd if=/dev/zero of="$1/filler" bs=1k count=32 2> "$1/.dd"
before=$(sha256sum "$1"/*.agent.json)
"$2" "$3" "$1" once 90000
test "$before" = "$(sha256sum "$1"/*.agent.json)"
rm "$1/filler"
"$2" "$3" "$1" once 9000
ls -A "$1"
"""


@pytest.mark.large
def test_a_full_disk(tmp_path: Path) -> None:
    """On a real file system without room a save fails in words and leaves the old file; with room again it works."""
    place = tmp_path.resolve() / "mount"
    place.mkdir()
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", FULL, "sh", str(place), *WRITER]

    done = subprocess.run(inside, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    full = f"agent_unsaved: {FILE} could not be written: No space left on device."
    assert done.stdout.split("\n") == ["saved", full, "saved", ".dd", FILE, ""]


@pytest.mark.large
@pytest.mark.timeout(600)
def test_every_call_of_the_system_refused_in_turn(folder: AgentFolder, request: pytest.FixtureRequest) -> None:
    """With each file call of a save failing by fault injection, each with each error, the file is old or new."""
    folder.save(agent(7, 9_000), expect=None)
    tried = refused = 0
    for call in ("openat", "write", "fsync", "rename,renameat,renameat2", "unlink,unlinkat", "fchmod", "getdents64"):
        for error in ("ENOSPC", "EDQUOT", "EIO", "EROFS"):
            command = [
                "strace", "-f", "-o", "/dev/null", "-P", str(folder.directory), "-P", str(folder.directory / FILE),
                "-e", f"inject={call}:error={error}", *WRITER, str(folder.directory), "once", "9000",
            ]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            tried += 1
            refused += done.stdout.startswith("agent_unsaved: ")
            assert done.stdout.startswith(("saved", "agent_unsaved: ")), (call, error, done.stdout, done.stderr)
            assert names(folder) == [FILE], (call, error)
            assert is_whole(folder.entry(NAME).usable())
    report(request, f"{tried} refusals of the system, {refused} told; never torn")
    assert refused > 0
