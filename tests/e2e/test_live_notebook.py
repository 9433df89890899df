"""Claude's work in a notebook that is open: what becomes of the open document, looked at in a real Chromium."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from live_stage import Document, LiveLab, live_desk, live_lab
from playwright.sync_api import Browser, Page, expect

PRINTS = "x = 1\nprint(x)"
GREEK = "alpha = 1\nbeta = 2\ngamma = 3"
COUNTS = "import time\nfor n in range(20):\n    print(n, flush=True)\n    time.sleep(0.1)"
WORDS = "# Words\n\n![dot](attachment:dot.png)"
STREAM = {"output_type": "stream", "name": "stdout", "text": "kept\n"}
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p9L7WQAAAABJRU5ErkJggg=="
ATTACHED = {"dot.png": {"image/png": DOT}}
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab."""
    with live_lab(tmp_path_factory.mktemp("live")) as made:
        yield made


@pytest.fixture(scope="module")
def desk(chromium: Browser, lab: LiveLab) -> Iterator[Page]:
    """A tab with JupyterLab in it, for one notebook after another."""
    with live_desk(chromium, lab) as page:
        yield page


@pytest.fixture
def document(desk: Page, lab: LiveLab) -> Iterator[Document]:
    """A notebook of four cells, in front; its name is the test's own."""
    name = f"work-{next(NUMBERS)}.ipynb"
    lab.write(
        name,
        {"id": "first", "source": PRINTS, "metadata": {"tags": ["mine"]}, "outputs": [STREAM], "execution_count": 3},
        {"id": "second", "source": GREEK, "outputs": [STREAM], "execution_count": 4},
        {"id": "third", "source": COUNTS},
        {"id": "words", "cell_type": "markdown", "source": WORDS, "attachments": ATTACHED},
    )
    made = Document.add(desk, lab, name)
    yield made
    made.close()


def replace(cell: str, before: str | None, source: str) -> dict[str, Any]:
    return {"action": "replace", "cell": cell, "before": before, "source": source}


def insert(cell: str, after: str | None, source: str, kind: str = "code") -> dict[str, Any]:
    return {"action": "insert", "cell": cell, "after": after, "source": source, "cell_type": kind}


def test_an_edit_is_seen_in_the_open_document_and_the_cell_keeps_all_else(document: Document) -> None:
    """Outputs, id, metadata, count and attachments are what they were, and the file has the edit soon after."""
    document.lab.edit(
        document.path,
        replace("first", PRINTS, "x = 2\nprint(x)"),
        replace("words", None, f"{WORDS}\n\nmore"),
    )
    document.wait_shown("first", "x = 2\nprint(x)")
    first = document.cell("first")
    assert (first["source"], first["metadata"]["tags"], first["execution_count"]) == ("x = 2\nprint(x)", ["mine"], 3)
    assert first["outputs"] == [STREAM]
    assert document.outputs("first") == "kept\n"
    assert document.cell("words")["attachments"] == ATTACHED
    document.wait("cellOf(path, id).node.querySelector('.jp-RenderedMarkdown').innerText.includes('more')", "words")
    document.wait_saved()
    assert document.lab.file(document.path)["cells"][0]["source"] == ["x = 2\n", "print(x)"]
    expect(document.dialogs).to_have_count(0)


@pytest.mark.oldest
def test_the_cursor_stays_where_the_person_has_it(document: Document) -> None:
    """Edits around it in its own cell, and cells that come, go and move, leave it between the same letters."""
    document.write_in("second", at=len("alpha = 1\nbe"))
    document.lab.edit(document.path, replace("second", None, "alpha = 111\nbeta = 2\ngamma = 333"))
    assert document.place() == {"cell": "second", "mode": "edit", "focus": True, "at": len("alpha = 111\nbe")}
    document.lab.edit(
        document.path,
        insert("top", None, "# top", "markdown"),
        {"action": "delete", "cell": "first", "before": None},
        {"action": "move", "cell": "third", "after": "top"},
    )
    assert document.ids() == ["top", "third", "second", "words"]
    assert document.place() == {"cell": "second", "mode": "edit", "focus": True, "at": len("alpha = 111\nbe")}
    document.lab.edit(document.path, {"action": "move", "cell": "second", "after": None})
    assert document.ids()[0] == "second"
    document.page.keyboard.type("!")
    assert document.source("second") == "alpha = 111\nbe!ta = 2\ngamma = 333"


def test_a_selection_survives_an_edit_elsewhere_in_the_cell(document: Document) -> None:
    """What is typed next replaces just what was selected."""
    document.write_in("second", at=len("alpha = 1\n"))
    for _ in "beta":
        document.page.keyboard.press("Shift+ArrowRight")
    document.lab.edit(document.path, replace("second", None, "# new\nalpha = 1\nbeta = 2\ngamma = 4"))
    document.page.keyboard.type("B")
    assert document.source("second") == "# new\nalpha = 1\nB = 2\ngamma = 4"


