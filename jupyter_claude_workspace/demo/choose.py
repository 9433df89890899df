"""Which scenario answers a request, and with which of its replies: from the request's messages alone.

So the stand-in keeps no conversation: it may be restarted, and a resumed conversation goes on where it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .asked import Asked
from .scenario import Part, Reply, Scenario, TextPart, ToolPart

EXACT = re.compile(r"\bdemo:\s*([a-z0-9][a-z0-9-]*)", re.IGNORECASE)

FALLBACK = Scenario(
    name="fallback",
    about="Whatever no scenario knows",
    pace=80,
    replies=[
        Reply(
            content=[
                TextPart(
                    text=(
                        "I am the **demo model**: a script on this machine, not Claude. I have no answer to that one; "
                        "with a key or a login, the real Claude would.\n\n"
                        "Everything around me is real, though: Claude Code, its tools, the questions it asks before "
                        "they run. These show it:\n\n{catalogue}\n"
                    )
                )
            ]
        )
    ],
)


@dataclass(frozen=True)
class Choice:
    """The scenario, the parts of the message that it answers with, and what it looked for in the conversation."""

    scenario: Scenario
    parts: Sequence[Part]
    pace: float
    found: Mapping[str, str] = field(default_factory=dict)


def choose(scenarios: Sequence[Scenario], asked: Asked) -> Choice:
    """The answer to a request; the fallback where no scenario matches."""
    scenario = _scenario(scenarios, asked)
    if not asked.tools and any(isinstance(part, ToolPart) for reply in scenario.replies for part in reply.content):
        scenario = FALLBACK
    reply = scenario.replies[min(asked.rounds, len(scenario.replies) - 1) if not scenario.helper else 0]
    found = {name: _find(pattern, asked.heard) for name, pattern in reply.find.items()}
    parts = reply.content
    if reply.if_failed and asked.failed:
        parts = reply.if_failed
    elif reply.if_missing and not all(found.values()):
        parts = reply.if_missing
    return Choice(scenario, parts, scenario.pace if reply.pace is None else reply.pace, found)


def _find(pattern: str, heard: Sequence[str]) -> str:
    """What the pattern's group last matched; empty where nothing does."""
    matches = (found for text in reversed(heard) for found in reversed(list(re.finditer(pattern, text))))
    return next((found.group(1) for found in matches), "")


def _scenario(scenarios: Sequence[Scenario], asked: Asked) -> Scenario:
    for scenario in scenarios:
        if scenario.helper and scenario.matches(asked.last):
            return scenario
    named = EXACT.search(asked.prompt)
    people = [scenario for scenario in scenarios if not scenario.helper]
    if named:
        return next((scenario for scenario in people if scenario.name == named.group(1).lower()), FALLBACK)
    turn = len(asked.prompts)
    return next((scenario for scenario in people if scenario.fits(asked.prompt, asked.system, turn)), FALLBACK)


def catalogue(scenarios: Sequence[Scenario]) -> str:
    """A markdown list of what a visitor may ask."""
    listed = sorted((scenario for scenario in scenarios if scenario.place), key=lambda scenario: scenario.place)
    return "\n".join(f"- **{scenario.ask}** · {scenario.about}" for scenario in listed)
