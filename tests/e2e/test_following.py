"""The view of an open notebook follows what Claude runs; a cell's name in a conversation leads to that cell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_stage import Document, LiveLab, live_desk, live_lab
from playwright.sync_api import Browser, Locator, Page, expect
from test_sidebar import Beside, blank

sys.path.append(str(Path(__file__).parents[1]))
from notebook_stage import call, scripted

SCRIPTS = {"look": [call("read_notebook", cells=["last"])]}
PLOT = """
from IPython.display import SVG
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200"/></svg>')
""".strip()
TALL = "\n".join(f"# line {number}" for number in range(25))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab, whose Claude Code asks a scripted model."""
    home = tmp_path_factory.mktemp("following")
    with scripted(home / "scripts", SCRIPTS) as model:
        environment = {"PYTHONPATH": str(Path(__file__).parent), **model.environment()}
        with live_lab(home / "lab", environment=environment, demo="off", prompts_per_minute=0) as made:
            yield made


@pytest.fixture(scope="module")
def desk(chromium: Browser, lab: LiveLab) -> Iterator[Page]:
    """A tab with JupyterLab in it."""
    with live_desk(chromium, lab) as page:
        yield page


@pytest.fixture
def document(desk: Page, lab: LiveLab, request: pytest.FixtureRequest) -> Iterator[Document]:
    """A long notebook, whose last cell makes a plot."""
    path = lab.write(
        f"{request.node.name}.ipynb",
        *({"id": f"tall{number}", "source": TALL} for number in range(6)),
        {"id": "last", "source": PLOT},
    )
    made = Document.add(desk, lab, path)
    yield made
    made.close()


def plot(document: Document) -> Locator:
    """What the last cell gave out, where it is drawn."""
    return document.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedSVG")


def scrolled(document: Document) -> float:
    """How far down the notebook is."""
    top = document.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer").evaluate(
        "each => each.scrollTop"
    )
    return float(top)


@pytest.mark.oldest
def test_what_came_out_comes_into_sight(document: Document, lab: LiveLab) -> None:
    """Claude runs a cell far below: the plot is seen, and the person's cell is still theirs."""
    assert scrolled(document) == 0
    before = document.place()["cell"]
    report = lab.run(document.path, "last")
    assert [cell["state"] for cell in report["cells"]] == ["ok"]
    expect(plot(document)).to_be_in_viewport(ratio=0.9)
    assert document.place()["cell"] == before


@pytest.mark.parametrize("deed", ["writes", "scrolls"])
def test_a_person_at_work_is_left_where_they_are(document: Document, lab: LiveLab, deed: str) -> None:
    """While they write in a cell, or have just scrolled, nothing moves."""
    document.write_in("tall0", "x", at=0)
    if deed == "scrolls":
        document.page.keyboard.press("Escape")
        document.page.mouse.wheel(0, 60)
        document.wait("panelOf(path).content.outerNode.scrollTop > 0")
    before = scrolled(document)
    lab.run(document.path, "last")
    document.wait("cellOf(path, id).outputArea.model.length === 1", "last")
    document.page.evaluate("() => new Promise(done => setTimeout(done, 500))")  # longer than it takes to be drawn
    assert scrolled(document) == before


def test_a_cell_s_name_leads_to_the_cell(document: Document, lab: LiveLab) -> None:
    """In the list of what was sent: a click brings the cell into sight, and says so where it is gone."""
    document.page.evaluate("() => window.jupyterapp.commands.execute('claude-workspace:open-sidebar')")
    blank(document.page).locator("[data-jcw=start]").click()
    beside = Beside(document.page).wait("ready")
    beside.ask("demo: look")
    beside.part("sent").click()
    name = beside.part("sent-drawer").locator("[data-jcw=go-to-cell]", has_text="last").first
    cell = document.node("tall0")
    assert cell.is_visible()
    name.click()
    document.wait("cellOf(path, id).hasClass('jcw-led-to')", "last")
    document.wait("cellOf(path, id).node.getBoundingClientRect().bottom <= innerHeight", "last")
    document.wait("cellOf(path, id).node.getBoundingClientRect().bottom > 0", "last")
    lab.edit(document.path, {"action": "delete", "cell": "last", "before": PLOT})
    document.wait("cellOf(path, id) === undefined", "last")
    name.click()
    expect(name).to_be_disabled()
