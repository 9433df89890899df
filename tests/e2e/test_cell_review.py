"""What Claude proposes is shown and decided in the cells of the open notebook, looked at in a real Chromium."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_stage import ARMING, Panel, open_page
from live_stage import Document, LiveLab, live_lab
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

sys.path.append(str(Path(__file__).parents[1]))
from notebook_stage import call, edit, scripted

NUMBERS = itertools.count()
SCRIPTS = {
    "three": [
        call("read_notebook"),
        edit(
            {"action": "replace", "cell": "first", "source": "x = 2\nprint(x)"},
            {"action": "insert", "source": "y = 2", "after": "first"},
            {"action": "delete", "cell": "third"},
        ),
    ],
    "run-one": [call("read_notebook"), call("run_cells", cells=["first"])],
    "run": [call("read_notebook"), call("run_cells", cells=["first", "third"])],
}
FIRST = "x = 1\nprint(x)"
# The cells' part of the notebook ends where the bar begins.
APART = """() => {
    const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
    const cells = panel.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
    const bar = panel.querySelector('[data-jcw=review-bar]').getBoundingClientRect();
    return bar.height > 20 && cells.height > 50 && cells.bottom <= bar.top + 0.5 && bar.bottom <= innerHeight;
}"""
UNTOUCHED = [FIRST, "z = 3", "print('third')"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab, whose Claude Code asks a scripted model."""
    home = tmp_path_factory.mktemp("review")
    settings = home / "lab/.jupyter/lab/user-settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    # Lab's own question about news would lie over what is at the page's lower edge.
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    with scripted(home / "scripts", SCRIPTS) as model:
        environment = {"PYTHONPATH": str(Path(__file__).parent), **model.environment()}
        with live_lab(home / "lab", environment=environment, demo="off", prompts_per_minute=0) as made:
            yield made


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One window."""
    made = chromium.new_context(viewport={"width": 1200, "height": 900})
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(context: BrowserContext, lab: LiveLab) -> Page:
    """A tab with JupyterLab in it, for one notebook after another."""
    page = context.new_page()
    lab.write("begin.ipynb", {"id": "one", "source": "1"})
    Document.open(page, lab, "begin.ipynb")
    return page


class Reviewed:
    """A notebook that is open in one tab, and its panel in another."""

    def __init__(self, desk: Page, lab: LiveLab) -> None:
        self.page = desk
        self.path = f"review-{next(NUMBERS)}.ipynb"
        cells = [("first", FIRST), ("second", "z = 3"), ("third", "print('third')")]
        lab.write(self.path, *({"id": name, "source": source} for name, source in cells))
        self.document = Document.add(desk, lab, self.path)
        self.panel: Panel = open_page(desk.context.new_page(), lab, self.path)

    def ask(self, scenario: str) -> None:
        """Have it proposed, and wait until the cells show it and take a click."""
        self.panel.send(f"demo: {scenario}")
        self.panel.part("question").wait_for()
        self.page.bring_to_front()
        self.marks().first.wait_for()
        self.page.wait_for_timeout(ARMING)

    def marks(self, action: str = "") -> Locator:
        """What is shown in the cells of the notebook in front."""
        which = f"[data-action={action}]" if action else ""
        return self.page.locator(f".jp-NotebookPanel:not(.lm-mod-hidden) [data-jcw=mark]{which}")

    def press(self, action: str, hook: str) -> None:
        """Press a button of the mark of a change."""
        self.marks(action).locator(f"[data-jcw={hook}]").click()

    def bar(self, hook: str) -> Locator:
        """Something of the bar over the notebook."""
        return self.page.locator(f".jp-NotebookPanel:not(.lm-mod-hidden) [data-jcw=review-bar] [data-jcw={hook}]")

    def sources(self) -> list[str]:
        """What the document has."""
        return [cell["source"] for cell in self.document.cells()]


@pytest.fixture
def reviewed(desk: Page, lab: LiveLab) -> Iterator[Reviewed]:
    """A notebook of three cells, in front, and its panel in another tab."""
    made = Reviewed(desk, lab)
    yield made
    made.panel.page.close()
    made.document.close()


def test_each_change_is_decided_in_its_cell(reviewed: Reviewed) -> None:
    """One is accepted, one edited in place, one rejected with words; nothing is in the document before."""
    reviewed.ask("three")
    expect(reviewed.marks()).to_have_count(3)
    assert reviewed.sources() == UNTOUCHED
    reviewed.press("replace", "accept-change")
    reviewed.press("insert", "edit-change")
    reviewed.marks("insert").locator("[data-jcw=change-source]").fill("y = 20")
    reviewed.press("insert", "accept-change")
    reviewed.press("delete", "word-reject")
    assert reviewed.sources() == UNTOUCHED
    reviewed.page.keyboard.type("I need it.")
    reviewed.page.keyboard.press("Enter")
    expect(reviewed.marks()).to_have_count(0)
    reviewed.panel.wait("ready")
    assert reviewed.sources() == ["x = 2\nprint(x)", "y = 20", "z = 3", "print('third')"]
    card = reviewed.panel.part("tool").last
    card.locator(".jcw-tool-line").click()
    expect(card.locator("[data-jcw=cell-change]")).to_have_count(3)
    expect(card).to_contain_text("I need it.")


def test_a_review_is_never_saved(reviewed: Reviewed, lab: LiveLab) -> None:
    """Saved in the middle of it, the file has the cells as they are, and not a word of what is proposed."""
    reviewed.ask("three")
    reviewed.document.write_in("second", "0")
    reviewed.page.keyboard.press("Control+s")
    reviewed.document.wait_saved()
    saved = ["".join(cell["source"]) for cell in lab.file(reviewed.path)["cells"]]
    assert saved == [FIRST, "z = 30", "print('third')"]
    assert "x = 2" not in json.dumps(lab.file(reviewed.path))
    reviewed.bar("reject-all").click()
    expect(reviewed.marks()).to_have_count(0)
    reviewed.panel.wait("ready")


def test_the_panel_and_the_cells_settle_each_other(reviewed: Reviewed) -> None:
    """What the panel accepts goes from the cells and is in the document; what a cell accepts goes from the panel."""
    reviewed.ask("three")
    reviewed.panel.answer("allow")
    expect(reviewed.marks()).to_have_count(0)
    expect(reviewed.bar("accept-all")).to_have_count(0)
    reviewed.document.wait_shown("first", "x = 2\nprint(x)")
    reviewed.panel.wait("ready")
    reviewed.ask("run-one")
    reviewed.press("run", "dont-run")
    expect(reviewed.panel.part("question")).to_have_count(0)
    expect(reviewed.marks()).to_have_count(0)


def test_a_run_is_allowed_in_its_cells(reviewed: Reviewed) -> None:
    """Each cell that is to run says so; one click lets all of them run."""
    reviewed.ask("run")
    expect(reviewed.marks("run")).to_have_count(2)
    assert reviewed.document.outputs("first").strip() == ""
    reviewed.marks("run").first.locator("[data-jcw=run-here]").click()
    reviewed.document.wait("cellOf(path, id).outputArea.node.innerText.startsWith('third')", "third")
    expect(reviewed.marks()).to_have_count(0)
    reviewed.panel.wait("ready")


def test_a_reload_brings_the_review_back(reviewed: Reviewed, context: BrowserContext, lab: LiveLab) -> None:
    """A tab that is opened or loaded anew shows what is open, and two tabs settle together."""
    reviewed.ask("three")
    other = context.new_page()
    try:
        document = Document.open(other, lab, reviewed.path)
        marks = other.locator("[data-jcw=mark]")
        expect(marks).to_have_count(3)
        other.reload()
        expect(marks).to_have_count(3)
        other.wait_for_timeout(ARMING)
        assert [cell["source"] for cell in document.cells()] == UNTOUCHED
        other.locator("[data-jcw=accept-all]").click()
        expect(marks).to_have_count(0)
        expect(reviewed.marks()).to_have_count(0)
        reviewed.panel.wait("ready")
    finally:
        other.close()


def test_writing_in_a_cell_under_review_says_that_it_is_outdated(reviewed: Reviewed) -> None:
    """The keys stay in the cell, the mark says so, and accepting all does the rest and leaves that cell alone."""
    reviewed.ask("three")
    reviewed.document.write_in("first", "  # mine")
    expect(reviewed.marks("replace").locator("[data-jcw=outdated]")).to_be_visible()
    assert reviewed.document.place()["focus"]
    assert reviewed.document.place()["cell"] == "first"
    reviewed.bar("accept-all").click()
    reviewed.panel.wait("ready")
    assert reviewed.sources() == [f"{FIRST}  # mine", "y = 2", "z = 3"]
    card = reviewed.panel.part("tool").last
    card.locator(".jcw-tool-line").click()
    expect(card.locator("[data-jcw=cell-change][data-outcome=undone]")).to_contain_text("You changed this cell")


def test_nothing_of_the_notebook_is_covered(reviewed: Reviewed) -> None:
    """What decides about all of it has room of its own below the cells: each button of a mark can be pressed."""
    reviewed.ask("three")
    for width, height in ((1200, 900), (760, 480), (1200, 900)):
        reviewed.page.set_viewport_size({"width": width, "height": height})
        reviewed.page.wait_for_function(APART)
        for button in reviewed.marks().locator("button").all():
            button.click(trial=True)
        for _ in range(3):
            reviewed.bar("next-proposal").click()
            reviewed.page.wait_for_function(APART)
    reviewed.bar("reject-all").click()
    expect(reviewed.page.locator("[data-jcw=review-bar]")).to_have_count(0)
    reviewed.panel.wait("ready")


def test_proposals_are_reached_with_the_keyboard(reviewed: Reviewed) -> None:
    """Alt+Shift+J goes from one to the next, Tab to its buttons; a mark takes no keys before."""
    reviewed.document.write_in("second")
    reviewed.ask("three")
    assert reviewed.document.place()["cell"] == "second"
    reviewed.page.keyboard.press("Alt+Shift+J")
    expect(reviewed.marks("insert")).to_be_focused()
    reviewed.page.keyboard.press("Alt+Shift+J")
    expect(reviewed.marks("delete")).to_be_focused()
    reviewed.page.keyboard.press("Tab")
    reviewed.page.keyboard.press("Enter")
    expect(reviewed.marks("delete").locator("[data-jcw=change]")).to_have_attribute("data-decision", "accept")
    reviewed.bar("reject-all").click()
    reviewed.panel.wait("ready")
    assert reviewed.sources() == [FIRST, "z = 3"]
