"""What a turn says of the model's context, held against what the model was sent and what it answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from answers import told
from channel_client import ChannelClient, Frame
from claude_agent_sdk import AssistantMessage, ResultMessage, TextBlock
from server_stage import Stage

from jupyter_claude_workspace.claude.events import Finished
from jupyter_claude_workspace.claude.translate import Translator
from jupyter_claude_workspace.demo.stream import estimate


class Sent:
    """The size of the main conversation's newest request, as the demo model counts it; its subagents' are left out."""

    def __init__(self, stage: Stage) -> None:
        self.tokens = 0
        self.requests = 0
        stage.demo_model.asking = self._asking

    def _asking(self, name: str, _attempt: int, request: dict[str, Any]) -> None:
        if name.startswith("helper-") or name == "subagent-work":
            return
        told = [request.get(part) for part in ("system", "tools", "messages")]
        self.tokens, self.requests = estimate(json.dumps(told)), self.requests + 1


def usage(turn: list[Frame]) -> dict[str, Any]:
    """What the turn's end says."""
    assert turn[-1]["type"] == "turn_ended"
    found: dict[str, Any] = turn[-1]["usage"]
    return found


async def allowing(channel: ChannelClient, text: str) -> list[Frame]:
    """A turn in which every question is answered with yes."""
    start, place = len(channel.frames), len(channel.frames)
    await channel.prompt(text)
    while True:
        frame = await channel.wait(lambda frame: frame["type"] in ("question", "turn_ended"), after=place)
        place = channel.frames.index(frame) + 1
        if frame["type"] == "turn_ended":
            return channel.frames[start:place]
        await channel.send(
            {"type": "answer", "question": frame["question"], "nonce": frame["nonce"], "decision": "allow"}
        )


async def counted(stage: Stage, session_id: str) -> dict[str, Any]:
    """What Claude Code itself says fills the context."""
    return told(await stage.ask("GET", f"api/sessions/{session_id}/context"))


async def test_the_context_is_what_the_last_request_held(stage: Stage) -> None:
    """After a turn of one request, its context is what was sent and what came back; the window is the model's."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    sent = Sent(stage)

    for requests in (1, 2):
        found = usage(await channel.turn("hello"))
        assert sent.requests == requests
        assert found["context_tokens"] == found["input_tokens"] + found["output_tokens"]
        assert found["input_tokens"] == sent.tokens
    assert found["context_window"] == (await counted(stage, session_id))["window"]


async def test_the_context_is_not_the_sum_over_a_turn(stage: Stage) -> None:
    """In a turn of several requests each holds all before it, and only the last counts."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    sent = Sent(stage)

    found = usage(await allowing(channel, "demo: parallel"))

    assert sent.requests == 3
    assert found["input_tokens"] > 2 * sent.tokens
    assert sent.tokens < found["context_tokens"] < sent.tokens + found["output_tokens"]


async def test_a_subagent_s_context_is_its_own(stage: Stage) -> None:
    """After a turn with a subagent, the context is the main conversation's."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    sent = Sent(stage)

    turn = await allowing(channel, "demo: subagent")

    assert any(frame.get("parent") for frame in turn)
    assert sent.tokens < usage(turn)["context_tokens"] < sent.tokens + usage(turn)["output_tokens"]


async def test_after_a_summary_the_context_is_small_again(stage: Stage) -> None:
    """`/compact` leaves what Claude Code counts then, and repeats nothing; the next turn goes on from there."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    for _ in range(6):
        before = usage(await channel.turn("demo: long"))["context_tokens"]
    await channel.turn("/context")

    turn = await channel.turn("/compact")

    after = usage(turn)["context_tokens"]
    assert after == (await counted(stage, session_id))["tokens"]
    assert after < before
    assert [frame["text"] for frame in turn if frame["type"] == "message"] == []
    assert [frame["code"] for frame in turn if frame["type"] == "notice"][-1] == "compacted"
    assert after < usage(await channel.turn("hello"))["context_tokens"] < before


async def test_what_claude_code_answers_by_itself_leaves_the_context_as_it_was(stage: Stage) -> None:
    """A command that asks no model changes nothing that was known of the context, also where nothing is known."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)

    assert "context_tokens" not in usage(await channel.turn("/usage"))
    before = usage(await channel.turn("hello"))
    after = usage(await channel.turn("/usage"))

    assert after["context_tokens"] == before["context_tokens"]
    assert after["context_window"] == before["context_window"]


@pytest.mark.parametrize("model", ["haiku", "sonnet"])
async def test_the_window_is_that_of_the_model_that_answered(stage: Stage, model: str) -> None:
    """After a change of model, the window is the new one's, as Claude Code says it."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.turn("hello")

    await channel.send({"type": "configure", "model": model})
    found = usage(await channel.turn("hello"))

    assert found["context_window"] == (await counted(stage, session_id))["window"]


async def test_a_turn_that_failed_leaves_the_context_as_it_was(stage: Stage) -> None:
    """Where the model refuses a request, the context is that of the last one that it took."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    before = usage(await channel.turn("hello"))["context_tokens"]

    turn = await channel.turn("demo: error-400")

    assert turn[-1]["why"] == "failed"
    assert usage(turn)["context_tokens"] == before


def test_an_answer_that_came_whole_counts_as_one_that_streamed() -> None:
    """Where the CLI asked again without a stream, that answer is the last one; other models' windows are not taken."""
    translator = Translator()
    before = {"input_tokens": 1, "output_tokens": 1, "cache_read_input_tokens": 90}
    after = {"input_tokens": 10, "output_tokens": 2}
    answered = [
        AssistantMessage(content=[TextBlock("Hi")], model="m", message_id=str(number), usage=found)
        for number, found in enumerate((before, after))
    ]
    ended = ResultMessage(
        subtype="success", duration_ms=1, duration_api_ms=1, is_error=False, num_turns=1, session_id="s",
        model_usage={"helper": {"contextWindow": 5000}, "m": {"contextWindow": 100}},
    )  # fmt: skip

    finished = [event for message in (*answered, ended) for event in translator.translate(message)][-1]

    assert isinstance(finished, Finished)
    assert finished.usage is not None
    assert (finished.usage.context_tokens, finished.usage.context_window) == (12, 100)
