"""A turn of Claude's is undone in a real server: in the file, in an open document, after a kill; nothing else is."""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import nbformat
import pytest
from channel_client import ChannelClient, Frame
from live_page import LivePage
from run_stage import RunStage, Talk, allow, run_cells, run_stage, until
from server_stage import Stage

from jupyter_claude_workspace.demo.api import DemoModel
from jupyter_claude_workspace.demo.scenario import Scenario

PLOT = {"output_type": "display_data", "data": {"image/png": "aGk=", "text/plain": ["<a\n", "plot>"]}, "metadata": {}}
CELLS: tuple[str | dict[str, Any], ...] = (
    {
        "source": "first = 1",
        "outputs": [nbformat.from_dict(PLOT)],
        "execution_count": 4,
        "metadata": {"tags": ["keep"]},
    },
    "second = 2",
    {"source": "third = 3", "metadata": {"tags": ["mine"]}},
    "fourth = 4",
)
EDITS = (
    {"action": "edit", "cell": "c0", "old": "1", "new": "100"},
    {"action": "replace", "cell": "c1", "source": "# Second", "cell_type": "markdown"},
    {"action": "delete", "cell": "c2"},
    {"action": "move", "cell": "c3", "after": "start"},
    {"action": "insert", "source": "new = True", "after": "c0"},
)
READ = ("read_notebook", {})
CHANGES = ("edit_cells", {"edits": list(EDITS)})
_NAMES = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunStage]:
    """One server for all of these tests."""
    with run_stage(tmp_path_factory.mktemp("undo")) as made:
        yield made


class Past:
    """The past of a session's notebook, over REST."""

    def __init__(self, server: RunStage, talk: Talk) -> None:
        self._server = server
        self.talk = talk
        self.session = next(frame["session"] for frame in talk.channel.frames if frame["type"] == "welcome")

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        text = None if body is None else json.dumps(body)
        answer = await self._server.server.ask(method, f"api/sessions/{self.session}/{path}", text)
        assert answer.code == 200, answer.body
        return json.loads(answer.body)

    async def undo(self, turn: str, *, redo: bool = False) -> Any:
        return await self.ask("POST", f"turns/{turn}/undo", {"redo": redo})

    async def entries(self) -> Any:
        return (await self.ask("GET", "timeline"))["entries"]

    @property
    def turn(self) -> str:
        """The last turn."""
        return str([frame["turn"] for frame in self.talk.channel.frames if frame["type"] == "turn_started"][-1])

    async def told(self, turn: str, **wanted: Any) -> Frame:
        """Wait for the news of what a turn did."""
        return await self.talk.channel.wait(
            lambda frame: (
                frame["type"] == "notebook_changed"
                and frame["of"] == turn
                and all(frame[key] == value for key, value in wanted.items())
            )
        )


@asynccontextmanager
async def opened(server: RunStage, *cells: str | dict[str, Any]) -> AsyncIterator[tuple[Talk, Past]]:
    """A session of a new notebook of these cells."""
    async with server.talk(*cells) as talk:
        await talk.channel.wait("welcome")
        yield talk, Past(server, talk)


def bash(model: DemoModel, command: str) -> str:
    """Teach the model to run a command; the prompt for it."""
    name = f"bash-{next(_NAMES)}"
    calls = {"content": [{"tool": "Bash", "input": {"command": command, "description": "Do it"}}]}
    replies = [calls, {"content": [{"text": "Done."}]}]
    scenario = {"name": name, "about": "a command", "pace": 0, "replies": replies}
    model.scenarios.insert(0, Scenario.model_validate(scenario))
    return f"demo: {name}"


async def allowing(channel: ChannelClient, prompt: str) -> None:
    """A turn in which all that is asked is allowed."""
    position = len(channel.frames)
    await channel.prompt(prompt)
    while True:
        frame = await channel.wait(lambda frame: frame["type"] in ("question", "turn_ended"), after=position)
        position = channel.frames.index(frame) + 1
        if frame["type"] == "turn_ended":
            return
        given = {"type": "answer", "question": frame["question"], "nonce": frame["nonce"]}
        await channel.send({**given, **allow(frame)})


