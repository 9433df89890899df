"""The journal and its store: exactly once, in order, and nothing lost that was shown."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_claude_workspace.claude.events import Point
from jupyter_claude_workspace.errors import WorkspaceError
from jupyter_claude_workspace.protocol import codec
from jupyter_claude_workspace.protocol.content import Origin, Settings
from jupyter_claude_workspace.protocol.frames import (
    Discard,
    Down,
    Message,
    Notice,
    StateChanged,
    Text,
    TurnEnded,
    TurnStarted,
    Welcome,
)
from jupyter_claude_workspace.session.journal import RESTART_GAP, Journal, Subscription
from jupyter_claude_workspace.session.recovery import repair
from jupyter_claude_workspace.session.schema import SCHEMA_VERSION
from jupyter_claude_workspace.session.store import TICK, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "data" / "sessions.sqlite")
    made.open()
    yield made
    made.close()


def journal(store: Store, *, memory: int = 1 << 20, head: int = 0) -> Journal:
    return Journal("s", store, head=head, memory=memory)


def listen(of: Journal, since: int | None = None) -> Subscription:
    welcome = Welcome(
        session="s",
        context="workspace",
        notebook="n.ipynb",
        title="",
        head=of.head,
        state="ready",
        settings=Settings(),
        demo=True,
    )
    return of.subscribe(welcome, since, lambda: None)


def seqs(frames: list[str]) -> list[int]:
    return [json.loads(frame)["seq"] for frame in frames]


def text_of(frames: list[Down]) -> str:
    """What a client shows of the reply after these frames."""
    blocks: dict[tuple[str, int], str] = {}
    for frame in frames:
        if isinstance(frame, Text):
            blocks[frame.message, frame.block] = blocks.get((frame.message, frame.block), "") + frame.text
        elif isinstance(frame, Message):
            blocks[frame.message, frame.block] = frame.text
        elif isinstance(frame, Discard):
            blocks = {key: value for key, value in blocks.items() if key[0] != frame.message}
    return "|".join(blocks.values())


def test_a_listener_gets_every_frame_once_and_in_order(store: Store) -> None:
    """What is taken, in however many pieces, is the journal from the named place on."""
    of = journal(store)
    for number in range(10):
        of.append(Text(message="m", block=0, text=str(number)), "t")
    listener = listen(of, since=3)
    taken = []
    while batch := listener.take(max_frames=2):
        taken += batch
    assert seqs(taken) == [4, 5, 6, 7, 8, 9, 10]


def test_a_reader_is_woken_once_for_all_that_gathered(store: Store) -> None:
    """Between two takes the reader is called once, however much comes."""
    of, calls = journal(store), []
    listener = of.subscribe(listen(of).welcome, 0, lambda: calls.append(1))
    for _ in range(5):
        of.append(Notice(code="x"), None)
    assert calls == [1]
    listener.take()
    of.append(Notice(code="x"), None)
    assert calls == [1, 1]


@pytest.mark.parametrize("since", [None, 1, 999_999])
def test_who_is_too_far_behind_gets_a_snapshot(store: Store, since: int | None) -> None:
    """A newcomer, one whose frames are not in memory, and one from another life get the whole, then what follows."""
    of = journal(store, memory=200)
    for number in range(50):
        of.append(Text(message="m", block=0, text=f"{number} "), "t")
    listener = listen(of, since=since)
    assert listener.take() is None
    got = asyncio.run(listener.resync())
    assert json.loads(got[0]) == {"type": "snapshot", "head": 50}
    assert text_of([codec.load_session_frame(text) for text in got[1:]]) == "".join(f"{n} " for n in range(50))
    of.append(Notice(code="x"), None)
    assert seqs(listener.take() or []) == [51]


def test_the_memory_of_a_journal_is_bounded(store: Store) -> None:
    """However much is said, no more than the limit is kept in memory."""
    of = journal(store, memory=10_000)
    for _ in range(5_000):
        of.append(Text(message="m", block=0, text="x" * 50), "t")
    assert sum(map(len, of._recent)) <= 10_000


def test_a_finished_turn_is_kept_as_whole_messages(store: Store) -> None:
    """After a turn's end pieces and passing weather are gone from the store, and the text is the same."""
    of = journal(store)
    of.append(TurnStarted(origin=Origin(kind="prompt", prompt="p"), text="hi"), "t")
    of.append(StateChanged(state="running"), "t")
    of.append(Notice(code="retrying"), "t")
    for word in ("He", "llo"):
        of.append(Text(message="m", block=0, text=word), "t")
    of.append(Message(message="m", block=0, kind="text", text="Hello"), "t")
    of.append(TurnEnded(why="completed"), "t")
    of.append(StateChanged(state="ready"), None)
    store.end_turn("s", "t")
    kept = asyncio.run(of.frames())
    assert [frame.type for frame in kept] == ["turn_started", "message", "turn_ended", "state"]
    assert text_of(kept) == "Hello"


