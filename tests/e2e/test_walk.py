"""The walk through a notebook: load the data, clean it, plot it. Each step is looked at in the open document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab_stage import Lab, visit
from playwright.sync_api import Locator, Page, expect
from test_sidebar import begin

MINE = "# mine\nx = 1"
WORDS = "Keep every single day."


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab."""
    made = Lab(tmp_path_factory.mktemp("walk")).start()
    yield made
    made.stop()


def cells(page: Page) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell")


def firsts(page: Page) -> list[str]:
    """The first line of each cell, as it stands in the open document."""
    return [cell.locator(".cm-line").first.inner_text().split(":")[0].strip() for cell in cells(page).all()]


def test_the_walk(page: Page, lab: Lab) -> None:
    """Three reviewed cells, a run that asks, the plot and what Claude says of it, a no with words, and all undone."""
    visit(page, lab, lab.notebook("walk.ipynb", MINE))
    beside = begin(page)
    beside.part("examples").get_by_role("button", name="Load the data, clean it, plot it").click()

    beside.part("question").wait_for()
    assert firsts(page) == ["# mine"]
    beside.answer("allow")
    expect(cells(page)).to_have_count(4)
    assert firsts(page) == ["# mine", "# Load", "# Clean", "# Plot"]

    expect(beside.part("question")).to_contain_text("Run 3 cells")
    assert [prompt.strip() for prompt in page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()] == ["[ ]:"] * 4
    beside.answer("allow")
    expect(beside.part("reply").last).to_contain_text("1 picture came back to me")
    expect(beside.part("reply").last).to_contain_text("One day stands out")
    expect(cells(page).nth(2).locator(".jp-OutputArea-output")).to_contain_text("26 days kept")
    expect(cells(page).nth(3).locator(".jp-RenderedSVG")).to_be_in_viewport(ratio=0.9)
    expect(cells(page).nth(0).locator(".jp-InputPrompt")).to_have_text("[ ]:")

    beside.wait("ready")
    plot = cells(page).nth(3).locator(".jp-InputArea .cm-content").inner_text()
    beside.send("Smooth the curve")
    beside.part("question").wait_for()
    beside.part("words").fill(WORDS)
    beside.answer("deny")
    expect(beside.part("reply").last).to_contain_text(WORDS)
    assert cells(page).nth(3).locator(".jp-InputArea .cm-content").inner_text() == plot

    beside.wait("ready")
    beside.part("undo-turn").first.click()
    expect(cells(page)).to_have_count(1)
    expect(cells(page).first).to_be_in_viewport()
    assert firsts(page) == ["# mine"]
