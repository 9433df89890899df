"""What a person knows of a conversation and does with its time: pickers, context, branches, other conversations."""

from __future__ import annotations

import re

from lab_stage import Lab, Panel, open_in_lab, open_page, save, visit
from playwright.sync_api import Page, expect


def expect_asked(panel: Panel, *prompts: str) -> None:
    """Wait until the conversation that is shown consists of the turns of these prompts."""
    expect(panel.part("prompt").locator(".jcw-prompt-text")).to_have_text(list(prompts))


def test_a_prompt_is_edited_and_both_branches_stay(page: Page, lab: Lab) -> None:
    """An earlier prompt is edited and sent again; the switch leads back to what was there, also after a reload."""
    panel = open_page(page, lab, lab.notebook("branches.ipynb"))
    panel.ask("demo: hello")
    panel.ask("demo: code")
    panel.part("turn").first.hover()
    panel.part("edit").first.click()
    panel.part("edit-text").fill("demo: thinking")
    panel.part("edit-text").press("Enter")
    expect(panel.part("branches")).to_contain_text("2/2")
    panel.wait("ready")
    expect_asked(panel, "demo: thinking")
    panel.part("branch-before").click()
    expect(panel.part("branches")).to_contain_text("1/2")
    expect_asked(panel, "demo: hello", "demo: code")
    expect(panel.part("branch-before")).to_be_focused()
    page.reload()
    panel.wait("ready")
    expect(panel.part("branches")).to_contain_text("1/2")
    expect_asked(panel, "demo: hello", "demo: code")


def test_the_last_prompt_is_tried_again(page: Page, lab: Lab) -> None:
    """Retry asks the same in the place of the reply that was there, and leaves that one as a branch."""
    panel = open_page(page, lab, lab.notebook("retry.ipynb"))
    panel.ask("demo: hello")
    panel.part("retry").click()
    expect(panel.part("branches")).to_contain_text("2/2")
    panel.wait("ready")
    expect_asked(panel, "demo: hello")
    assert len(panel.replies()) == 1


def test_a_running_turn_cannot_be_undercut(page: Page, lab: Lab) -> None:
    """While a turn waits for an answer, editing is disabled and says why; a line says what it waits for."""
    panel = open_page(page, lab, lab.notebook("busy.ipynb"))
    panel.ask("demo: hello")
    panel.send("demo: run-command")
    panel.part("question").wait_for()
    expect(panel.part("working")).to_contain_text("Waiting for your answer")
    expect(panel.part("edit").first).to_be_disabled()
    expect(panel.part("edit").first).to_have_attribute("title", re.compile("until Claude has finished"))
    panel.answer("deny")
    panel.wait("ready")
    expect(panel.part("edit").first).to_be_enabled()


def test_another_conversation_of_the_page_is_in_its_address(page: Page, lab: Lab) -> None:
    """A new conversation takes the panel's place; a reload keeps it, the back button leads back, search finds it."""
    panel = open_page(page, lab, lab.notebook("several.ipynb"))
    panel.ask("demo: hello")
    panel.part("new-conversation").click()
    expect(panel.part("turn")).to_have_count(0)
    expect(panel.part("composer")).to_be_focused()
    panel.ask("demo: mathematics")
    page.reload()
    panel.wait("ready")
    expect_asked(panel, "demo: mathematics")
    page.go_back()
    expect(panel.part("turn")).to_have_count(1)
    expect_asked(panel, "demo: hello")
    panel.part("conversations").click()
    expect(panel.part("conversation")).to_have_count(2)
    panel.part("search-conversations").fill("mathematics")
    expect(panel.part("conversation")).to_have_count(1)
    panel.part("conversation-open").click()
    expect(panel.part("title")).to_have_text("demo: mathematics")
    expect_asked(panel, "demo: mathematics")


