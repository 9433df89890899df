"""The panel as a person meets it: in a cell of JupyterLab, and on the plain page, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

from lab_stage import ENDED, TOKEN, Lab, Panel, open_in_lab, open_page
from playwright.sync_api import Browser, Page, expect

HELLO = "demo: hello"


def test_a_person_asks_in_a_cell_and_is_answered(page: Page, lab: Lab) -> None:
    """Two lines in a cell show the panel; a prompt is answered there, with highlighted code that can be copied."""
    panel = open_in_lab(page, lab, lab.notebook("ask.ipynb"))
    expect(panel.root).to_contain_text("demo model")
    panel.ask("demo: code")
    code = panel.root.locator("pre code").first
    expect(code).to_contain_text("import")
    assert code.locator("[class^=hljs-]").count() > 3
    expect(panel.root.get_by_role("button", name=re.compile("copy", re.I)).first).to_be_visible()
    assert lab.ask("GET", "api/sessions?notebook=ask.ipynb")["sessions"][0]["title"] == "demo: code"


def test_typing_in_the_panel_does_not_reach_the_notebook(page: Page, lab: Lab) -> None:
    """Letters, new lines, undo and Ctrl+Enter in the composer act on what is written there, and not on cells."""
    panel = open_in_lab(page, lab, lab.notebook("keys.ipynb"))
    composer = panel.part("composer")
    composer.click()
    page.keyboard.type("aabbxxdd00")
    page.keyboard.press("Shift+Enter")
    expect(composer).to_have_value("aabbxxdd00\n")
    page.keyboard.press("Control+z")
    expect(composer).not_to_have_value(re.compile("\n"))
    page.keyboard.press("Control+Shift+z")
    page.keyboard.type("second line")
    expect(composer).to_have_value("aabbxxdd00\nsecond line")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert page.locator(".jp-CodeCell").count() == 1
    expect(page.locator(".jp-InputPrompt").first).to_have_text("[1]:")
    assert panel.root.is_visible()


def test_a_command_runs_only_when_allowed(page: Page, lab: Lab) -> None:
    """The command is shown whole; Allow runs it and its output can be seen; a denial with words stops it."""
    panel = open_page(page, lab, lab.notebook("allow.ipynb"))
    panel.send("demo: run-command")
    question = panel.part("question")
    expect(question).to_contain_text("importlib.metadata")
    assert "Python 3" not in "".join(panel.replies())
    panel.answer("allow")
    panel.wait("ready")
    expect(question).to_have_count(0)
    assert "Python 3" in "".join(panel.replies())
    panel.send("demo: write-file")
    question.locator("[data-jcw=words]").fill("Not here, please.")
    panel.answer("deny")
    panel.wait("ready")
    expect(panel.root).to_contain_text("Not here, please.")


def test_a_click_meant_for_something_else_allows_nothing(page: Page, lab: Lab) -> None:
    """A question that has just appeared cannot be answered yet."""
    panel = open_page(page, lab, lab.notebook("arming.ipynb"))
    page.evaluate(
        """() => new MutationObserver((_, observer) => {
            const allow = document.querySelector('[data-jcw=allow]');
            if (allow) { window.early = true; allow.click(); observer.disconnect(); }
        }).observe(document.body, {subtree: true, childList: true})"""
    )
    panel.send("demo: run-command")
    expect(panel.part("allow")).to_be_visible()
    page.wait_for_timeout(1000)
    assert page.evaluate("window.early") is True
    assert panel.root.get_attribute("data-state") == "waiting"


def test_stop_stops(page: Page, lab: Lab) -> None:
    """The reply ends where it was stopped, and the next prompt is answered."""
    panel = open_page(page, lab, lab.notebook("stop.ipynb"))
    panel.send("demo: long")
    expect(panel.part("reply").first).to_be_visible()
    panel.part("stop").click()
    panel.wait("ready")
    shown = panel.replies()
    page.wait_for_timeout(500)
    assert panel.replies() == shown
    panel.ask(HELLO)
    assert "demo model" in panel.replies()[-1]


def test_a_turn_goes_on_without_its_tab(chromium: Browser, lab: Lab) -> None:
    """A tab closed in mid-turn comes back to the whole reply, once; another tab shows the same."""
    notebook = lab.notebook("away.ipynb")
    made = lab.ask("POST", "api/agents/create-session", {"notebook": notebook, "context": "workspace"})
    address = f"http://127.0.0.1:{lab.port}{made['page_url']}&token={TOKEN}"
    first, second = (chromium.new_context().new_page() for _ in range(2))
    first.goto(address)
    panel = Panel(first).wait("ready")
    panel.send("demo: markdown")
    expect(panel.part("reply").first).to_be_visible()
    first.close()
    second.goto(address)
    back = Panel(second).wait("ready")
    expect(back.root.locator(ENDED)).to_have_count(1)
    before = back.replies()
    second.reload()
    again = Panel(second).wait("ready")
    expect(again.root.locator(ENDED)).to_have_count(1)
    assert again.replies() == before
    transcript = lab.ask("GET", f"api/sessions/{made['session_id']}/transcript?format=json")
    assert str(transcript).count("turn_ended") == 1
    second.context.close()


def test_two_tabs_show_one_conversation(chromium: Browser, lab: Lab) -> None:
    """What is asked and answered in one tab is seen and settled in the other."""
    notebook = lab.notebook("tabs.ipynb")
    made = lab.ask("POST", "api/agents/create-session", {"notebook": notebook, "context": "workspace"})
    address = f"http://127.0.0.1:{lab.port}{made['page_url']}&token={TOKEN}"
    contexts = [chromium.new_context() for _ in range(2)]
    panels = []
    for context in contexts:
        tab = context.new_page()
        tab.goto(address)
        panels.append(Panel(tab).wait("ready"))
    panels[0].send("demo: run-command")
    panels[1].answer("allow")
    for panel in panels:
        panel.wait("ready")
        expect(panel.part("question")).to_have_count(0)
    assert panels[0].replies() == panels[1].replies()
    for context in contexts:
        context.close()


def test_a_server_that_was_killed_loses_nothing(page: Page, tmp_path: Path) -> None:
    """Killed in mid-turn and started again: the panel comes back by itself with all that was there, and goes on."""
    own = Lab(tmp_path / "own").start()
    try:
        panel = open_page(page, own, own.notebook("killed.ipynb"))
        panel.ask(HELLO)
        hello = panel.replies()[0]
        panel.send("demo: long")
        expect(panel.part("reply").nth(1)).to_be_visible()
        page.wait_for_timeout(500)
        own.kill()
        own.start()
        panel.wait("ready")
        ended = panel.root.locator(ENDED)
        expect(ended).to_have_count(2)
        assert panel.replies()[0] == hello
        assert len(panel.replies()[1]) > 10
        expect(ended.nth(1)).to_contain_text("server ended")
        panel.ask(HELLO)
    finally:
        own.stop()


def test_the_page_asks_nobody_else(page: Page, lab: Lab) -> None:
    """Whatever a reply holds, the browser speaks to this server alone."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    panel = open_page(page, lab, lab.notebook("requests.ipynb"))
    panel.ask("demo: markdown")
    panel.ask("demo: picture-beacon ![x](http://127.0.0.1:9/beacon.png) <img src=http://127.0.0.1:9/beacon.png>")
    page.wait_for_timeout(500)
    assert asked
    assert [
        url for url in asked if f"127.0.0.1:{lab.port}/" not in url and not url.startswith(("data:", "blob:"))
    ] == []


