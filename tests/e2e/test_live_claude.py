"""The real CLI works in an open notebook: its tools, the questions, and what the person sees in the document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_stage import open_page
from live_stage import Document, LiveLab, live_lab
from playwright.sync_api import Page, expect

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread

SCENARIOS = Path(__file__).parents[1] / "scenarios"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab, whose Claude Code asks a scripted model."""
    with DemoThread([SHIPPED, SCENARIOS], pace=0) as model:
        home = tmp_path_factory.mktemp("claude")
        environment = {"PYTHONPATH": str(Path(__file__).parent), **model.environment()}
        with live_lab(home, environment=environment, demo="off", prompts_per_minute=0) as made:
            yield made


def test_claude_reads_edits_and_runs_in_the_document_that_the_person_has_open(page: Page, lab: LiveLab) -> None:
    """It sees what is not saved, its edit and its outputs appear in the tab, and one undo takes the edit back."""
    lab.write("work.ipynb", {"id": "first", "source": "x = 1\nprint(x)"}, {"id": "mine", "source": "mine = 1"})
    document = Document.open(page, lab, "work.ipynb")
    document.write_in("mine", " + 1")
    here = document.place()
    panel = open_page(page.context.new_page(), lab, "work.ipynb")
    panel.send("demo: live-work")
    panel.answer("allow")
    document.wait_shown("first", "x = 20\nprint(x)")
    panel.answer("allow")
    expect(panel.part("reply").last).to_contain_text("It ran:")
    expect(panel.part("reply").first).to_contain_text("mine = 1 + 1")
    document.wait("cellOf(path, id).outputArea.node.innerText.startsWith('20')", "first")
    assert [cell["source"] for cell in document.cells()] == [
        "x = 20\nprint(x)", "print('made by Claude')", "mine = 1 + 1",
    ]  # fmt: skip
    assert document.place() == here
    page.bring_to_front()
    document.write_in("first")
    page.keyboard.press("Control+z")
    assert [cell["source"] for cell in document.cells()] == ["x = 1\nprint(x)", "mine = 1 + 1"]
    assert document.dialogs.count() == 0
