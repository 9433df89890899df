"""A page that opens or closes a notebook while Claude works in it: no edit is lost, and none is done twice."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from channel_client import PATIENCE
from live_page import Document, LivePage, Silence
from server_stage import Stage

from jupyter_claude_workspace.errors import CellChanged
from jupyter_claude_workspace.host.host import Host
from jupyter_claude_workspace.notebook.document import find
from jupyter_claude_workspace.protocol.live import CellEdit

Call = dict[str, Any]


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limits: pages come and go here in great numbers."""
    return {"connections_per_minute": 0, "frames_per_second": 0}


@pytest.fixture
def host(stage: Stage) -> Host:
    """Where the notebooks of the server are."""
    return stage.services.hosting().host


@pytest.fixture
def path(stage: Stage) -> str:
    """A notebook."""
    return stage.notebook()


@pytest.fixture
def page(stage: Stage) -> LivePage:
    """A page that is not connected yet."""
    return LivePage(stage)


def insert(cell: str, source: str = "1") -> CellEdit:
    """A new first cell."""
    return CellEdit(action="insert", cell=cell, source=source)


def names(notebook: dict[str, Any]) -> list[str]:
    """The ids of its cells."""
    return [cell["id"] for cell in notebook["cells"]]


async def until(document: Document, cells: list[str]) -> None:
    """Wait until an open document has these cells."""

    async def look() -> None:
        while names(document.notebook) != cells:
            await asyncio.sleep(0.01)

    await asyncio.wait_for(look(), PATIENCE)


async def in_file(page: LivePage, path: str, cells: list[str]) -> None:
    """Wait until the file has these cells."""

    async def look() -> None:
        while names((await page.file(path))[0]) != cells:
            await asyncio.sleep(0.01)

    await asyncio.wait_for(look(), PATIENCE)


async def test_a_page_that_read_the_file_before_it_was_changed_reads_it_again(
    host: Host, page: LivePage, path: str
) -> None:
    """Without a call of Claude's the document that was just opened shows what was done to the file meanwhile."""
    await host.edit(path, [insert("one")])
    await page.connect()
    document = await page.load(path)
    await host.edit(path, [insert("two")])

    await page.tell(focused=True)

    await until(document, ["two", "one"])
    assert [call["name"] for call in page.calls] == ["reload"]
    assert (await host.read(path)).where == "live"
    await page.leave()


async def test_what_a_person_typed_before_the_change_arrived_is_kept_beside_it(
    host: Host, page: LivePage, path: str
) -> None:
    """A document with unsaved changes is not read again: it gets the edits that it lacks."""
    await host.edit(path, [insert("one", "a = 1")])
    await page.connect()
    document = await page.load(path)
    await host.edit(path, [insert("two"), CellEdit(action="insert", cell="three", source="3", after="one")])
    document.type("one", "a = 1  # mine")

    await page.tell(focused=True)

    await until(document, ["two", "one", "three"])
    cell = find(document.notebook, "one")
    assert cell is not None
    assert cell["source"] == "a = 1  # mine"
    await page.leave()


async def test_a_cell_that_a_person_has_changed_is_left_to_the_person(host: Host, page: LivePage, path: str) -> None:
    """Where both changed the same cell, the person's stays; Claude is refused the next time, and told the source."""
    await host.edit(path, [insert("one", "a = 1")])
    await page.connect()
    document = await page.load(path)
    await host.edit(path, [CellEdit(action="replace", cell="one", before="a = 1", source="a = 2")])
    document.type("one", "a = 3")
    await page.tell(focused=True)

    with pytest.raises(CellChanged):
        await host.edit(path, [CellEdit(action="replace", cell="one", before="a = 2", source="a = 4")])

    view = await host.read(path)
    assert view.notebook["cells"][0]["source"] == "a = 3"
    await page.leave()