def person(talk: Talk, **sources: str) -> None:
    """A person writes into cells, and saves."""
    notebook = nbformat.read(talk.file, as_version=4)
    for cell in notebook.cells:
        if cell.id in sources:
            cell.source = sources[cell.id]
    nbformat.write(notebook, talk.file)


def sources(talk: Talk) -> dict[str, str]:
    return {cell: found.source for cell, found in talk.cells().items()}


def test_undoing_a_turn_gives_the_same_file_and_doing_it_again_the_other(server: RunStage) -> None:
    """Byte for byte: with outputs, attachments and metadata, deleted and moved cells in their places."""

    async def main() -> None:
        async with opened(server, *CELLS) as (talk, past):
            before = talk.file.read_bytes()
            await talk.says(READ, CHANGES)
            after = talk.file.read_bytes()
            await past.told(past.turn, cells=5, undone=False)

            undone = await past.undo(past.turn)
            assert talk.file.read_bytes() == before
            assert undone["undone"] is True
            assert undone["left"] == []
            assert {cell["cell"] for cell in undone["restored"]} >= {"c0", "c1", "c2", "c3"}
            await past.told(past.turn, undone=True)

            again = await past.undo(past.turn, redo=True)
            assert talk.file.read_bytes() == after
            assert (again["undone"], again["left"]) == (False, [])
            await past.undo(past.turn)
            assert talk.file.read_bytes() == before
            assert (await past.undo(past.turn))["restored"] == []
            assert talk.file.read_bytes() == before

    asyncio.run(main())


def test_what_the_person_changed_since_is_left_and_named(server: RunStage) -> None:
    """Their text stays, wherever it is; all else of the turn is undone."""

    async def main() -> None:
        async with opened(server, *CELLS) as (talk, past):
            await talk.says(READ, CHANGES)
            (new,) = set(talk.cells()) - {"c0", "c1", "c2", "c3"}
            person(talk, c0="first = 'mine'", **{new: "new = 'mine too'"})

            undone = await past.undo(past.turn)

            assert undone["undone"] is True
            assert [(each["cell"], each["why"]) for each in undone["left"]] == [("c0", "changed"), (new, "changed")]
            assert undone["left"][0]["line"] == "first = 'mine'"
            assert undone["left"][0]["place"] == 1
            found = sources(talk)
            assert found.pop(new) == "new = 'mine too'"
            assert found == {"c0": "first = 'mine'", "c1": "second = 2", "c2": "third = 3", "c3": "fourth = 4"}

    asyncio.run(main())


def test_where_all_was_changed_since_nothing_is_undone(server: RunStage) -> None:
    """And the turn does not count as undone."""

    async def main() -> None:
        async with opened(server, "a = 1") as (talk, past):
            await talk.says(READ, ("edit_cells", {"edits": [{"action": "replace", "cell": "c0", "source": "a = 2"}]}))
            person(talk, c0="a = 3")

            undone = await past.undo(past.turn)

            assert (undone["undone"], undone["restored"]) == (False, [])
            assert sources(talk) == {"c0": "a = 3"}

    asyncio.run(main())


def test_what_claude_ran_is_undone_and_what_the_person_ran_is_not(server: RunStage) -> None:
    """Outputs of cells that Claude ran are as before; of one that ran again since they stay."""

    async def main() -> None:
        async with opened(server, *CELLS, "print('hi')") as (talk, past):
            before = talk.file.read_bytes()
            await talk.says(run_cells("c0", "c4"))
            await talk.ran("c4")
            first = past.turn
            await past.told(first, cells=2)
            await talk.says(run_cells("c4"))
            await talk.kept(lambda cells: cells["c4"].execution_count == 3)
            second = past.turn
            await past.told(second, cells=1)

            undone = await past.undo(first)
            assert [(each["cell"], each["why"]) for each in undone["left"]] == [("c4", "ran")]
            assert talk.cells()["c0"].execution_count == 4
            assert talk.cells()["c4"].execution_count == 3
            await past.undo(first, redo=True)
            await past.undo(second)
            assert (await past.undo(first))["left"] == []
            assert talk.file.read_bytes() == before

    asyncio.run(main())


