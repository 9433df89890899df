"""Edits of cells, applied to a notebook: all or none, and nothing lost that was not to change."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebook_forms import PNG, edits, notebooks
from plain_notebooks import code, notebook, text

from jupyter_claude_workspace.errors import CellChanged, CellUnknown
from jupyter_claude_workspace.notebook.changes import apply_edits
from jupyter_claude_workspace.notebook.document import Notebook, find, ids
from jupyter_claude_workspace.protocol.live import CellEdit

HELLO = {"output_type": "stream", "name": "stdout", "text": "hello\n"}


def edit(action: Any, cell: str, **more: Any) -> CellEdit:
    """One edit."""
    return CellEdit(action=action, cell=cell, **more)


def sample() -> Notebook:
    """A code cell with outputs, a text with a picture, and another code cell."""
    picture = {**text("bb", "![](attachment:a.png)"), "attachments": {"a.png": {"image/png": PNG}}}
    ran = code("aa", "print('hello')", outputs=[HELLO], execution_count=3, metadata={"tags": ["own"]})
    return notebook(ran, picture, code("cc", "x = 1"))


@given(notebooks(), st.lists(edits(), max_size=12))
def test_any_sequence_of_edits_leaves_a_valid_notebook(before: Notebook, wanted: list[CellEdit]) -> None:
    """After each edit that can be done the notebook is valid, its ids are unique, and no other cell has changed."""
    now = before
    for one in wanted:
        was = copy.deepcopy(now)
        with suppress(CellUnknown, CellChanged):
            now = apply_edits(now, [one])
            nbformat.validate(nbformat.from_dict(json.loads(json.dumps(now))))
            expected = set(ids(was)) | ({one.cell} if one.action == "insert" else set())
            assert set(ids(now)) == expected - ({one.cell} if one.action == "delete" else set())
            assert len(set(ids(now))) == len(now["cells"])
            for cell in was["cells"]:
                assert cell["id"] == one.cell or find(now, cell["id"]) == cell
            assert {**now, "cells": []} == {**was, "cells": []}


@given(notebooks(), st.lists(edits(), min_size=1, max_size=6))
def test_edits_are_done_all_or_none(before: Notebook, wanted: list[CellEdit]) -> None:
    """Edits together are the edits one by one; where one cannot be done, the notebook is what it was."""
    was = copy.deepcopy(before)
    one_by_one: Notebook | None = before
    for one in wanted:
        with suppress(CellUnknown, CellChanged):
            one_by_one = apply_edits(one_by_one, [one]) if one_by_one is not None else None
            continue
        one_by_one = None
    try:
        together: Notebook | None = apply_edits(before, wanted)
    except (CellUnknown, CellChanged):
        together = None

    assert together == one_by_one
    assert before == was


@given(notebooks(), st.data())
def test_what_was_deleted_comes_back_whole(before: Notebook, data: st.DataObject) -> None:
    """A deleted cell that is inserted again as `whole` makes the notebook what it was, to the last character."""
    if not before["cells"]:
        return
    place = data.draw(st.integers(0, len(before["cells"]) - 1))
    cell = before["cells"][place]
    after = before["cells"][place - 1]["id"] if place else None
    gone = apply_edits(before, [edit("delete", cell["id"], before=cell["source"])])
    back = apply_edits(gone, [edit("insert", cell["id"], whole=cell, after=after)])

    assert back == before


def test_a_new_source_keeps_all_else() -> None:
    """A cell with a new source keeps its outputs, its count, its metadata, its attachments and its id."""
    before = sample()
    now = apply_edits(before, [edit("replace", "aa", source="x"), edit("replace", "bb", source="y")])

    for was, cell, source in zip(before["cells"], now["cells"], ["x", "y", "x = 1"], strict=True):
        assert cell == {**was, "source": source}


def test_a_new_type_keeps_what_such_a_cell_can_have() -> None:
    """A cell of another type keeps its id and metadata, between text cells also attachments, and is valid."""
    now = apply_edits(
        sample(),
        [edit("replace", "aa", source="# A", cell_type="markdown"), edit("replace", "bb", source="b", cell_type="raw")],
    )

    assert now["cells"][0] == {"cell_type": "markdown", "id": "aa", "metadata": {"tags": ["own"]}, "source": "# A"}
    assert now["cells"][1]["attachments"] == {"a.png": {"image/png": PNG}}
    back = apply_edits(now, [edit("replace", "bb", source="b", cell_type="code")])
    assert "attachments" not in back["cells"][1]
    nbformat.validate(back)


def test_a_whole_cell_takes_the_place_of_another() -> None:
    """A cell that is replaced by a whole one is that one, under its own id, in its own place."""
    before = sample()
    whole = {**before["cells"][0], "source": ["a\n", "b"], "id": "other"}
    now = apply_edits(before, [edit("replace", "cc", whole=whole)])

    assert now["cells"][2] == {**before["cells"][0], "source": "a\nb", "id": "cc"}


def test_outputs_are_put_into_a_cell() -> None:
    """Outputs and count of a code cell are replaced, its source is not, and texts in lines are joined."""
    given_out = [{**HELLO, "text": ["a\n", "b"]}]
    now = apply_edits(sample(), [edit("outputs", "cc", outputs=given_out, execution_count=7)])

    assert now["cells"][2] == code("cc", "x = 1", outputs=[{**HELLO, "text": "a\nb"}], execution_count=7)


def test_cells_are_put_where_they_belong() -> None:
    """Inserted and moved cells follow the cell that is named, or come first where none is."""
    made = apply_edits(
        sample(),
        [
            edit("insert", "new1", source="1"),
            edit("insert", "new2", source="2", after="aa", cell_type="markdown"),
            edit("move", "cc", after="new1"),
            edit("move", "aa", after="bb"),
            edit("move", "bb"),
        ],
    )

    assert ids(made) == ["bb", "new1", "cc", "new2", "aa"]


def test_line_ends_are_those_of_editors() -> None:
    """A source that comes with the line ends of another system has those that the editor has."""
    made = apply_edits(sample(), [edit("replace", "cc", source="a\r\nb\rc"), edit("insert", "dd", source="\r\n")])

    assert [find(made, name)["source"] for name in ("cc", "dd")] == ["a\nb\nc", "\n"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (edit("replace", "cc", before="x = 2", source="y"), CellChanged),
        (edit("delete", "cc", before=""), CellChanged),
        (edit("move", "cc", before="other", after="aa"), CellChanged),
        (edit("insert", "aa", source="twice"), CellChanged),
        (edit("outputs", "bb", outputs=[]), CellChanged),
        (edit("replace", "zz", source="y"), CellUnknown),
        (edit("delete", "zz"), CellUnknown),
        (edit("insert", "new", after="zz"), CellUnknown),
        (edit("move", "aa", after="zz"), CellUnknown),
        (edit("move", "aa", after="aa"), CellUnknown),
        (edit("outputs", "zz", outputs=[]), CellUnknown),
    ],
    ids=lambda value: f"{value.action}-{value.cell}" if isinstance(value, CellEdit) else value.__name__,
)
def test_what_cannot_be_done_changes_nothing(wanted: CellEdit, error: type[Exception]) -> None:
    """An edit that cannot be done says so, and what came before it in the same call is not done either."""
    before = sample()
    with pytest.raises(error):
        apply_edits(before, [edit("delete", "bb"), edit("insert", "bb", cell_type="raw"), wanted])
    assert before == sample()
