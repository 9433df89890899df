"""How full the model's context is, followed over the messages of one process. Pure, as the translator is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COUNTED = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")


class Gauge:
    """What the last request of the main conversation sent, and got back; its subagents' contexts are their own.

    `tokens` is None where it is not known: before the first request, and after what was said was summarised.
    """

    def __init__(self) -> None:
        self.tokens: int | None = None
        self.summarised = False  # since the last request, so that `tokens` can only be known by asking
        self._usage: dict[str, int] = {}
        self._model = ""
        self._window: int | None = None

    def request(self, message: Mapping[str, Any]) -> None:
        """The model begins an answer, or gives it whole."""
        self._model = str(message.get("model") or self._model)
        self._usage = {}
        self.answer(message.get("usage") or {})

    def answer(self, usage: Mapping[str, Any]) -> None:
        """The same answer came so far; what is not told again stays."""
        self._usage.update({name: int(usage[name]) for name in COUNTED if usage.get(name) is not None})
        if self._usage:
            self.tokens, self.summarised = sum(self._usage.values()), False

    def summary(self) -> None:
        """What was said is a summary from here on."""
        self.tokens, self.summarised = None, True

    def count(self, tokens: int | None) -> None:
        """Claude Code has counted it; None: it did not say."""
        self.tokens, self.summarised = tokens, tokens is None

    def window(self, models: Mapping[str, Any]) -> int | None:
        """How much fits, by the usage of each model so far, among which are those of subagents and helpers."""
        for name, use in models.items():
            if self._model in (name, use.get("canonicalModel")):
                self._window = int(use.get("contextWindow") or 0) or self._window
        return self._window
