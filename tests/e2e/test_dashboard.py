"""The dashboard in JupyterLab and Notebook 7: all sessions and their questions, and the agents next to the notebook."""

from __future__ import annotations

import json
import os
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab_stage import ARMING, PATIENCE, TOKEN, Lab, Panel, open_page, visit
from playwright.sync_api import Browser, Locator, Page, expect

NOTEBOOK = "analysis.ipynb"
AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
SIDEBAR = ".jp-SideBar .lm-TabBar-tab[data-id=jcw-sidebar]"
TAB = ".jp-SideBar .lm-TabBar-tab[data-id=jcw-dashboard]"
#: Keeps what the browser is asked to tell; the telling itself stays the browser's.
KEEP_NOTIFICATIONS = """
    window.told = [];
    const Real = window.Notification;
    window.Notification = class extends Real {
        constructor(title, options) { super(title, options); window.told.push(this); }
    };
"""
TOLD = "window.told.map(({title, body}) => [title, body])"


class Dashboard:
    """The dashboard of a page, by what a person sees."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        self.root = page.locator("[data-jcw=dashboard]")

    def part(self, name: str) -> Locator:
        return self.root.locator(f"[data-jcw={name}]")

    def row(self, session: str) -> Locator:
        return self.root.locator(f"[data-session='{session}']")

    def agent(self, name: str) -> Locator:
        return self.root.locator(f"[data-agent='{name}']")

    def confirm(self, hook: str) -> None:
        """Press the second button of something that cannot be undone; not in the first instant, which is not taken."""
        button = self.part(hook)
        button.wait_for()
        self.page.wait_for_timeout(ARMING)
        button.click()

    def said(self, words: str) -> None:
        expect(self.part("dash-said")).to_contain_text(words)

    def session(self, title: str, notebook: str = NOTEBOOK) -> str:
        """Begin a session with a title; returns its id."""
        made = self.lab.ask("POST", "api/sessions", {"notebook": notebook, "new": True})
        self.lab.ask("PATCH", f"api/sessions/{made['session_id']}", {"title": title})
        return str(made["session_id"])

    def file(self, name: str, **fields: Any) -> Path:
        """Put an agent's file next to the notebook, as Git or an editor would."""
        path = self.lab.root / f"{name}.agent.json"
        agent = {"schema_version": 1, "name": name, "description": f"About {name}.", "prompt": "Be brief.", **fields}
        path.write_text(json.dumps(agent))
        self.part("dash-refresh").click()
        self.agent(name).wait_for()
        return path


@pytest.fixture(scope="module")
def browsing(chromium: Browser, lab: Lab) -> Iterator[Page]:
    """JupyterLab with a notebook in front and the dashboard beside it, for the tests of the module."""
    lab.notebook(NOTEBOOK, "1")
    lab.notebook("other.ipynb", "1")
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    context.add_init_script(KEEP_NOTIFICATIONS)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    visit(page, lab, NOTEBOOK)
    page.locator(TAB).click()
    page.locator("[data-jcw=dash-sessions][data-loaded=there]").wait_for()
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def dash(browsing: Page, lab: Lab) -> Iterator[Dashboard]:
    """The dashboard, before which no session and no agent is left."""
    yield Dashboard(browsing, lab)
    for each in lab.ask("GET", "api/sessions")["sessions"]:
        lab.ask("DELETE", f"api/sessions/{each['session_id']}")
    for path in lab.root.glob("*.agent.json"):
        path.unlink()
    expect(browsing.locator("[data-jcw=dash-session]")).to_have_count(0)


@pytest.fixture
def elsewhere(chromium: Browser, lab: Lab) -> Iterator[Callable[[], Panel]]:
    """Opens plain pages, each with a session of its own: other clients of the same server."""
    context = chromium.new_context()

    def opened() -> Panel:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return open_page(page, lab, NOTEBOOK)

    yield opened
    context.close()


