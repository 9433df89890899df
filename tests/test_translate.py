"""SDK messages → frames, for the orders of messages that the real CLI was seen to send."""

from __future__ import annotations

from time import time
from typing import Any

import pytest
from claude_agent_sdk import (
    AssistantMessage,
    RateLimitEvent,
    RateLimitInfo,
    ResultMessage,
    StreamEvent,
    SystemMessage,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)

from jupyter_claude_workspace.claude.events import Alive, Entered, Event, Finished, Hopeless, Identity, InMode, Taken
from jupyter_claude_workspace.claude.results import TEXT_LIMIT, shorten
from jupyter_claude_workspace.claude.translate import Translator
from jupyter_claude_workspace.protocol.content import ImageBlock, PlanItem
from jupyter_claude_workspace.protocol.frames import (
    Discard,
    Message,
    Notice,
    Plan,
    Text,
    Thinking,
    ToolFinished,
    ToolInput,
    ToolStarted,
)


def event(**body: Any) -> StreamEvent:
    return StreamEvent(uuid="u", session_id="s", event=body)


def start(message: str) -> StreamEvent:
    return event(type="message_start", message={"id": message})


def block(index: int, **content: Any) -> StreamEvent:
    return event(type="content_block_start", index=index, content_block=content)


def text(index: int, piece: str) -> StreamEvent:
    return event(type="content_block_delta", index=index, delta={"type": "text_delta", "text": piece})


def said(message: str, *content: Any, parent: str | None = None, **more: Any) -> AssistantMessage:
    return AssistantMessage(
        content=list(content), model=more.pop("model", "m"), message_id=message, parent_tool_use_id=parent, **more
    )


def result(**more: Any) -> ResultMessage:
    given: dict[str, Any] = {
        "subtype": "success",
        "duration_ms": 5,
        "duration_api_ms": 4,
        "is_error": False,
        "num_turns": 1,
        "session_id": "s",
        "terminal_reason": "completed",
    }
    return ResultMessage(**{**given, **more})


def translated(*messages: Any) -> list[Event]:
    """All events but bare signs of life."""
    translator = Translator()
    made = [item for message in messages for item in translator.translate(message)]
    return [item for item in made if not isinstance(item, Alive)]


def test_a_streamed_block_is_replaced_by_its_whole() -> None:
    """Pieces name the block that the whole message names."""
    assert translated(
        start("m1"), block(0, type="text"), text(0, "He"), text(0, "llo"), said("m1", TextBlock("Hello"))
    ) == [
        Text(message="m1", block=0, text="He"),
        Text(message="m1", block=0, text="llo"),
        Message(message="m1", block=0, kind="text", text="Hello"),
    ]


