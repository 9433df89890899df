"""Claude is offered the notebook's tools: what they say of themselves, what they show, and how they fail."""

from __future__ import annotations

import json

from agent_stage import recorded
from engine_room import Client, Room
from notebook_stage import NOTEBOOK, Call, Play, call, edit, of, told
from plain_notebooks import Lost, PlainNotebooks, code, text

from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.protocol.frames import Question, Sent

READ = call("read_notebook")
CHANGE = edit({"action": "edit", "cell": "aa", "old": "1", "new": "2"})
# Calls that cannot be right, and what the answer has so that the next one can be.
WRONG: list[tuple[Call, list[str]]] = [
    (edit(), ["`edits` is not a list", '"action": "insert"']),
    (call("edit_cells"), ["'edits' is a required property"]),
    (edit({"action": "rewrite", "cell": "aa"}), ["'rewrite' is not one of", "replace"]),
    (edit({"action": "insert", "content": "x"}), ["Edit 1", "needs `source`", "`content`"]),
    (edit({"action": "replace", "cell": "aa"}), ["needs `source`"]),
    (edit({"action": "replace", "source": "x"}), ["needs `cell`"]),
    (edit({"action": "delete", "cell": "0"}), ["no cell `0`", "by id, not by number", "read_notebook"]),
    (edit({"action": "delete", "cell": "zz"}), ["no cell `zz`", "read_notebook"]),
    (edit({"action": "insert", "source": "", "after": "zz"}), ["no cell `zz`"]),
    (edit({"action": "move", "cell": "aa", "after": "aa"}), ["cannot follow itself"]),
    (edit({"action": "edit", "cell": "aa", "old": "y", "new": ""}), ["does not occur", "x = 1 + 1"]),
    (edit({"action": "edit", "cell": "aa", "old": "1", "new": "2"}), ["occurs 2 times", "Give more"]),
    (edit({"action": "edit", "cell": "aa", "old": "", "new": "2"}), ["does not occur"]),
    (edit({"action": "insert", "source": "x", "cell_type": "sql"}), ["'sql' is not one of", "markdown"]),
    (
        edit({"action": "delete", "cell": "aa"}, {"action": "replace", "cell": "aa", "source": "x"}),
        ["Edit 2", "deleted by an earlier edit"],
    ),
    (
        edit({"action": "delete", "cell": "zz"}, {"action": "insert"}, {"action": "delete", "cell": "bb"}),
        ["Edit 1", "Edit 2", "Nothing was changed"],
    ),
    (call("read_notebook", cells=["aa", "zz"]), ["no cell `zz`", "without arguments"]),
    (call("read_notebook", cells="aa"), ["is not of type 'array'"]),
    (call("read_notebook", from_cell="zz"), ["no cell `zz`"]),
    (call("read_notebook", output_start=10), ["exactly one cell"]),
]
SCRIPTS: dict[str, list[Call]] = {
    "reads-and-edits": [READ, CHANGE],
    "reads": [READ, call("read_notebook", cells=["aa", "bb"])],
    "reads-outline": [READ],
    "wrong": [READ, *(wrong for wrong, _ in WRONG)],
    "forbidden": [("NotebookEdit", {"notebook_path": "a.ipynb", "new_source": "x"})],
}


def test_the_tools_are_in_every_request(play_notebook: Play, notebook_model: DemoThread) -> None:
    """The model is offered each tool with its schema from the first request on, and told how to use them."""

    async def scene(_room: Room, client: Client, _notebooks: PlainNotebooks) -> None:
        with recorded(notebook_model) as requests:
            await client.ask("demo: reads-outline")
        tools = {tool["name"]: tool for tool in requests.main["tools"]}
        ours = {
            "read_notebook",
            "edit_cells",
            "run_cells",
            "run_scratch",
            "list_variables",
            "inspect_variable",
            "kernel",
        }
        assert {name for name in tools if name.startswith(NOTEBOOK)} == {NOTEBOOK + name for name in ours}
        assert "NotebookEdit" not in tools
        schema = tools[f"{NOTEBOOK}edit_cells"]["input_schema"]
        assert schema["properties"]["edits"]["items"]["properties"]["action"]["enum"] == [
            "insert", "replace", "edit", "delete", "move",
        ]  # fmt: skip
        assert all(len(tool["description"]) < 1_200 for name, tool in tools.items() if name.startswith(NOTEBOOK))
        system = json.dumps(requests.main["system"])
        assert "read_notebook before you edit" in system
        assert "paste into a cell" not in system

    play_notebook(scene)


def test_the_older_tool_is_off(play_notebook: Play) -> None:
    """A call of NotebookEdit, which would write the file behind the open notebook's back, fails unasked."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        frames = await client.ask("demo: forbidden")
        ((outcome, _),) = told(frames)
        assert outcome == "failed"
        assert not of(frames, Question)
        assert not notebooks.edits

    play_notebook(scene)


def test_reading_shows_cells_with_their_outputs(play_notebook: Play) -> None:
    """Cells by id come whole with what they gave out, and what was sent is recorded piece by piece."""

    async def scene(_room: Room, client: Client, _notebooks: PlainNotebooks) -> None:
        frames = await client.ask("demo: reads")
        (_, outline), (_, cells) = told(frames)
        assert outline.startswith("a.ipynb: 3 cells")
        assert "hello" in cells
        assert "# Text" in cells
        assert "z = 3" not in cells
        first, second = of(frames, Sent)
        assert [item.kind for item in first.items] == ["outline"]
        assert [(item.kind, item.what) for item in second.items] == [
            ("source", "aa"),
            ("output", "aa"),
            ("source", "bb"),
        ]
        assert {sent.tool for sent in (first, second)} == {f"{NOTEBOOK}read_notebook"}
        assert not of(frames, Question)

    play_notebook(scene)


def test_errors_say_what_to_do(play_notebook: Play) -> None:
    """Each of twenty wrong calls fails unasked with what is wrong and what would be right, and nothing changes."""
    notebooks = PlainNotebooks(code("aa", "x = 1 + 1"), text("bb", "# Text"))

    async def scene(_room: Room, client: Client, _notebooks: PlainNotebooks) -> None:
        frames = await client.ask("demo: wrong")
        results = told(frames)[1:]
        assert len(results) == len(WRONG)
        for (outcome, said), (wrong, words) in zip(results, WRONG, strict=True):
            assert outcome == "failed", wrong
            assert [word for word in words if word not in said] == [], said
        assert not of(frames, Question)
        assert not notebooks.edits

    play_notebook(scene, notebooks)


def test_a_missing_notebook_is_said(play_notebook: Play) -> None:
    """Where the notebook is gone, each tool says so, nobody is asked, and nothing is made anew."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        frames = await client.ask("demo: reads-and-edits")
        assert {outcome for outcome, _ in told(frames)} == {"failed"}
        assert all("There is no notebook a.ipynb." in said for _, said in told(frames))
        assert not of(frames, Question)
        assert not notebooks.edits

    play_notebook(scene, Lost(code("aa", "x = 1")))