def test_sessions_come_change_and_go_without_a_reload(dash: Dashboard) -> None:
    """A session appears as soon as it begins anywhere, shows what it is called then, and leaves when it is deleted."""
    one, two = dash.session("Whales"), dash.session("Sharks", "other.ipynb")
    expect(dash.row(one)).to_contain_text("Whales")
    expect(dash.row(one)).to_contain_text("Ready")
    expect(dash.row(one).locator("time")).to_have_text("now")
    expect(dash.root.locator("[data-jcw=dash-group] h3")).to_have_text(["analysis.ipynb1", "other.ipynb1"])
    dash.lab.ask("DELETE", f"api/sessions/{two}")
    expect(dash.row(two)).to_have_count(0)
    assert dash.part("dash-session").count() == 1


def test_the_memory_of_a_process_is_shown_in_units_for_people(dash: Dashboard) -> None:
    """What a session's process holds is there after the next look at it."""
    session = dash.session("Heavy")
    dash.part("dash-refresh").click()
    expect(dash.row(session)).to_contain_text("MB")


def test_a_question_is_answered_from_the_dashboard_and_is_settled_everywhere(
    dash: Dashboard, elsewhere: Callable[[], Panel]
) -> None:
    """The badge counts it on the tab and in the page's title; the panel's own card answers it, for all clients."""
    panel = elsewhere()
    panel.send("demo: run-command")
    panel.part("question").wait_for()
    expect(dash.page.locator(TAB)).to_have_attribute("data-jcw-questions", "1")
    expect(dash.page).to_have_title("(1) analysis.ipynb - JupyterLab")
    expect(dash.root.locator("[data-kind=asking] [data-jcw=dash-session]")).to_contain_text("Needs your answer")
    with dash.page.expect_websocket() as connected:
        dash.part("dash-answer").click()
    card = dash.part("dash-card")
    expect(card).to_contain_text("You asked: demo: run-command")
    dash.confirm("allow")
    panel.part("question").wait_for(state="detached")
    expect(panel.root.locator("[data-jcw=turn][data-end=completed]")).to_have_count(1)
    card.wait_for(state="detached")
    expect(dash.page.locator(TAB)).not_to_have_attribute("data-jcw-questions", "1")
    expect(dash.page).to_have_title("analysis.ipynb - JupyterLab")
    expect(dash.part("dash-open").first).to_be_focused()
    expect_closed(connected.value, dash.page)


