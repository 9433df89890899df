"""The conversation beside the notebook, and what JupyterLab and Notebook 7 offer to do with Claude."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lab_stage import CELL, Lab, Panel, run_cell, visit
from playwright.sync_api import Locator, Page, Request, expect

HELLO = "demo: hello"
HERE = "[data-jcw=sidebar] [data-jcw=seat]:not([inert]) [data-jcw=panel]"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab under a Hub's prefix."""
    made = Lab(tmp_path_factory.mktemp("lab"), base_url="/user/ann/").start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Notebook 7, of a person who wants the sidebar to be open at the start."""
    made = Lab(tmp_path_factory.mktemp("seven"), base_url="/base/", program="notebook")
    kept = made.home / ".jupyter/lab/user-settings/jupyter-claude-workspace"
    kept.mkdir(parents=True)
    (kept / "settings.jupyterlab-settings").write_text('{"openAtStart": true}')
    made.start()
    yield made
    made.stop()


class Beside(Panel):
    """The panel that the sidebar shows now."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.root = page.locator(HERE)

    def wait(self, state: str) -> Beside:
        expect(self.root).to_have_attribute("data-state", state)
        expect(self.root).to_have_attribute("data-link", "open")
        return self

    def ask(self, text: str) -> None:
        """Send a prompt and wait for the end of its turn."""
        turns = self.ended()
        self.send(text)
        expect(self.root.locator("[data-jcw=turn]:not([data-end=running])")).to_have_count(turns + 1)


def blank(page: Page) -> Locator:
    return page.locator("[data-jcw=blank][data-kind=blank]")


def command(page: Page, words: str) -> None:
    """Run a command as the palette offers it."""
    palette(page, words).first.click()


def palette(page: Page, words: str) -> Locator:
    # Not by its key, which is not taken while somebody writes to Claude.
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Activate Command Palette").click()
    field = page.locator(".lm-CommandPalette-input:visible")
    field.fill(words)
    found = page.locator(".lm-CommandPalette-item:not(.lm-mod-disabled)", has_text=words)
    expect(found.first).to_be_visible()
    return found


def begin(page: Page) -> Beside:
    """Open the sidebar of a notebook that has no conversation, and begin one."""
    page.locator("[data-jp-item-name=claude]").locator("button, jp-button").first.click()
    blank(page).locator("[data-jcw=start]").click()
    return Beside(page).wait("ready")


def to_notebook(page: Page, name: str) -> None:
    """Bring an open notebook to the front, or open it."""
    tab = page.get_by_role("tab", name=name)
    if tab.count() == 0:
        page.locator(".jp-DirListing-item", has_text=name).dblclick()
    else:
        tab.click()


def test_looking_starts_nothing_and_the_cell_shows_the_same_conversation(page: Page, lab: Lab) -> None:
    """No process and no channel before somebody begins; then sidebar and widget are one conversation."""
    asked: list[str] = []
    sockets: list[str] = []

    def note(request: Request) -> None:
        if "/claude-workspace/" in request.url:
            asked.append(f"{request.method} {request.url.split('/claude-workspace/')[1]}")

    page.on("request", note)
    page.on("websocket", lambda socket: sockets.append(socket.url))
    visit(page, lab, lab.notebook("look.ipynb", CELL))
    page.locator("[data-jcw=status]").wait_for()
    page.locator("[data-jp-item-name=claude]").locator("button, jp-button").first.click()
    expect(blank(page).locator("[data-jcw=start]")).to_be_focused()
    assert lab.ask("GET", "api/status")["processes"] == 0
    assert [each for each in asked if not each.startswith(("GET api/", "POST api/live/"))] == []
    assert [url for url in sockets if "claude-workspace" in url and "api/live" not in url] == []

    blank(page).locator("[data-jcw=start]").click()
    beside = Beside(page).wait("ready")
    expect(beside.part("composer")).to_be_focused()
    run_cell(page, 0)
    cell = Panel(page)
    cell.root = page.locator(".jp-CodeCell [data-jcw=panel]")
    expect(cell.root).to_have_attribute("data-state", "ready")
    beside.ask(HELLO)
    expect(cell.part("reply")).to_contain_text("demo model")
    cell.send(HELLO)
    expect(beside.part("reply")).to_have_count(2)
    expect(beside.root.locator("[data-jcw=turn][data-end=completed]")).to_have_count(2)
    assert beside.replies() == cell.replies()
    assert len(lab.ask("GET", "api/sessions?notebook=look.ipynb")["sessions"]) == 1
    expect(page.locator("[data-jcw=status]")).to_have_attribute("data-state", "ready")


