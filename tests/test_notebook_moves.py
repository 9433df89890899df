"""A notebook that is renamed, moved, deleted or copied: its conversation goes with it, or stays without it."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import pytest
from channel_client import PATIENCE, ChannelClient
from server_stage import Stage

from jupyter_claude_workspace.errors import NotebookUnknown
from jupyter_claude_workspace.protocol.live import CellEdit

Move = Callable[[Stage, str, str], Awaitable[None]]


async def through_jupyter(stage: Stage, old: str, new: str) -> None:
    """As the file browser does it."""
    (stage.root / new).parent.mkdir(parents=True, exist_ok=True)
    answer = await stage.request("PATCH", f"{stage.base_url}api/contents/{quote(old)}", {"path": new})
    assert answer.code == 200, answer.body


async def by_mv(stage: Stage, old: str, new: str) -> None:
    """As `mv` does it, of which Jupyter hears nothing."""
    (stage.root / new).parent.mkdir(parents=True, exist_ok=True)
    (stage.root / old).rename(stage.root / new)


async def about(stage: Stage, notebook: str) -> list[str]:
    """The sessions of a notebook."""
    answer = await stage.ask("GET", "api/sessions", params={"notebook": notebook})
    return [each["session_id"] for each in json.loads(answer.body)["sessions"]]


async def follows(stage: Stage, session_id: str, new: str) -> None:
    """Wait until a session is that of another path."""

    async def look() -> None:
        while (await stage.services.backend.session(session_id)).notebook != new:
            await asyncio.sleep(0.02)

    await asyncio.wait_for(look(), PATIENCE)


async def opened(stage: Stage, notebook: str) -> str:
    """The session that a page gets which opens the notebook's conversation."""
    answer = await stage.ask("POST", "api/sessions", {"notebook": notebook})
    assert answer.code in (200, 201), answer.body
    return str(json.loads(answer.body)["session_id"])


async def asking(channel: ChannelClient) -> dict[str, Any]:
    """Begin a turn; the question in the middle of it, which waits."""
    start = len(channel.frames)
    await channel.prompt("demo: run-command")
    return await channel.wait("question", after=start)


async def answered(channel: ChannelClient, question: dict[str, Any]) -> None:
    """Answer it; the turn goes on to its end."""
    start = len(channel.frames)
    answer = {"type": "answer", "question": question["question"], "nonce": question["nonce"], "decision": "deny"}
    await channel.send(answer)
    ended = await channel.wait("turn_ended", after=start)
    assert ended["why"] == "completed", ended


async def cells(stage: Stage, session_id: str) -> list[str]:
    """The ids of the cells in the notebook of a session, as the session itself sees it."""
    notebook = (await stage.services.backend.session(session_id)).notebook
    view = await stage.services.hosting().host.read(notebook)
    return [cell["id"] for cell in view.notebook["cells"]]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("move", [through_jupyter, by_mv])
async def test_a_conversation_follows_its_notebook_in_mid_turn_and_between_turns(
    stage: Stage, move: Move, large: bool
) -> None:
    """Renamed or moved, while a turn runs and while none does, in this folder or another: it is one conversation."""
    path = stage.notebook("n0.ipynb")
    session_id = await stage.create(path)
    channel = await stage.channel(session_id)
    host = stage.services.hosting().host

    for count in range(50 if large else 4):
        question = await asking(channel) if count % 2 else None
        new = f"{'deep/er/' if count % 4 > 1 else ''}näme {count + 1}.ipynb"
        start = len(channel.frames)
        await move(stage, path, new)
        # Called by the name that Claude knows, before anybody has noticed: it goes where the notebook is.
        view = await host.edit(path, [CellEdit(action="insert", cell=f"cell{count}", source=f"{count}")])
        assert view.path == new
        await follows(stage, session_id, new)
        told = await channel.wait("configured", after=start)
        assert told["notebook"] == new
        if question is not None:
            await answered(channel, question)
        assert not (stage.root / path).exists()
        assert await about(stage, new) == [session_id] == [await opened(stage, new)]
        assert await about(stage, path) == []
        path = new

    assert await cells(stage, session_id) == [f"cell{count}" for count in reversed(range(50 if large else 4))]
    await channel.turn("Hello")
    frames = channel.frames
    assert not [frame for frame in frames if frame["type"] == "notice" and frame["code"] == "conversation_gone"]


@pytest.mark.parametrize("move", [through_jupyter, by_mv])
async def test_a_folder_takes_the_conversations_of_its_notebooks_along(stage: Stage, move: Move) -> None:
    """Where a folder is renamed, all notebooks in it are followed, and their conversations go on."""
    names = ["one.ipynb", "sub/two.ipynb"]
    sessions = [await stage.create(stage.notebook(f"old/{name}")) for name in names]
    channel = await stage.channel(sessions[0])
    await channel.turn("Hello")

    await move(stage, "old", "new")

    for session_id, name in zip(sessions, names, strict=True):
        await follows(stage, session_id, f"new/{name}")
    await channel.turn("Hello again")
    gone = [frame for frame in channel.frames if frame.get("code") in ("conversation_gone", "notebook_gone")]
    assert not [frame for frame in gone if not frame["over"]]


