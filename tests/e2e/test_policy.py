"""In front of a real server: the panel needs nothing that a strict policy forbids, and has no hold on JupyterLab."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hostile_panel import BEGUN, WATCH, HostilePanel
from lab_stage import Lab, Panel, open_in_lab, open_page, visit
from payload_words import COMMANDS, LAB
from payloads import corpus, sample
from playwright.sync_api import Page, WebSocketRoute
from scripted import POLICY, WELCOME
from sinks import Frame

# JupyterLab compiles the schemas of its settings (eval) and anywidget runs a widget from a blob; the rest is "self".
STRICT = "script-src 'self' 'unsafe-eval' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
VIOLATIONS = """window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => violations.push(
    [event.effectiveDirective, event.blockedURI, event.sample, `${event.sourceFile}`].join(' ')));"""
SCENARIOS = ("mathematics", "code", "edit-file", "plan")
# A turn more than there were, and it is over or waits for a person. Of the turns only those in sight are drawn.
SETTLED = """turns => {
    const panel = document.querySelector('[data-jcw=panel]');
    const last = [...panel.querySelectorAll('[data-jcw=turn]')].at(-1);
    return panel.querySelector('[data-jcw=viewport]').dataset.turns > turns &&
        (panel.dataset.state === 'waiting' || (panel.dataset.state === 'ready' && last.dataset.end !== 'running'));
}"""
UNFOLD = "for (const each of document.querySelectorAll('[data-jcw=turn] [aria-expanded=false]')) each.click()"


@pytest.fixture(scope="module")
def policed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A server that serves JupyterLab under a strict policy, and that lets the page see what it runs."""
    made = Lab(tmp_path_factory.mktemp("policed"))
    settings = made.home / ".jupyter"
    settings.mkdir()
    headers = {"Content-Security-Policy": STRICT}
    config = {"LabApp": {"expose_app_in_browser": True}, "ServerApp": {"tornado_settings": {"headers": headers}}}
    (settings / "jupyter_server_config.json").write_text(json.dumps(config))
    made.start()
    yield made
    made.stop()


def use_all(panel: Panel) -> None:
    """Play scenarios with everything that a conversation can show, and open whatever opens."""
    for name in SCENARIOS:
        turns = int(panel.part("viewport").get_attribute("data-turns") or 0)
        panel.send(f"demo: {name}")
        panel.page.wait_for_function(SETTLED, arg=turns)
        while panel.root.get_attribute("data-state") == "waiting":
            question = panel.part("question").first.element_handle()
            panel.answer("allow")
            panel.page.wait_for_function("question => !question.isConnected", arg=question)
            panel.page.wait_for_function(SETTLED, arg=turns)
    panel.page.evaluate(UNFOLD)
    openers = panel.root.locator("[aria-haspopup]:visible:enabled")
    for index in range(openers.count()):
        openers.nth(index).evaluate("each => each.click()")
        panel.page.wait_for_timeout(200)
        panel.page.keyboard.press("Escape")
    panel.page.wait_for_timeout(300)


def test_the_page_keeps_its_own_policy(page: Page, lab: Lab) -> None:
    """Nothing inline, nothing from elsewhere: mathematics, colours and menus work under the policy of the page."""
    page.add_init_script(VIOLATIONS)
    headers: list[str] = []
    page.on("response", lambda got: headers.append(got.headers.get("content-security-policy", "")))
    panel = open_page(page, lab, lab.notebook("policy.ipynb"))
    served = set(headers[0].split("; "))
    assert set(POLICY.split("; ")) <= served, headers[0]
    assert any(each.startswith("frame-ancestors") for each in served)
    use_all(panel)
    assert page.locator("math").count() > 0
    assert page.locator("[class^=hljs-]").count() > 3
    assert page.evaluate("violations") == []


