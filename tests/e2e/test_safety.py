"""Text from Claude, its tools and its files stays text, whatever it says, in every part of the panel."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_panel import BEGUN, HostilePanel, blamed
from payloads import corpus, sample
from playwright.sync_api import Browser
from scripted import Scripted
from sinks import api, foot, questions, running, singles, turn

TOGETHER = 8  # payloads on the page at a time
PIECES = 40  # payloads that are streamed at a time
#: What frames and answers carry and the panel does not show.
NOT_SHOWN = (
    "agent_draft", "agent_saved", "configured/settings/agent", "queue/prompts/user", "state/why",
    "tool_finished/detail", "steered/attachmentsown/content", "turn_started/attachmentsown/content",
    "/offers/commandsown/aliases",
    "/sessions/sessions/notebook",
)  # fmt: skip


def all_payloads() -> list[str]:
    """Ours, and those of a JSON array of texts that JCW_PAYLOADS names."""
    path = os.environ.get("JCW_PAYLOADS")
    return corpus() + (json.loads(Path(path).read_text()) if path else [])


def test_the_corpus_is_large_enough() -> None:
    """Thousands of different payloads, of which few are a sample of all kinds."""
    payloads = corpus()
    assert len(payloads) == len(set(payloads)) > 5_000
    assert 200 < len(sample(payloads, 200)) < 300


def test_every_text_of_a_frame_is_seen(panel: HostilePanel) -> None:
    """The tests below mean something: each place that they fill is a place of the page."""
    names: dict[str, str] = {}

    def told_apart(value: Any, path: str) -> Any:
        if isinstance(value, str):
            if "HERE" not in value:
                return value
            names[f"word{len(names)}x"] = path
            return value.replace("HERE", f"word{len(names) - 1}x")
        if isinstance(value, list):
            return [told_apart(each, path) for each in value]
        if isinstance(value, dict):
            place = f"{path}{value.get('type', '')}{value.get('name', '')}{value.get('kind', '')}".replace(
                "HERE", "own"
            )
            return {told_apart(key, f"{place}/key"): told_apart(each, f"{place}/{key}") for key, each in value.items()}
        return value

    one = [(1, "HERE")]
    frames = [
        {"type": "snapshot", "head": 0}, *turn(1, "HERE"), *running(2, "HERE"), *foot(one), *questions(1, "HERE"),
        *singles("HERE"),
    ]  # fmt: skip
    panel.stage.answers = told_apart(api(one), "")
    panel.show([told_apart(frame, "") for frame in frames])
    shown = "".join(panel.looks())
    seen = {path for word, path in names.items() if word in shown}
    assert sorted(path for path in set(names.values()) - seen if not path.startswith(NOT_SHOWN)) == []


@pytest.mark.timeout(3600)
def test_hostile_texts_in_menus_are_only_text(panel: HostilePanel, large: bool) -> None:
    """The list of conversations, the choice of models, what fills the context, and what is offered while one writes."""
    payloads = all_payloads() if large else sample(all_payloads(), 100)

    def tried(group: list[str]) -> list[str]:
        panel.stage.answers = api(list(enumerate(group)))
        panel.open()
        panel.looks()
        return panel.findings()

    assert blamed(payloads, 50, tried) == []


@pytest.mark.timeout(3600)
def test_hostile_texts_are_only_text(panel: HostilePanel, large: bool) -> None:
    """In every sink: nothing runs, nothing is asked for, nothing is drawn that text cannot be drawn with."""
    payloads = all_payloads() if large else sample(all_payloads(), 120)

    def tried(group: list[str]) -> list[str]:
        panel.lay_out(list(enumerate(group)))
        return panel.findings()

    assert blamed(payloads, TOGETHER, tried) == []
    assert panel.elements > 1000
    assert panel.asked > 0


@pytest.mark.timeout(3600)
def test_hostile_texts_are_only_text_while_they_arrive(panel: HostilePanel, large: bool) -> None:
    """However a text is cut: character by character, and in random pieces, with a look at each state on the way."""
    dice = random.Random(48)
    payloads = all_payloads()

    def in_pieces(most: int) -> Callable[[list[str]], list[str]]:
        def tried(group: list[str]) -> list[str]:
            panel.stream(group, [cut(text, most, dice) for text in group])
            return panel.findings()

        return tried

    short = [payload for payload in payloads if len(payload) < 150]
    assert blamed(sample(short, 800 if large else 40), PIECES, in_pieces(1)) == []
    assert blamed(payloads if large else sample(payloads, 160), PIECES, in_pieces(40)) == []


def cut(text: str, most: int, dice: random.Random) -> list[str]:
    """`text` in pieces of 1 to `most` characters."""
    pieces = []
    while text:
        length = dice.randint(1, most)
        pieces.append(text[:length])
        text = text[length:]
    return pieces


def test_nobody_is_asked_for_anything(launch: Callable[..., Browser], stage: Scripted, tmp_path: Path) -> None:
    """No request, no connection, not even a look-up of a host: the browser's own log of its network says so."""
    log = tmp_path / "net.json"
    browser = launch(f"--log-net-log={log}")
    context = browser.new_context()
    panel = HostilePanel(context, stage)
    fetching = [text for text in corpus() if "evil.example" in text or "a.example" in text]
    assert len(fetching) > 500
    for start in range(0, len(fetching), 200):
        panel.show([{"type": "snapshot", "head": 0}, *_said(fetching[start : start + 200])])
    assert panel.findings() == []
    control = browser.new_context().new_page()  # in which nothing is held back, to see that the log would tell
    control.goto(stage.url)
    control.evaluate("new Image().src = 'http://control.example/'")
    control.wait_for_timeout(500)
    browser.close()
    hosts = set(re.findall(r'"host(?:name)?":"(?:\w+://)?([\w.-]+\.example)', log.read_text(errors="replace")))
    assert hosts == {"control.example"}


def _said(texts: list[str]) -> list[dict[str, Any]]:
    return [
        BEGUN,
        *(
            {"type": "message", "turn": "s", "message": f"m{number}", "block": 0, "kind": "text", "text": text}
            for number, text in enumerate(texts)
        ),
    ]