def test_the_sidebar_follows_the_notebook_in_front(page: Page, lab: Lab) -> None:
    """Each notebook has its conversation and draft, also after a new name or a reload; other documents leave it."""
    lab.notebook("one.ipynb", "x = 1")
    visit(page, lab, lab.notebook("two.ipynb", "y = 2"))
    beside = begin(page)
    beside.ask(HELLO)
    beside.part("composer").fill("half a thought")

    to_notebook(page, "one.ipynb")
    expect(blank(page)).to_contain_text("one.ipynb")
    to_notebook(page, "two.ipynb")
    expect(beside.part("composer")).to_have_value("half a thought")
    expect(beside.part("reply")).to_have_count(1)
    expect(page.locator("[data-jcw=elsewhere]")).to_have_count(0)

    page.keyboard.press("Control+Shift+L")
    expect(page.locator("[data-jcw=elsewhere]")).to_contain_text("two.ipynb")
    page.locator("[data-jcw=reveal]").click()
    expect(page.locator("[data-jcw=elsewhere]")).to_have_count(0)

    page.locator(".jp-DirListing-item", has_text="two.ipynb").click()
    page.keyboard.press("F2")
    page.locator(".jp-DirListing-editor").fill("renamed.ipynb")
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="renamed.ipynb").wait_for()
    expect(beside.part("reply")).to_have_count(1)
    processes = lab.ask("GET", "api/status")["processes"]
    page.wait_for_timeout(1500)  # until JupyterLab has kept the layout
    page.goto(page.url.split("?")[0].replace("two.ipynb", "renamed.ipynb"))
    expect(Beside(page).part("reply")).to_have_count(1)
    expect(Beside(page).part("composer")).to_have_value("half a thought")
    assert lab.ask("GET", "api/status")["processes"] == processes


def test_one_key_leads_from_the_notebook_to_the_open_question(page: Page, lab: Lab) -> None:
    """Alt+Q and the status bar go to the conversation that asks, also where another one is shown."""
    visit(page, lab, lab.notebook("asked.ipynb", "x = 1"))
    beside = begin(page)
    beside.send("demo: run-command")
    asked = page.locator(f"{HERE} [data-jcw=question]")
    expect(asked).to_be_focused()
    beside.part("new-conversation").click()
    beside.wait("ready")
    expect(asked).to_have_count(0)

    page.locator(".jp-CodeCell .cm-content").click()
    page.keyboard.press("Alt+q")
    expect(asked).to_be_focused()

    page.locator(".jp-CodeCell .cm-content").click()
    page.locator("[data-jcw=status]").click()
    expect(asked).to_be_focused()
    beside.answer("deny")
    expect(asked).to_have_count(0)


def test_the_key_goes_to_a_question_that_is_asked_in_a_cell_without_leaving_it(page: Page, lab: Lab) -> None:
    """Whether the person writes in that panel or in a cell; the sidebar stays closed."""
    visit(page, lab, lab.notebook("asked-here.ipynb", CELL, "x = 1"))
    run_cell(page, 0)
    here = Panel(page).wait("ready")
    here.send("demo: run-command")
    asked = here.part("question")
    expect(asked).to_be_focused()
    for place in (here.part("composer"), page.locator(".jp-CodeCell .cm-content").nth(1)):
        place.click()
        page.keyboard.press("Alt+q")
        expect(asked).to_be_focused()
    expect(page.locator(HERE)).to_have_count(0)
    here.answer("deny")


def test_pieces_of_a_reply_are_inserted_in_their_order(page: Page, lab: Lab) -> None:
    """The second one goes below the first one, and not between it and the cell that both were inserted below."""
    visit(page, lab, lab.notebook("pieces.ipynb", "x = 1"))
    beside = begin(page)
    beside.ask("demo: code")
    cells = page.locator(".jp-Notebook .jp-CodeCell .cm-content")
    for number in range(2):
        beside.part("code-insert").nth(number).click()
        expect(cells).to_have_count(number + 2)
    expect(cells.nth(1)).to_contain_text("import pandas")
    expect(cells.nth(2)).to_contain_text("clean.groupby(")


