"""The pages on which agents are chosen, looked at and made, with hostile texts in all that somebody wrote."""

from __future__ import annotations

from hostile_panel import PATIENCE, HostilePanel
from scripted import WELCOME
from sinks import AGENT, agents, api, drafts, overtaken

#: Two frames of the screen: what was told before them has been drawn.
_DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: What a person reads: also in fields, which the page's HTML does not tell.
_READ = """() => [
    document.documentElement.outerHTML,
    ...[...document.querySelectorAll('input, textarea')].map((each) => each.value),
].join('\\n')"""


class HostileAgents(HostilePanel):
    """One tab, as of a person who comes to know the agents of others, and who makes one with Claude."""

    def choose(self, numbered: list[tuple[int, str]]) -> str:
        """Show what the agent in use offers, the list, and an agent before it may run; returns what can be read."""
        self.stage.welcome = WELCOME
        self.stage.answers = {**api(numbered), **agents(numbered)}
        self.open()
        settings = {"mode": "default", "model": None, "effort": None, "agent": AGENT}
        self.stage.say([{"type": "configured", "title": "Penguins", "settings": settings}])
        self._there("starter", len(numbered))
        read = self._read()
        self._press("agent")
        self._there("agent-row", 1 + 2 * len(numbered))
        read += self._read()
        self.page.locator(f"[data-jcw=agent-row][data-name={AGENT}] [data-jcw=agent-choose]").click(force=True)
        self._there("review-use", 1)
        return read + self._read()

    def make(self, texts: list[str]) -> str:
        """Let Claude write the draft again and again, and a file be in its way; returns what can be read."""
        self.stage.welcome = {**WELCOME, "context": "agent-create"}
        self.stage.answers = {**api([(1, texts[0])]), "agents": {"agents": []}, "POST agent": overtaken(texts)}
        self.open()
        self._there("draft-more", 1)
        self._press("draft-more")
        read = ""
        for frame in drafts(texts):
            self.stage.say([frame])
            self.page.evaluate(_DRAWN)
            read += self._read()
        self.page.wait_for_function("name => document.querySelector('[data-jcw=draft-name]').value === name", arg=AGENT)
        self._press("draft-save")
        self._there("difference", 1)
        return read + self._read()

    def _press(self, name: str) -> None:
        self.page.locator(f"[data-jcw={name}]").first.evaluate("each => each.click()")

    def _there(self, name: str, least: int) -> None:
        self.page.wait_for_function(
            "([name, least]) => document.querySelectorAll(`[data-jcw=${name}]`).length >= least",
            arg=[name, least],
            timeout=PATIENCE,
        )

    def _read(self) -> str:
        return str(self.page.evaluate(_READ))
