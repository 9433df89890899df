"""Fills the placeholders of a scenario's texts and tool inputs."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .asked import Asked
from .choose import catalogue
from .scenario import Scenario

PLACEHOLDER = re.compile(
    r"\{(prompt|prompts|tool_result(?:_[1-9])?|answer|steered|catalogue|python|clock|plan_file|task_summary)\}"
)
ANSWERED = re.compile(r'"="([^"]*)"')
SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)


class Filler:
    """The values of the placeholders for one request; `scenarios/README.md` lists them."""

    def __init__(self, asked: Asked, scenarios: Sequence[Scenario]) -> None:
        self._asked = asked
        self._scenarios = scenarios
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

    def _value(self, name: str) -> str:
        asked = self._asked
        if name.startswith("tool_result_"):
            place = int(name[-1]) - 1
            return asked.results[place].text if place < len(asked.results) else ""
        return {
            "prompt": lambda: asked.prompt,
            "prompts": lambda: "\n".join(f"- {prompt[:200]}" for prompt in asked.prompts),
            "tool_result": lambda: "\n".join(result.text for result in asked.results),
            "answer": lambda: ", ".join(ANSWERED.findall("\n".join(result.text for result in asked.results))),
            "steered": lambda: asked.steered.replace("\n", "\n> "),
            "catalogue": lambda: catalogue(self._scenarios),
            "python": lambda: shlex.quote(sys.executable),
            "clock": lambda: datetime.now().astimezone().strftime("%H%M%S"),
            "plan_file": lambda: asked.plan_file,
            "task_summary": lambda: "; ".join(SUMMARY.findall(asked.last)),
        }[name]()
