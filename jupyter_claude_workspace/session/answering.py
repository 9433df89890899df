"""What a person's answer to a question says: the verdict on what was asked, and on nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..claude.events import AskRequest, Verdict
from ..errors import BadRequest
from ..protocol.content import Ask, CellsAsk, ChoiceAsk, RunAsk
from ..protocol.frames import Answer
from ..protocol.notebook import CellChange, ChangeVerdict

NO_WORDS = "The person did not allow this."
REWRITES = ("insert", "replace")  # changes that have a source, which the person may write otherwise


def verdict_of(request: AskRequest, ask: Ask, frame: Answer) -> Verdict:
    """The verdict that an answer is.

    Raises:
        BadRequest: it does not fit what was asked.
    """
    if isinstance(ask, CellsAsk):
        return _on_cells(request, ask, frame)
    if frame.changes is not None:
        raise BadRequest("This question is not about changes of cells.")
    if frame.decision == "deny":
        return Verdict(allow=False, message=frame.message.strip() or NO_WORDS)
    if isinstance(ask, ChoiceAsk):
        asked = {item.question for item in ask.items}
        if not frame.answers or not set(frame.answers) <= asked:
            raise BadRequest("An answer names each question by its text.", remedy="Send `answers`.")
        return Verdict(allow=True, input={**request.input, "answers": frame.answers})
    _check_rule(request, frame)
    rule = frame.rule if frame.decision == "allow_session" else None
    return Verdict(allow=True, input=_edited(request.input, ask, frame.input), rule=rule)


# ── inside ──


def _check_rule(request: AskRequest, frame: Answer) -> None:
    if frame.decision == "allow_session" and (frame.rule is None or frame.rule not in request.rules):
        raise BadRequest("That rule was not offered.", remedy="Send one of the question's rules, or `allow`.")


def _edited(given: dict[str, Any], ask: Ask, edited: dict[str, Any] | None) -> dict[str, Any] | None:
    """The input that the person wrote instead, checked; None: it stays as it was."""
    if edited is None:
        return None
    if not isinstance(ask, RunAsk):
        if set(edited) - set(given):
            raise BadRequest("An edited input may change values, not add keys.")
        return edited
    code = edited.get("code")
    if ask.what != "scratch" or set(edited) != {"code"} or not isinstance(code, str) or not code.strip():
        raise BadRequest("Only the code of a run without a cell can be changed, and not to nothing.")
    return {**given, "code": code}


def _on_cells(request: AskRequest, ask: CellsAsk, frame: Answer) -> Verdict:
    if frame.input is not None:
        raise BadRequest("Changes of cells are decided one by one.", remedy="Send `changes`.")
    _check_rule(request, frame)
    decided = _each(ask.changes, frame)
    if any(verdict.accept for verdict in decided):
        rule = frame.rule if frame.decision == "allow_session" else None
        return Verdict(allow=True, rule=rule, changes=decided)
    return Verdict(allow=False, message=frame.message.strip(), changes=decided)


def _each(changes: Sequence[CellChange], frame: Answer) -> tuple[ChangeVerdict, ...]:
    """The verdict on each change, in their order; `decision` stands for those that the answer does not name."""
    named: dict[int, ChangeVerdict] = {}
    for verdict in frame.changes or ():
        if verdict.change >= len(changes):
            raise BadRequest(f"There is no change {verdict.change}.")
        if verdict.change in named:
            raise BadRequest(f"Change {verdict.change} is decided twice.")
        _check_change(changes[verdict.change], verdict, frame.decision)
        named[verdict.change] = verdict
    accept = frame.decision != "deny"
    return tuple(named.get(n) or ChangeVerdict(change=n, accept=accept) for n in range(len(changes)))


def _check_change(change: CellChange, verdict: ChangeVerdict, decision: str) -> None:
    if verdict.accept and decision == "deny":
        raise BadRequest("A denial accepts no change.", remedy="Send `allow`, and the changes that are rejected.")
    if not verdict.accept and decision == "allow_session":
        raise BadRequest("What is allowed for the session is not rejected now.", remedy="Send `allow`.")
    if verdict.source is not None and not (verdict.accept and change.action in REWRITES):
        raise BadRequest("Only a new source that is accepted can be written otherwise.")
    if verdict.message and verdict.accept:
        raise BadRequest("Words go with a rejection.")
