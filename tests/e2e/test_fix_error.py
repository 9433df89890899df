"""A cell that failed, and the button below it: what goes along, the change that is reviewed, and running again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from lab_stage import Lab, run_cell, visit
from playwright.sync_api import Locator, Page, expect
from test_sidebar import Beside, command

FAILS = "highs = [14.2, 18.1]\n[high for high in highs if high > limit]"
FIXED = f"limit = 15\n{FAILS}"
RUN = "Control+Enter"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab."""
    made = Lab(tmp_path_factory.mktemp("fix")).start()
    yield made
    made.stop()


def cell(page: Page, number: int) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell").nth(number)


def code(page: Page, number: int) -> str:
    lines = cell(page, number).locator(".cm-line").all_inner_texts()
    return "\n".join(line.rstrip("\n") for line in lines)


def bars(page: Page) -> Locator:
    return page.locator("[data-jcw=fix-bar]")


def failed(page: Page, lab: Lab, name: str, *more: str) -> None:
    """Open a notebook whose first cell has just failed."""
    visit(page, lab, lab.notebook(name, FAILS, *more))
    run_cell(page, 0)
    expect(bars(page)).to_have_count(1)


def turns(lab: Lab, notebook: str) -> list[dict[str, Any]]:
    """How each turn of the notebook's conversation began."""
    (session,) = lab.ask("GET", f"api/sessions?notebook={notebook}")["sessions"]
    frames = lab.ask("GET", f"api/sessions/{session['session_id']}/transcript?format=json")["frames"]
    return [frame for frame in frames if frame["type"] in ("turn_started", "sent")]


def test_one_click_sends_the_error_and_one_more_runs_what_was_accepted(page: Page, lab: Lab) -> None:
    """A conversation begins, the error goes along, the change lands after review, and the cell works when run again."""
    failed(page, lab, "one.ipynb", "'below'")
    page.locator("[data-jcw=fix-error]").click()
    beside = Beside(page)
    beside.part("question").wait_for()

    expect(beside.part("prompt")).to_contain_text("Fix this error: NameError: name 'limit' is not defined")
    expect(beside.part("mentioned")).to_have_text("NameError in [1]")
    expect(page.locator("[data-jcw=run-again]")).to_be_hidden()
    assert code(page, 0) == FAILS
    beside.answer("allow")
    expect(page.locator("[data-jcw=run-again]")).to_be_visible()
    assert code(page, 0) == FIXED
    expect(cell(page, 0)).to_contain_text("NameError")
    page.locator("[data-jcw=run-again]").click()

    expect(cell(page, 0).locator(".jp-OutputArea-output")).to_have_text(re.compile(r"\[18\.1\]"))
    expect(bars(page)).to_have_count(0)
    begun, sent = turns(lab, "one.ipynb")[:2]
    assert begun["mentions"] == [{"kind": "error", "cell": "a1", "label": "NameError in [1]"}]
    items = [(item["kind"], item["what"]) for item in sent["items"]]
    assert ("source", "a1") in items
    assert ("output", "a1") in items
    assert json.dumps(sent["items"]).count("NameError") >= 1


def test_the_buttons_follow_the_cells(page: Page, lab: Lab) -> None:
    """Below each cell that failed and no other, whatever is inserted, moved, deleted, undone, run or cleared."""
    failed(page, lab, "two.ipynb", "1 / 0", "'fine'")
    run_cell(page, 1)
    run_cell(page, 2)
    expect(bars(page)).to_have_count(2)
    expect(cell(page, 2).locator("[data-jcw=fix-bar]")).to_have_count(0)

    cell(page, 0).locator(".jp-InputPrompt").click()
    page.keyboard.press("a")
    expect(cell(page, 1).locator("[data-jcw=fix-error]")).to_be_visible()
    expect(cell(page, 0).locator("[data-jcw=fix-bar]")).to_have_count(0)
    cell(page, 1).locator(".jp-InputPrompt").click()
    page.keyboard.press("Control+Shift+ArrowDown")
    expect(cell(page, 1)).to_contain_text("ZeroDivisionError")
    expect(bars(page)).to_have_count(2)
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(bars(page)).to_have_count(1)
    page.keyboard.press("z")
    expect(bars(page)).to_have_count(2)

    cell(page, 1).locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("'mended'")
    page.keyboard.press(RUN)
    expect(bars(page)).to_have_count(1)
    command(page, "Clear Outputs of All Cells")
    expect(bars(page)).to_have_count(0)


@pytest.mark.oldest
def test_the_notebook_stays_where_it_was_scrolled_to(page: Page, lab: Lab) -> None:
    """The sidebar opens beside a long notebook, and the cell that failed stays in sight."""
    visit(page, lab, lab.notebook("long.ipynb", *[f"# {n}\n" + "\n" * 12 for n in range(30)], FAILS, "'after'"))
    cell(page, 0).locator(".jp-InputPrompt").click()
    for _ in range(30):  # what is far away may not be in the page
        page.keyboard.press("ArrowDown")
    run_cell(page, 30)
    button = page.locator("[data-jcw=fix-error]")
    button.scroll_into_view_if_needed()
    button.click()
    Beside(page).part("question").wait_for()

    expect(button).to_be_in_viewport()
    expect(page.locator("[data-jcw=sidebar]")).to_be_visible()


def test_the_command_does_the_same_and_a_setting_hides_the_button(page: Page, lab: Lab) -> None:
    """With `fixButton` off there is no button; the command, by its key, still asks."""
    settings = lab.home / ".jupyter/lab/user-settings/jupyter-claude-workspace"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "settings.jupyterlab-settings").write_text('{"fixButton": false}')
    try:
        visit(page, lab, lab.notebook("quiet.ipynb", FAILS))
        run_cell(page, 0)
        expect(cell(page, 0)).to_contain_text("NameError")
        cell(page, 0).locator(".jp-InputPrompt").click()
        page.keyboard.press("Alt+Shift+F")
        beside = Beside(page)
        beside.part("question").wait_for()
        expect(bars(page)).to_have_count(0)
        expect(beside.part("mentioned")).to_have_text("NameError in [1]")
    finally:
        (settings / "settings.jupyterlab-settings").unlink()