@pytest.mark.timeout(900)
async def test_a_deleted_notebook_stays_gone_and_its_conversation_stays(stage: Stage, large: bool) -> None:
    """However it is deleted, in the middle of a turn that goes on to write it: nothing makes it anew."""
    host = stage.services.hosting().host

    for count in range(50 if large else 4):
        path = stage.notebook(f"gone{count}.ipynb")
        session_id = await stage.create(path)
        channel = await stage.channel(session_id)
        question = await asking(channel)
        start = len(channel.frames)
        await host.edit(path, [CellEdit(action="insert", cell="early", source="1")])
        if count % 2:
            answer = await stage.request("DELETE", f"{stage.base_url}api/contents/{path}")
            assert answer.code == 204
        else:
            (stage.root / path).unlink()

        with pytest.raises(NotebookUnknown):
            await host.edit(path, [CellEdit(action="insert", cell="late", source="1")])
        notice = await channel.wait(lambda frame: frame.get("code") == "notebook_gone", after=start)
        await answered(channel, question)

        assert path in notice["text"]
        assert not (stage.root / path).exists()
        assert await about(stage, path) == [session_id]
        channel.close()
        await stage.services.backend.end(session_id)


async def test_a_notebook_that_is_put_back_is_no_longer_said_to_be_gone(stage: Stage) -> None:
    """The notice that it is gone is taken away, and the conversation goes on with it."""
    path = stage.notebook()
    session_id = await stage.create(path)
    channel = await stage.channel(session_id)
    (stage.root / path).unlink()
    await channel.wait(lambda frame: frame.get("code") == "notebook_gone")

    stage.notebook(path)

    await channel.wait(lambda frame: frame.get("code") == "notebook_gone" and frame["over"])
    assert await opened(stage, path) == session_id


@pytest.mark.timeout(900)
async def test_a_copy_gets_a_conversation_of_its_own(stage: Stage, large: bool) -> None:
    """Copied by Jupyter or by `cp -p`, in the middle of a turn: the copy begins anew, the original goes on."""
    path = stage.notebook("original.ipynb")
    session_id = await stage.create(path)
    channel = await stage.channel(session_id)

    for count in range(50 if large else 4):
        question = await asking(channel)
        if count % 2:
            made = await stage.request("POST", f"{stage.base_url}api/contents/", {"copy_from": path})
            copy = str(json.loads(made.body)["path"])
        else:
            copy = f"copy{count}.ipynb"
            shutil.copy2(stage.root / path, stage.root / copy)

        assert await about(stage, copy) == []
        other = await opened(stage, copy)
        await answered(channel, question)

        assert other != session_id
        assert await about(stage, path) == [session_id]
        await stage.services.backend.end(other)


async def test_a_new_notebook_is_not_taken_for_a_deleted_one(stage: Stage) -> None:
    """A file that takes the number of a deleted one in the file system, or its name, is another notebook."""
    path = stage.notebook("first.ipynb")
    session_id = await stage.create(path)
    channel = await stage.channel(session_id)
    number = (stage.root / path).stat().st_ino
    (stage.root / path).unlink()
    made = [stage.notebook(f"second{count}.ipynb") for count in range(20)]

    await channel.wait(lambda frame: frame.get("code") == "notebook_gone")

    assert (await stage.services.backend.session(session_id)).notebook == path
    for each in made:
        assert await about(stage, each) == [], (number, (stage.root / each).stat().st_ino)


async def test_a_name_that_was_left_is_free_for_another_notebook(stage: Stage) -> None:
    """After a rename, a new notebook of the old name is read and changed as itself."""
    path = stage.notebook("Untitled.ipynb")
    session_id = await stage.create(path)
    await through_jupyter(stage, path, "named.ipynb")
    await follows(stage, session_id, "named.ipynb")
    stage.notebook("Untitled.ipynb")
    host = stage.services.hosting().host

    await host.edit("Untitled.ipynb", [CellEdit(action="insert", cell="mine", source="1")])

    assert await cells(stage, session_id) == []
    other = await opened(stage, "Untitled.ipynb")
    assert other != session_id
    assert await cells(stage, other) == ["mine"]


async def test_what_was_moved_while_no_server_ran_is_found_again(stage: Stage) -> None:
    """The conversation of a notebook that has another name since the server stopped is there under the new one."""
    path = stage.notebook("before.ipynb")
    session_id = await stage.create(path)
    channel = await stage.channel(session_id)
    await channel.turn("Hello")

    async def marked() -> None:
        while not (await stage.services.backend.watched())[path]:
            await asyncio.sleep(0.02)

    await asyncio.wait_for(marked(), PATIENCE)
    channel.close()
    await stage.services.hosting.stop_following()
    await by_mv(stage, path, "sub/after.ipynb")
    await stage.restart()
    stage.services.hosting.follow(lambda: stage.services.backend)

    assert await opened(stage, "sub/after.ipynb") == session_id