def expect_closed(socket: Any, page: Page) -> None:
    for _ in range(PATIENCE // 100):
        if socket.is_closed():
            return
        page.wait_for_timeout(100)
    raise AssertionError("the connection to the session is still there")


def test_a_question_that_is_answered_elsewhere_closes_its_card(dash: Dashboard, elsewhere: Callable[[], Panel]) -> None:
    """Who has a question open in the dashboard sees that somebody else answered it."""
    panel = elsewhere()
    panel.send("demo: run-command")
    dash.part("dash-answer").click()
    dash.part("dash-card").locator("[data-jcw=question]").wait_for()
    panel.answer("deny")
    dash.part("dash-card").wait_for(state="detached")
    expect(dash.part("dash-answer")).to_have_count(0)


def test_escape_puts_a_question_away_and_leaves_it_open(dash: Dashboard, elsewhere: Callable[[], Panel]) -> None:
    """Looking at a question answers nothing."""
    panel = elsewhere()
    panel.send("demo: run-command")
    dash.part("dash-answer").click()
    expect(dash.part("dash-card").locator("[data-jcw=question]")).to_be_focused()
    dash.page.keyboard.press("Escape")
    expect(dash.part("dash-card")).to_have_count(0)
    expect(dash.part("dash-open").first).to_be_focused()
    assert panel.part("question").is_visible()


def test_the_keyboard_reaches_renames_and_deletes_every_session(dash: Dashboard) -> None:
    """Arrows go from session to session, F2 renames in place, Delete asks, and the focus is never lost."""
    old, new = dash.session("First"), dash.session("Second")
    expect(dash.row(new)).to_contain_text("Second")
    dash.part("dash-find").focus()
    for _ in range(5):
        dash.page.keyboard.press("Tab")
        if dash.page.evaluate("document.activeElement.matches('[data-jcw=dash-open]')"):
            break
    expect(dash.row(new).locator("[data-move]")).to_be_focused()
    dash.page.keyboard.press("ArrowDown")
    expect(dash.row(old).locator("[data-move]")).to_be_focused()
    dash.page.keyboard.press("F2")
    dash.page.keyboard.type("Renamed by keys")
    dash.page.keyboard.press("Enter")
    expect(dash.row(old)).to_contain_text("Renamed by keys")
    assert dash.lab.ask("GET", f"api/sessions/{old}")["title"] == "Renamed by keys"
    expect(dash.row(old).locator("[data-move]")).to_be_focused()
    dash.page.keyboard.press("Delete")
    expect(dash.part("dash-delete-sure")).to_contain_text("gone for good")
    dash.page.keyboard.press("Escape")
    expect(dash.row(old).locator("[data-move]")).to_be_focused()
    dash.page.keyboard.press("Delete")
    dash.page.keyboard.press("Tab")
    dash.page.wait_for_timeout(ARMING)
    dash.page.keyboard.press("Enter")
    expect(dash.row(old)).to_have_count(0)
    expect(dash.row(new).locator("[data-move]")).to_be_focused()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        dash.lab.ask("GET", f"api/sessions/{old}")


def test_sessions_are_found_by_title_by_notebook_and_by_what_was_said(
    dash: Dashboard, elsewhere: Callable[[], Panel]
) -> None:
    """What is found in the text shows where; what is found nowhere is said."""
    dash.session("Whales"), dash.session("Sharks", "other.ipynb")
    panel = elsewhere()
    panel.ask("demo: hello")
    find = dash.part("dash-find")
    titles = dash.root.locator(".jcw-dash-title")
    find.fill("whAL")
    expect(titles).to_have_text(["Whales"])
    find.fill("other.ip")
    expect(titles).to_have_text(["Sharks"])
    find.fill(panel.replies()[0].split()[0])
    expect(dash.root.locator(".jcw-snippet")).to_have_count(1)
    find.fill("nowhere to be found")
    expect(dash.part("dash-sessions")).to_contain_text("Nothing with “nowhere to be found”.")
    find.fill("")
    expect(titles).to_have_count(3)


def test_a_session_opens_in_the_sidebar(dash: Dashboard) -> None:
    """A press on a row shows its conversation beside the notebook."""
    session = dash.session("To be opened")
    dash.row(session).locator("[data-jcw=dash-open]").click()
    panel = dash.page.locator("[data-jcw=sidebar] [data-jcw=panel]").last
    expect(panel.locator("[data-jcw=title]")).to_have_text("To be opened")
    dash.page.locator(SIDEBAR).click()


def test_an_agent_is_duplicated_exported_and_deleted(dash: Dashboard) -> None:
    """A copy has another name and all else; what is exported is what Claude Code reads; deleting asks first."""
    path = dash.file("reviewer", tools=["Read"], model="opus")
    dash.agent("reviewer").locator("[data-jcw=dash-agent-open]").click()
    dash.part("dash-duplicate").click()
    dash.part("dash-name").fill("reviewer")
    dash.part("dash-name-save").click()
    expect(dash.part("dash-name-form")).to_contain_text("There is an agent reviewer already")
    dash.part("dash-name").fill("critic")
    dash.part("dash-name").press("Enter")
    dash.agent("critic").wait_for()
    copy = json.loads((dash.lab.root / "critic.agent.json").read_text())
    assert (copy["name"], copy["prompt"], copy["tools"], copy["model"]) == ("critic", "Be brief.", ["Read"], "opus")
    with dash.page.expect_download() as download:
        dash.agent("reviewer").locator("[data-jcw=dash-export]").click()
    assert download.value.suggested_filename == "reviewer.md"
    assert "tools: Read" in Path(download.value.path()).read_text()
    dash.said("reviewer.md was downloaded.")
    dash.agent("reviewer").locator("[data-jcw=dash-agent-delete]").click()
    dash.confirm("dash-agent-delete-do")
    expect(dash.agent("reviewer")).to_have_count(0)
    assert not path.exists()


def test_an_agent_that_was_changed_meanwhile_is_not_deleted(dash: Dashboard) -> None:
    """The second of two people learns what the first one changed, and sees the newest version before they go on."""
    path = dash.file("reviewer")
    dash.agent("reviewer").locator("[data-jcw=dash-agent-open]").click()
    dash.part("dash-agent-delete").click()
    path.write_text(path.read_text().replace("Be brief.", "Be long."))
    dash.confirm("dash-agent-delete-do")
    dash.said("reviewer was changed by somebody else meanwhile")
    dash.said("Changed: prompt.")
    expect(dash.agent("reviewer").locator("pre")).to_have_text("Be long.")
    assert path.exists()


def test_an_imported_agent_shows_what_was_left_out_before_it_is_saved(dash: Dashboard) -> None:
    """A name that is taken is asked about, and nothing is written over by itself."""
    path = dash.file("reviewer")
    foreign = dash.lab.home / "reviewer.md"
    foreign.write_text("---\nname: reviewer\ndescription: From elsewhere.\npermissionMode: plan\n---\n\nDo it well.\n")
    dash.page.set_input_files("[data-jcw=dash-import-file]", foreign)
    expect(dash.part("dash-lost")).to_contain_text("permissionMode")
    dash.part("dash-import-save").click()
    expect(dash.part("dash-import-problem")).to_contain_text("There is an agent reviewer already")
    assert json.loads(path.read_text())["prompt"] == "Be brief."
    dash.part("dash-name").fill("newcomer")
    dash.part("dash-import-save").click()
    dash.said("newcomer was saved.")
    expect(dash.agent("newcomer")).to_have_attribute("data-accepted", "true")
    assert json.loads((dash.lab.root / "newcomer.agent.json").read_text())["description"] == "From elsewhere."


def test_an_agent_of_somebody_else_is_shown_whole_before_it_is_used(dash: Dashboard) -> None:
    """What came by a file is marked; it is accepted beside its prompt and tools, and runs from then on."""
    dash.file("stranger", prompt="Do strange things.", tools=["Bash"])
    row = dash.agent("stranger")
    expect(row).to_contain_text("not reviewed")
    row.locator("[data-jcw=dash-agent-open]").click()
    expect(row.locator("[data-jcw=dash-agent-details]")).to_contain_text("Do strange things.")
    expect(row.locator("[data-jcw=dash-agent-details]")).to_contain_text("Bash")
    session = dash.session("Runs as a stranger")
    expect(row.locator("[data-jcw=dash-use]")).to_have_text("Accept and use")
    row.locator("[data-jcw=dash-use]").click()
    dash.said("The conversation now runs as stranger.")
    expect(row).not_to_contain_text("not reviewed")
    sessions = dash.lab.ask("GET", "api/sessions")["sessions"]
    assert [each["session_id"] for each in sessions if each["settings"].get("agent") == "stranger"] == [session]
    dash.page.locator(SIDEBAR).click()


def test_a_file_that_is_no_agent_says_why(dash: Dashboard) -> None:
    """It is listed with its problem, and can be opened as the text that it is."""
    (dash.lab.root / "broken.agent.json").write_text("{")
    dash.part("dash-refresh").click()
    row = dash.agent("broken")
    expect(row).to_contain_text("cannot be read")
    row.locator("[data-jcw=dash-agent-open]").click()
    expect(row).to_contain_text("not JSON")
    expect(row.locator("[data-jcw=dash-use]")).to_have_count(0)


def test_nobody_is_notified_who_did_not_ask_for_it(dash: Dashboard, elsewhere: Callable[[], Panel]) -> None:
    """The browser is asked when the button is pressed, and told while the page is hidden, but never what was said."""
    page = dash.page
    assert page.evaluate("Notification.permission") != "granted"
    page.context.grant_permissions(["notifications"], origin=dash.lab.url)
    dash.part("notify").click()
    expect(dash.part("notify")).to_have_attribute("aria-pressed", "true")
    panel = elsewhere()
    panel.send("demo: run-command")
    expect(dash.part("dash-answer")).to_have_count(1)
    assert page.evaluate(TOLD) == []
    panel.answer("deny")
    panel.wait("ready")
    # Under this kind of control every page is visible, whatever is before it: so it is only told that it is not.
    page.evaluate("Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => 'hidden'})")
    panel.send("demo: run-command")
    page.wait_for_function("window.told.length > 0")
    assert page.evaluate(TOLD) == [["demo: run-command", "Claude asks you something."]]
    page.evaluate("delete document.visibilityState")
    page.evaluate("window.told[0].dispatchEvent(new Event('click'))")
    page.locator("[data-jcw=sidebar] [data-jcw=question]").wait_for()
    page.locator(SIDEBAR).click()
    dash.part("notify").click()
    expect(dash.part("notify")).to_have_attribute("aria-pressed", "false")
    page.context.clear_permissions()


def test_everybody_can_use_it(dash: Dashboard, elsewhere: Callable[[], Panel]) -> None:
    """Axe finds nothing wrong with sessions, a question, a deletion that is asked about, and agents, light and dark."""
    if not AXE.is_file():
        if os.environ.get("JCW_REQUIRE_BROWSER"):
            pytest.fail("axe-core is required here and was not found: `cd js && npm ci`.")
        pytest.skip("no axe-core: `cd js && npm ci`")
    doomed = dash.session("To be deleted")
    dash.session("Quiet", "other.ipynb")
    dash.file("reviewer")
    dash.agent("reviewer").locator("[data-jcw=dash-agent-open]").click()
    elsewhere().send("demo: run-command")
    dash.part("dash-answer").click()
    dash.part("dash-card").locator("[data-jcw=question]").wait_for()
    dash.row(doomed).locator("[data-move]").press("Delete")
    dash.page.evaluate(AXE.read_text())
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        dash.page.evaluate("theme => { document.body.dataset.jpThemeLight = String(theme.endsWith('Light')); }", theme)
        found = dash.page.evaluate("axe.run(document.querySelector('[data-jcw=dashboard]'))")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], theme
    dash.page.evaluate("document.body.dataset.jpThemeLight = 'true'")


def test_notebook_7_has_it_at_its_left_side(chromium: Browser, tmp_path: Path) -> None:
    """There the menu opens it, and the page's title carries the badge, also in the list of files."""
    lab = Lab(tmp_path, program="notebook").start()
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    try:
        lab.notebook(NOTEBOOK, "1")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        visit(page, lab, NOTEBOOK)
        page.locator(".lm-MenuBar-itemLabel:text-is('View')").click()
        page.locator(".lm-Menu-itemLabel:text-is('Left Sidebar')").hover()
        page.locator(".lm-Menu-itemLabel:text-is('Show Claude: sessions and agents')").click()
        dash = Dashboard(page, lab)
        session = dash.session("In Notebook 7")
        expect(dash.row(session)).to_contain_text("In Notebook 7")
        other = context.new_page()
        panel = open_page(other, lab, NOTEBOOK)
        panel.send("demo: run-command")
        panel.part("question").wait_for()
        expect(page).to_have_title("(1) analysis")
        other.goto(f"{lab.url}tree?token={TOKEN}")
        expect(other).to_have_title("(1) Home")
    finally:
        context.close()
        lab.stop()