def test_the_past_outlives_a_kill_of_the_server(server: RunStage) -> None:
    """A turn that was cut off in the middle by kill -9 is undone by the next server, all that it did."""

    async def main() -> None:
        async with opened(server, *CELLS) as (talk, past):
            before = talk.file.read_bytes()
            await talk.begin(READ, CHANGES, run_cells("c0"))
            for _ in range(2):
                questions = [frame for frame in talk.channel.frames if frame["type"] == "question"]
                frame = await talk.channel.wait("question", after=_after(talk, questions))
                if frame["ask"]["kind"] == "run":
                    break
                given = {"type": "answer", "question": frame["question"], "nonce": frame["nonce"]}
                await talk.channel.send({**given, "decision": "allow"})
            assert talk.file.read_bytes() != before
            await server.server.end(signal.SIGKILL)
            await server.server.start()

            entries = await past.entries()
            assert [(each["kind"], each["changed"], each["undone"]) for each in entries] == [("turn", 5, False)]
            undone = await past.undo(past.turn)

            assert undone["left"] == []
            assert talk.file.read_bytes() == before

    asyncio.run(main())


def _after(talk: Talk, questions: list[Frame]) -> int:
    return talk.channel.frames.index(questions[-1]) + 1 if questions else 0


def test_an_earlier_state_is_looked_at_restored_and_given_up_again(server: RunStage) -> None:
    """The timeline has each turn with its words; restoring keeps how it was, and can be undone."""

    async def main() -> None:
        async with opened(server, *CELLS) as (talk, past):
            before = talk.file.read_bytes()
            await talk.says(READ, CHANGES)
            await talk.says(READ)
            person(talk, c3="fourth = 44")
            after = talk.file.read_bytes()

            entries = await past.entries()
            assert [(each["kind"], each["changed"], each["cells"]) for each in entries] == [
                ("turn", 0, 4),
                ("turn", 5, 4),
            ]
            assert entries[-1]["prompt"].startswith("demo: script-")
            first = entries[-1]["snapshot"]
            look = await past.ask("GET", f"timeline/{first}")
            differing = {cell["cell"]: cell["difference"] for cell in look["cells"]}
            (new,) = set(differing) - {"c0", "c1", "c2", "c3"}
            assert differing == {"c0": "changed", "c1": "changed", "c2": "removed", "c3": "changed", new: "added"}

            restored = await past.ask("POST", f"timeline/{first}/restore", {})
            assert talk.file.read_bytes() == before
            assert len(restored["restored"]) == 5
            kinds = [(each["kind"], each["changed"]) for each in await past.entries()]
            assert kinds == [("restore", 5), ("turn", 0), ("turn", 5)]
            same = await past.ask("GET", f"timeline/{first}")
            assert {cell["difference"] for cell in same["cells"]} == {"same"}
            await past.undo(restored["turn"])
            assert talk.file.read_bytes() == after

    asyncio.run(main())


def test_most_cells_gone_is_told_and_put_back(server: RunStage) -> None:
    """Whoever took them, here a command of Claude's: the person is told once, and can put them back."""
    many: list[str] = [f"cell_{number} = {number}" for number in range(12)]

    async def main() -> None:
        async with opened(server, *many) as (talk, past):
            before = sources(talk)
            empty = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
            await allowing(talk.channel, bash(server.demo.model, f"printf '%s' '{empty}' > {talk.file}"))
            notice = await talk.channel.wait(_lost)
            assert "12 of 12 cells are gone" in notice["text"]
            assert notice["remedy"]
            assert sources(talk) == {}

            await past.ask("POST", f"timeline/{notice['snapshot']}/restore", {})
            await talk.channel.wait(lambda frame: frame.get("code") == "cells_lost" and frame["over"])
            assert sources(talk) == before
            await talk.says(READ)
            assert len([frame for frame in talk.channel.frames if _lost(frame)]) == 1

    asyncio.run(main())


def _lost(frame: Frame) -> bool:
    return frame["type"] == "notice" and frame["code"] == "cells_lost" and not frame["over"]


