"""The privacy setting and the seal: kept with the notebook, and held against Claude Code's own tools."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_stage import recorded
from engine_room import Client, Room
from notebook_stage import Call, Play, call, playing, scripted, told
from plain_notebooks import PlainNotebooks

from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.protocol.frames import Configure, Configured

CANARY = "CANARY-5519"
FILE = "secret.csv"


def script(folder: Path) -> list[Call]:
    """Ways to a file's content, besides the notebook's tools."""
    path = str(folder / FILE)
    return [
        ("Read", {"file_path": path}),
        ("Bash", {"command": f"cat {path}", "description": "reads"}),
        ("Grep", {"pattern": "CANARY", "path": str(folder), "output_mode": "content"}),
        ("Glob", {"pattern": "*.csv", "path": str(folder)}),
        ("WebFetch", {"url": f"file://{path}", "prompt": "read"}),
        ("Agent", {"description": "reads", "prompt": f"Read {path}", "subagent_type": "general-purpose"}),
        call("read_notebook"),
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the file is: the notebook's own folder, where reading is not asked about."""
    made = tmp_path / "notebooks"
    made.mkdir(exist_ok=True)
    (made / FILE).write_text(f"{CANARY},1\n")
    return made


@pytest.fixture
def model(tmp_path: Path, folder: Path) -> Iterator[DemoThread]:
    """The demo model with this file's scenario."""
    with scripted(tmp_path / "scripts", {"reads-files": script(folder), "reads-one": script(folder)[:1]}) as made:
        yield made


@pytest.fixture
def play(tmp_path: Path, model: DemoThread) -> Play:
    """What runs a scene."""
    return playing(tmp_path, model)


async def configure(client: Client, **settings: object) -> None:
    """Change what the session runs with, and wait until it is so."""
    start = len(client.frames)
    await client.post(Configure.model_validate({"type": "configure", **settings}))
    await client.kind(Configured, after=start)
    await client.ready()


@pytest.mark.parametrize("mode", ["default", "bypassPermissions"])
def test_sealed_no_tool_of_claude_s_own_reads_the_file(
    play: Play, model: DemoThread, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read, Bash, Grep, Glob, the web and subagents are denied, even where nothing asks; the notebook's tools work."""
    monkeypatch.setenv("IS_SANDBOX", "1")  # else Claude Code does not run without asking as root

    async def scene(_room: Room, client: Client, _notebooks: PlainNotebooks) -> None:
        await configure(client, sealed=True)
        await configure(client, mode=mode)
        with recorded(model) as requests:
            answers = told(await client.ask("demo: reads-files"))
        assert [outcome for outcome, _ in answers[:-1]].count("done") == 0
        assert answers[-1][0] == "done"
        assert CANARY not in str(list(requests))

    play(scene, allow_bypass=True)


def test_sealing_holds_for_the_turn_that_runs_and_ends_with_it_off(play: Play, model: DemoThread) -> None:
    """The process that was started without the seal denies with words from the next call on; unsealed, Read works."""

    async def scene(room: Room, client: Client, _notebooks: PlainNotebooks) -> None:
        session = await room.run(room.registry.session(client.session_id))
        # As if it were switched while a turn runs: the process that runs was started without it.
        session.settings = session.settings.model_copy(update={"sealed": True})
        with recorded(model) as requests:
            (denied,) = told(await client.ask("demo: reads-one"))
        assert denied[0] == "denied"
        assert "sealed this conversation" in denied[1]
        assert "inspect_variable" in denied[1]
        assert CANARY not in str(list(requests))

        await configure(client, sealed=False)
        (read,) = told(await client.ask("demo: reads-one"))
        assert read[0] == "done"
        assert CANARY in read[1]

    play(scene)


def test_a_new_conversation_begins_with_the_last_one_s_setting(play: Play) -> None:
    """The first one has the server's; the next of the same notebook what its last one had; another's is its own."""

    async def scene(room: Room, client: Client, _notebooks: PlainNotebooks) -> None:
        assert (await client.info()).settings.privacy == "aggregates"
        await configure(client, privacy="schema", sealed=True)
        second = await room.open(new=True)
        assert second.session_id != client.session_id
        settings = (await second.info()).settings
        assert (settings.privacy, settings.sealed) == ("schema", True)
        other = await room.open("b.ipynb")
        assert (await other.info()).settings.privacy == "aggregates"
        for each in (second, other):
            await each.leave()

    play(scene, privacy="aggregates")