def test_a_dead_server_loses_nothing_that_was_written(store: Store, tmp_path: Path) -> None:
    """What a server that was killed in a turn had written is shown, the turn is marked cut, numbers go on beyond."""
    of = journal(store)
    of.append(TurnStarted(origin=Origin(kind="prompt", prompt="p"), text="hi"), "t")
    of.append(Text(message="m", block=0, text="Half an ans"), "t")
    store.flush().result()

    again = Store(tmp_path / "data" / "sessions.sqlite")
    again.open()
    head = again.head("s").result()
    after = Journal("s", again, head=head, memory=1 << 20)
    for frame, turn in repair(asyncio.run(after.frames())):
        after.append(frame, turn)
    kept = asyncio.run(after.frames())
    again.close()
    ended = kept[-1]
    assert text_of(kept) == "Half an ans"
    assert isinstance(ended, TurnEnded)
    assert (ended.why, ended.prompt_kept, ended.turn) == ("cut", True, "t")
    assert ended.seq > head + RESTART_GAP


def test_a_journal_in_order_needs_no_repair(store: Store) -> None:
    """Where the last server ended well, nothing is added."""
    of = journal(store)
    of.append(TurnStarted(origin=Origin(kind="prompt", prompt="p"), text="hi"), "t")
    of.append(TurnEnded(why="completed"), "t")
    assert repair(asyncio.run(of.frames())) == []


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["say", "say", "say", "take", "cut", "end"]), max_size=60))
def test_any_order_of_cuts_gives_each_frame_once(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    """However a client reads, is cut off and comes back, the text that it shows is the text that was said."""
    made = Store(tmp_path_factory.mktemp("data") / "sessions.sqlite")
    made.open()
    of = journal(made, memory=600)
    listener, shown, last, said = listen(of, 0), [], 0, 0
    turn = 0
    for step in [*steps, "take"]:
        if step == "say":
            of.append(Text(message=f"m{turn}", block=0, text=f"<{said}>"), f"t{turn}")
            said += 1
        elif step == "end":
            whole = "".join(f.text for f in asyncio.run(of.frames()) if isinstance(f, Text) and f.turn == f"t{turn}")
            of.append(Message(message=f"m{turn}", block=0, kind="text", text=whole), f"t{turn}")
            made.end_turn("s", f"t{turn}")
            turn += 1
        elif step == "cut":
            listener.close()
            listener = listen(of, last)
        else:
            while (batch := listener.take(3)) is None or batch:
                if batch is None:
                    shown, batch = [], asyncio.run(listener.resync())[1:]
                frames = [codec.load_session_frame(text) for text in batch]
                assert all(frame.seq > last or not shown for frame in frames)
                shown += frames
                last = max([last, *(frame.seq for frame in frames)])
    whole = asyncio.run(of.frames())
    made.close()
    assert text_of(shown) == text_of(whole)
    assert sorted(text_of(whole).replace("|", "")) == sorted("".join(f"<{number}>" for number in range(said)))


def test_a_file_that_cannot_be_written_loses_nothing(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """While somebody else holds the file, frames are kept, the log says so once, and then they are written."""
    store._do(lambda: store._database.execute("PRAGMA busy_timeout = 10")).result()
    rival = sqlite3.connect(tmp_path / "data" / "sessions.sqlite")
    rival.execute("BEGIN EXCLUSIVE")
    of = journal(store)
    of.append(Text(message="m", block=0, text="kept"), "t")
    while "tried again" not in caplog.text:
        time.sleep(0.05)
    time.sleep(3 * TICK)
    rival.rollback()
    rival.close()
    assert text_of(asyncio.run(of.frames())) == "kept"
    assert caplog.text.count("tried again") == 1


def test_the_store_is_private(store: Store, tmp_path: Path) -> None:
    """The file is 0600 in a 0700 folder."""
    assert stat.S_IMODE((tmp_path / "data" / "sessions.sqlite").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


OLD = """
CREATE TABLE sessions (session_id TEXT PRIMARY KEY, context TEXT NOT NULL, root TEXT NOT NULL, notebook TEXT NOT NULL,
 directory TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL,
 claude_session TEXT NOT NULL, user TEXT NOT NULL, settings TEXT NOT NULL, rules TEXT NOT NULL);
CREATE TABLE frames (session TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, turn TEXT, key TEXT,
 text TEXT NOT NULL, PRIMARY KEY (session, seq)) WITHOUT ROWID;
INSERT INTO sessions VALUES ('s', 'workspace', '/', 'n.ipynb', '/', 'Old', '', '', 'c', 'ann', '{}', '[]');
INSERT INTO frames VALUES ('s', 7, 'text', 't', NULL, 'kept');
PRAGMA user_version = 1;
"""


def test_a_store_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """What an earlier version kept is there; what it did not keep is written down from now on, and found again."""
    path = tmp_path / "old" / "sessions.sqlite"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(OLD)
    for first in (True, False):
        made = Store(path)
        made.open()
        found = made.load("s").result()
        assert found is not None
        assert (found.title, found.claude_session, found.stands) == ("Old", "c", "" if first else "t")
        assert made.frames("s").result() == [(7, "text", "kept")]
        assert made.points("s").result() == ({} if first else {"t": Point("c", "e")})
        made.stood("s", "t", Point("c", "e"))
        made.save(replace(found, stands="t")).result()
        made.close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_a_newer_store_is_refused_and_kept(store: Store, tmp_path: Path) -> None:
    """A file of a newer version is not touched, and the error says what to do."""
    store._do(lambda: store._database.execute("PRAGMA user_version = 99")).result()
    newer = Store(tmp_path / "data" / "sessions.sqlite")
    with pytest.raises(WorkspaceError, match="newer version") as caught:
        newer.open()
    assert caught.value.remedy
    assert not newer._thread.is_alive()