async def test_an_edit_that_the_page_never_saved_is_in_the_file_when_it_is_gone(
    host: Host, page: LivePage, path: str
) -> None:
    """The page goes before it saves; the file has all of its edits, in their order, without a call of Claude's."""
    await page.connect()
    await page.open(path, saves=False)
    await host.edit(path, [insert("one")])
    await host.edit(path, [CellEdit(action="insert", cell="two", source="2", after="one")])
    await host.edit(path, [CellEdit(action="replace", cell="one", before="1", source="1 + 1")])
    outputs = [{"output_type": "stream", "name": "stdout", "text": "2\n"}]
    await host.edit(path, [CellEdit(action="outputs", cell="one", outputs=outputs, execution_count=1)])
    await host.edit(path, [CellEdit(action="move", cell="two", after=None), insert("three")])
    await host.edit(path, [CellEdit(action="delete", cell="three", before="1")])

    await page.leave()

    await in_file(page, path, ["two", "one"])
    notebook, _ = await page.file(path)
    assert notebook["cells"][1]["source"] == "1 + 1"
    assert notebook["cells"][1]["outputs"] == outputs


async def test_what_a_person_closed_without_saving_is_not_done_again(host: Host, page: LivePage, path: str) -> None:
    """The notebook is closed in a page that stays: the file is as the person left it."""
    await page.connect()
    await page.open(path, saves=False)
    await host.edit(path, [insert("one")])

    await page.close(path)
    view = await host.read(path)

    assert (view.where, names(view.notebook)) == ("file", [])
    await page.leave()


async def test_what_a_person_took_back_and_saved_is_not_done_again(host: Host, page: LivePage, path: str) -> None:
    """An edit that was undone in the page, and the document saved, stays undone when the page goes."""
    await host.edit(path, [insert("one", "a = 1")])
    await page.connect()
    document = await page.open(path)
    await host.edit(path, [CellEdit(action="replace", cell="one", before="a = 1", source="a = 2")])
    document.type("one", "a = 1")
    await page.tell()
    await page.save(document)

    await page.leave()
    view = await host.read(path)

    assert view.where == "file"
    assert view.notebook["cells"][0]["source"] == "a = 1"


@pytest.mark.parametrize("when", ["before it is done", "after it was done", "after it was saved"])
@pytest.mark.parametrize("how", ["leaves", "breaks off"])
async def test_a_call_whose_page_vanishes_is_done_once(
    host: Host, page: LivePage, path: str, when: str, how: str
) -> None:
    """Nobody knows what became of it: the document is looked at, and what is lacking is done, in the file."""
    host.pages.come_back_seconds = 0.2
    await host.edit(path, [insert("one", "a = 1")])
    await page.connect()
    document = await page.open(path, saves=False)

    async def vanish(call: Call) -> None:
        if call["name"] == "apply":
            if when == "after it was saved":
                await page.save(document)
            asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(gone()))
            raise Silence

    async def gone() -> None:
        await (page.leave() if how == "leaves" else page.break_off())

    if when == "before it is done":
        page.before = vanish
    else:
        page.after = vanish
    edits = [CellEdit(action="replace", cell="one", before="a = 1", source="a = 2"), insert("two")]
    view = await host.edit(path, edits)

    assert view.where == "file"
    assert [(cell["id"], cell["source"]) for cell in view.notebook["cells"]] == [("two", "1"), ("one", "a = 2")]
    await in_file(page, path, ["two", "one"])


