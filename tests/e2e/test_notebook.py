"""The conversation stays in the notebook, in JupyterLab and Notebook 7; and what the panel does to the notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab_stage import CELL, Lab, Panel, open_in_lab, run_cell, save, visit
from playwright.sync_api import Page, Request, expect

from jupyter_claude_workspace.kernel.transcript import MIME

HELLO = "demo: hello"
PLACES = {"lab": ("jupyterlab", "/"), "hub": ("jupyterlab", "/user/ann/"), "notebook": ("notebook", "/base/")}
KEEPING = "transcript?format=notebook"
# The status bar and the dashboard ask which sessions there are, whatever is in the notebook.
LISTING = re.compile(r"GET api/sessions\?(notebook=[^&/]*)?")


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    """JupyterLab at the root and under a Hub's prefix, and Notebook 7 under a base URL."""
    program, base_url = PLACES[request.param]
    made = Lab(tmp_path / "own", base_url=base_url, program=program).start()
    yield made
    made.stop()


class Requests:
    """What a page asked of our part of the server, and of others; without what tells the server of open notebooks."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.ours: list[str] = []
        self.elsewhere: list[str] = []
        self._lab = lab
        page.on("request", self._note)
        page.on("websocket", lambda socket: self._sort("WS", socket.url))

    def _note(self, request: Request) -> None:
        self._sort(request.method, request.url)

    def _sort(self, method: str, url: str) -> None:
        if "/claude-workspace/" in url:
            asked = f"{method} {url.split('/claude-workspace/', 1)[1]}"
            if not LISTING.fullmatch(asked) and not asked.split()[1].startswith("api/live"):
                self.ours.append(asked)
        elif f"127.0.0.1:{self._lab.port}/" not in url and not url.startswith(("data:", "blob:")):
            self.elsewhere.append(url)


def kept(notebook: dict[str, Any], cell: int = 0) -> dict[str, Any]:
    """The output of a cell in which the conversation is kept."""
    (data,) = [output["data"] for output in notebook["cells"][cell]["outputs"] if MIME in output.get("data", {})]
    found: dict[str, Any] = data
    return found


def ask_and_keep(page: Page, panel: Panel, text: str) -> None:
    """Send a prompt, and wait until its turn is in the notebook."""
    with page.expect_response(lambda response: KEEPING in response.url):
        panel.ask(text)
    page.wait_for_timeout(300)


def test_the_conversation_stays_in_the_notebook(page: Page, place: Lab) -> None:
    """It is saved with the notebook; it is live after a reload, inert without its kernel, and goes on when asked to."""
    name = place.notebook("stay.ipynb")
    panel = open_in_lab(page, place, name)
    ask_and_keep(page, panel, HELLO)
    replies = panel.replies()

    saved = save(page, place, name)
    nbformat.validate(saved)
    data = kept(saved)
    assert [frame["type"] for frame in data[MIME]["frames"]] == ["turn_started", "message", "turn_ended"]
    assert "demo model" in "".join(data["text/markdown"])
    assert "application/vnd.jupyter.widget-view+json" in data

    page.reload()
    assert Panel(page).wait("ready").replies() == replies
    expect(page.locator("[data-jcw=transcript]:visible")).to_have_count(0)

    page.goto("about:blank")  # else this page would connect again, before the next one is there
    place.stop()  # with its kernels and its sessions' processes
    place.start()
    seen = Requests(page, place)
    visit(page, place, name)
    transcript = page.locator("[data-jcw=transcript]")
    expect(transcript.locator("[data-jcw=reply]")).to_contain_text("demo model")
    page.wait_for_timeout(1500)
    expect(page.locator("[data-jcw=panel]")).to_have_count(0)
    assert seen.ours == []
    assert seen.elsewhere == []
    assert place.ask("GET", "api/status")["processes"] == 0

    transcript.locator("[data-jcw=continue]").click()
    again = Panel(page).wait("ready")
    assert again.replies() == replies
    expect(transcript).to_have_count(0)
    ask_and_keep(page, again, HELLO)
    assert len(kept(save(page, place, name))[MIME]["frames"]) == 6


def test_keeping_it_disturbs_nobody(page: Page, lab: Lab) -> None:
    """What is being written, the focus, the selection and both scroll positions survive; each turn is written once."""
    name = lab.notebook("calm.ipynb", *["\n".join(f"# {line}" for line in range(40))] * 2, CELL)
    visit(page, lab, name)
    run_cell(page, 2)
    panel = Panel(page).wait("ready")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if KEEPING in request.url else None)
    ask_and_keep(page, panel, "demo: code")
    state = """() => {
        const composer = document.querySelector('[data-jcw=composer]');
        const scrolled = [...document.querySelectorAll('.jp-NotebookPanel *')].filter(e => e.scrollTop > 0);
        return {
            same: composer.dataset.mark, text: composer.value, focus: document.activeElement === composer,
            selection: [composer.selectionStart, composer.selectionEnd],
            scrolls: scrolled.map(e => [e.className, Math.round(e.scrollTop)]),
        };
    }"""
    panel.part("composer").evaluate("composer => { composer.dataset.mark = 'this one'; }")
    panel.send("demo: code")
    with page.expect_response(lambda response: KEEPING in response.url):
        panel.part("composer").press_sequentially("half a tho")
        page.keyboard.press("Shift+ArrowLeft")
        panel.root.locator(".jcw-viewport").evaluate("box => { box.scrollTop = 40; }")
        before = page.evaluate(state)
    page.wait_for_timeout(500)

    assert page.evaluate(state) == before
    assert (before["same"], before["text"], before["focus"]) == ("this one", "half a tho", True)
    assert before["selection"] == [9, 10]
    assert len(before["scrolls"]) >= 1
    assert len(asked) == 2
    assert len(kept(save(page, lab, name), 2)[MIME]["frames"]) == 6


HOSTILE = (
    "![x](http://evil.example/i.png) <img src=http://evil.example/h.png onerror='window.pwned=1'> "
    "[l](javascript:window.pwned=1)"
)


def foreign_notebook(lab: Lab, name: str) -> None:
    """A notebook by somebody else, with whatever they like in it."""
    lab.notebook(name)
    path = lab.root / name
    document = json.loads(path.read_text())
    frames = [
        {"type": "turn_started", "turn": "t", "origin": {"kind": "prompt", "user": HOSTILE}, "text": HOSTILE},
        {"type": "tool_started", "turn": "t", "tool": "x", "name": HOSTILE, "input": {"command": HOSTILE}},
        {"type": "message", "turn": "t", "message": "m", "block": 0, "kind": "text", "text": f"Inert text. {HOSTILE}"},
        {"type": "turn_ended", "turn": "t", "why": "completed"},
    ]
    session = "00000000-0000-4000-8000-000000000000"
    data = {"version": 1, "kernel": "", "session": session, "title": HOSTILE, "left_out": 1, "frames": frames}
    view = {"model_id": "abcd", "version_major": 2, "version_minor": 0}
    # What our output would bring about. The module as such is run by anywidget itself, whoever wrote the notebook.
    code = "export default { render() { window.pwned = 1; } }"
    widget = {
        "model_module": "anywidget", "model_module_version": "*", "model_name": "AnyModel",
        "state": {"_esm": code, "_anywidget_id": "x", "_view_module": "anywidget", "_view_name": "AnyView"},
    }  # fmt: skip
    states = {"version_major": 2, "version_minor": 0, "state": {"abcd": widget}}
    document["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": states}
    document["cells"][0]["outputs"] = [
        {
            "output_type": "display_data", "metadata": {},
            "data": {MIME: data, "application/vnd.jupyter.widget-view+json": view, "text/markdown": HOSTILE},
        }
    ]  # fmt: skip
    path.write_text(json.dumps(document))


def test_a_foreign_notebook_shows_text_and_does_nothing(page: Page, lab: Lab) -> None:
    """A notebook that is not trusted shows its conversation: nothing runs, nothing is asked of anybody."""
    foreign_notebook(lab, "foreign.ipynb")
    processes = lab.ask("GET", "api/status")["processes"]
    seen = Requests(page, lab)
    visit(page, lab, "foreign.ipynb")
    transcript = page.locator("[data-jcw=transcript]")
    expect(transcript).to_contain_text("Inert text.")
    expect(transcript.locator("[data-jcw=left-out]")).to_contain_text("1 earlier turn")
    page.wait_for_timeout(1500)

    assert transcript.locator("img, script, iframe, [href^='javascript:']").count() == 0
    expect(page.locator("[data-jcw=panel]")).to_have_count(0)
    assert page.evaluate("window.pwned") is None
    assert seen.ours == []
    assert seen.elsewhere == []
    assert lab.ask("GET", "api/status")["processes"] == processes

    transcript.locator("[data-jcw=continue]").click()
    expect(transcript.locator("[data-jcw=not-continued]")).to_contain_text("does not have this conversation")


def test_code_becomes_a_cell(page: Page, lab: Lab) -> None:
    """Code of a reply is put into a cell below the panel's, in one step of undo, and the focus stays in the panel."""
    panel = open_in_lab(page, lab, lab.notebook("insert.ipynb", CELL, "x = 1"))
    panel.ask("demo: code")
    panel.root.get_by_role("button", name="Insert").first.click()
    cells = page.locator(".jp-CodeCell")
    expect(cells).to_have_count(3)
    expect(cells.nth(1).locator(".jp-InputArea")).to_contain_text("import pandas as pd")
    expect(cells.nth(2).locator(".jp-InputArea")).to_contain_text("x = 1")
    assert page.evaluate("document.activeElement.closest('[data-jcw=panel]') !== null")
    assert panel.root.is_visible()

    cells.nth(2).locator(".jp-InputPrompt").click()
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(cells).to_have_count(2)
    assert len(panel.replies()) == 1


def test_two_panels_of_one_notebook(page: Page, lab: Lab) -> None:
    """Run All shows both on one conversation, and both cells keep what was said in either."""
    name = lab.notebook("two.ipynb", CELL, "import time; time.sleep(1); 1 + 1", "%claude")
    visit(page, lab, name)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    panels = page.locator("[data-jcw=panel][data-state=ready]")
    expect(panels).to_have_count(2)
    ask_and_keep(page, Panel(page), HELLO)
    expect(panels.nth(1).locator("[data-jcw=reply]")).to_contain_text("demo model")
    page.wait_for_timeout(1000)

    saved = save(page, lab, name)
    first, second = kept(saved, 0), kept(saved, 2)
    assert first[MIME]["frames"] == second[MIME]["frames"] != []
    assert first[MIME]["kernel"] == second[MIME]["kernel"]
    nbformat.validate(saved)
