"""Notebook 7: what Claude proposes is decided in the cells, and an error is fixed from below its cell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_stage import ARMING, run_cell
from live_stage import Document, LiveLab, live_lab
from playwright.sync_api import Page, expect
from test_fix_error import FAILS, FIXED
from test_sidebar import Beside, begin

sys.path.append(str(Path(__file__).parents[1]))
from notebook_stage import call, edit, scripted

SCRIPTS = {
    "three": [
        call("read_notebook"),
        edit(
            {"action": "replace", "cell": "one", "source": "x = 2"},
            {"action": "insert", "source": "y = 2", "after": "one"},
            {"action": "delete", "cell": "two"},
        ),
    ]
}


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """Notebook 7, whose Claude Code asks a scripted model."""
    home = tmp_path_factory.mktemp("seven")
    with scripted(home / "scripts", SCRIPTS) as model:
        environment = {"PYTHONPATH": str(Path(__file__).parent), **model.environment()}
        with live_lab(home / "home", "notebook", environment=environment, demo="off", prompts_per_minute=0) as made:
            yield made


def test_changes_are_decided_in_their_cells(page: Page, seven: LiveLab) -> None:
    """One is accepted, one rejected with words, the rest with the bar below the cells."""
    path = seven.write("review.ipynb", {"id": "one", "source": "x = 1"}, {"id": "two", "source": "z = 3"})
    document = Document.open(page, seven, path)
    beside = begin(page)
    beside.send("demo: three")
    marks = page.locator("[data-jcw=mark]")
    expect(marks).to_have_count(3)
    page.wait_for_timeout(ARMING)
    page.locator("[data-jcw=mark][data-action=replace] [data-jcw=accept-change]").click()
    page.locator("[data-jcw=mark][data-action=delete] [data-jcw=word-reject]").click()
    page.keyboard.type("I need it.")
    page.keyboard.press("Enter")
    page.locator("[data-jcw=review-bar] [data-jcw=accept-all]").click()
    expect(marks).to_have_count(0)
    beside.wait("ready")
    assert [cell["source"] for cell in document.cells()] == ["x = 2", "y = 2", "z = 3"]


def test_an_error_is_fixed_from_below_its_cell(page: Page, seven: LiveLab) -> None:
    """One click asks, the repair is accepted in the cell, and one more runs it."""
    document = Document.open(page, seven, seven.write("fix.ipynb", {"id": "one", "source": FAILS}))
    run_cell(page, 0)
    page.locator("[data-jcw=fix-error]").click()
    expect(Beside(page).part("question")).to_be_visible()
    accept = page.locator("[data-jcw=mark] [data-jcw=accept-change]")
    accept.wait_for()
    page.wait_for_timeout(ARMING)
    accept.click()
    page.locator("[data-jcw=run-again]").click()
    expect(page.locator("[data-jcw=fix-bar]")).to_have_count(0)
    assert document.source("one") == FIXED
    document.wait("cellOf(path, id).outputArea.node.innerText.includes('[18.1]')", "one")