@pytest.mark.parametrize("named", [True, False])
async def test_a_connection_that_breaks_and_comes_back_costs_nothing(
    host: Host, page: LivePage, path: str, named: bool
) -> None:
    """The same page goes on: with a result that it could not send, or with one that was lost on the way."""
    await page.connect()
    document = await page.open(path, saves=False)
    calls: list[Call] = []

    async def vanish(call: Call) -> None:
        if call["name"] == "apply":
            page.after = None
            calls.append(call)
            asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(again(call)))
            raise Silence

    async def again(call: Call) -> None:
        await page.break_off()
        await page.connect([call["call"]] if named else [])
        if named:
            answer = {"type": "result", "call": call["call"], "ok": True, "result": {"cells": {}}, "problem": None}
            await page.socket.send(answer)

    page.after = vanish
    view = await host.edit(path, [insert("one")])

    assert view.where == "live"
    assert names(view.notebook) == names(document.notebook) == ["one"]
    assert len([call for call in page.calls if call["name"] == "apply"]) == 1
    await page.leave()


async def test_a_page_that_does_not_answer_is_passed_over_until_it_does(host: Host, page: LivePage, path: str) -> None:
    """A page that sleeps is not waited for; when it wakes, and does late what it was called to, it is done once."""
    host.pages.call_seconds = 0.3
    await page.connect()
    document = await page.open(path, saves=False)
    awake = asyncio.Event()

    async def sleep(call: Call) -> None:
        await awake.wait()

    page.before = sleep
    view = await host.edit(path, [insert("one")])
    assert (view.where, names(view.notebook)) == ("file", ["one"])
    await host.edit(path, [insert("two")])
    host.pages.call_seconds = PATIENCE
    awake.set()

    await until(document, ["two", "one"])
    view = await host.read(path)
    assert (view.where, names(view.notebook)) == ("live", ["two", "one"])
    await page.leave()


async def test_of_two_pages_the_one_is_asked_to_which_the_person_turned_last(
    stage: Stage, host: Host, path: str
) -> None:
    """Each has a document of its own; the one that is asked next is brought up to date first."""
    first, second = await LivePage(stage).connect(), await LivePage(stage).connect()
    one, two = await first.open(path), await second.open(path)

    await host.edit(path, [insert("a")])
    assert (names(one.notebook), names(two.notebook)) == ([], ["a"])
    await first.tell(focused=True)
    await host.edit(path, [insert("b")])
    assert (names(one.notebook), names(two.notebook)) == (["b", "a"], ["a"])
    await second.tell(focused=True)
    await host.edit(path, [insert("c")])
    assert names(two.notebook) == ["c", "b", "a"]
    await second.leave()

    view = await host.read(path)
    assert view.where == "live"
    assert names(view.notebook) == ["c", "b", "a"]
    await first.leave()


@pytest.mark.timeout(900)
async def test_no_edit_is_lost_or_done_twice_while_pages_come_and_go(stage: Stage, large: bool) -> None:
    """While twelve edits are made, a page opens, closes, breaks off and comes back as chance has it."""
    host = stage.services.hosting().host
    host.pages.come_back_seconds = 0.1
    for seed in range(200 if large else 12):
        chance = random.Random(seed)
        path = stage.notebook(f"race{seed}.ipynb")
        page = await LivePage(stage).connect()
        over = asyncio.Event()

        async def come_and_go(chance: random.Random, page: LivePage, path: str, over: asyncio.Event) -> None:
            while not over.is_set():
                act = chance.choice(["open", "leave", "break", "wait"])
                if act == "leave" and path in page.documents:
                    await page.leave()
                    page.documents.clear()
                    page.client = f"{chance.random()}".replace(".", "-")
                elif act == "break" and page._socket is not None:
                    await page.break_off()
                elif act == "open":
                    if page._socket is None:
                        await page.connect()
                    if path not in page.documents:
                        await page.open(path, saves=chance.random() < 0.5)
                await asyncio.sleep(chance.random() * 0.03)

        coming = asyncio.create_task(come_and_go(chance, page, path, over))
        for count in range(12):
            await host.edit(path, [insert(f"c{count}")])
        over.set()
        await coming
        expected = [f"c{count}" for count in reversed(range(12))]
        assert names((await host.read(path)).notebook) == expected, seed
        await page.leave()

        await in_file(page, path, expected)