def test_a_conversation_is_renamed_and_deleted(page: Page, lab: Lab) -> None:
    """The title is changed where it stands; deleting the open conversation leaves the other one."""
    panel = open_page(page, lab, lab.notebook("remove.ipynb"))
    panel.ask("demo: hello")
    panel.part("new-conversation").click()
    expect(panel.part("turn")).to_have_count(0)
    panel.ask("demo: code")
    panel.part("title").click()
    panel.part("title-field").fill("All about code")
    panel.part("title-field").press("Enter")
    expect(panel.part("title")).to_have_text("All about code")
    panel.part("conversations").click()
    panel.part("conversation").filter(has_text="All about code").get_by_role("button", name="Delete").click()
    expect(panel.part("conversation-removal")).to_contain_text("gone for good")
    panel.answer("conversation-delete-do")
    expect(panel.part("title")).to_have_text("demo: hello")
    expect_asked(panel, "demo: hello")
    left = lab.ask("GET", "api/sessions?notebook=remove.ipynb")["sessions"]
    assert [session["title"] for session in left] == ["demo: hello"]


def test_two_views_of_a_cell_show_the_same_conversation(page: Page, lab: Lab) -> None:
    """When a cell's output shows another conversation, a second view of it follows, and so does a reload."""
    panel = open_in_lab(page, lab, lab.notebook("views.ipynb"))
    panel.ask("demo: hello")
    page.locator(".jp-OutputArea-output").first.click(button="right")
    page.get_by_text("Create New View for Cell Output").click()
    second = page.locator("[data-jcw=panel]").nth(1)
    expect(second.locator("[data-jcw=turn]")).to_have_count(1)
    panel.part("new-conversation").click()
    for view in (panel.root, second):
        expect(view.locator("[data-jcw=turn]")).to_have_count(0)
    panel.ask("demo: code")
    expect(second.locator("[data-jcw=title]")).to_have_text("demo: code")
    save(page, lab, "views.ipynb")
    visit(page, lab, "views.ipynb")
    expect(Panel(page).wait("ready").part("title")).to_have_text("demo: code")


def test_the_pickers_say_what_the_session_runs_with(page: Page, lab: Lab) -> None:
    """Mode, model and effort are chosen below the composer and hold after a reload; the demo says that it is one."""
    panel = open_page(page, lab, lab.notebook("pick.ipynb"))
    panel.part("composer").press("Shift+Tab")
    expect(panel.part("mode")).to_have_text("Accept edits")
    panel.part("model").click()
    expect(panel.part("model-popup")).to_contain_text("A script on this machine answers")
    panel.part("choice").filter(has_text="Haiku").click()
    panel.part("effort").click()
    panel.part("choice").filter(has_text="Low").click()
    expect(panel.part("effort")).to_contain_text("Low effort")
    panel.wait("ready")
    page.reload()
    panel.wait("ready")
    expect(panel.part("mode")).to_have_text("Accept edits")
    expect(panel.part("effort")).to_contain_text("Low effort")
    panel.part("model").click()
    expect(panel.part("model-popup").get_by_role("menuitemradio", checked=True)).to_contain_text("Haiku")


def test_an_approved_plan_ends_the_plan_mode(page: Page, lab: Lab) -> None:
    """When Claude Code leaves plan mode by itself, the picker says so."""
    panel = open_page(page, lab, lab.notebook("plan.ipynb"))
    panel.part("mode").click()
    panel.part("choice").filter(has_text="Plan").click()
    expect(panel.part("mode")).to_have_text("Plan")
    panel.send("demo: plan")
    panel.answer("allow")
    expect(panel.part("mode")).to_have_text("Ask first")
    panel.wait("ready")


def test_the_context_is_shown_and_broken_down(page: Page, lab: Lab) -> None:
    """After a turn the gauge tells how full the context is; opened, it tells what fills it and what was used."""
    panel = open_page(page, lab, lab.notebook("context.ipynb"))
    panel.ask("demo: hello")
    expect(panel.part("gauge")).to_have_text(re.compile(r"^\d+%$"))
    panel.part("gauge").click()
    expect(panel.part("context-part").filter(has_text="System prompt")).to_be_visible()
    expect(panel.part("totals")).to_contain_text(re.compile(r"1 turn · \S+ tokens in, \S+ out"))
    expect(panel.part("cost")).to_have_count(0)
    panel.part("compact").click()
    expect(panel.root).to_contain_text("/compact")
    panel.wait("ready")