def test_a_cell_and_its_error_are_put_before_claude(page: Page, lab: Lab) -> None:
    """A cell's menu quotes it, and explains an error where there is one; nothing is sent before the person sends it."""
    visit(page, lab, lab.notebook("fails.ipynb", "x = 1", "def f():\n    return 1 / 0\n\nf()"))
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    prompts.nth(0).click(button="right")
    expect(page.get_by_role("menuitem", name="Explain This Error")).to_have_count(0)
    page.get_by_role("menuitem", name="Ask Claude About This Cell").click()
    beside = Beside(page).wait("ready")
    expect(beside.part("attached")).to_have_text([re.compile("Cell 1")])
    expect(beside.part("composer")).to_be_focused()
    beside.part("detach").click()

    run_cell(page, 1)
    prompts.nth(1).click(button="right")
    page.get_by_role("menuitem", name="Explain This Error").click()
    expect(beside.part("composer")).to_have_value(re.compile("ZeroDivisionError: division by zero"))
    expect(beside.part("attached")).to_have_text([re.compile(r"Cell \[1\]"), re.compile("Traceback of ZeroDiv")])
    assert beside.ended() == 0

    beside.part("composer").press("Enter")
    expect(beside.root.locator("[data-jcw=turn]")).to_have_count(1)
    (session,) = lab.ask("GET", "api/sessions?notebook=fails.ipynb")["sessions"]
    expect(beside.root.locator("[data-jcw=turn]:not([data-end=running])")).to_have_count(1)
    frames = lab.ask("GET", f"api/sessions/{session['session_id']}/transcript?format=json")
    assert "\\u001b" not in str(frames).lower()


@pytest.mark.oldest
def test_the_palette_and_the_settings(page: Page, lab: Lab) -> None:
    """The palette offers the commands; which key sends is set in the settings editor and holds at once."""
    visit(page, lab, lab.notebook("set.ipynb", "x = 1"))
    for words in ("Show the Conversation", "New Conversation", "New Agent", "Ask Claude About This Cell"):
        palette(page, words)
        page.keyboard.press("Escape")
    command(page, "Show the Conversation of This Notebook")
    blank(page).locator("[data-jcw=start]").click()
    beside = Beside(page).wait("ready")
    expect(beside.part("send-with")).to_have_text("Enter sends")

    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.get_by_role("menuitem", name="Settings Editor").first.click()
    page.locator(".jp-PluginList").get_by_text("Claude", exact=True).click()
    key = page.locator("select[name$=settings_sendWith]")
    key.select_option(label="Ctrl+Enter (⌘ Enter)")
    expect(beside.part("send-with")).to_have_text("Ctrl+Enter sends")
    beside.part("send-with").press("Enter")
    page.wait_for_function(
        """async (settings) => (await (await fetch(settings)).json()).settings.sendWith === 'enter'""",
        arg=f"{lab.url}lab/api/settings/jupyter-claude-workspace:settings",
    )


def test_a_new_agent_has_a_tab_and_any_conversation_can_be_shown(page: Page, lab: Lab) -> None:
    """An agent is made in a tab of its own, which a reload brings back; it is never the notebook's conversation."""
    visit(page, lab, lab.notebook("agent.ipynb", "x = 1"))
    command(page, "New Agent")
    tab = page.locator(".jcw-interview [data-jcw=panel]").first
    expect(tab).to_have_attribute("data-link", "open")
    (session,) = lab.ask("GET", "api/sessions?notebook=agent.ipynb")["sessions"]
    assert session["context"] == "agent-create"

    to_notebook(page, "agent.ipynb")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+Shift+C")
    expect(blank(page)).to_contain_text("agent.ipynb")
    page.wait_for_timeout(1500)  # until JupyterLab has kept the layout
    page.goto(page.url.split("?")[0])
    page.get_by_role("tab", name="New Agent").click()
    expect(tab).to_have_attribute("data-link", "open")


@pytest.mark.oldest
def test_notebook_7_has_the_sidebar_too(page: Page, seven: Lab) -> None:
    """In Notebook 7 the same conversation is beside the notebook; an agent is made there as well, and leads back."""
    visit(page, seven, seven.notebook("seven.ipynb", "1 / 0"))
    expect(blank(page)).to_be_visible()
    assert seven.ask("GET", "api/status")["processes"] == 0
    beside = begin(page)
    beside.ask(HELLO)
    run_cell(page, 0)
    page.locator(".jp-CodeCell .jp-InputPrompt").first.click(button="right")
    page.get_by_role("menuitem", name="Explain This Error").click()
    expect(beside.part("attached")).to_have_count(2)
    box = beside.root.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] < 1201  # of the page; nothing is cut off

    command(page, "New Agent")
    strip = page.locator("[data-jcw=elsewhere]")
    expect(strip).to_contain_text("seven.ipynb")
    expect(beside.part("reply")).to_have_count(0)
    strip.locator("[data-jcw=back]").click()
    expect(beside.part("reply")).to_have_count(1)
