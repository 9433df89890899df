"""What somebody wrote of an agent stays text: in the list, before it runs, and where Claude and a person make one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hostile_agents import HostileAgents
from hostile_panel import blamed
from payloads import corpus, sample
from playwright.sync_api import Browser
from scripted import WELCOME, Scripted

TOGETHER = 20  # payloads on the page at a time; more starters an agent cannot have


@pytest.fixture
def panel(chromium: Browser, stage: Scripted) -> Iterator[HostileAgents]:
    """A watched page of that server."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    yield HostileAgents(context, stage)
    context.close()
    stage.welcome = dict(WELCOME)


def test_every_text_of_an_agent_is_seen(panel: HostileAgents) -> None:
    """The tests below mean something: each place that they fill is a place of the page, and each text is in it."""
    words = [(number, f"word{number}x") for number in range(3)]
    shown = panel.choose(words)
    assert [shown.count(word) >= 10 for _, word in words] == [True] * 3
    made = panel.make([word for _, word in words])
    assert [made.count(word) >= 10 for _, word in words] == [True] * 3
    assert panel.findings() == []


@pytest.mark.timeout(3600)
def test_hostile_agents_are_only_text(panel: HostileAgents, large: bool) -> None:
    """The offers of the agent in use, the list of all, what of them cannot be read, and the look before one runs."""
    payloads = corpus() if large else sample(corpus(), 40)

    def tried(group: list[str]) -> list[str]:
        panel.choose(list(enumerate(group)))
        return panel.findings()

    assert blamed(payloads, TOGETHER, tried) == []
    assert panel.elements > 100


@pytest.mark.timeout(3600)
def test_hostile_drafts_are_only_text(panel: HostileAgents, large: bool) -> None:
    """Every field of the form, and the comparison with a file that has become another one."""
    payloads = corpus() if large else sample(corpus(), 40)

    def tried(group: list[str]) -> list[str]:
        panel.make(group)
        return panel.findings()

    assert blamed(payloads, TOGETHER, tried) == []
    assert panel.elements > 100
