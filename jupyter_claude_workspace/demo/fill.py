"""Fills the placeholders of a scenario's texts and tool inputs."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .asked import Asked
from .choose import catalogue
from .scenario import Scenario

PLACEHOLDER = re.compile(
    r"\{(prompt(?:_[1-9])?|prompts|name|agent|instructions|tool_result(?:_[1-9])?|pictures|heard|answer|steered|catalogue|python|clock"
    r"|plan_file|task_summary|found_[a-z_]+)\}"
)
ANSWERED = re.compile(r'"="([^"]*)"')
# An agent's prompt, and its name in what follows it.
AGENT = re.compile(r"\s*(.*?)\s*^You work as the agent `([^`]+)`", re.DOTALL | re.MULTILINE)
# Of the wish for an agent, what says nothing about it.
FILLERS = re.compile(
    r"\b(an?|the|i|me|my|we|our|its?|that|which|who|for|of|to|in|on|with|and|or|agent|assistant|helper|please|want|need"
    r"|would|like|make|create|build|new|one|should|can|could|shall|will|be|is|are|this|these|there|have|has|some)\b"
)
WORDS = 1_000  # characters of what a person said that are repeated
SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)


def _name(wish: str) -> str:
    """A name for the agent that somebody wishes for."""
    words = re.findall(r"[a-z0-9]+", FILLERS.sub(" ", wish.lower()))
    return "-".join(words[:3])[:40] or "helper"


def _agent(system: str) -> str:
    """The agent that the conversation runs as."""
    found = AGENT.search(system)
    return found.group(2) if found else ""


def _instructions(system: str) -> str:
    """The beginning of an agent's prompt, after Claude Code's own words, as a markdown quotation."""
    found = AGENT.search(system)
    lines = (found.group(1) if found else "").strip().rpartition("Claude Agent SDK.")[2].strip().splitlines()[:6]
    return "\n> ".join(lines)


class Filler:
    """The values of the placeholders for one request; `scenarios/README.md` lists them."""

    def __init__(self, asked: Asked, scenarios: Sequence[Scenario], found: Mapping[str, str] | None = None) -> None:
        self._asked = asked
        self._scenarios = scenarios
        self._found = found or {}
        self.said = asked.said

    def fill(self, value: Any) -> Any:
        """The same value with every placeholder in its strings replaced, however deep."""
        if isinstance(value, str):
            return PLACEHOLDER.sub(lambda found: self._value(found.group(1)), value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return value

    def result(self) -> dict[str, Any]:
        """The JSON object in what the last round's tool gave, without what is null there; empty where there is none."""
        text = "\n".join(result.text for result in self._asked.results)
        start = text.find("{")
        try:
            found, _ = json.JSONDecoder().raw_decode(text, start) if start >= 0 else ({}, 0)
        except ValueError:
            return {}
        return {key: value for key, value in found.items() if value is not None}

    def _value(self, name: str) -> str:
        asked = self._asked
        if name.startswith("found_"):
            return self._found.get(name.removeprefix("found_"), "")
        if name.startswith("tool_result_"):
            place = int(name[-1]) - 1
            return asked.results[place].text if place < len(asked.results) else ""
        if name.startswith("prompt_"):
            place = int(name[-1]) - 1
            return asked.prompts[place][:WORDS] if place < len(asked.prompts) else ""
        return {
            "prompt": lambda: asked.prompt,
            "prompts": lambda: "\n".join(f"- {prompt[:200]}" for prompt in asked.prompts),
            "tool_result": lambda: "\n".join(result.text for result in asked.results),
            "heard": lambda: "\n".join(asked.heard),
            "pictures": lambda: str(sum(result.pictures for result in asked.results)),
            "answer": lambda: ", ".join(ANSWERED.findall("\n".join(result.text for result in asked.results))),
            "steered": lambda: asked.steered.replace("\n", "\n> "),
            "catalogue": lambda: catalogue(self._scenarios),
            "python": lambda: shlex.quote(sys.executable),
            "clock": lambda: datetime.now().astimezone().strftime("%H%M%S"),
            "plan_file": lambda: asked.plan_file,
            "name": lambda: _name(asked.prompts[0] if asked.prompts else ""),
            "agent": lambda: _agent(asked.system),
            "instructions": lambda: _instructions(asked.system),
            "task_summary": lambda: "; ".join(SUMMARY.findall(asked.last)),
        }[name]()