def test_one_undo_in_the_cell_takes_back_one_call_and_not_the_typing_before_it(document: Document) -> None:
    """Not even where the person had typed just before; redo brings it back."""
    keys = document.page.keyboard
    document.write_in("second", "#typed")
    typed = f"{GREEK}#typed"
    document.lab.edit(document.path, replace("second", typed, "alpha = 10\nbeta = 20\ngamma = 30#typed"))
    keys.type("!")
    document.wait_shown("second", "alpha = 10\nbeta = 20\ngamma = 30#typed!")
    keys.press("Control+z")
    assert document.source("second") == "alpha = 10\nbeta = 20\ngamma = 30#typed"
    keys.press("Control+z")
    assert document.source("second") == typed
    keys.press("Control+Shift+z")
    assert document.source("second") == "alpha = 10\nbeta = 20\ngamma = 30#typed"
    keys.press("Control+z")
    keys.press("Control+z")
    assert document.source("second") == GREEK


@pytest.mark.parametrize("how", ["in a cell", "of cells"])
def test_one_undo_takes_back_all_that_a_call_did(document: Document, how: str) -> None:
    """Cells that it changed, inserted, deleted and moved, wherever the person undoes; in a cell they stay."""
    before = document.cells()
    document.write_in("second")
    document.lab.edit(
        document.path,
        replace("second", None, "alpha = 5"),
        replace("first", None, "x = 5"),
        insert("new", "first", "y = 6"),
        {"action": "delete", "cell": "third", "before": None},
        {"action": "move", "cell": "words", "after": None},
    )
    assert document.ids() == ["words", "first", "new", "second"]
    after = document.cells()
    keys = ("Control+z", "Control+Shift+z") if how == "in a cell" else ("z", "Shift+z")
    if how == "of cells":
        document.page.keyboard.press("Escape")
    document.page.keyboard.press(keys[0])
    assert document.cells() == before
    if how == "in a cell":
        assert document.place()["cell"] == "second"
    document.page.keyboard.press(keys[1])
    assert document.cells() == after
    document.page.keyboard.press(keys[0])
    assert document.cells() == before


def test_what_the_person_typed_since_stays_when_the_call_is_undone_elsewhere(document: Document) -> None:
    """A cell in which something was typed after the call keeps both; its own undo still takes back the typing alone."""
    document.lab.edit(document.path, replace("first", None, "x = 5"), replace("second", None, "alpha = 5"))
    document.write_in("first", "#since")
    document.write_in("second")
    document.page.keyboard.press("Control+z")
    assert document.source("second") == GREEK
    assert document.source("first") == "x = 5#since"
    document.write_in("first")
    document.page.keyboard.press("Control+z")
    assert document.source("first") == "x = 5"


def test_a_stale_edit_is_refused_and_nothing_of_its_call_is_done(document: Document) -> None:
    """The person typed since Claude read the cell: it is said which cell that is, and its source can be read."""
    before = document.source("second")
    document.write_in("second", "#mine")
    refused = document.lab.edit(document.path, insert("new", "first", "y"), replace("second", before, "gone"))
    assert (refused["code"], refused["cell"]) == ("cell_changed", "second")
    assert document.ids() == ["first", "second", "third", "words"]
    fresh = document.lab.door("read", document.path)["notebook"]["cells"][1]["source"]
    assert fresh == document.source("second") == before + "#mine"


def test_a_cell_that_is_deleted_under_the_keys_lets_them_go_nowhere(document: Document) -> None:
    """What is typed then reaches neither another cell nor the commands of single keys."""
    document.write_in("second")
    document.lab.edit(document.path, {"action": "delete", "cell": "second", "before": None})
    rest = document.cells()
    document.page.keyboard.type("xdda")
    assert document.cells() == rest
    document.write_in("first")
    document.page.keyboard.press("Escape")
    document.page.keyboard.press("z")
    assert document.cell("second")["outputs"] == [STREAM]


def test_a_deleted_cell_is_put_back_as_it_was(document: Document) -> None:
    """As the time machine does: with its outputs, count, metadata and attachments."""
    before = document.cells()
    whole = {cell["id"]: cell for cell in before}
    document.lab.edit(
        document.path, *({"action": "delete", "cell": cell, "before": None} for cell in ("second", "words"))
    )
    document.lab.edit(
        document.path,
        {"action": "insert", "cell": "second", "after": "first", "whole": whole["second"]},
        {"action": "insert", "cell": "words", "after": "third", "whole": whole["words"]},
    )
    assert document.cells() == before
    document.wait("cellOf(path, id).node.querySelector('.jp-OutputArea').innerText.includes('kept')", "second")


def test_a_notebook_that_may_not_be_changed_is_not(page: Page, lab: LiveLab) -> None:
    """The server says that its file cannot be written: the open document stays as it is."""
    lab.write("locked.ipynb", {"id": "one", "source": "1"})
    document = Document.open(page, lab, "locked.ipynb")
    document.wait("panelOf(path).context.contentsModel.writable === false")
    refused = lab.door("apply", "locked.ipynb", edits=[replace("one", "1", "2")])
    assert refused["code"] == "notebook_unsaved"
    assert document.source("one") == "1"
    expect(document.dialogs).to_have_count(0)


