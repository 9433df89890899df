"""What a process offers: its slash commands, its models and how hard they may think."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from ..protocol.content import Effort
from .commands import LEFT_OUT

DESCRIPTION_CHARS = 300  # some are a page long, and meant for the model
EFFORTS: tuple[Effort, ...] = get_args(Effort)


@dataclass(frozen=True)
class Command:
    """A slash command. `name` is without the slash."""

    name: str
    description: str
    argument_hint: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """A model that may be chosen. `id` chooses it, `resolved` is what it stands for now."""

    id: str
    label: str
    description: str
    resolved: str
    efforts: tuple[Effort, ...]


@dataclass(frozen=True)
class Offers:
    """What one process said when it started."""

    commands: tuple[Command, ...]
    models: tuple[Model, ...]
    agents: frozenset[str] = frozenset()

    def efforts(self, model: str | None) -> tuple[Effort, ...]:
        """What may be chosen with a model (None: the default one); with one that is not listed, all there is."""
        for known in self.models:
            if (model or "default") in (known.id, known.resolved):
                return known.efforts
        return EFFORTS


def offers(told: dict[str, Any]) -> Offers:
    """Read what the CLI answers to `initialize`."""
    commands = tuple(_command(raw) for raw in told.get("commands") or () if raw.get("name") not in LEFT_OUT)
    agents = frozenset(str(raw.get("name")) for raw in told.get("agents") or ())
    return Offers(commands=commands, models=tuple(_model(raw) for raw in told.get("models") or ()), agents=agents)


def _command(raw: dict[str, Any]) -> Command:
    return Command(
        name=str(raw.get("name", "")),
        description=_short(raw.get("description")),
        argument_hint=_short(raw.get("argumentHint")),
        aliases=tuple(str(alias) for alias in raw.get("aliases") or ()),
    )


def _model(raw: dict[str, Any]) -> Model:
    name = str(raw.get("value", ""))
    levels = raw.get("supportedEffortLevels") or ()
    return Model(
        id=name,
        label=str(raw.get("displayName") or name),
        description=_short(raw.get("description")),
        resolved=str(raw.get("resolvedModel") or name),
        efforts=tuple(effort for effort in EFFORTS if effort in levels),
    )


def _short(text: Any) -> str:
    """One line, cut between words."""
    words = " ".join(str(text or "").split())
    if len(words) <= DESCRIPTION_CHARS:
        return words
    return f"{words[:DESCRIPTION_CHARS].rpartition(' ')[0]} …"