def test_blocks_of_one_message_are_told_apart() -> None:
    """Thinking, text and a tool call of one API message have their own numbers."""
    made = translated(
        start("m1"),
        block(0, type="thinking"),
        event(type="content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "hm"}),
        said("m1", ThinkingBlock(thinking="hm", signature="x")),
        block(1, type="text"),
        said("m1", TextBlock("So")),
        block(2, type="tool_use", id="t1", name="Bash"),
        event(type="content_block_delta", index=2, delta={"type": "input_json_delta", "partial_json": '{"c'}),
        said("m1", ToolUseBlock(id="t1", name="Bash", input={"command": "ls"})),
    )
    assert made == [
        Thinking(message="m1", block=0, text="hm"),
        Message(message="m1", block=0, kind="thinking", text="hm"),
        Message(message="m1", block=1, kind="text", text="So"),
        ToolInput(message="m1", block=2, text="", tool="t1", name="Bash"),
        ToolInput(message="m1", block=2, text='{"c', tool="t1", name="Bash"),
        ToolStarted(tool="t1", name="Bash", input={"command": "ls"}, message="m1", block=2),
    ]


RETRY = SystemMessage(
    subtype="api_retry",
    data={"attempt": 1, "max_retries": 6, "retry_delay_ms": 512.4, "error_status": None, "error": "unknown"},
)


def test_a_cut_stream_is_discarded_before_it_starts_anew() -> None:
    """After a cut the pieces of the first try are dropped, the countdown is shown and taken away again."""
    made = translated(
        start("m1"),
        block(0, type="text"),
        text(0, "Hel"),
        event(type="message_stop"),
        RETRY,
        start("m2"),
        block(0, type="text"),
        text(0, "Hello"),
        said("m2", TextBlock("Hello")),
        result(),
    )
    assert made[1] == Discard(message="m1")
    assert isinstance(made[2], Notice)
    assert (made[2].code, made[2].attempt, made[2].retry_in_ms) == ("retrying", 1, 512)
    assert made[3] == Notice(code="retrying", over=True)
    assert sum(item == Discard(message="m1") for item in made) == 1
    assert isinstance(made[-1], Finished)


def test_an_answer_that_comes_whole_after_an_error_discards_the_pieces() -> None:
    """A retry without streaming has another id and no pieces."""
    made = translated(start("m1"), block(0, type="text"), text(0, "Hel"), said("m2", TextBlock("Hello")))
    assert made[1:] == [Discard(message="m1"), Message(message="m2", block=0, kind="text", text="Hello")]


def test_a_subagent_does_not_disturb_the_stream() -> None:
    """Its blocks are whole, name the call they belong to, and drop nothing of the main conversation."""
    made = translated(
        start("m1"),
        block(0, type="text"),
        text(0, "Wait"),
        said("sub", TextBlock("inner"), parent="t9"),
        said("sub", ToolUseBlock(id="t10", name="Read", input={}), parent="t9"),
        said("m1", TextBlock("Wait")),
    )
    assert made[1] == Message(message="sub", block=0, kind="text", text="inner", parent="t9")
    assert made[2] == ToolStarted(tool="t10", name="Read", input={}, message="sub", block=1, parent="t9")
    assert made[3] == Message(message="m1", block=0, kind="text", text="Wait")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_hopeless_at_the_first_try(status: int) -> None:
    """Retrying a refused key takes minutes and cannot help."""
    (made,) = translated(SystemMessage(subtype="api_retry", data={"attempt": 1, "error_status": status}))
    assert isinstance(made, Hopeless)
    assert made.problem.remedy


def test_an_api_error_is_the_turns_problem() -> None:
    """The CLI's own words about an error are not a reply; they explain why the turn failed."""
    made = translated(
        said("x", TextBlock("API Error: 400 prompt is bad"), model="<synthetic>", error="invalid_request"),
        result(is_error=True, api_error_status=400, terminal_reason="api_error", result="API Error: 400 prompt is bad"),
    )
    (finished,) = made
    assert isinstance(finished, Finished)
    assert finished.why == "failed"
    assert finished.problem is not None
    assert "prompt is bad" in finished.problem.text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "completed"),
        (
            {"is_error": True, "subtype": "error_during_execution", "terminal_reason": "aborted_streaming"},
            "interrupted",
        ),
        ({"is_error": True, "subtype": "error_during_execution", "terminal_reason": "aborted_tools"}, "interrupted"),
        ({"is_error": True, "subtype": "error_max_turns", "terminal_reason": "max_turns"}, "failed"),
        ({"is_error": True, "subtype": "error_during_execution", "errors": ["boom"]}, "failed"),
    ],
)
def test_how_a_turn_ended(given: dict[str, Any], why: str) -> None:
    """The CLI's ways of ending a turn are told apart."""
    (finished,) = translated(result(**given))
    assert isinstance(finished, Finished)
    assert finished.why == why


def test_the_cost_of_a_turn_is_its_share() -> None:
    """The CLI counts a session's cost; a turn's is the difference."""
    costs = [
        item.usage.cost_usd
        for item in translated(result(total_cost_usd=0.25), result(total_cost_usd=0.75))
        if isinstance(item, Finished) and item.usage
    ]
    assert costs == [0.25, 0.5]


def test_a_slash_command_that_answers_in_its_result_is_heard() -> None:
    """Where nothing was said, the result's text is the answer; where something was, it is not repeated."""
    assert translated(result(result="$0.00"))[0] == Message(message="result", block=0, kind="text", text="$0.00")
    spoken = translated(said("m", TextBlock("Hi")), result(result="Hi"))
    assert [type(item) for item in spoken] == [Message, Finished]


def test_a_turn_of_its_own_is_known_by_its_origin() -> None:
    """A background task that ended starts a turn that answers no prompt."""
    (finished,) = translated(result(origin={"kind": "task-notification"}, user_message_uuids=[]))
    assert isinstance(finished, Finished)
    assert (finished.own, finished.prompts) == (True, ())


def test_tool_results_carry_text_and_pictures() -> None:
    """Text is cut to head and tail with a count, pictures come through, failures and denials are told apart."""
    png = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    long = "x" * (TEXT_LIMIT + 100)
    made = translated(
        UserMessage(content=[ToolResultBlock("t1", [{"type": "text", "text": long}, png])]),
        UserMessage(content=[ToolResultBlock("t2", "exit 1", is_error=True)]),
        UserMessage(content=[ToolResultBlock("t3", "The user doesn't want to proceed", is_error=True)]),
    )
    first = made[0]
    assert isinstance(first, ToolFinished)
    assert first.omitted == 100
    assert first.content[1] == ImageBlock(kind="image", media_type="image/png", data="AAAA")
    assert [item.outcome for item in made if isinstance(item, ToolFinished)] == ["done", "failed", "denied"]