def test_a_run_shows_its_outputs_in_the_document_and_leaves_the_person_where_they_are(document: Document) -> None:
    """Cell by cell in the person's kernel, up to the first that fails; the file has the outputs soon after."""
    document.lab.edit(document.path, insert("bad", "first", "1/0"))
    document.write_in("second")
    here = document.place()
    report = document.lab.run(document.path, "first", "bad", "second")
    assert [cell["state"] for cell in report["cells"]] == ["ok", "error", "aborted"]
    assert report["where"] == "live"
    document.wait("cellOf(path, id).outputArea.node.innerText.startsWith('1')", "first")
    document.wait("cellOf(path, id).outputArea.node.innerText.includes('ZeroDivisionError')", "bad")
    assert document.cell("first")["execution_count"] == report["cells"][0]["execution_count"]
    assert document.place() == here
    document.wait_saved()
    assert document.lab.file(document.path)["cells"][0]["outputs"][0]["text"] == ["1\n"]


def test_outputs_stay_with_their_cell_when_it_is_moved_in_mid_run(document: Document) -> None:
    """Those that came before, and those that come after."""
    begun = document.lab.door("run", document.path, cells=[{"cell": "third", "source": document.source("third")}])
    document.wait("cellOf(path, id).outputArea.node.innerText.includes('2')", "third")
    document.lab.edit(document.path, {"action": "move", "cell": "third", "after": None})
    report = document.lab.door("report", document.path, run=begun["run"], seconds=60)
    everything = "".join(f"{n}\n" for n in range(20))
    assert report["cells"][0]["state"] == "ok"
    document.wait("/\\d/.test(cellOf(path, id).node.querySelector('.jp-InputPrompt').textContent)", "third")
    assert document.cell("third")["outputs"] == [{**STREAM, "text": everything}]
    assert document.outputs("third").split() == everything.split()


def test_code_that_asks_for_input_is_reported_and_answered_in_the_cell(document: Document) -> None:
    """The person answers below the cell, and the run goes on."""
    document.lab.edit(document.path, insert("asks", None, "name = input('Who? ')\nprint('Hello', name)"))
    report = document.lab.run(document.path, "asks")
    assert (report["over"], report["cells"][0]["state"], report["cells"][0]["prompt"]) == (False, "input", "Who? ")
    box = document.page.locator("input.jp-Stdin-input")
    box.fill("Ann")
    box.press("Enter")
    report = document.lab.door("report", document.path, run=report["run"], seconds=60)
    assert report["cells"][0]["state"] == "ok"
    document.wait("cellOf(path, id).outputArea.node.innerText.includes('Hello Ann')", "asks")


def test_cells_that_are_far_out_of_view_are_edited_and_run(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In a notebook of 200 cells, where Lab draws only what is in view."""
    with live_lab(tmp_path_factory.mktemp("windowed")) as lab:
        kept = lab.home / ".jupyter/lab/user-settings/@jupyterlab/notebook-extension"
        kept.mkdir(parents=True)
        (kept / "tracker.jupyterlab-settings").write_text('{"windowingMode": "full"}')
        lab.write("long.ipynb", *({"id": f"c{n}", "source": f"print({n})\n" + "#\n" * 8} for n in range(200)))
        document = Document.open(page, lab, "long.ipynb")
        document.write_in("c0")
        lab.edit(
            "long.ipynb", replace("c180", None, "print('far')"), {"action": "move", "cell": "c190", "after": "c10"}
        )
        report = lab.run("long.ipynb", "c180", "c190")
        assert [cell["state"] for cell in report["cells"]] == ["ok", "ok"]
        assert document.cell("c180")["outputs"][0]["text"] == "far\n"
        assert document.ids()[11] == "c190"
        assert document.place()["cell"] == "c0"
        lab.door("reveal", "long.ipynb", cell="c180")
        document.wait_shown("c180", "print('far')")
        document.wait("cellOf(path, id).outputArea.node.innerText.includes('far')", "c180")


def test_an_open_notebook_is_saved_after_an_edit_unless_autosave_is_off(document: Document) -> None:
    """Off: the document shows that there is something to save, and the file stays."""
    document.lab.edit(document.path, replace("first", None, "saved = 1"))
    document.wait_saved()
    assert document.lab.file(document.path)["cells"][0]["source"] == ["saved = 1"]
    document.page.evaluate("window.jupyterapp.commands.execute('docmanager:toggle-autosave')")
    try:
        document.lab.edit(document.path, replace("first", None, "saved = 2"))
        document.wait_shown("first", "saved = 2")
        document.wait("panelOf(path).context.model.dirty")
        document.lab.run(document.path, "first")
        assert document.dirty()
        assert document.lab.file(document.path)["cells"][0]["source"] == ["saved = 1"]
        document.lab.door("save", document.path)
        assert document.lab.file(document.path)["cells"][0]["source"] == ["saved = 2"]
        assert not document.dirty()
    finally:
        document.page.evaluate("window.jupyterapp.commands.execute('docmanager:toggle-autosave')")
