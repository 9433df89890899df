"""The gate: first answer wins, a nonce is good once, silence is no."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from jupyter_claude_workspace.claude.events import AskRequest, Verdict
from jupyter_claude_workspace.errors import BadRequest, QuestionSettled
from jupyter_claude_workspace.protocol.content import ChoiceAsk, PlanAsk, Rule
from jupyter_claude_workspace.protocol.frames import Answer, Down, Question
from jupyter_claude_workspace.protocol.frames import QuestionSettled as Settled
from jupyter_claude_workspace.session.permissions import Gate

LS = AskRequest(tool="t1", name="Bash", input={"command": "ls"}, rules=(Rule(tool="Bash", pattern="ls:*"),))
CHOICE = AskRequest(
    tool="t2",
    name="AskUserQuestion",
    input={
        "questions": [{"question": "Which?", "header": "Plot", "options": [{"label": "Bar"}], "multiSelect": False}]
    },
)


class Stage:
    """A gate, what it published, and the questions that it asks."""

    def __init__(self) -> None:
        self.frames: list[Down] = []
        self.gate = Gate(self.frames.append, lambda: None)

    async def ask(self, request: AskRequest) -> tuple[asyncio.Task[Verdict], Question]:
        task = asyncio.create_task(self.gate.ask(request))
        await asyncio.sleep(0)
        question = self.frames[-1]
        assert isinstance(question, Question)
        return task, question

    def settled(self) -> list[Settled]:
        return [frame for frame in self.frames if isinstance(frame, Settled)]


def answer(question: Question, decision: str = "allow", **more: Any) -> Answer:
    return Answer(
        **{"type": "answer", "question": question.question, "nonce": question.nonce, "decision": decision, **more}
    )


def scene(play: Callable[[Stage], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run an async test on a loop of its own."""

    def run() -> None:
        async def main() -> None:
            await play(Stage())

        asyncio.run(main())

    run.__doc__ = play.__doc__
    return run


@scene
async def test_an_allowed_tool_runs(stage: Stage) -> None:
    """Allow settles the question for everybody and lets the tool run as it was asked."""
    task, question = await stage.ask(LS)
    stage.gate.answer(answer(question), "Ann")
    assert await task == Verdict(allow=True)
    assert [(frame.decision, frame.user) for frame in stage.settled()] == [("allow", "Ann")]
    assert len(stage.gate) == 0


@scene
async def test_a_denial_carries_words(stage: Stage) -> None:
    """Claude is told the person's words."""
    task, question = await stage.ask(LS)
    stage.gate.answer(answer(question, "deny", message="Use pathlib."), "Ann")
    assert await task == Verdict(allow=False, message="Use pathlib.")


@scene
async def test_the_first_answer_wins(stage: Stage) -> None:
    """Of a hundred answers one is taken; the others are told that it is settled."""
    task, question = await stage.ask(LS)
    stage.gate.answer(answer(question, "deny"), "Ann")
    for _ in range(100):
        with pytest.raises(QuestionSettled):
            stage.gate.answer(answer(question), "Bob")
    assert not (await task).allow
    assert len(stage.settled()) == 1


@scene
async def test_a_forged_answer_is_not_taken(stage: Stage) -> None:
    """Neither a wrong nonce, nor another question's, nor an unknown question's answer does anything."""
    task, question = await stage.ask(LS)
    _, other = await stage.ask(CHOICE)
    for forged in (
        question.model_copy(update={"nonce": ""}),
        question.model_copy(update={"nonce": other.nonce}),
        question.model_copy(update={"nonce": question.nonce + "ä"}),
        question.model_copy(update={"question": "q-0"}),
    ):
        with pytest.raises(QuestionSettled):
            stage.gate.answer(answer(forged), "Eve")
    assert not task.done()
    assert len(stage.gate) == 2


@scene
async def test_an_interrupted_question_is_withdrawn(stage: Stage) -> None:
    """When Claude Code stops waiting, nobody can allow the tool any more."""
    task, question = await stage.ask(LS)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [frame.decision for frame in stage.settled()] == ["withdrawn"]
    with pytest.raises(QuestionSettled):
        stage.gate.answer(answer(question), "Ann")


@scene
async def test_a_rule_is_granted_once_and_remembered(stage: Stage) -> None:
    """A rule that was offered can be granted for the session; then its like is not asked again."""
    task, question = await stage.ask(LS)
    rule = Rule(tool="Bash", pattern="ls:*")
    stage.gate.answer(answer(question, "allow_session", rule=rule), "Ann")
    assert (await task).rule == rule
    assert await stage.gate.ask(LS) == Verdict(allow=True, rule=rule)


@scene
async def test_only_an_offered_rule_is_granted(stage: Stage) -> None:
    """A rule that Claude Code did not offer is refused, and the question stays open."""
    task, question = await stage.ask(LS)
    for rule in (None, Rule(tool="Bash"), Rule(tool="Write")):
        with pytest.raises(BadRequest):
            stage.gate.answer(answer(question, "allow_session", rule=rule), "Ann")
    assert not task.done()


@scene
async def test_an_input_may_be_edited_not_extended(stage: Stage) -> None:
    """The tool runs with the values that the person changed; keys that were not asked for are refused."""
    task, question = await stage.ask(LS)
    with pytest.raises(BadRequest):
        stage.gate.answer(answer(question, input={"command": "ls", "dangerouslyDisableSandbox": True}), "Ann")
    stage.gate.answer(answer(question, input={"command": "ls -l"}), "Ann")
    assert (await task).input == {"command": "ls -l"}
    assert stage.settled()[-1].input == {"command": "ls -l"}


@scene
async def test_only_an_edited_input_is_told_as_one(stage: Stage) -> None:
    """A question that was answered with the very input that was asked for, or denied, is settled without an input."""
    task, question = await stage.ask(LS)
    stage.gate.answer(answer(question, input={"command": "ls"}), "Ann")
    await task
    task, question = await stage.ask(LS)
    stage.gate.answer(answer(question, "deny", input={"command": "ls -l"}), "Ann")
    await task
    assert [settled.input for settled in stage.settled()] == [None, None]


@scene
async def test_a_choice_is_answered_by_its_questions(stage: Stage) -> None:
    """Answers name the questions that were asked, and reach Claude Code beside them."""
    task, question = await stage.ask(CHOICE)
    assert isinstance(question.ask, ChoiceAsk)
    for wrong in (None, {}, {"Who?": "Bar"}):
        with pytest.raises(BadRequest):
            stage.gate.answer(answer(question, answers=wrong), "Ann")
    stage.gate.answer(answer(question, answers={"Which?": "Bar"}), "Ann")
    assert (await task).input == {**CHOICE.input, "answers": {"Which?": "Bar"}}


@scene
async def test_a_plan_is_shown_as_a_plan(stage: Stage) -> None:
    """ExitPlanMode asks with the plan's text."""
    _, question = await stage.ask(AskRequest(tool="t", name="ExitPlanMode", input={"plan": "# Steps"}))
    assert question.ask == PlanAsk(kind="plan", plan="# Steps")