def test_the_panel_works_in_a_lab_with_a_strict_policy(page: Page, policed: Lab) -> None:
    """In JupyterLab no script but the server's own may run, and the panel does not want any."""
    page.add_init_script(VIOLATIONS)
    visit(page, policed, policed.notebook("strict.ipynb"))
    of_lab = page.evaluate("violations.splice(0)")  # its own page has a line of script
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+Enter")
    use_all(Panel(page).wait("ready"))
    assert page.locator("math").count() > 0
    assert page.evaluate("violations") == []
    assert all("/lab/tree/" in line for line in of_lab)


class Channel:
    """What a panel in JupyterLab is told, in place of the session."""

    def __init__(self, page: Page) -> None:
        self.answers: dict[str, Any] = {}
        self.heard: list[Any] = []
        self._seq = 0
        self._open: list[WebSocketRoute] = []
        page.route_web_socket("**/claude-workspace/api/sessions/*/channel*", self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        socket.on_message(lambda message: self.heard.append(json.loads(message)))
        socket.send(json.dumps(WELCOME))
        self._open.append(socket)

    def say(self, frames: list[Frame]) -> None:
        for frame in frames:
            self._seq += 1
            numbered = frame if frame["type"] in {"snapshot", "error"} else {"at": 0, **frame, "seq": self._seq}
            for socket in self._open:
                socket.send(json.dumps(numbered))


class InLab(HostilePanel):
    """The panel in a notebook's cell."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.lab = lab
        self.stage = Channel(page)  # type: ignore[assignment]
        self.page = page
        self.requests, self.troubles, self.asked = [], [], 0
        page.add_init_script("window.__jcwWhole = false;" + WATCH)
        page.on("dialog", lambda dialog: (self.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.context.on("page", lambda opened: self.troubles.append(f"a window {opened.url}"))
        self.open()
        page.on("request", lambda request: ".example" in request.url and self.requests.append(request.url))

    def open(self) -> None:
        open_in_lab(self.page, self.lab, self.lab.notebook("hostile.ipynb"))
        self.page.evaluate(
            """() => {
                window.commandsRun = [];
                jupyterapp.commands.commandExecuted.connect((_, {id}) => commandsRun.push(id));
                watcher.begin();
                watcher.report();
            }"""
        )
        self.address = self.page.url


def test_no_text_runs_a_command_of_the_lab(page: Page, policed: Lab) -> None:
    """In a cell of JupyterLab, whatever a hostile text became is clicked: Lab does nothing of what it says."""
    panel = InLab(page, policed)
    for_lab = [text for text in corpus() if "commandlinker" in text or "jp-" in text or "lm-" in text]
    assert len(for_lab) > len(LAB) * len(COMMANDS) / 2
    payloads = [*sample(for_lab, 60), *sample(corpus(), 40)]
    for start in range(0, len(payloads), 20):
        some = list(enumerate(payloads[start : start + 20]))
        said = [
            {"type": "message", "turn": "s", "message": f"m{number}", "block": block, "kind": kind, "text": text}
            for number, text in some
            for block, kind in enumerate(("text", "thinking"))
        ]
        panel.show([{"type": "snapshot", "head": 0}, BEGUN, *said])
        page.evaluate(
            """() => {
                for (const each of document.querySelectorAll('[data-jcw=reply] *, [data-jcw=thinking] *')) {
                    if (!each.closest('a')) each.dispatchEvent(new MouseEvent('click', {bubbles: true}));
                }
            }"""
        )
        assert panel.findings() == []
    assert [name for name in page.evaluate("commandsRun") if name in COMMANDS] == []
    page.evaluate(
        """name => {
            const control = Object.assign(document.createElement('button'), {textContent: 'control'});
            control.dataset.commandlinkerCommand = name;
            document.querySelector('.jp-OutputArea-output').append(control);
            control.click();
        }""",
        "application:toggle-left-area",
    )
    assert "application:toggle-left-area" in page.evaluate("commandsRun"), "a command that ran would not be seen"