def test_the_panel_works_behind_a_prefix(page: Page, tmp_path: Path) -> None:
    """A server with a base URL, as under a Hub, works the same."""
    own = Lab(tmp_path / "own", base_url="/base/user/ann/").start()
    try:
        panel = open_in_lab(page, own, own.notebook("prefix.ipynb"))
        panel.ask(HELLO)
        assert "demo model" in panel.replies()[0]
    finally:
        own.stop()


def test_a_silent_or_failing_model_is_explained(page: Page, lab: Lab) -> None:
    """A refused key is told with its remedy, and the prompt can be sent again with one click."""
    panel = open_page(page, lab, lab.notebook("refused.ipynb"))
    panel.ask("demo: error-401")
    expect(panel.root).to_contain_text("ANTHROPIC_API_KEY")
    panel.part("send-again").click()
    expect(panel.root.locator(ENDED)).to_have_count(2)


def test_the_demo_offers_what_it_can_do(page: Page, lab: Lab) -> None:
    """An empty conversation on the demo model has prompts to press, and a picture that Claude looked at is shown."""
    panel = open_page(page, lab, lab.notebook("examples.ipynb"))
    panel.part("examples").get_by_role("button", name="Plot a noisy sine wave").click()
    panel.answer("allow")
    expect(panel.root.locator("img")).to_be_visible()
    panel.wait("ready")
    expect(panel.part("examples")).to_have_count(0)
