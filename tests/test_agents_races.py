"""Several who save the same agent at once: one wins, the others are told, nothing is lost silently."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from agent_servers import FILE, answer, names, tell, writer
from agent_writer import NAME, agent

from jupyter_claude_workspace.agents.directory import Directory
from jupyter_claude_workspace.agents.store import AgentFolder
from jupyter_claude_workspace.errors import AgentChanged


@pytest.fixture
def folder(tmp_path: Path) -> AgentFolder:
    """An empty one."""
    place = tmp_path.resolve() / "notebooks"
    place.mkdir()
    return AgentFolder(place)


@pytest.mark.timeout(600)
def test_two_servers_cannot_both_win(folder: AgentFolder, large: bool) -> None:
    """Of two servers that save over one version, one wins and one is told, 100 times (1,000 with --large)."""
    etag = folder.save(agent(0), expect=None).etag
    with writer(folder, "race") as one, writer(folder, "race") as two:
        for number in range(2, 2_002 if large else 202, 2):
            tell(one, f"{etag} {number}")
            tell(two, f"{etag} {number + 1}")
            won = answer(one), answer(two)

            entry = folder.entry(NAME)

            assert sorted(won) == ["lost", "won"]
            assert entry.usable().starters == agent(number + won.index("won")).starters
            assert entry.etag != etag
            etag = entry.etag
    assert names(folder) == [FILE]


def test_an_editor_that_knows_no_lock_is_not_overwritten(folder: AgentFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes to be in the file while a save writes beside it is found by the last look, and is not lost."""
    before = folder.save(agent(1), expect=None)
    edited = before.path.read_bytes().replace(b"000000001", b"000000009")
    synced = os.fsync

    def edit(descriptor: int) -> None:
        synced(descriptor)
        before.path.write_bytes(edited)

    monkeypatch.setattr(os, "fsync", edit)
    with pytest.raises(Exception, match="another than") as refused:
        folder.save(agent(2), expect=before.etag)
    monkeypatch.undo()

    assert refused.value.theirs.agent.starters == ["000000009"]
    assert before.path.read_bytes() == edited
    assert names(folder) == [FILE]
    before.path.unlink()
    monkeypatch.setattr(os, "fsync", edit)
    with pytest.raises(Exception, match="another than"):
        folder.save(agent(3), expect=None)
    assert before.path.read_bytes() == edited


@pytest.fixture(params=["no lock on folders", "no hard links", "by path"])
def poor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A system that cannot do everything: a network file system, FAT, and what Windows can."""
    locked = fcntl.flock

    def flock(descriptor: int, how: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, "no locks on folders")
        locked(descriptor, how)

    def link(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, "no hard links")

    @contextmanager
    def by_path(path: Path) -> Iterator[Directory]:
        yield Directory(path, None)

    if request.param == "no lock on folders":
        monkeypatch.setattr(fcntl, "flock", flock)
    elif request.param == "no hard links":
        monkeypatch.setattr(os, "link", link)
    else:
        monkeypatch.setattr("jupyter_claude_workspace.agents.store.opened", by_path)
    return str(request.param)


def test_poor_file_systems(folder: AgentFolder, poor: str) -> None:
    """Also there an agent is saved, changed and deleted, two threads cannot both win, and links are not followed."""
    first = folder.save(agent(1), expect=None)
    with pytest.raises(AgentChanged):
        folder.save(agent(2), expect=None)
    current = first.etag
    for number in range(2, 42, 2):
        with ThreadPoolExecutor(2) as pool:
            tried = [pool.submit(folder.save, agent(number + who), expect=current) for who in (0, 1)]
            lost = [each.exception() for each in tried]
        (winner,) = [each.result() for each, error in zip(tried, lost, strict=True) if error is None]
        assert [type(error) for error in lost if error] == [AgentChanged]
        assert folder.entry(NAME) == winner
        current = winner.etag
    outside = folder.directory.parent / "outside"
    outside.write_bytes(winner.path.read_bytes())
    folder.delete(NAME, expect=current)
    winner.path.symlink_to(outside)
    (entry,) = folder.entries()
    assert (entry.agent, "symbolic link" in str(entry.problem)) == (None, True)
    folder.delete(NAME, expect=entry.etag)
    assert outside.exists()
    assert [name for name in names(folder) if name != ".agents.lock"] == []
    assert (".agents.lock" in names(folder)) == (poor != "no hard links")
