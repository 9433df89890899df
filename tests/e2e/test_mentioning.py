"""What goes along with a prompt: found after an @, shown above the field, previewed, kept, and taken out again."""

from __future__ import annotations

from typing import Any

from lab_stage import Lab, run_cell, visit
from playwright.sync_api import Page, expect
from test_sidebar import Beside, begin

CELLS = ("values = [1, 2, 3]\nprint(sum(values))", "for value in values:\n    total += value", "y = 2")
ENDED = "[data-jcw=turn]:not([data-end=running])"


def opened(page: Page, lab: Lab, name: str) -> Beside:
    """A notebook whose second cell failed, and the beginning of its conversation."""
    visit(page, lab, lab.notebook(name, *CELLS))
    run_cell(page, 0)
    run_cell(page, 1)
    return begin(page)


def choose(beside: Beside, written: str, label: str) -> None:
    """Write, and take the suggestion of this name."""
    beside.part("composer").press_sequentially(written)
    beside.part("suggestion").filter(has_text=label).first.click()


def begun(lab: Lab, notebook: str) -> dict[str, Any]:
    """How the conversation's last turn began."""
    (session,) = lab.ask("GET", f"api/sessions?notebook={notebook}")["sessions"]
    frames = lab.ask("GET", f"api/sessions/{session['session_id']}/transcript?format=json")["frames"]
    found: dict[str, Any] = [frame for frame in frames if frame["type"] == "turn_started"][-1]
    return found


def test_what_is_chosen_after_an_at_goes_along_and_can_be_looked_at_first(page: Page, lab: Lab) -> None:
    """Errors and cells are offered; a chip shows what goes, its preview the very text, and a click takes it out."""
    beside = opened(page, lab, "mention.ipynb")
    choose(beside, "why @err", "NameError in [2]")
    choose(beside, "with @val", "values")
    choose(beside, "after @val", "[1] values")

    expect(beside.part("composer")).to_have_value("why the error in cell [2] with values after cell [1] ")
    expect(beside.part("mention")).to_have_text(["NameError in [2]", "values", "[1] values = [1, 2, 3]"])
    beside.part("mention-preview").first.click()
    expect(beside.part("preview-body")).to_contain_text("total += value")
    expect(beside.part("preview-body")).to_contain_text("name 'total' is not defined")
    beside.part("mention-preview").nth(1).click()
    expect(beside.part("preview-body")).to_contain_text("[1, 2, 3]")
    beside.part("mention-remove").last.click()
    expect(beside.part("mention")).to_have_count(2)
    beside.part("composer").press("Enter")

    expect(beside.part("mentioned")).to_have_text(["NameError in [2]", "values"])
    expect(beside.part("mention")).to_have_count(0)
    expect(beside.root.locator(ENDED)).to_have_count(1)
    error = {"kind": "error", "cell": "a2", "label": "NameError in [2]"}
    assert begun(lab, "mention.ipynb")["mentions"] == [error, {"kind": "variable", "name": "values"}]


def test_what_was_chosen_is_kept_with_the_draft(page: Page, lab: Lab) -> None:
    """After a reload the words and the chips are there again, and go along when they are sent."""
    beside = opened(page, lab, "kept.ipynb")
    choose(beside, "look at @val", "[1] values")
    expect(beside.part("mention")).to_have_count(1)
    page.wait_for_function("JSON.stringify(localStorage).includes('look at')")
    page.reload()
    beside.wait("ready")

    expect(beside.part("mention")).to_have_text("[1] values = [1, 2, 3]")
    expect(beside.part("composer")).to_have_value("look at cell [1] ")
    beside.part("composer").press("Enter")
    expect(beside.part("mentioned")).to_have_text("[1] values = [1, 2, 3]")


def test_the_cell_one_is_in_goes_along_where_that_is_wished(page: Page, lab: Lab) -> None:
    """Off at first; switched on it shows which cell, follows the person, takes their selection, and is remembered."""
    beside = opened(page, lab, "here.ipynb")
    page.locator(".jp-CodeCell").nth(2).locator(".cm-content").click()
    expect(beside.part("current-cell")).to_have_attribute("aria-pressed", "false")
    expect(beside.part("mention")).to_have_count(0)

    beside.part("current-cell").press("Enter")
    expect(beside.part("mention")).to_have_text("Cell 3 y = 2")
    page.locator(".jp-CodeCell").nth(1).locator(".cm-line").nth(1).dblclick()
    here = "[2] for value in values:"
    expect(beside.part("mention")).to_have_text([here, f"Selection in {here}"])
    beside.send("demo: hello")
    expect(beside.part("mentioned")).to_have_count(2)
    expect(beside.root.locator(ENDED)).to_have_count(1)
    mentions = begun(lab, "here.ipynb")["mentions"]
    assert [(each["kind"], each["cell"]) for each in mentions] == [("cell", "a2"), ("selection", "a2")]
    assert mentions[1]["text"] in CELLS[1]
    assert mentions[1]["text"].strip()

    page.reload()
    beside.wait("ready")
    expect(beside.part("current-cell")).to_have_attribute("aria-pressed", "true")
    beside.part("mention-remove").first.press("Enter")
    expect(beside.part("current-cell")).to_have_attribute("aria-pressed", "false")
    expect(beside.part("mention")).to_have_count(0)
