"""What Claude asks a person: permissions, choices and plans, in a real browser on the demo model."""

from __future__ import annotations

from lab_stage import ARMING, ENDED, PATIENCE, Lab, Panel, open_in_lab, open_page
from playwright.sync_api import Locator, Page, expect

TYPED_AHEAD = 1000  # milliseconds; longer than the time in which a number key does not count


def inside(inner: Locator, outer: Locator) -> bool:
    """Whether all of an element is in the sight of another one."""
    small, large = inner.bounding_box(), outer.bounding_box()
    assert small is not None
    assert large is not None
    top, bottom = small["y"] >= large["y"], small["y"] + small["height"] <= large["y"] + large["height"]
    return top and bottom


def test_a_command_is_changed_before_it_runs(page: Page, lab: Lab) -> None:
    """The command that a person wrote runs instead of Claude's, and the conversation says so, also after a reload."""
    panel = open_page(page, lab, lab.notebook("edit.ipynb"))
    panel.send("demo: run-command")
    panel.part("edit-input").click()
    panel.part("edit-text").fill("echo edited by a person")
    expect(panel.part("allow")).to_contain_text("edited")
    panel.answer("allow")
    panel.wait("ready")
    assert "edited by a person" in "".join(panel.replies())
    expect(panel.part("edited")).to_contain_text("echo edited by a person")
    page.reload()
    expect(Panel(page).wait("ready").part("edited")).to_contain_text("echo edited by a person")


def test_a_file_is_changed_before_it_is_written(page: Page, lab: Lab) -> None:
    """The text that a person wrote is what is in the file."""
    panel = open_page(page, lab, lab.notebook("edit-file.ipynb"))
    panel.send("demo: write-file")
    panel.part("edit-input").click()
    panel.part("edit-text").fill("ANSWER = 42\n")
    panel.answer("allow")
    panel.wait("ready")
    assert [file.read_text() for file in lab.root.glob("demo_stats_*.py")] == ["ANSWER = 42\n"]


def test_questions_are_answered_with_the_keyboard_alone(page: Page, lab: Lab) -> None:
    """In a notebook, also scrolled away: from the prompt through two questions to the answer, without the mouse."""
    panel = open_in_lab(page, lab, lab.notebook("keyboard.ipynb"))
    panel.part("composer").focus()
    page.keyboard.type("demo: question")
    page.keyboard.press("Enter")
    question = panel.part("question")
    expect(question).to_be_focused(timeout=PATIENCE)
    page.locator(".jp-WindowedPanel-outer").evaluate("notebook => notebook.scrollTo(0, notebook.scrollHeight)")
    expect(question).not_to_be_in_viewport()
    page.keyboard.press("Alt+q")
    expect(question).to_be_in_viewport()
    page.wait_for_timeout(TYPED_AHEAD)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(question).to_contain_text("Which outputs")
    page.keyboard.press("1")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(panel.part("review")).to_contain_text("Table, CSV file")
    page.keyboard.press("Enter")
    expect(panel.root.locator(ENDED)).to_have_count(1, timeout=PATIENCE)
    assert "Drop the rows, Table, CSV file" in "".join(panel.replies())
    expect(panel.part("composer")).to_be_focused()
    assert page.locator(".jp-CodeCell").count() == 1


def test_a_question_takes_no_focus_from_another_cell(page: Page, lab: Lab) -> None:
    """Somebody who writes code while Claude works goes on writing code when Claude asks."""
    panel = open_in_lab(page, lab, lab.notebook("elsewhere.ipynb"))
    panel.send("demo: run-command")
    code = page.locator(".jp-CodeCell .cm-content").first
    code.click()
    expect(panel.part("question")).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(TYPED_AHEAD)
    page.keyboard.type("1")
    expect(code).to_be_focused()
    expect(code).to_contain_text("1")
    assert panel.root.get_attribute("data-state") == "waiting"


def test_a_plan_goes_back_with_comments_on_its_parts(page: Page, lab: Lab) -> None:
    """Claude gets each comment after the part that it is about, chosen by a click and by selecting words."""
    panel = open_page(page, lab, lab.notebook("plan.ipynb"))
    panel.send("demo: plan")
    plan = panel.part("plan")
    plan.locator("li").nth(1).click()
    page.keyboard.type("only the nearest three")
    page.keyboard.press("Enter")
    plan.locator("h1").select_text()
    panel.part("comment-selection").click()
    page.keyboard.type("and since when?")
    expect(panel.part("deny")).to_contain_text("2 comments")
    panel.answer("deny")
    panel.wait("ready")
    reply = panel.part("reply").last.inner_text()
    for words in (
        "the median of its five nearest neighbours",
        "only the nearest three",
        "Which stations drift?",
        "since when?",
    ):
        assert words in reply


def test_the_buttons_of_a_long_question_stay_in_sight(page: Page, lab: Lab) -> None:
    """However long a plan or a file is and however small the panel: its buttons can be seen and pressed."""
    panel = open_in_lab(page, lab, lab.notebook("long.ipynb"))
    for prompt, height in (("demo: plan", 300), ("demo: write-file", 400)):
        page.evaluate("h => { document.querySelector('[data-jcw=panel]').style.height = `${h}px` }", height)
        panel.send(prompt)
        allow, deny = panel.part("allow"), panel.part("deny")
        allow.wait_for()
        page.wait_for_timeout(ARMING)
        assert inside(allow, panel.root)
        assert inside(deny, panel.root)
        assert inside(panel.part("composer"), panel.root)
        deny.click()
        panel.wait("ready")


def test_each_question_of_a_turn_is_shown_until_all_are_answered(page: Page, lab: Lab) -> None:
    """A turn that asks more than once shows one question at a time, and goes on to its end with the answers."""
    panel = open_page(page, lab, lab.notebook("several.ipynb"))
    panel.send("demo: parallel")
    shown = panel.root.locator("[data-jcw=question]:not([hidden])")
    shown.wait_for()
    while panel.root.get_attribute("data-state") != "ready":
        if shown.count():
            expect(shown).to_have_count(1)
            page.wait_for_timeout(ARMING)
            shown.locator("[data-jcw=allow]").click(timeout=5000)
        page.wait_for_timeout(100)
    assert "Pune" in "".join(panel.replies())
