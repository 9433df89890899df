"""One suite for both places where Claude works: the document that is open in a real Chromium, and the file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from live_stage import Document, LiveLab, live_desk, live_lab, until
from playwright.sync_api import Browser, Page

NUMBERS = itertools.count()
STREAM = {"output_type": "stream", "name": "stdout", "text": "kept\n"}
ATTACHED = {"dot.png": {"image/png": "AAAA"}}
SHOWN = "# Words ![](attachment:dot.png)"  # JupyterLab drops what no cell shows when it saves
CELLS: list[dict[str, Any]] = [
    {
        "id": "first",
        "source": "x = 1\nprint(x)",
        "metadata": {"tags": ["mine"]},
        "outputs": [STREAM],
        "execution_count": 3,
    },
    {"id": "second", "source": "y = 2"},
    {"id": "words", "cell_type": "markdown", "source": SHOWN, "attachments": ATTACHED},
]


class Place:
    """A notebook in one of the places. Whatever is done, `cells` is how it is afterwards, where it is."""

    def __init__(self, lab: LiveLab, path: str, document: Document | None) -> None:
        self.lab = lab
        self.path = path
        self.document = document
        self.where = "file" if document is None else "live"

    def read(self) -> dict[str, Any]:
        """As Claude's tools get it."""
        view: dict[str, Any] = self.lab.door("read", self.path)
        assert view["where"] == self.where
        return view

    def cells(self) -> list[dict[str, Any]]:
        """In the page's own model, or in the file; and as Claude's tools get them, which is the same."""
        told = self.read()["notebook"]["cells"]
        found = self.document.cells() if self.document else self._in_file()
        assert [(cell["id"], cell["source"]) for cell in told] == [(cell["id"], cell["source"]) for cell in found]
        return found

    def ids(self) -> list[str]:
        """Their order."""
        return [cell["id"] for cell in self.cells()]

    def cell(self, name: str) -> dict[str, Any]:
        """One of them."""
        return next(cell for cell in self.cells() if cell["id"] == name)

    def edit(self, *edits: dict[str, Any]) -> Any:
        """One call's edits."""
        answer = self.lab.edit(self.path, *edits)
        assert answer.get("where", self.where) == self.where
        return answer

    def run(self, *cells: str, seconds: float = 60) -> Any:
        """Run cells, and wait for the end."""
        report = self.lab.run(self.path, *cells, seconds=seconds)
        assert report["where"] == self.where
        return report

    def report(self, begun: Any, seconds: float = 0) -> Any:
        """A run, once it is over or so much later."""
        return self.lab.door("report", self.path, run=begun["run"], seconds=seconds)

    def saved(self) -> list[dict[str, Any]]:
        """The cells of the file, once nothing is left to save; it is a valid notebook."""
        if self.document:
            self.document.wait_saved()
        return self._in_file()

    def _in_file(self) -> list[dict[str, Any]]:
        notebook = nbformat.read(self.lab.root / self.path, as_version=4)
        nbformat.validate(notebook)
        return list(notebook["cells"])


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab."""
    with live_lab(tmp_path_factory.mktemp("both")) as made:
        yield made


@pytest.fixture(scope="module")
def desk(chromium: Browser, lab: LiveLab) -> Iterator[Page]:
    """A tab with JupyterLab in it, for one notebook after another."""
    with live_desk(chromium, lab) as page:
        yield page


@pytest.fixture(params=["file", "live"])
def place(request: pytest.FixtureRequest, desk: Page, lab: LiveLab) -> Iterator[Place]:
    """A notebook of three cells, open in the page or nowhere."""
    path = lab.write(f"both-{next(NUMBERS)}.ipynb", *CELLS)
    document = Document.add(desk, lab, path) if request.param == "live" else None
    yield Place(lab, path, document)
    if document:
        document.close()


def replace(cell: str, before: str | None, source: str) -> dict[str, Any]:
    return {"action": "replace", "cell": cell, "before": before, "source": source}


def insert(cell: str, after: str | None, source: str, kind: str = "code") -> dict[str, Any]:
    return {"action": "insert", "cell": cell, "after": after, "source": source, "cell_type": kind}


def text_of(run: dict[str, Any]) -> str:
    """What a cell of a run printed."""
    return "".join(output.get("text", "") for output in run["outputs"])


def test_a_notebook_is_read_whole(place: Place) -> None:
    """Sources as strings, ids, outputs, metadata and attachments, in nbformat 4.5."""
    notebook = place.read()["notebook"]

    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    first, second, words = notebook["cells"]
    assert (first["source"], first["metadata"]["tags"], first["execution_count"]) == (CELLS[0]["source"], ["mine"], 3)
    assert first["outputs"] == [STREAM]
    assert (second["id"], second["outputs"], words["attachments"]) == ("second", [], ATTACHED)


def test_each_kind_of_edit_does_what_it_says(place: Place) -> None:
    """Inserted, replaced, moved, deleted, made another type, given outputs: in one call, and saved."""
    output = {"output_type": "stream", "name": "stdout", "text": "new\n"}
    place.edit(
        insert("new", "second", "z = 3"),
        insert("note", None, "A *note*", "markdown"),
        replace("first", CELLS[0]["source"], "x = 10"),
        {"action": "move", "cell": "words", "after": "note"},
        {"action": "outputs", "cell": "new", "outputs": [output], "execution_count": 9},
    )
    assert place.ids() == ["note", "words", "first", "second", "new"]
    first, new, words = place.cell("first"), place.cell("new"), place.cell("words")
    assert (first["source"], first["outputs"], first["metadata"]["tags"]) == ("x = 10", [STREAM], ["mine"])
    assert (new["outputs"], new["execution_count"]) == ([output], 9)
    assert words["attachments"] == ATTACHED

    place.edit({"action": "delete", "cell": "second", "before": "y = 2"})
    place.edit({"action": "replace", "cell": "new", "before": "z = 3", "source": "Three", "cell_type": "markdown"})

    assert place.ids() == ["note", "words", "first", "new"]
    assert place.cell("new")["cell_type"] == "markdown"
    assert [cell["id"] for cell in place.saved()] == ["note", "words", "first", "new"]


def test_a_cell_is_put_back_whole(place: Place) -> None:
    """A deleted cell comes back with its outputs, count and metadata, under its id and in its place."""
    whole = place.cell("first")
    place.edit({"action": "delete", "cell": "first", "before": whole["source"]})
    assert place.ids() == ["second", "words"]

    place.edit({"action": "insert", "cell": "first", "after": None, "whole": {**CELLS[0], "cell_type": "code"}})

    back = place.cell("first")
    assert (back["source"], back["outputs"], back["execution_count"]) == (whole["source"], [STREAM], 3)
    assert back["metadata"]["tags"] == ["mine"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace("second", "old", "new"), "cell_changed"),
        ({"action": "delete", "cell": "second", "before": "old"}, "cell_changed"),
        (replace("nowhere", None, "new"), "cell_unknown"),
        (insert("more", "nowhere", "1"), "cell_unknown"),
        ({"action": "move", "cell": "first", "after": "nowhere"}, "cell_unknown"),
        (insert("second", None, "1"), "cell_changed"),
    ],
)
def test_a_call_of_which_a_part_cannot_be_done_does_nothing(place: Place, wrong: dict[str, Any], code: str) -> None:
    """A stale source, an unknown cell, an id that is taken: it is refused, and nothing of the call is done."""
    answer = place.edit(replace("first", None, "changed"), wrong)

    assert answer["code"] == code
    if code == "cell_changed":
        assert answer["cell"] == "second"
    assert [cell["source"] for cell in place.cells()] == [cell["source"] for cell in CELLS]


def test_cells_run_and_their_outputs_are_in_the_notebook(place: Place) -> None:
    """The report and the notebook have the same outputs and counts; what was defined is there for the next run."""
    report = place.run("first", "second")
    assert report["over"]
    assert [cell["state"] for cell in report["cells"]] == ["ok", "ok"]
    assert text_of(report["cells"][0]) == "1\n"
    assert report["cells"][0]["duration_ms"] >= 0
    place.edit(insert("sum", "second", "print(x + y)\nx * 100"))

    report = place.run("sum")

    assert text_of(report["cells"][0]) == "3\n"
    until(lambda: len(place.cell("sum")["outputs"]) == 2)
    assert place.cell("sum")["outputs"][1]["data"]["text/plain"] == "100"
    assert place.cell("sum")["execution_count"] == report["cells"][0]["execution_count"]
    until(lambda: [len(cell.get("outputs", [])) for cell in place.saved()] == [1, 0, 2, 0])


def test_an_error_ends_a_run_and_is_in_the_notebook(place: Place) -> None:
    """The cell after the one that fails is not run; the traceback is in the report and below the cell."""
    place.edit(replace("first", None, "1 / 0"))

    report = place.run("first", "second")

    assert [cell["state"] for cell in report["cells"]] == ["error", "aborted"]
    assert report["cells"][0]["outputs"][-1]["ename"] == "ZeroDivisionError"
    until(lambda: [output["output_type"] for output in place.cell("first")["outputs"]] == ["error"])
    assert place.run("second")["cells"][0]["state"] == "ok"


def test_outputs_take_the_place_of_those_that_were_there(place: Place) -> None:
    """A stream is not written to the end of the one before it, and is what the page shows."""
    new = {**STREAM, "text": "new\n"}

    place.edit({"action": "outputs", "cell": "first", "outputs": [new], "execution_count": 4})

    assert (place.cell("first")["outputs"], place.cell("first")["execution_count"]) == ([new], 4)
    assert place.document is None or place.document.outputs("first").strip() == "new"


def test_what_is_not_as_it_is_believed_to_be_is_not_run(place: Place) -> None:
    """A cell with another source, and one that is not there, are refused."""
    answer = place.lab.door("run", place.path, cells=[{"cell": "first", "source": "old"}])
    if "run" in answer:  # it is found out by the page, once it comes to the cell
        report = place.report(answer, seconds=60)
        assert report["cells"][0]["state"] in ("changed", "aborted")
    else:
        assert answer["code"] == "cell_changed"
    assert place.cell("first")["outputs"] == [STREAM]

    answer = place.lab.door("run", place.path, cells=[{"cell": "nowhere", "source": "1"}])

    assert answer["code"] == "cell_unknown"


def test_a_long_run_is_reported_and_can_be_stopped(place: Place) -> None:
    """Before its end the report has what came so far; stopped, it ends, and the kernel is of use again."""
    place.edit(replace("first", None, "import time\nprint('begun', flush=True)\ntime.sleep(600)"))
    begun = place.run("first", seconds=0)
    assert not begun["over"]
    until(lambda: text_of(place.report(begun)["cells"][0]) == "begun\n")

    place.lab.door("stop", place.path, run=begun["run"])

    ended = place.report(begun, seconds=60)
    assert ended["over"]
    assert ended["cells"][0]["state"] == "interrupted"
    assert place.run("second")["cells"][0]["state"] == "ok"


def test_a_restart_ends_what_runs_and_forgets_what_was_defined(place: Place) -> None:
    """A run in which the kernel is restarted says so; afterwards the names are gone and cells run as before."""
    place.run("second")
    place.edit(replace("first", None, "import time\ntime.sleep(600)"))
    begun = place.run("first", seconds=0)
    until(lambda: place.report(begun)["cells"][0]["state"] == "running")

    place.lab.door("kernel", place.path, action="restart")

    ended = place.report(begun, seconds=60)
    assert (ended["over"], ended["kernel"], ended["cells"][0]["state"]) == (True, "restarted", "lost")
    place.edit(insert("after", None, "'y' in globals()"))
    report = place.run("after")
    assert report["cells"][0]["outputs"][0]["data"]["text/plain"] == "False"


def test_scratch_code_leaves_the_notebook_as_it_was(place: Place) -> None:
    """It runs in the notebook's kernel, and nothing of it is in the notebook."""
    place.run("second")
    before = place.cells()

    begun = place.lab.door("scratch", place.path, code="print(y * 21)")
    report = place.report(begun, seconds=60)

    assert text_of(report["cells"][0]) == "42\n"
    assert place.cells() == before
