"""What a start of the CLI leaves on disk, and what the script that the SDK runs makes of it."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_claude_workspace.claude import launcher
from jupyter_claude_workspace.errors import ClaudeFailed

SH = Path("/bin/sh")
SECONDS = 20.0


@pytest.fixture
def session() -> Iterator[str]:
    made = str(uuid.uuid4())
    yield made
    launcher.forget(made)


@pytest.fixture(params=[0o000, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_only_this_user_can_read_what_is_prepared(session: str, tmp_path: Path) -> None:
    """Folders are 0700, the specification 0600 and the script 0700, under any umask."""
    launch = launcher.prepare(tmp_path / "run", session, SH, {}, {"ANTHROPIC_API_KEY": "key"}, os.getpid())

    modes = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "run").rglob("*")}
    assert modes == {
        launch.directory.parent: 0o700,
        launch.directory: 0o700,
        launch.cli_path: 0o700,
        launch.directory / "spec.json": 0o600,
    }
    temporary = launcher.temporary_dir(session)
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "run", temporary, temporary.parent)] == [0o700] * 3


def test_any_path_can_be_launched_from(session: str, tmp_path: Path) -> None:
    """Quotes, blanks and dollars in paths and values arrive as they are."""
    odd = "a b'c\"$HOME`d\\"
    launch = launcher.prepare(tmp_path / odd, session, SH, {"ODD": odd, "LD_LIBRARY_PATH": f"/{odd}"}, {}, os.getpid())
    script = 'printf "%s|%s|%s" "$ODD" "$1" "$CLAUDE_CODE_ENTRYPOINT"'

    done = subprocess.run(
        [launch.cli_path, "-c", script, "sh", odd], env={"CLAUDE_CODE_ENTRYPOINT": odd, "OTHER": "x"},
        capture_output=True, text=True, timeout=SECONDS, check=True,
    )  # fmt: skip

    assert done.stdout == "|".join([odd] * 3)


def test_a_session_keeps_its_temporary_folder(session: str, tmp_path: Path) -> None:
    """Every start of a session finds the same private folder, whose path leaves room for a socket's name."""
    told = []
    for _ in range(2):
        launch = launcher.prepare(tmp_path / "run", session, SH, {}, {}, os.getpid())
        shown = subprocess.run([launch.cli_path, "-c", "echo $TMPDIR"], capture_output=True, text=True, check=True)
        told.append(shown.stdout.strip())

    assert told == [str(launcher.temporary_dir(session))] * 2
    assert len(os.fsencode(told[0])) + len("/cc-socks/1234567.sock") <= 103


def test_what_cannot_be_run_is_refused_before_a_secret_is_written(session: str, tmp_path: Path) -> None:
    """A file that the system will not run is an error that says what to do."""
    refused = tmp_path / "claude"
    refused.write_text("#!/bin/sh\n")

    with pytest.raises(ClaudeFailed, match="may not hold programs") as error:
        launcher.require_executable(refused)

    assert "JUPYTER_RUNTIME_DIR" in error.value.remedy


def test_a_link_in_place_of_the_private_folder_is_refused(session: str, tmp_path: Path) -> None:
    """A runtime folder that is a link may lead to somebody else's, and nothing is written there."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ClaudeFailed, match="not a folder of your own"):
        launcher.prepare(tmp_path / "run", session, SH, {}, {}, os.getpid())

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_cleanup_can_be_repeated(session: str, tmp_path: Path) -> None:
    """The folder of a start is gone after the first cleanup, and a second one finds nothing to do."""
    launch = launcher.prepare(tmp_path / "run", session, SH, {}, {}, os.getpid())

    assert (launch.cleanup(), launch.cleanup()) == ([], [])
    assert not launch.directory.exists()


def test_folders_of_servers_that_are_gone_are_deleted(session: str, tmp_path: Path) -> None:
    """A living server's folder stays, a dead one's goes, and one that cannot be judged from here goes after a week."""
    runtime = tmp_path / "run"
    mine = launcher.prepare(runtime, session, SH, {}, {}, os.getpid()).directory.parent
    name, _, node = mine.name.partition("@")
    pid, started, namespace = name.split("-")
    dead = runtime / f"{pid}-1-{namespace}@{node}"
    elsewhere, container = runtime / f"{name}@another-machine", runtime / f"{pid}-{started}-1@{node}"
    for folder in (dead, elsewhere, container):
        folder.mkdir()

    launcher.clear_dead_servers(runtime)
    assert set(runtime.iterdir()) == {mine, elsewhere, container}

    for folder in (mine, elsewhere, container):
        os.utime(folder, (0, 0))
    launcher.clear_dead_servers(runtime)
    assert set(runtime.iterdir()) == {mine}
