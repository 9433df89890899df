"""The past of notebooks on the disk: whole after a kill, bounded, and no worse than a loss where it is damaged."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from jupyter_claude_workspace.errors import HistoryUnknown
from jupyter_claude_workspace.notebook.document import new_cell
from jupyter_claude_workspace.notebook.history import History
from jupyter_claude_workspace.notebook.kept import TurnFigures, Whose
from jupyter_claude_workspace.notebook.steps import Step, Touch

WRITER = """
import sys
from pathlib import Path
from jupyter_claude_workspace.notebook.history import History
from jupyter_claude_workspace.notebook.kept import Whose
from jupyter_claude_workspace.notebook.document import new_cell
history = History(Path(sys.argv[1]), most_bytes=0, most_snapshots=0)
for number in range(1_000_000):
    cells = [new_cell(f"c{each}", "code", f"{number} {each} " * 400) for each in range(20)]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    kept = history.snapshot(Whose("s", "n", f"t{number}"), notebook, "turn")
    print(kept.snapshot, number, flush=True)
"""


def history(folder: Path, *, most_bytes: int = 0, most_snapshots: int = 0) -> History:
    return History(folder / "notebooks", most_bytes=most_bytes, most_snapshots=most_snapshots)


def notebook(*sources: str) -> dict[str, Any]:
    cells = [new_cell(f"c{number}", "code", source) for number, source in enumerate(sources)]
    return {"cells": cells, "metadata": {"a": 1}, "nbformat": 4, "nbformat_minor": 5}


def whose(turn: str, *, session: str = "s", name: str = "n.ipynb") -> Whose:
    return Whose(session, name, turn)


def random_text(size: int) -> str:
    return os.urandom(size // 2).hex()


def size(folder: Path) -> int:
    return sum(each.stat().st_size for each in (folder / "notebooks").iterdir())


def test_a_notebook_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    """With its own metadata, in a file that only the person can read."""
    kept = history(tmp_path)
    info = kept.snapshot(whose("t"), notebook("a", "b\r\n\ud800"), "turn", prompt="  Do\nthis  ")
    kept.close()

    assert info is not None
    assert (info.prompt, info.cells, info.kind) == ("Do this", 2, "turn")
    assert history(tmp_path).notebook("s", info.snapshot).notebook == notebook("a", "b\r\n\ud800")
    modes = {stat.S_IMODE(place.stat().st_mode) for place in (tmp_path / "notebooks").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "notebooks").stat().st_mode) == 0o700


def test_a_cell_is_kept_once(tmp_path: Path) -> None:
    """A hundred snapshots of which one cell in twenty differs take little more than one."""
    kept, texts = history(tmp_path), [random_text(20_000) for _ in range(20)]
    first = kept.snapshot(whose("t0"), notebook(*texts), "turn")
    more = []
    for number in range(1, 100):
        texts[number % 20] = f"small {number}"
        more.append(kept.snapshot(whose(f"t{number}"), notebook(*texts), "turn"))

    assert first is not None
    assert first.bytes > 200_000
    assert all(each is not None and each.bytes < 3_000 for each in more)
    assert size(tmp_path) < 3 * first.bytes


def test_what_was_told_as_kept_is_there_after_a_kill(tmp_path: Path) -> None:
    """A process that keeps one snapshot after another is killed: what it had named is whole, and more can be kept."""
    folder = tmp_path / "notebooks"
    for round_ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        named = [writer.stdout.readline() for _ in range(3 + 4 * round_)]
        writer.send_signal(signal.SIGKILL)
        named += writer.stdout.readlines()
        writer.wait()
        writer.stdout.close()
        kept = history(tmp_path)
        for snapshot, number in (map(int, line.split()) for line in named if line.endswith("\n")):
            found = kept.notebook("s", snapshot)
            assert found.damaged == ()
            assert [cell["source"] for cell in found.notebook["cells"]] == [
                f"{number} {each} " * 400 for each in range(20)
            ]
        assert kept.snapshot(whose("later"), notebook("x"), "turn") is not None
        kept.close()


def test_the_file_stays_as_small_as_it_has_to(tmp_path: Path) -> None:
    """The oldest turns go first, with what only they needed, and the disk gets the room back."""
    kept = history(tmp_path, most_bytes=1 << 20)
    for number in range(60):
        kept.snapshot(whose(f"t{number}"), notebook(random_text(100_000)), "turn")
        assert size(tmp_path) <= 1 << 20

    turns = [each.turn for each in kept.snapshots("s")]
    assert turns == [f"t{number}" for number in range(60 - len(turns), 60)]
    assert len(turns) > 5


def test_the_newest_snapshot_of_a_notebook_stays_whatever_it_takes(tmp_path: Path) -> None:
    """What is far too large is kept all the same, until there is a newer one of the same notebook."""
    kept = history(tmp_path, most_bytes=100_000)
    for number in range(3):
        for name in ("a", "b"):
            kept.snapshot(whose(f"{name}{number}", session=name, name=name), notebook(random_text(400_000)), "turn")

    for name in ("a", "b"):
        (left,) = kept.snapshots(name)
        assert left.turn == f"{name}2"
        assert kept.notebook(name, left.snapshot).damaged == ()


def test_a_turn_goes_with_all_that_it_changed(tmp_path: Path) -> None:
    """Half an undo would be none: beyond the number of snapshots, the oldest turn is forgotten whole."""
    kept = history(tmp_path, most_snapshots=4)
    step = Step((Touch("insert", "c0", None, new_cell("c0", "code", "a")),), (), ("c0",))
    for number in range(4):
        kept.snapshot(whose(f"t{number}"), notebook(f"{number}"), "turn")
        kept.add(whose(f"t{number}"), "edit", step)
        kept.snapshot(whose(f"t{number}"), notebook(f"{number}", "end"), "end")

    assert [(each.turn, each.kind) for each in kept.snapshots("s")] == [
        ("t2", "turn"), ("t2", "end"), ("t3", "turn"), ("t3", "end")
    ]  # fmt: skip
    assert {each.turn for each in kept.steps("s")} == {"t2", "t3"}
    assert kept.steps("s", "t3")[0].step == step
    assert kept.turns("s") == {"t2": TurnFigures(1, False), "t3": TurnFigures(1, False)}


def test_a_damaged_cell_is_named_and_the_rest_is_there(tmp_path: Path) -> None:
    """One byte that went wrong costs one cell; keeping the same cell again heals it."""
    kept = history(tmp_path)
    info = kept.snapshot(whose("t"), notebook("first", "second", "third"), "turn")
    assert info is not None
    kept.close()
    damage(tmp_path, b"second")

    found = kept.notebook("s", info.snapshot)
    kept.snapshot(whose("later"), notebook("first", "second", "third"), "turn")

    assert found.damaged == ("c1",)
    assert found.order == ("c0", "c1", "c2")
    assert [cell["source"] for cell in found.notebook["cells"]] == ["first", "third"]
    assert kept.notebook("s", info.snapshot).damaged == ()


def damage(folder: Path, words: bytes) -> None:
    """Change a byte of the cell that has these words."""
    database = sqlite3.connect(folder / "notebooks" / "history.sqlite")
    for name, data in database.execute("SELECT hash, data FROM blobs").fetchall():
        if words in zlib.decompress(data):
            wrong = data[:-1] + bytes([data[-1] ^ 1])
            database.execute("UPDATE blobs SET data = ? WHERE hash = ?", (wrong, name))
    database.commit()
    database.close()


def test_a_file_that_is_no_database_is_put_aside(tmp_path: Path) -> None:
    """The past before is lost to us, not deleted, and what happens from now on is kept."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "history.sqlite").write_bytes(b"not a database at all" * 1000)
    kept = history(tmp_path)

    info = kept.snapshot(whose("t"), notebook("a"), "turn")

    assert info is not None
    assert kept.notebook("s", info.snapshot).notebook == notebook("a")
    (aside,) = (tmp_path / "notebooks").glob("history.sqlite.damaged-*")
    assert aside.read_bytes().startswith(b"not a database")


