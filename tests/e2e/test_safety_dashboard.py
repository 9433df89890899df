"""Titles, paths, and what somebody wrote of an agent stay text in the dashboard of JupyterLab."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hostile_panel import WATCH, HostilePanel, blamed
from lab_stage import PATIENCE, Lab, visit
from payloads import corpus, sample
from playwright.sync_api import Browser, Page, Route
from sinks import agents, api
from test_dashboard import TAB

TOGETHER = 40  # payloads on the page at a time


class HostileDashboard(HostilePanel):
    """The dashboard beside a notebook; what the server says of sessions and agents is what a test wants."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.requests, self.troubles = [], []
        self.told: dict[str, Any] = {"sessions": {"sessions": []}, "agents": {"agents": []}}
        page.add_init_script("window.__jcwWhole = false;" + WATCH)
        page.route(re.compile(r"/claude-workspace/api/(sessions|agents)(\?|$)"), self._tell)
        page.on("dialog", lambda dialog: (self.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.context.on("page", lambda opened: self.troubles.append(f"a window {opened.url}"))
        visit(page, lab, lab.notebook("hostile.ipynb", "1"))
        page.locator(TAB).click()
        page.locator("[data-jcw=dash-agents][data-loaded=there]").wait_for()
        page.evaluate("watcher.begin(); watcher.report()")
        page.on("request", lambda request: ".example" in request.url and self.requests.append(request.url))
        self.address = page.url

    def fill(self, numbered: list[tuple[int, str]]) -> str:
        """Show these texts as titles, paths and agents, and all that unfolds; returns what can be read."""
        more = {"questions": 1, "queued": 1, "process": False, "memory": None, "page_url": "", "settings": {}}
        sessions = [{**each, **more} for each in api(numbered)["sessions"]["sessions"]]
        self.told = {"sessions": {"sessions": sessions}, "agents": agents(numbered)["agents"]}
        self.page.locator("[data-jcw=dash-refresh]").click()
        self._wait("dash-session", len(sessions))
        self._wait("dash-agent", 1 + 2 * len(numbered))
        read = self._read()
        for name in ("dash-agent-open", "dash-delete"):
            self._press(name)
            read += self._read()
        self._press("dash-agent-delete")
        read += self._read()
        self.told = {"sessions": {"sessions": []}, "agents": {"agents": []}}
        self.page.locator("[data-jcw=dash-refresh]").click()
        self.page.locator("[data-jcw=dash-session], [data-jcw=dash-agent]").first.wait_for(state="detached")
        return read

    def _tell(self, route: Route) -> None:
        if route.request.method == "GET":
            told = self.told["agents" if "/api/agents" in route.request.url else "sessions"]
            route.fulfill(body=json.dumps(told), content_type="application/json")  # as ASCII: not all is UTF-8
        else:
            route.continue_()

    def _wait(self, name: str, count: int) -> None:
        self.page.wait_for_function(
            "([name, count]) => document.querySelectorAll(`[data-jcw=${name}]`).length === count",
            arg=[name, count],
            timeout=PATIENCE,
        )

    def _press(self, name: str) -> None:
        self.page.evaluate(
            "name => { for (const each of document.querySelectorAll(`[data-jcw=${name}]`)) each.click(); }", name
        )

    def _read(self) -> str:
        drawn = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.page.evaluate(drawn)
        return self.page.locator("[data-jcw=dashboard]").evaluate("each => each.outerHTML")


@pytest.fixture(scope="module")
def dashboard(chromium: Browser, lab: Lab) -> Iterator[HostileDashboard]:
    """A page with the dashboard, for the tests of the module."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield HostileDashboard(page, lab)
    context.close()


def test_every_text_of_the_dashboard_is_seen(dashboard: HostileDashboard) -> None:
    """The test below means something: each text is at several places of the page."""
    shown = dashboard.fill([(number, f"word{number}x") for number in range(3)])
    assert [shown.count(f"word{number}x") >= 10 for number in range(3)] == [True] * 3
    assert dashboard.findings() == []


@pytest.mark.timeout(3600)
def test_hostile_texts_in_the_dashboard_are_only_text(dashboard: HostileDashboard, large: bool) -> None:
    """Nothing runs, nothing is asked for, nothing is drawn that text cannot be drawn with."""
    payloads = corpus() if large else sample(corpus(), 80)

    def tried(group: list[str]) -> list[str]:
        dashboard.fill(list(enumerate(group)))
        return dashboard.findings()

    assert blamed(payloads, TOGETHER, tried) == []
    assert dashboard.elements > 100
