"""The plain page: on a phone, with a conversation that is gone, and without any."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lab_stage import PATIENCE, TOKEN, Lab, Panel, open_page
from playwright.sync_api import Browser, Page, expect

WIDTHS = (360, 390, 430)
HEIGHT = 780
WITH_KEYBOARD = 400  # pixels of height that an on-screen keyboard leaves
TARGET = 40
# Controls that a finger would miss or that reach out of the screen, and fields at which a phone would enlarge the page.
UNHANDY = f"""() => [...document.querySelectorAll('button, a, input, textarea, select, summary, [role=menuitemradio]')]
    .filter((each) => each.checkVisibility({{visibilityProperty: true}}) && !each.closest('[data-jcw=reply]'))
    .filter((each) => {{
        const {{width, height, left, right}} = each.getBoundingClientRect();
        const field = each.matches('textarea, input') && parseFloat(getComputedStyle(each).fontSize) < 16;
        return width < {TARGET} || height < {TARGET} || left < 0 || right > innerWidth + 0.5 || field;
    }})
    .map((each) => each.outerHTML.slice(0, 120))"""
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
WIDE = "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"
IN_SIGHT = """(each) => {
    const {top, bottom} = each.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight && document.elementFromPoint(innerWidth / 2, (top + bottom) / 2) !== null;
}"""


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A tab of a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": HEIGHT}, is_mobile=True, has_touch=True)
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    yield made
    context.close()


def handy(page: Page) -> None:
    """Look at the page in every width of a phone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.evaluate(DRAWN)
        assert page.evaluate(UNHANDY) == [], width
        assert page.evaluate(WIDE) <= 0, width


def session_of(page: Page) -> str:
    """The conversation that the page's address names."""
    found = re.search("session=([0-9a-f-]{36})", page.url)
    assert found is not None, page.url
    return found[1]


def test_a_phone_has_room_for_everything(phone: Page, lab: Lab) -> None:
    """Empty, in a conversation, with a menu or a question open: fingers hit every control, and nothing is too wide."""
    panel = open_page(phone, lab, lab.notebook("phone.ipynb"))
    handy(phone)
    panel.ask("demo: table")
    for menu in ("conversations", "mode", "model", "effort"):
        panel.part(menu).tap()
        panel.part(f"{menu}-popup").wait_for()
        handy(phone)
        phone.keyboard.press("Escape")
    panel.send("demo: run-command")
    panel.part("question").wait_for()
    handy(phone)
    panel.answer("deny")
    panel.wait("ready")
    phone.locator("[data-jcw=all]").tap()
    phone.wait_for_selector("[data-jcw=chooser][data-loaded=true]")
    handy(phone)


def test_a_keyboard_on_the_screen_covers_nothing_that_is_needed(phone: Page, lab: Lab) -> None:
    """With what a keyboard leaves of the screen, the composer is in sight, and of a question words and buttons."""
    panel = open_page(phone, lab, lab.notebook("keyboard.ipynb"))
    assert "interactive-widget=resizes-content" in phone.locator("meta[name=viewport]").get_attribute("content")
    panel.part("composer").tap()
    phone.set_viewport_size({"width": 390, "height": WITH_KEYBOARD})
    assert panel.part("composer").evaluate(IN_SIGHT)
    assert panel.part("send").evaluate(IN_SIGHT)
    panel.send("demo: run-command")
    panel.part("words").tap()
    for part in ("words", "allow", "deny"):
        assert panel.part(part).evaluate(IN_SIGHT), part
    phone.keyboard.type("not now")
    panel.answer("deny")
    panel.wait("ready")
    assert "not now" in "".join(panel.replies())


def test_the_page_says_where_it_is_and_leads_there(page: Page, lab: Lab) -> None:
    """Above the panel is the notebook, as a link to JupyterLab; the tab says that Claude asks, and its title."""
    (lab.root / "sub folder").mkdir()
    panel = open_page(page, lab, lab.notebook("sub folder/näme #1.ipynb"))
    link = page.locator("[data-jcw=notebook]")
    expect(link).to_have_text("sub folder/näme #1.ipynb")
    assert link.get_attribute("href") == "/lab/tree/sub%20folder/n%C3%A4me%20%231.ipynb"
    panel.send("demo: run-command")
    panel.part("question").wait_for()
    expect(page).to_have_title("(?) demo: run-command")
    expect(page.locator("h1")).to_have_text("demo: run-command")
    panel.answer("deny")
    panel.wait("ready")
    expect(page).to_have_title("demo: run-command")


def test_a_conversation_that_is_deleted_while_it_is_open_leads_on(page: Page, lab: Lab) -> None:
    """What was said stays to be read, what was being written goes along into a new conversation."""
    panel = open_page(page, lab, lab.notebook("deleted.ipynb"))
    panel.ask("demo: hello")
    gone = session_of(page)
    panel.part("composer").fill("half a thought")
    lab.ask("DELETE", f"api/sessions/{gone}")
    expect(panel.part("notice")).to_contain_text("was ended")
    assert panel.replies() != []
    expect(panel.part("other-conversations")).to_be_visible()
    panel.part("begin-another").click()
    panel.wait("ready")
    expect(panel.part("turn")).to_have_count(0)
    assert session_of(page) != gone
    expect(panel.part("composer")).to_have_value("half a thought")
    expect(page.locator("[data-jcw=notebook]")).to_have_text("deleted.ipynb")
    page.go_back()
    chooser = page.locator("[data-jcw=chooser][data-loaded=true]")
    expect(chooser).to_contain_text("This conversation is not here")
    expect(chooser.locator("[data-jcw=chooser-notebook]").first).to_contain_text("deleted.ipynb")


def test_an_address_of_no_conversation_leads_to_one(page: Page, lab: Lab) -> None:
    """By the keyboard alone: from an address that names nothing to a conversation that is there, or to a new one."""
    open_page(page, lab, lab.notebook("kept.ipynb"))
    kept = session_of(page)
    answer = page.goto(f"{lab.url}claude-workspace/workspace?session=00000000-0000-0000-0000-000000000000")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("This conversation is not here")
    entry = page.locator(f"[data-session='{kept}']")
    entry.wait_for()
    for _ in range(100):
        page.keyboard.press("Tab")
        if entry.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    Panel(page).wait("ready")
    assert session_of(page) == kept
    page.locator("[data-jcw=all]").click()
    notebook = page.locator("[data-jcw=chooser-notebook]").filter(has_text="kept.ipynb")
    notebook.locator("[data-jcw=chooser-new]").click()
    Panel(page).wait("ready")
    assert session_of(page) != kept
    expect(page.locator("[data-jcw=notebook]")).to_have_text("kept.ipynb")


def test_signing_in_leads_back_to_the_conversation(chromium: Browser, lab: Lab) -> None:
    """Who is not signed in gets a page that says so; its link leads through the login to the same address."""
    made = lab.ask(
        "POST", "api/agents/create-session", {"notebook": lab.notebook("login.ipynb"), "context": "workspace"}
    )
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"http://127.0.0.1:{lab.port}{made['page_url']}")
    expect(page.locator("h1")).to_contain_text("not signed in")
    page.get_by_role("link", name="Sign in").click()
    page.locator("#password_input").fill(TOKEN)
    page.locator("#login_submit").click()
    Panel(page).wait("ready")
    assert session_of(page) == made["session_id"]
    context.close()
