"""One session in its three faces: the cell of a notebook, the sidebar beside it, and the plain page."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab_stage import PATIENCE, TOKEN, Lab, Panel, open_in_lab
from playwright.sync_api import Browser, Page

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread

NOTEBOOK = "faces.ipynb"
SCENARIOS = Path(__file__).parents[1] / "scenarios"
#: What is drawn of the newest turn, once so many have ended. As text: the faces differ in width, so not as pixels.
NEWEST = """([root, count]) => {
    const panel = document.querySelector(root);
    const turn = [...panel.querySelectorAll('[data-jcw=turn]')].at(-1);
    if (panel.querySelector('[data-jcw=viewport]').dataset.turns != count) return null;
    if (panel.dataset.state !== 'ready') return null;
    if (!turn || turn.dataset.end === 'running' || panel.querySelector('[data-jcw=outgoing]')) return null;
    if (turn.querySelector('[data-open=true]')) return null;
    const texts = (hook) => [...turn.querySelectorAll(`[data-jcw=${hook}]`)];
    return {
        turn: turn.dataset.turn,
        end: turn.dataset.end,
        said: texts('reply').map((each) => each.textContent.trim()),
        thought: texts('thinking').length,
        ran: texts('tool').map((each) => [each.dataset.name, each.dataset.outcome]),
        whole: turn.textContent,
    };
}"""


class Face(Panel):
    """A panel, by where it is."""

    def __init__(self, page: Page, name: str, around: str) -> None:
        super().__init__(page)
        self.name = name
        self.selector = f"{around} [data-jcw=panel]"
        self.root = page.locator(self.selector)

    def newest(self, count: int) -> dict[str, Any]:
        """What it shows of turn number `count`, once that is over."""
        handle = self.page.wait_for_function(NEWEST, arg=[self.selector, count], timeout=PATIENCE)
        found: dict[str, Any] = handle.json_value()
        return found

    def shown(self) -> dict[str, Any]:
        """What a waiting test looks at, for the message of one that waited in vain."""
        attributes = "each => ({...each.dataset})"
        return {
            "face": self.name,
            "state": self.root.get_attribute("data-state"),
            "turns": self.part("viewport").get_attribute("data-turns"),
            "newest": self.part("turn").last.evaluate(attributes),
            "outgoing": self.part("outgoing").all_inner_texts(),
            "queued": self.part("queued").all_inner_texts(),
            "left": self.part("jump").count() > 0,
            "open": self.root.locator("[data-open=true]").evaluate_all(f"all => all.map({attributes})"),
            "composer": self.part("composer").input_value(),
        }

    def settle(self) -> None:
        """Answer the open question as a person would: choose what is to be chosen, and press the first button."""
        question = self.part("question")
        question.wait_for()
        if question.get_attribute("data-kind") == "choice":
            question.locator("input[type=radio]").first.check()
        self.answer("allow")


class Faces:
    """All three, connected and ready."""

    def __init__(self, lab: Lab, browser: Browser) -> None:
        self.lab = lab
        context = browser.new_context(viewport={"width": 1500, "height": 900})
        self.lab_page, self.plain_page = context.new_page(), context.new_page()
        for page in (self.lab_page, self.plain_page):
            page.set_default_timeout(PATIENCE)
        open_in_lab(self.lab_page, lab, lab.notebook(NOTEBOOK))
        (session,) = lab.ask("GET", f"api/sessions?notebook={NOTEBOOK}")["sessions"]
        self.session: str = session["session_id"]
        if not self.lab_page.locator("[data-jcw=sidebar]").is_visible():
            self.lab_page.locator("[data-id=jcw-sidebar]").click()
        self.plain_page.goto(f"http://127.0.0.1:{lab.port}{session['page_url']}&token={TOKEN}")
        self.cell = Face(self.lab_page, "cell", ".jp-OutputArea-output")
        self.sidebar = Face(self.lab_page, "sidebar", "[data-jcw=sidebar]")
        self.page = Face(self.plain_page, "page", ".jcw-page")
        self.all = (self.cell, self.sidebar, self.page)
        for face in self.all:
            face.root.wait_for()
        self.turns = 0
        self._turn = itertools.cycle(self.all)

    def next(self) -> Face:
        """Each in its turn."""
        return next(self._turn)

    def gone(self, face: Face) -> None:
        """Wait until no question is open in any."""
        for each in self.all:
            each.part("question").first.wait_for(state="detached")
        face.root.locator("[data-jcw=turn]").last.wait_for()

    def over(self) -> list[dict[str, Any]]:
        """What each shows of one turn more than there were, answering what is asked, in turn in another face."""
        self.turns += 1
        end = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < end:
            for _ in range(20):
                if self.page.root.get_attribute("data-state") == "waiting":
                    break
                if self.page.page.evaluate(NEWEST, [self.page.selector, self.turns]):
                    drawn = [face.newest(self.turns) for face in self.all]
                    if len({each["turn"] for each in drawn}) == 1:  # else one has it, and has not drawn it yet
                        return drawn
                self.plain_page.wait_for_timeout(50)
            else:
                continue
            face = self.next()
            face.settle()
            self.gone(face)
        raise AssertionError(f"turn {self.turns} is not over in every face: {[face.shown() for face in self.all]}")

    def transcript(self) -> list[dict[str, Any]]:
        """The frames that the server has."""
        found: list[dict[str, Any]] = self.lab.ask("GET", f"api/sessions/{self.session}/transcript?format=json")[
            "frames"
        ]
        return found


def turns_in(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns of a transcript, with what the panel must show of each."""
    made: dict[str, dict[str, Any]] = {}
    for frame in frames:
        kind, turn = frame["type"], made.get(frame.get("turn") or "")
        if kind == "turn_started":
            made[frame["turn"]] = {"turn": frame["turn"], "asked": frame["text"], "said": [], "thought": 0, "ran": []}
        elif turn is None:
            continue
        elif kind == "message" and frame["kind"] == "text":
            turn["said"].append(frame["text"])
        elif kind == "message":
            turn["thought"] += 1
        elif kind == "tool_started":
            turn["ran"].append([frame["name"], frame["tool"]])
        elif kind == "tool_finished":
            turn["ran"] = [[name, frame["outcome"] if tool == frame["tool"] else tool] for name, tool in turn["ran"]]
        elif kind == "turn_ended":
            turn["end"] = frame["why"]
    return list(made.values())


@contextmanager
def three_faces(home: Path, browser: Browser) -> Iterator[Faces]:
    """A JupyterLab whose Claude Code asks a scripted model that loses no time, and one session in all three faces."""
    with DemoThread([SHIPPED, SCENARIOS], pace=0) as model:
        environment = {**model.environment(), "PYTHONPATH": ":".join(sys.path)}
        lab = Lab(home, environment=environment, demo="off", prompts_per_minute=0).start()
        try:
            yield Faces(lab, browser)
        finally:
            lab.stop()