def test_shortening_keeps_head_and_tail() -> None:
    """What is left out is counted."""
    assert shorten("abcdef", 4) == ("ab\n… 2 characters left out …\nef", 2)
    assert shorten("abcd", 4) == ("abcd", 0)


def test_the_to_do_list_is_followed_through_both_kinds_of_tools() -> None:
    """The whole list of TodoWrite, and the items of TaskCreate and TaskUpdate, make the same frame."""
    written = translated(
        said("m", ToolUseBlock("t1", "TodoWrite", {"todos": [{"content": "Load", "status": "in_progress"}]}))
    )
    assert written[-1] == Plan(items=[PlanItem(id="1", text="Load", status="in_progress")])
    tasks = translated(
        said("m", ToolUseBlock("t1", "TaskCreate", {"subject": "Load"})),
        UserMessage(content=[ToolResultBlock("t1", "ok")], tool_use_result={"task": {"id": "7", "subject": "Load"}}),
        said("m", ToolUseBlock("t2", "TaskUpdate", {"taskId": "7", "status": "completed"})),
    )
    assert [item.items[0].status for item in tasks if isinstance(item, Plan)] == ["pending", "completed"]


def test_the_id_of_the_conversation_is_told_when_it_changes() -> None:
    """Every turn begins with the same announcement; only a change is an event."""
    init = SystemMessage(subtype="init", data={"session_id": "a", "model": "m"})
    cleared = SystemMessage(subtype="init", data={"session_id": "b", "model": "m"})
    assert translated(init, init, cleared) == [Identity("a", "m"), Identity("b", "m")]


def test_every_whole_message_of_the_main_conversation_is_an_entry() -> None:
    """What Claude, a tool or the CLI said is where one may go back to; what a subagent said is not."""
    made = translated(
        said("m1", TextBlock("Hello"), uuid="u1"),
        said("sub", TextBlock("inner"), parent="t9", uuid="u2"),
        UserMessage(content=[ToolResultBlock("t1", "ok")], uuid="u3"),
        UserMessage(content="a summary", uuid="u4"),
        said("x", TextBlock("API Error: 400"), model="<synthetic>", error="invalid_request", uuid="u5"),
    )
    assert [item.entry for item in made if isinstance(item, Entered)] == ["u1", "u3", "u4", "u5"]


def test_prompts_are_named_by_their_own_ids() -> None:
    """Whatever id a prompt was sent under: the request that reads it and the result name the prompt."""
    translator = Translator({"e1": "p1", "e2": "p2"})
    asking = SystemMessage(subtype="status", data={"status": "requesting", "user_message_uuids": ["e1", "e2", "x"]})
    assert translator.translate(asking) == [Taken(("p1", "p2", "x"))]
    (finished,) = translator.translate(result(user_message_uuids=["e1", "e2"]))
    assert isinstance(finished, Finished)
    assert finished.prompts == ("p1", "p2")


def test_the_mode_is_told_when_it_changes() -> None:
    """At a turn's start or in the middle of it, once; a mode of a newer CLI is not told."""
    init = SystemMessage(subtype="init", data={"session_id": "a", "model": "m", "permissionMode": "default"})
    changes = [
        SystemMessage(subtype="status", data={"status": None, "permissionMode": mode})
        for mode in ("plan", "plan", "of-tomorrow", "default")
    ]
    made = translated(init, init, *changes)
    assert [item.mode for item in made if isinstance(item, InMode)] == ["default", "plan", "default"]


def test_a_rate_limit_says_when_it_is_over() -> None:
    """Its notice counts down to the reset that the CLI names, and is taken away when requests pass again."""
    limits = [
        RateLimitEvent(RateLimitInfo(status="rejected", resets_at=int(time()) + 600), uuid="u", session_id="s"),
        RateLimitEvent(RateLimitInfo(status="allowed"), uuid="u", session_id="s"),
    ]
    reached, over = [item for item in translated(*limits) if isinstance(item, Notice)]
    assert (reached.code, reached.level, over.code, over.over) == ("rate_limit", "error", "rate_limit", True)
    assert reached.retry_in_ms is not None
    assert 500_000 < reached.retry_in_ms <= 600_000


def test_what_is_unknown_is_a_sign_of_life() -> None:
    """A message of a newer CLI shows nothing and breaks nothing."""
    assert Translator().translate(SystemMessage(subtype="something_new", data={})) == [Alive()]
