"""What is done in an open document is what is done to a file, and both are what changes of cells mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from live_stage import Document, LiveLab, live_lab
from notebook_forms import PNG, edits
from plain_notebooks import code, text
from playwright.sync_api import Browser

from jupyter_claude_workspace.errors import CellChanged, CellUnknown
from jupyter_claude_workspace.notebook.changes import apply_edits
from jupyter_claude_workspace.notebook.document import Notebook, ids, normal
from jupyter_claude_workspace.protocol.live import CellEdit

PICTURE = {**text("cell-3", "![](attachment:a.png)"), "attachments": {"a.png": {"image/png": PNG}}}
RAN = code(
    "cell-2", "print(1)", outputs=[{"output_type": "stream", "name": "stdout", "text": "1\n"}], execution_count=3
)
START = [code("cell-0", "x = 0"), code("cell-1", "a\nb"), RAN, PICTURE]
NAMES = st.sampled_from([f"cell-{number}" for number in range(5)])
OPEN, SHUT = "open.ipynb", "shut.ipynb"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab."""
    with live_lab(tmp_path_factory.mktemp("mirror")) as made:
        yield made


def cells_of(notebook: Notebook) -> list[dict[str, Any]]:
    """A notebook's cells, but for Lab's own affairs.

    Those are: what it trusts, attachments that the source does not name, and neighbouring streams of one name, of which
    it makes one.
    """
    cells: list[dict[str, Any]] = normal(json.loads(json.dumps(notebook)))["cells"]
    for cell in cells:
        cell["metadata"].pop("trusted", None)
        attached = cell.pop("attachments", None) or {}
        if named := {name: data for name, data in attached.items() if f"attachment:{name}" in cell["source"]}:
            cell["attachments"] = named
        if "outputs" in cell:
            cell["outputs"] = merged(cell["outputs"])
    return cells


def merged(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same outputs with one stream where several of one name follow each other."""
    made: list[dict[str, Any]] = []
    for output in outputs:
        if made and output["output_type"] == "stream" and made[-1].get("name") == output["name"]:
            made[-1]["text"] += output["text"]
        else:
            made.append(output)
    return made


def outputs_of(cell: str, *texts: str) -> CellEdit:
    """Streams of one name that follow each other."""
    streams = [{"output_type": "stream", "name": "stdout", "text": text} for text in texts]
    return CellEdit(action="outputs", cell=cell, outputs=streams)


def begin_anew(lab: LiveLab, name: str) -> None:
    """Make a notebook what it was at the start."""
    gone = [{"action": "delete", "cell": cell} for cell in ids(lab.door("read", name)["notebook"])]
    back = [{"action": "insert", "cell": cell["id"], "whole": cell} for cell in reversed(START)]
    answer = lab.edit(name, *gone, *back)
    assert "code" not in answer, answer


def test_an_open_document_and_a_file_are_changed_alike(chromium: Browser, lab: LiveLab, large: bool) -> None:
    """The same edits, possible or not, leave the same cells in both and are refused for the same reason by both."""
    page = chromium.new_page()
    for name in (OPEN, SHUT):
        lab.write(name, *START)
    document = Document.open(page, lab, OPEN)

    @settings(max_examples=500 if large else 20, suppress_health_check=list(HealthCheck))
    @example([outputs_of("cell-0", "a", "b")])
    @given(st.lists(edits(NAMES), min_size=1, max_size=4))
    def alike(wanted: list[CellEdit]) -> None:
        for name in (OPEN, SHUT):
            begin_anew(lab, name)
        before = lab.door("read", SHUT)["notebook"]
        try:
            expected, code_ = apply_edits(before, wanted), None
        except (CellUnknown, CellChanged) as refused:
            expected, code_ = before, refused.code
        given_edits = [edit.model_dump() for edit in wanted]
        answers = [lab.edit(name, *given_edits) for name in (OPEN, SHUT)]
        assert [answer.get("code") for answer in answers] == [code_, code_]
        for name in (OPEN, SHUT):
            assert cells_of(lab.door("read", name)["notebook"]) == cells_of(expected), name
        assert [cell["id"] for cell in document.cells()] == ids(expected)

    alike()
    page.close()
