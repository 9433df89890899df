"""The gate: the only way to run a tool that is not read-only.

Questions wait for ever, the first answer wins, a nonce is good once, and silence is no.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..claude.events import AskRequest, Verdict
from ..errors import QuestionSettled
from ..protocol.content import Ask, ChoiceAsk, ChoiceItem, PermissionAsk, PlanAsk, Rule
from ..protocol.frames import Answer, Down, Question
from ..protocol.frames import QuestionSettled as Settled
from .answering import verdict_of


@dataclass
class OpenQuestion:
    """A question that nobody has answered yet."""

    question: str
    nonce: str
    request: AskRequest
    ask: Ask
    verdict: asyncio.Future[Verdict] = field(repr=False)


class Gate:
    """Asks people what Claude Code asks; lives on the engine's loop.

    `publish` takes the frames, `changed` is called when the number of open questions does.
    """

    def __init__(
        self, publish: Callable[[Down], Any], changed: Callable[[], None], rules: tuple[Rule, ...] = ()
    ) -> None:
        self._publish = publish
        self._changed = changed
        self._open: dict[str, OpenQuestion] = {}
        self.rules: set[Rule] = set(rules)  # what was allowed for the rest of this session

    def __len__(self) -> int:
        return len(self._open)

    async def ask(self, request: AskRequest, ask: Ask | None = None) -> Verdict:
        """Ask, and wait for the answer; `ask`: this, instead of what follows from the request.

        Cancelling withdraws the question (Claude Code was interrupted).
        """
        granted = next((rule for rule in request.rules if rule in self.rules), None)
        if granted is not None:
            # Claude Code forgets session rules when its process is restarted; this session does not.
            return Verdict(allow=True, rule=granted)
        question = OpenQuestion(
            question=f"q-{secrets.token_hex(8)}",
            nonce=secrets.token_urlsafe(24),
            request=request,
            ask=ask or _ask_of(request),
            verdict=asyncio.get_running_loop().create_future(),
        )
        self._open[question.question] = question
        self._publish(
            Question(question=question.question, nonce=question.nonce, tool=request.tool or None, ask=question.ask)
        )
        self._changed()
        try:
            return await question.verdict
        finally:
            if self._open.pop(question.question, None) is not None:
                self._publish(Settled(question=question.question, decision="withdrawn"))
                self._changed()

    def answer(self, frame: Answer, user: str) -> None:
        """Take a person's answer.

        Raises:
            QuestionSettled: it is not open, or the nonce is not its own.
            BadRequest: the answer does not fit the question; the question stays open.
        """
        question = self._open.get(frame.question)
        if question is None or not hmac.compare_digest(question.nonce.encode(), frame.nonce.encode()):
            raise QuestionSettled("This question is not open any more.")
        verdict = verdict_of(question.request, question.ask, frame)
        del self._open[frame.question]
        if verdict.rule is not None:
            self.rules.add(verdict.rule)
        self._publish(
            Settled(
                question=frame.question,
                decision=frame.decision if verdict.allow else "deny",
                user=user or None,
                message=frame.message,
                rule=verdict.rule,
                answers=frame.answers if verdict.allow else None,
                input=verdict.input if frame.input is not None and verdict.input != question.request.input else None,
                changes=list(verdict.changes) or None,
            )
        )
        question.verdict.set_result(verdict)
        self._changed()

    def withdraw_all(self) -> None:
        """Nobody waits for these answers any more: the process is gone."""
        for question in list(self._open.values()):
            question.verdict.cancel()


def _ask_of(request: AskRequest) -> Ask:
    if request.name == "AskUserQuestion" and isinstance(request.input.get("questions"), list):
        items = [_choice_item(item) for item in request.input["questions"]]
        return ChoiceAsk(kind="choice", items=items)
    if request.name == "ExitPlanMode":
        return PlanAsk(kind="plan", plan=str(request.input.get("plan") or "Claude wrote no plan."))
    return PermissionAsk(
        kind="permission",
        name=request.name,
        input=request.input,
        title=request.title or f"Claude wants to use {request.name}",
        reason=request.reason,
        blocked_path=request.blocked_path,
        rules=list(request.rules),
    )


def _choice_item(item: dict[str, Any]) -> ChoiceItem:
    options = [
        {"label": str(option.get("label", "")), "description": str(option.get("description", ""))}
        for option in item.get("options", [])
        if isinstance(option, dict)
    ]
    return ChoiceItem.model_validate(
        {
            "question": str(item.get("question", "")),
            "header": str(item.get("header", "")),
            "options": options,
            "multi_select": bool(item.get("multiSelect", False)),
        }
    )
