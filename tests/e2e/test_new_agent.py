"""A new user's first agent: from "New agent" over the interview to a file, and its first answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from lab_stage import ENDED, PATIENCE, TOKEN, Lab, Panel, visit
from playwright.sync_api import Browser, Locator, Page, expect

SAID = ("It should review my plots", "Axes need units; answer in a few words")
CHANGED = "Looks at the plots of this notebook."


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A tab of a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 780}, is_mobile=True, has_touch=True)
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    yield made
    context.close()


class Making:
    """A person who makes an agent, wherever the interview is shown."""

    def __init__(self, around: Locator) -> None:
        self.around = around

    def part(self, name: str) -> Locator:
        return self.around.locator(f"[data-jcw={name}]").first

    def pane(self, name: str) -> None:
        """Turn to a pane, where there is no room for all."""
        tab = self.part(f"tab-{name}")
        if tab.count():
            tab.click()

    def interview(self) -> None:
        """Answer what Claude asks until the draft can be tried."""
        for number, words in enumerate(SAID, 1):
            self.pane("interview")
            self.part("composer").fill(words)
            self.part("composer").press("Enter")
            expect(self.around.locator(ENDED)).to_have_count(number)
        self.pane("agent")
        expect(self.part("draft-name")).to_have_value("review-plots")
        expect(self.part("draft-prompt")).to_have_value(re.compile(re.escape(SAID[1])))

    def change_by_hand(self) -> None:
        """Write one field anew; Claude is told, and does not write over it."""
        self.part("draft-description").fill(CHANGED)
        self.part("draft-description").blur()

    def try_it(self) -> None:
        """Ask the agent something in a side conversation, before there is a file."""
        self.part("draft-try").click()
        trial = self.part("trial")
        trial.locator("[data-jcw=panel][data-state=ready]").wait_for()
        trial.locator("[data-jcw=composer]").fill("Who are you?")
        trial.locator("[data-jcw=composer]").press("Enter")
        expect(trial.locator(ENDED)).to_have_count(1)
        expect(trial.locator("[data-jcw=reply]").first).to_contain_text(SAID[0])

    def save(self, lab: Lab, folder: str) -> None:
        """Save it by hand; the file is next to the notebook and has what was written by hand and by Claude."""
        self.pane("agent")
        self.part("draft-save").click()
        self.around.locator("[data-jcw=draft-status][data-done=true]").wait_for()
        agent = json.loads((lab.root / folder / "review-plots.agent.json").read_text())
        assert (agent["name"], agent["description"]) == ("review-plots", CHANGED)
        assert SAID[1] in agent["prompt"]


def first_answer(panel: Panel) -> None:
    """The conversation that was opened for the agent answers as that agent."""
    panel.ask("Who are you?")
    assert "review-plots" in "".join(panel.replies())


def without_news(lab: Lab) -> None:
    """JupyterLab's own question about its news would lie over what is to be pressed."""
    settings = lab.home / ".jupyter/lab/user-settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')


def made_in(lab: Lab, folder: str) -> str:
    """A notebook in a folder of its own, so that no other agent is next to it; returns its path."""
    (lab.root / folder).mkdir()
    return lab.notebook(f"{folder}/plots.ipynb", "1")


def test_a_first_agent_on_a_phone(phone: Page, lab: Lab) -> None:
    """On the plain page, at a phone's width: interview, change, try, save, use."""
    made = lab.ask("POST", "api/agents/create-session", {"notebook": made_in(lab, "phone")})
    phone.goto(f"http://127.0.0.1:{lab.port}{made['page_url']}&token={TOKEN}")
    Panel(phone).wait("ready")
    person = Making(phone.locator("body"))
    person.interview()
    person.change_by_hand()
    person.try_it()
    person.save(lab, "phone")
    interview = phone.url
    person.part("draft-use").click()
    phone.wait_for_url(lambda url: url != interview)
    first_answer(Panel(phone).wait("ready"))


def test_a_first_agent_from_the_dashboard(page: Page, lab: Lab) -> None:
    """In JupyterLab: "New agent" on the dashboard opens the interview beside its draft; the sidebar, the agent."""
    without_news(lab)
    visit(page, lab, made_in(lab, "desk"))
    if not page.locator("[data-jcw=dashboard]").is_visible():
        page.locator(".lm-TabBar-tab[data-id=jcw-dashboard]").click()
    page.locator("[data-jcw=dash-new-agent]").click()
    draft = page.locator("[data-jcw=draft-name]")
    draft.wait_for(state="attached")
    person = Making(page.locator(".jcw-interview"))
    person.interview()
    person.change_by_hand()
    person.try_it()
    person.save(lab, "desk")
    expect(page.locator("[data-agent=review-plots]")).to_be_visible()
    person.part("draft-use").click()
    panel = page.locator("[data-jcw=sidebar] [data-jcw=panel][data-state=ready]")
    panel.wait_for()
    panel.locator("[data-jcw=composer]").fill("What do you think of my plot?")
    panel.locator("[data-jcw=composer]").press("Enter")
    expect(page.locator("[data-jcw=sidebar] [data-jcw=reply]").first).to_contain_text("review-plots")
    expect(draft).to_have_count(1)
