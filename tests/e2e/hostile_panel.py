"""A page with the panel on which hostile texts are laid out, round by round, under the eyes of `watch.js`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request, Route
from scripted import FILES, PREFIX, Scripted
from sinks import Frame, api, foot, questions, running, singles, turn

WATCH = Path(__file__).with_name("watch.js").read_text()
PATIENCE = 180_000  # milliseconds
#: The turn that everything is said in.
BEGUN: Frame = {
    "type": "turn_started", "turn": "s", "origin": {"kind": "prompt"}, "text": "x", "attachments": [], "mentions": [],
}  # fmt: skip

#: Waits until all that was sent is on the page and drawn.
_SETTLED = """(mark) => new Promise((done, failed) => {
    const end = performance.now() + 150000;
    const look = () => {
        const there = document.querySelector('[data-jcw=panel]')?.dataset.state === mark;
        const busy = document.querySelector('.jcw-md[aria-busy=true]');
        if (there && !busy) requestAnimationFrame(() => requestAnimationFrame(done));
        else if (performance.now() > end) failed(new Error('the panel did not come to ' + mark));
        else requestAnimationFrame(look);
    };
    look();
})"""
_DRAWN = _SETTLED.replace("[aria-busy=true]", "[aria-busy=never]")  # a text may still be arriving
#: Opens whatever is folded, a few levels deep.
_UNFOLD = """async () => {
    for (let depth = 0; depth < 4; depth++) {
        const shut = [...document.querySelectorAll(
            '[data-jcw=turn] [aria-expanded=false], [data-jcw=todo] [aria-expanded=false]')];
        if (shut.length === 0) break;
        for (const one of shut) one.click();
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
}"""


class Finding(AssertionError):
    """A text was more than text."""


class HostilePanel:
    """One tab. `requests` holds every request that nobody of ours made."""

    def __init__(self, context: BrowserContext, stage: Scripted) -> None:
        self.stage = stage
        self.requests: list[str] = []
        self.asked = 0
        self.troubles: list[str] = []
        self.context = context
        context.add_init_script(WATCH)
        context.route("**/*", self._route)
        self.page: Page = context.new_page()
        self.page.on("dialog", lambda dialog: (self.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.asking: set[Request] = set()  # what the page waits for
        self.page.on("request", lambda request: request.resource_type == "fetch" and self.asking.add(request))
        self.page.on("requestfinished", self._answer)
        self.page.on("requestfailed", self._answer)
        self.page.on("pageerror", lambda error: self.troubles.append(f"page error {error}"))
        context.on("page", lambda page: self.troubles.append(f"a window {page.url}"))
        self.open()

    def open(self) -> None:
        self.page.goto(self.stage.url)
        self.page.wait_for_selector("[data-jcw=panel][data-link=open]", timeout=PATIENCE)
        self.page.evaluate("watcher.begin()")
        self.address = self.page.url

    def settle(self, state: str = "ready") -> None:
        self.stage.say([{"type": "state", "state": state}])
        self.page.evaluate(_SETTLED, state)

    def show(self, frames: list[Frame]) -> None:
        """Put these frames on the page, open what is folded, and wait for all of it to be drawn."""
        self.stage.say([{"type": "state", "state": "running"}])
        self.page.evaluate(_SETTLED, "running")
        self.stage.say(frames)
        last = frames[-1]
        if last["type"] != "state":
            self.stage.say([{"type": "state", "state": "ready"}])
        self.page.evaluate(_DRAWN, last.get("state", "ready"))
        self.page.evaluate(_UNFOLD)

    def lay_out(self, numbered: list[tuple[int, str]]) -> None:
        """Put each text into every sink, and open what is folded."""
        self.stage.answers = api(numbered)
        self.stage.say([{"type": "snapshot", "head": 0}, *(frame for each in numbered for frame in turn(*each))])
        self.settle()
        self.page.evaluate(_UNFOLD)
        self.stage.say([
            *foot(numbered),
            *(frame for each in numbered for frame in questions(*each)),
            *running(*numbered[0]),
        ])  # fmt: skip
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.page.evaluate(_UNFOLD)
        for _, text in numbered:
            self.stage.say(singles(text))
            self.page.evaluate(_DRAWN, "failed")

    def looks(self) -> list[str]:
        """The page's HTML: as it is, and with everything that opens over the panel, one after the other."""
        html = [self.page.content()]
        openers = self.page.locator("[data-jcw=panel] [aria-haspopup=dialog]:visible:enabled")
        for index in range(openers.count()):
            openers.nth(index).evaluate("each => each.click()")
            self._answered(150)
            html.append(self.page.content())
            self.page.keyboard.press("Escape")
        composer = self.page.locator("[data-jcw=composer]")
        for sign in "/@":
            composer.fill("")
            composer.press_sequentially(sign)
            self._answered(400)
            html.append(self.page.content())
            composer.press("Escape")
        return html

    def _answer(self, request: Request) -> None:
        self.asking.discard(request)

    def _answered(self, least: int) -> None:
        """Wait so many milliseconds, and for the answers to what the page asked for by then to be drawn."""
        self.page.wait_for_timeout(least)
        end = time.monotonic() + PATIENCE / 1000
        while self.asking and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def stream(self, texts: list[str], pieces: list[list[str]]) -> None:
        """Let all `texts` grow at once, a piece of each per frame of the screen."""
        start: list[Frame] = [
            {"type": "snapshot", "head": 0},
            BEGUN,
        ]
        self.stage.say(start)
        for step in range(max(map(len, pieces))):
            mark = ("running", "waiting")[step % 2]
            self.stage.say([
                {"type": kind, "turn": "s", "message": f"{kind}{index}", "block": 0, "text": own[step]}
                for index, own in enumerate(pieces)
                if step < len(own)
                for kind in ("text", "thinking")
            ])  # fmt: skip
            self.stage.say([{"type": "state", "state": mark}])
            self.page.evaluate(_DRAWN, mark)
        self.stage.say(
            {"type": "message", "turn": "s", "message": f"text{index}", "block": 0, "kind": "text", "text": text}
            for index, text in enumerate(texts)
        )
        self.stage.say([{"type": "turn_ended", "turn": "s", "why": "completed"}])
        self.settle()

    def findings(self) -> list[str]:
        """What has been seen since the last call. Nothing is what is wanted."""
        report: dict[str, Any] = self.page.evaluate("watcher.report()")
        found = [f"ran {each}" for each in report["ran"]]
        found += report["faults"] + [f"policy {each}" for each in report["violations"]]
        found += [f"request {each}" for each in self.requests] + self.troubles
        if self.page.url != self.address:
            found.append(f"the page went to {self.page.url}")
        self.elements = report["elements"]
        self.requests.clear()
        self.troubles.clear()
        return found

    def _route(self, route: Route, request: Request) -> None:
        url = urlsplit(request.url)
        own = url.netloc == f"127.0.0.1:{self.stage.port}"
        if own and (url.path == "/page" or url.path.startswith((f"{FILES}/", f"{PREFIX}/api/"))):
            self.asked += 1
            route.continue_()
        elif request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            self.requests.append(request.url)
            route.abort()


def blamed(payloads: list[str], together: int, tried: Callable[[list[str]], list[str]]) -> list[tuple[str, list[str]]]:
    """What `tried` finds, by payload: those of a group in which something was found are tried alone."""
    found: list[tuple[str, list[str]]] = []
    for start in range(0, len(payloads), together):
        group = payloads[start : start + together]
        if findings := tried(group):
            alone = [(payload, seen[:3]) for payload in group if (seen := tried([payload]))]
            found += alone or [("together: " + repr(group), findings[:3])]
        if len(found) > 10:
            break
    return found
