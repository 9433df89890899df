"""A turn is undone in the document that is open; the timeline shows what was, and leads back to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_stage import Panel, open_page
from live_stage import Document, LiveLab, live_lab
from notebook_stage import Call, call, edit, write_scripts
from playwright.sync_api import Page, expect

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread

KERNEL = '{"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}'
EMPTY = f'{{"cells": [], "metadata": {KERNEL}, "nbformat": 4, "nbformat_minor": 5}}'
SCRIPTS: dict[str, list[Call]] = {
    "changes-three": [
        call("read_notebook"),
        edit(
            {"action": "replace", "cell": "first", "source": "x = 20"},
            {"action": "delete", "cell": "second"},
            {"action": "insert", "source": "made = 'by Claude'", "after": "first"},
        ),
    ],
    "only-looks": [call("read_notebook")],
    "empties": [("Bash", {"command": f"printf '%s' '{EMPTY}' > many.ipynb", "description": "Empty it"})],
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab, whose Claude Code calls the tools that a test wants."""
    scripts = tmp_path_factory.mktemp("scripts")
    write_scripts(scripts, SCRIPTS)
    with DemoThread([SHIPPED, scripts], pace=0) as model:
        environment = {"PYTHONPATH": str(Path(__file__).parent), **model.environment()}
        with live_lab(tmp_path_factory.mktemp("past"), environment=environment, demo="off") as made:
            yield made


def start(lab: LiveLab, name: str) -> None:
    lab.write(
        name,
        {"id": "first", "source": "x = 1"},
        {"id": "second", "source": "print('kept')", "outputs": [PRINTED], "execution_count": 3},
        {"id": "third", "source": "mine = 1"},
    )


PRINTED = {"output_type": "stream", "name": "stdout", "text": "kept\n"}


def changed(page: Page, lab: LiveLab, name: str) -> tuple[Document, Panel]:
    """An open notebook in which Claude has just changed three cells, and the panel, on a page of its own."""
    start(lab, name)
    document = Document.open(page, lab, name)
    panel = open_page(page.context.new_page(), lab, name)
    panel.send("demo: changes-three")
    panel.answer("allow")
    panel.wait("ready")
    expect(panel.part("changed")).to_contain_text("Changed 3 cells")
    return document, panel


def sources(document: Document) -> list[str]:
    return [cell["source"] for cell in document.cells()]


@pytest.mark.oldest
def test_undo_and_redo_in_the_open_document(page: Page, lab: LiveLab) -> None:
    """What Claude changed is as before, outputs too; what the person wrote meanwhile stays, and their cursor too."""
    document, panel = changed(page, lab, "undo.ipynb")
    page.bring_to_front()
    document.write_in("third", " + 1")
    here = document.place()
    panel.page.bring_to_front()
    panel.part("undo-turn").click()
    panel.part("redo-turn").wait_for()

    assert sources(document) == ["x = 1", "print('kept')", "mine = 1 + 1"]
    assert document.cells()[1]["outputs"][0]["text"] == "kept\n"
    assert document.place() == here
    document.wait_shown("first", "x = 1")
    expect(panel.part("changed")).to_contain_text("Undone")

    panel.part("redo-turn").click()
    panel.part("undo-turn").wait_for()
    assert sources(document) == ["x = 20", "made = 'by Claude'", "mine = 1 + 1"]


def test_what_the_person_wrote_is_left_and_said(page: Page, lab: LiveLab) -> None:
    """Where the person went on from what Claude wrote, their text stays, and the panel names the cell."""
    document, panel = changed(page, lab, "left.ipynb")
    page.bring_to_front()
    document.write_in("first", " + 22")
    panel.page.bring_to_front()
    panel.part("undo-turn").click()

    expect(panel.part("left")).to_contain_text("One cell was left as it is")
    expect(panel.part("left")).to_contain_text("Cell 1: x = 20 + 22")
    assert sources(document) == ["x = 20 + 22", "print('kept')", "mine = 1"]


def test_the_timeline_compares_and_restores(page: Page, lab: LiveLab) -> None:
    """Each turn has its words and what differs from now; an earlier state comes back, and can be given up again."""
    document, panel = changed(page, lab, "timeline.ipynb")
    panel.ask("demo: only-looks")
    panel.part("timeline").click()
    entries = panel.part("entry")
    expect(entries).to_have_count(2)
    expect(entries.nth(0)).to_contain_text("Before “demo: only-looks”")
    expect(entries.nth(1)).to_contain_text("then 3 changed")
    entries.nth(0).locator("[data-jcw=compare]").click()
    expect(panel.part("comparison")).to_contain_text("exactly like that now")
    entries.nth(1).locator("[data-jcw=compare]").click()
    expect(panel.part("cell-then")).to_have_count(3)
    assert panel.part("cell-then").evaluate_all("all => all.map(each => each.dataset.difference)") == [
        "changed", "added", "removed",
    ]  # fmt: skip
    expect(panel.part("cell-then").first.locator(".jcw-diff-added")).to_contain_text("x = 20")

    entries.nth(1).locator("[data-jcw=restore]").click()
    expect(panel.part("restored")).to_contain_text("Restored")
    assert sources(document) == ["x = 1", "print('kept')", "mine = 1"]
    panel.part("undo-restore").click()
    expect(panel.part("restored")).to_contain_text("Undone")
    assert sources(document) == ["x = 20", "made = 'by Claude'", "mine = 1"]


def test_cells_that_are_suddenly_gone_are_offered_again(page: Page, lab: LiveLab) -> None:
    """A command emptied the file: one press of a button brings the cells back."""
    lab.write("many.ipynb", *({"id": f"cell-{number}", "source": f"x{number} = {number}"} for number in range(8)))
    panel = open_page(page, lab, "many.ipynb")
    panel.send("demo: empties")
    panel.answer("allow")
    notice = panel.root.locator("[data-jcw=notice][data-code=cells_lost]")
    expect(notice).to_contain_text("8 of 8 cells are gone from many.ipynb")
    panel.wait("ready")
    notice.locator("[data-jcw=put-back]").click()

    expect(notice).to_have_count(0)
    assert [cell["id"] for cell in lab.file("many.ipynb")["cells"]] == [f"cell-{number}" for number in range(8)]
