"""A notebook in our form: made of any notebook of format 4, and nothing of it lost."""

from __future__ import annotations

import copy
import json
import warnings
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebook_forms import CELLS, raw_notebooks

from jupyter_claude_workspace.errors import NotebookUnknown
from jupyter_claude_workspace.notebook.document import ids, lines, normal


def without_ids(notebook: dict[str, Any]) -> dict[str, Any]:
    """What a notebook of an older minor version has of it."""
    made = copy.deepcopy(notebook)
    del made["nbformat_minor"]
    for cell in made["cells"]:
        del cell["id"]
    return made


def code(source: Any, **more: Any) -> dict[str, Any]:
    """A code cell as a file may have it."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, **more}


def of(*cells: dict[str, Any], minor: int = 4) -> dict[str, Any]:
    """A notebook of these cells."""
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": list(cells)}


@given(raw_notebooks())
def test_every_notebook_of_format_4_becomes_valid(raw: dict[str, Any]) -> None:
    """Whatever its minor version, our form of a notebook is valid 4.5 with unique ids; the original is untouched."""
    before = copy.deepcopy(raw)
    made = normal(raw)

    nbformat.validate(made)
    assert made["nbformat_minor"] == 5
    assert len(set(ids(made))) == len(made["cells"])
    assert raw == before


@given(raw_notebooks())
def test_a_notebook_reads_as_nbformat_reads_it(raw: dict[str, Any]) -> None:
    """Our form of a file's JSON has what nbformat makes of it, apart from ids that the file does not have."""
    on_disk = nbformat.writes(nbformat.from_dict(raw))
    ours, theirs = normal(json.loads(on_disk)), nbformat.reads(on_disk, as_version=4)

    assert without_ids(ours) == {key: value for key, value in _bare(theirs).items() if key != "nbformat_minor"}


def _bare(node: Any) -> dict[str, Any]:
    plain = json.loads(json.dumps(node))
    for cell in plain["cells"]:
        cell.pop("id", None)
    return dict(plain)


@given(raw_notebooks())
def test_a_notebook_is_written_as_nbformat_writes_it(raw: dict[str, Any]) -> None:
    """Lines and joined again, or written by nbformat, a notebook in our form stays the same to the last character."""
    made = normal(raw)

    assert normal(lines(made)) == made
    assert lines(made) == json.loads(nbformat.writes(nbformat.from_dict(made)))


@given(CELLS)
def test_ids_follow_from_the_cells(cells: list[dict[str, Any]]) -> None:
    """Cells without ids are given the same ones each time, also after others were put before them."""
    first, again = normal(of(*cells)), normal(of(*cells))
    shifted = normal(of(code("a cell that no other is like: 7c1d"), *cells))

    assert ids(first) == ids(again)
    assert ids(shifted)[1:] == ids(first)


def test_cells_that_are_alike_have_ids_of_their_own() -> None:
    """Of two equal cells without ids each has its own, as has one whose id is taken, too long or not allowed."""
    alike = normal(of(code("x"), code("x"), code("x")))
    taken = normal(of(code("x", id="one"), code("y", id="one"), code("z", id="a b"), code("z", id="i" * 65), minor=5))

    assert len(set(ids(alike))) == 3
    assert ids(taken)[0] == "one"
    assert len(set(ids(taken))) == 4
    nbformat.validate(taken)


def test_what_a_careless_program_left_out_is_added() -> None:
    """A cell without source, metadata or outputs becomes a valid one, and unknown keys of the notebook stay."""
    raw = {**of({"cell_type": "code"}, {"cell_type": "markdown"}), "own": {"kept": True}}
    made = normal(raw)

    assert made["cells"][0]["outputs"] == []
    assert [cell["source"] for cell in made["cells"]] == ["", ""]
    assert made["own"] == {"kept": True}
    del made["own"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbformat.validate(made)


def test_a_newer_minor_version_stays() -> None:
    """A notebook of a minor version that we do not know is not made older."""
    assert normal(of(code("x", id="a"), minor=7))["nbformat_minor"] == 7


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"nbformat": 3, "worksheets": []},
        {"nbformat": 4},
        {"nbformat": 4, "cells": {}},
        {"nbformat": 4, "cells": [1]},
    ],
)
def test_what_is_no_such_notebook_is_refused(raw: dict[str, Any]) -> None:
    """What is no notebook of format 4 is refused with what to do."""
    with pytest.raises(NotebookUnknown) as refused:
        normal(raw)
    assert "save it" in refused.value.remedy


@given(st.lists(st.sampled_from(["a\n", "b", "\r\n", "c\r"]), max_size=4))
def test_line_ends_stay(parts: list[str]) -> None:
    """A source in lines is joined as it is, whatever its line ends are."""
    assert normal(of(code(parts)))["cells"][0]["source"] == "".join(parts)