def test_cells_that_claude_deleted_and_the_person_put_back_or_undid_are_nobody_s_loss(server: RunStage) -> None:
    """What was decided on is not told as an accident."""
    many = [f"cell_{number} = {number}" for number in range(8)]
    deletes = ("edit_cells", {"edits": [{"action": "delete", "cell": f"c{number}"} for number in range(8)]})
    builds = ("edit_cells", {"edits": [{"action": "insert", "source": f"new_{number}"} for number in range(20)]})

    async def main() -> None:
        async with opened(server, *many) as (talk, past):
            await talk.says(READ, deletes)
            await talk.says(builds)
            await past.undo(past.turn)
            await talk.says(READ)

            assert sources(talk) == {}
            assert not [frame for frame in talk.channel.frames if _lost(frame)]

    asyncio.run(main())


def test_a_renamed_notebook_is_undone_under_its_new_name(server: RunStage) -> None:
    """The past goes with the notebook."""

    async def main() -> None:
        async with opened(server, *CELLS) as (talk, past):
            before = talk.file.read_bytes()
            await talk.says(READ, CHANGES)
            await server.api("PATCH", f"contents/{talk.path}", {"path": f"new-{talk.path}"})
            await talk.channel.wait(
                lambda frame: frame["type"] == "configured" and frame.get("notebook") == f"new-{talk.path}"
            )

            await past.undo(past.turn)

            assert talk.file.with_name(f"new-{talk.path}").read_bytes() == before
            assert not talk.file.exists()

    asyncio.run(main())


def test_a_turn_that_runs_is_not_undone_and_claude_is_told_of_one_that_was(server: RunStage) -> None:
    """The next prompt says which cells the person took back; the turn after that does not."""
    heard: list[str] = []

    async def main() -> None:
        async with opened(server, *CELLS) as (talk, past):
            await talk.begin(READ, CHANGES)
            question = await talk.channel.wait("question")
            running = await server.server.ask("POST", f"api/sessions/{past.session}/turns/{past.turn}/undo", "{}")
            assert running.code == 400
            given = {"type": "answer", "question": question["question"], "nonce": question["nonce"]}
            await talk.channel.send({**given, "decision": "allow"})
            await talk.channel.wait("turn_ended")
            await past.undo(past.turn)

            server.demo.model.asking = lambda name, attempt, body: heard.append(json.dumps(body["messages"]))
            await talk.says(READ)
            await talk.says(READ)

        assert "undid changes that you made" in heard[0]
        assert "`c2`" in heard[0]
        assert heard[-1].count("undid changes that you made") == 1

    asyncio.run(main())


async def test_an_open_document_is_undone_in_place(stage: Stage) -> None:
    """The page is given edits of the cells that Claude changed; where the person types, nothing is touched."""
    path = "open.ipynb"
    made = [nbformat.v4.new_code_cell(f"cell_{number} = {number}", id=f"c{number}") for number in range(4)]
    nbformat.write(nbformat.v4.new_notebook(cells=made), stage.root / path)
    session_id = await stage.create(path)
    page = await LivePage(stage).connect()
    document = await page.open(path)
    talk = Talk(stage.demo_model, stage.root, path, await stage.channel(session_id))
    await talk.says(READ, ("edit_cells", {"edits": [EDITS[0] | {"old": "0 = 0", "new": "0 = 100"}, EDITS[2]]}))
    turn = next(frame["turn"] for frame in talk.channel.frames if frame["type"] == "turn_started")
    document.type("c3", "the person is at it")

    answer = await stage.ask("POST", f"api/sessions/{session_id}/turns/{turn}/undo", {})

    assert answer.code == 200, answer.body
    assert [cell["source"] for cell in document.notebook["cells"]] == [
        "cell_0 = 0", "cell_1 = 1", "cell_2 = 2", "the person is at it"
    ]  # fmt: skip
    edits = [call for call in page.calls if call["name"] == "apply"][-1]["arguments"]["edits"]
    assert {edit["cell"] for edit in edits} == {"c0", "c2"}
    await until(lambda: _saved(talk, "cell_0 = 0"))
    await page.leave()


async def _saved(talk: Talk, source: str) -> bool:
    return talk.cells()["c0"].source == source
