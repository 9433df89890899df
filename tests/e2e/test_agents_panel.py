"""Agents in the panel: made in an interview beside the draft, tried, saved, chosen, looked at, and changed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lab_stage import ARMING, PATIENCE, TOKEN, Lab, Panel, open_page
from playwright.sync_api import Locator, Page, expect

WIDE = "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"
#: What reaches out of the pane that it is in, without a box around it that scrolls or cuts it off.
CUT = """() => [...document.querySelectorAll('.jcw-bench *, .jcw-bench-bar *')]
    .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.closest('.jcw-hidden, svg, option'))
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .map((each) => each.outerHTML.slice(0, 120))"""


def interview(page: Page, lab: Lab, notebook: str, agent: str | None = None) -> Panel:
    """Open the page on which an agent is made, or changed."""
    body = {"notebook": notebook, "context": "agent-create", **({"agent": agent} if agent else {})}
    made = lab.ask("POST", "api/agents/create-session", body)
    page.goto(f"http://127.0.0.1:{lab.port}{made['page_url']}&token={TOKEN}")
    panel = Panel(page).wait("ready")
    at(page, "draft").wait_for(state="attached")
    return panel


def at(page: Page, name: str) -> Locator:
    """Something beside the panel: the draft is not inside of it."""
    return page.locator(f"[data-jcw={name}]")


def write(page: Page, **fields: str) -> None:
    """Write into fields of the draft."""
    for name, text in fields.items():
        at(page, f"draft-{name}").fill(text)


def own(lab: Lab, name: str, **more: Any) -> Path:
    """Somebody else's agent file in the notebooks' folder."""
    path = lab.root / f"{name}.agent.json"
    agent = {"schema_version": 1, "name": name, "description": "Helps.", "prompt": f"You are {name}.", **more}
    path.write_text(json.dumps(agent))
    return path


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def choose(panel: Panel, name: str) -> None:
    """Open the list of agents and take one."""
    panel.part("agent").click()
    panel.part("agent-row").and_(panel.page.locator(f"[data-name={name}]")).locator("[data-jcw=agent-choose]").click()


def test_an_agent_is_made_in_an_interview_and_answers(page: Page, lab: Lab) -> None:
    """Claude fills in the draft and the person changes it; saved after a yes, it is used from the same page."""
    panel = interview(page, lab, lab.notebook("made.ipynb"))
    panel.ask("Check whether my figures are honest")
    expect(at(page, "draft-description")).to_have_value(re.compile("figures"))
    expect(at(page, "draft-news")).to_have_text(re.compile("^Claude changed: Name, When to use it"))
    write(page, name="honest-figures")
    panel.ask("Be brief, and never touch the data")
    expect(at(page, "draft-name")).to_have_value("honest-figures")
    expect(at(page, "draft-status")).to_contain_text("Not saved yet")
    panel.send("It may run commands")
    expect(panel.part("question")).to_contain_text("Save the agent honest-figures next to made.ipynb")
    panel.answer("allow")
    expect(at(page, "draft-status")).to_have_text("Saved as honest-figures.agent.json next to made.ipynb")
    panel.wait("ready")
    at(page, "draft-use").click()
    expect(at(page, "bench")).to_have_count(0)
    expect(panel.part("agent")).to_have_text("honest-figures")
    panel.wait("ready")
    panel.ask("Who are you?")
    expect(panel.part("reply").last).to_contain_text("Here I work as your agent honest-figures")


def test_an_interview_is_left_and_taken_up_again(page: Page, lab: Lab) -> None:
    """From the interview back to the conversation, and back to the interview from the list: the draft is as it was."""
    panel = open_page(page, lab, lab.notebook("left.ipynb"))
    panel.ask("demo: hello")
    panel.part("agent").click()
    panel.part("agent-new").click()
    at(page, "draft-name").fill("halfway")
    at(page, "draft-prompt").fill("Not whole")
    expect(at(page, "draft-status")).to_contain_text("Still needed: when to use it.")
    at(page, "back").click()
    expect(panel.part("turn")).to_have_count(1)
    panel.part("conversations").click()
    panel.part("being-made").locator("[data-jcw=conversation-open]").click()
    expect(at(page, "draft-name")).to_have_value("halfway")
    page.reload()
    expect(at(page, "draft-prompt")).to_have_value("Not whole")


def test_a_draft_is_tried_before_it_is_saved(page: Page, lab: Lab) -> None:
    """The draft answers in a conversation beside it; after a change it is tried again, as it is then."""
    interview(page, lab, lab.notebook("tried.ipynb"))
    write(page, name="tried", description="Tries.", prompt="Speak of whales.")
    at(page, "draft-try").click()
    trial = page.locator("[data-jcw=trial]")
    trial.locator("[data-jcw=panel][data-state=ready]").wait_for()
    expect(at(page, "try-note")).to_have_text("This runs as the draft is now.")
    trial.locator("[data-jcw=composer]").fill("Who are you?")
    trial.locator("[data-jcw=composer]").press("Enter")
    expect(trial.locator("[data-jcw=reply]")).to_contain_text("Speak of whales.")
    at(page, "tab-agent").click()
    write(page, prompt="Speak of birds.")
    at(page, "tab-try").click()
    expect(at(page, "try-note")).to_contain_text("The draft has changed")
    at(page, "try-again").click()
    expect(trial.locator("[data-jcw=turn]")).to_have_count(0)
    trial.locator("[data-jcw=panel][data-state=ready]").wait_for()
    trial.locator("[data-jcw=composer]").fill("Who are you?")
    trial.locator("[data-jcw=composer]").press("Enter")
    expect(trial.locator("[data-jcw=reply]")).to_contain_text("Speak of birds.")
    assert not (lab.root / "tried.agent.json").exists()


def test_two_tabs_that_save_the_same_agent_lose_nothing(page: Page, lab: Lab) -> None:
    """The second one sees both versions, takes a field of the other, and replaces the file only when told to."""
    path = own(lab, "shared", tools=["Read"])
    interview(page, lab, lab.notebook("shared.ipynb"), "shared")
    expect(at(page, "draft-status")).to_contain_text("Saved as shared.agent.json")
    write(page, prompt="My words.")
    theirs = json.dumps({**read(path), "prompt": "Their words.", "description": "Theirs."})
    path.write_text(theirs)
    at(page, "draft-save").click()
    expect(at(page, "conflict")).to_contain_text("shared.agent.json was changed meanwhile")
    expect(at(page, "difference")).to_have_count(2)
    assert path.read_text() == theirs
    page.locator("[data-jcw=difference][data-field=description] [data-jcw=take-field]").click()
    expect(at(page, "difference")).to_have_count(1)
    at(page, "keep-mine").click()
    expect(at(page, "draft-status")).to_contain_text("Saved as shared.agent.json")
    assert (read(path)["prompt"], read(path)["description"]) == ("My words.", "Theirs.")


def test_somebody_elses_agent_is_looked_at_before_it_runs(page: Page, lab: Lab) -> None:
    """It is shown whole, with what hides in it; after the yes it runs, and a change of the file asks again."""
    path = own(lab, "foreign", prompt="Be kind.\u202e", starters=["What is here?"])
    panel = open_page(page, lab, lab.notebook("foreign.ipynb"))
    choose(panel, "foreign")
    expect(panel.part("review-prompt")).to_have_text("Be kind.\\u202e")
    panel.part("review-use").press("Escape")
    expect(panel.part("review")).to_have_count(0)
    expect(panel.part("agent")).to_have_text("Agent")
    choose(panel, "foreign")
    panel.answer("review-use")
    expect(panel.part("agent")).to_have_text("foreign")
    panel.part("starter").click()
    expect(panel.part("reply")).to_contain_text("Here I work as your agent foreign")
    panel.wait("ready")
    path.write_text(json.dumps({**read(path), "prompt": "Be quick."}))
    panel.part("reload-agent").click()
    expect(panel.part("review-prompt")).to_have_text("Be quick.")
    panel.answer("review-use")
    expect(panel.part("notice")).to_have_count(0)
    panel.wait("ready")
    panel.ask("And now?")
    expect(panel.part("reply").last).to_contain_text("Be quick.")


def test_an_agent_that_cannot_be_read_says_why_and_is_not_chosen(page: Page, lab: Lab) -> None:
    """Its file is named with what is wrong in it; a click changes nothing."""
    (lab.root / "broken.agent.json").write_text('{"name": 3')
    panel = open_page(page, lab, lab.notebook("broken.ipynb"))
    panel.part("agent").click()
    row = panel.part("agent-row").and_(page.locator("[data-name=broken]"))
    expect(row).to_contain_text("broken.agent.json")
    row.locator("[data-jcw=agent-choose]").click(force=True)
    expect(panel.part("agent-popup")).to_be_visible()
    expect(panel.part("agent")).to_have_text("Agent")


@pytest.mark.parametrize("width", [300, 390])
def test_in_a_narrow_panel_the_draft_is_behind_a_tab(page: Page, lab: Lab, width: int) -> None:
    """Interview, agent and trial are tabs, nothing is cut off, and the tab says when Claude changed the draft."""
    page.set_viewport_size({"width": width, "height": 740})
    panel = interview(page, lab, lab.notebook(f"narrow{width}.ipynb"))
    expect(at(page, "draft-name")).to_be_hidden()
    panel.ask("Explain what I see")
    expect(at(page, "tab-news")).to_have_count(1)
    at(page, "tab-interview").focus()
    page.keyboard.press("ArrowRight")
    expect(at(page, "tab-agent")).to_be_focused()
    expect(at(page, "tab-news")).to_have_count(0)
    expect(at(page, "draft-name")).to_be_visible()
    expect(panel.part("composer")).to_be_hidden()
    at(page, "tools-only").check()
    at(page, "draft-more").click()
    assert (page.evaluate(CUT), page.evaluate(WIDE)) == ([], 0)
    write(page, prompt="Explain.")
    at(page, "tab-try").click()
    at(page, "try-start").click()
    page.locator("[data-jcw=trial] [data-jcw=panel][data-state=ready]").wait_for(timeout=PATIENCE)
    assert (page.evaluate(CUT), page.evaluate(WIDE)) == ([], 0)


def test_in_a_wide_panel_interview_and_draft_stand_side_by_side(page: Page, lab: Lab) -> None:
    """Both are in sight; made narrow and wide again, what was written is still there."""
    panel = interview(page, lab, lab.notebook("wide.ipynb"))
    expect(panel.part("composer")).to_be_visible()
    expect(at(page, "draft-name")).to_be_visible()
    expect(at(page, "tab-interview")).to_have_count(0)
    write(page, name="wide")
    page.set_viewport_size({"width": 500, "height": 740})
    expect(at(page, "tab-interview")).to_be_visible()
    page.set_viewport_size({"width": 1200, "height": 900})
    expect(at(page, "tab-interview")).to_have_count(0)
    expect(at(page, "draft-name")).to_have_value("wide")


def test_what_a_person_writes_is_not_overwritten_by_claude(page: Page, lab: Lab) -> None:
    """While Claude writes the same field, the person's words stay; theirs is what the draft has in the end."""
    panel = interview(page, lab, lab.notebook("both.ipynb"))
    panel.send("Watch over my tables")
    at(page, "draft-description").click()
    page.keyboard.type("My own words")
    expect(at(page, "take-claudes")).to_be_visible()
    expect(at(page, "draft-description")).to_have_value("My own words")
    page.wait_for_timeout(ARMING)
    panel.part("composer").click()
    panel.wait("ready")
    expect(at(page, "draft-description")).to_have_value("My own words")
    page.reload()
    expect(at(page, "draft-description")).to_have_value("My own words")