def test_a_snapshot_belongs_to_its_session(tmp_path: Path) -> None:
    """Another session does not get at it, and with the session it is gone, from the disk too."""
    kept, text = history(tmp_path), random_text(300_000)
    info = kept.snapshot(whose("t"), notebook(text), "turn")
    other = kept.snapshot(whose("t", session="other"), notebook("small"), "turn")
    assert info is not None
    assert other is not None

    with pytest.raises(HistoryUnknown):
        kept.notebook("other", info.snapshot)
    kept.forget("s")

    with pytest.raises(HistoryUnknown):
        kept.notebook("s", info.snapshot)
    assert kept.notebook("other", other.snapshot).notebook == notebook("small")
    assert size(tmp_path) < 100_000


def test_a_renamed_notebook_keeps_its_past_and_its_bound(tmp_path: Path) -> None:
    """Snapshots from before and after a rename are those of one notebook."""
    kept = history(tmp_path, most_snapshots=3)
    for number in range(3):
        kept.snapshot(whose(f"t{number}", name="old"), notebook(f"{number}"), "turn")
    kept.moved("s", "new")
    kept.snapshot(whose("t3", name="new"), notebook("3"), "turn")

    assert [each.turn for each in kept.snapshots("s")] == ["t1", "t2", "t3"]
