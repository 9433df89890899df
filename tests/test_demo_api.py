"""The demo model's API: key, shapes, streams, errors, attempts."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from demo_client import TESTS, events, post, request

from jupyter_claude_workspace.demo import faults
from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoThread]:
    """The demo model with all scenarios, as fast as it goes."""
    with DemoThread([SHIPPED, TESTS], pace=0) as thread:
        yield thread


@pytest.mark.parametrize(
    "broken", ["", "[]", "{", *({"messages": bad} for bad in ([], [1], [{"role": "user", "content": 5}], "x"))]
)
def test_a_malformed_request_is_refused_as_the_api_does(demo: DemoThread, broken: Any) -> None:
    """400 with an invalid_request_error."""
    status, body, _headers = post(demo, broken)

    assert (status, body["type"], body["error"]["type"]) == (400, "error", "invalid_request_error")


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens", "/v1/models", "/elsewhere"])
@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"x-nothing": "1"}, "x-api-key header is required"),
        ({"x-api-key": "demo-wrong"}, "invalid x-api-key"),
        ({"Authorization": "Bearer demo-wrong"}, "Invalid bearer token"),
    ],
)
def test_an_unknown_key_is_refused(demo: DemoThread, path: str, headers: dict[str, str], words: str) -> None:
    """401 in the API's words on every route, whatever is asked there."""
    status, body, _headers = post(demo, request("hello"), path, **headers)

    assert status == 401
    assert body["error"] == {"type": "authentication_error", "message": words}


def test_a_bearer_token_is_as_good_as_a_key(demo: DemoThread) -> None:
    """Both headers of the real API let in."""
    status, body, _headers = post(demo, request("demo: echo"), Authorization=f"Bearer {demo.model.key}")

    assert (status, body["content"]) == (200, [{"type": "text", "text": "demo: echo"}])


def test_a_stream_has_the_events_of_the_real_api(demo: DemoThread) -> None:
    """Thinking, text and tool input arrive in deltas; usage and stop reason close the message."""
    _status, text, headers = post(demo, request("demo: thinking", stream=True))
    thought = events(text)
    called = events(post(demo, request("demo: run-command", stream=True))[1])

    assert headers["content-type"].startswith("text/event-stream")
    assert [item["type"] for item in (thought[0], thought[-2], thought[-1])] == [
        "message_start",
        "message_delta",
        "message_stop",
    ]
    deltas = [item["delta"] for item in thought if item["type"] == "content_block_delta"]
    kinds = [delta["type"] for delta in deltas]
    assert list(dict.fromkeys(kinds)) == ["thinking_delta", "signature_delta", "text_delta"]
    assert "".join(delta.get("thinking", "") for delta in deltas).startswith("The question is about an A/B experiment.")
    assert "".join(delta.get("text", "") for delta in deltas).startswith("It depends on what you measure")
    assert thought[-2]["usage"]["output_tokens"] == len(kinds) - 1
    inputs = "".join(item["delta"].get("partial_json", "") for item in called if item["type"] == "content_block_delta")
    assert json.loads(inputs)["description"].startswith("Show Python")
    assert called[-2]["delta"]["stop_reason"] == "tool_use"


def test_without_streaming_the_same_message_comes_whole(demo: DemoThread) -> None:
    """The text is that of the stream."""
    body = post(demo, request("demo: markdown"))[1]
    deltas = events(post(demo, request("demo: markdown", stream=True))[1])

    streamed = "".join(item["delta"]["text"] for item in deltas if item["type"] == "content_block_delta")
    assert (body["role"], body["stop_reason"], body["model"]) == ("assistant", "end_turn", "claude-x")
    assert body["content"] == [{"type": "text", "text": streamed}]


def test_a_schema_is_followed(demo: DemoThread) -> None:
    """A helper request that wants JSON gets JSON of that schema."""
    schema = {
        "type": "object",
        "properties": {"title": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
        "required": ["title", "tags"],
    }
    wanted = {"format": {"type": "json_schema", "schema": schema}}
    body = post(demo, {**request("<session>\nA week of rain\n</session>"), "tools": [], "output_config": wanted})[1]

    assert json.loads(body["content"][0]["text"]) == {"title": "A week of rain", "tags": []}


def test_tools_are_called_only_where_there_are_some(demo: DemoThread) -> None:
    """A request without tools is answered in text, whatever its words would call for."""
    body = post(demo, {**request("demo: run-command"), "tools": []})[1]

    assert [block["type"] for block in body["content"]] == ["text"]


def test_tokens_are_counted(demo: DemoThread) -> None:
    """A longer text has more of them."""
    answers = [post(demo, request("x" * size), "/v1/messages/count_tokens")[1] for size in (4, 4000)]

    assert answers[1]["input_tokens"] - answers[0]["input_tokens"] == 999


@pytest.mark.parametrize("status", sorted(faults.ERRORS))
def test_errors_have_the_shape_of_the_real_ones(demo: DemoThread, status: int) -> None:
    """Status, type, words and a request id that is also a header."""
    got, body, headers = post(demo, request(f"demo: error-{status}"))

    kind, words = faults.ERRORS[status]
    assert (got, body["error"]) == (status, {"type": kind, "message": words})
    assert headers["request-id"] == body["request_id"]
    assert headers.get("retry-after") == ("1" if status == 429 else None)


def test_attempts_are_counted_by_session_and_step() -> None:
    """Each session meets the faults anew, and so does the same prompt sent again later."""
    again = {"messages": [*request("demo: retries")["messages"], {"role": "user", "content": "demo: retries"}]}
    with DemoThread(pace=0) as thread:

        def statuses(session: str, body: dict[str, Any]) -> list[int]:
            head = {"x-api-key": thread.model.key, "X-Claude-Code-Session-Id": session}
            return [post(thread, {"model": "m", **body}, **head)[0] for _attempt in range(4)]

        assert statuses("one", request("demo: retries")) == [529, 429, 200, 200]
        assert statuses("two", request("demo: retries")) == [529, 429, 200, 200]
        assert statuses("one", again) == [529, 429, 200, 200]


def test_no_delta_is_sent_before_it_is_due() -> None:
    """The n-th delta leaves n/pace seconds after the first, never earlier, and none is left out."""
    sent: list[tuple[int, float]] = []
    with DemoThread([TESTS], pace=200, sent=lambda _message, characters, at: sent.append((characters, at))) as thread:
        text = post(thread, request("demo: stream-200-50", stream=True))[1]
    deltas = [item["delta"]["text"] for item in events(text) if item["type"] == "content_block_delta"]

    assert len(deltas) == 200
    written = {0: sent[0][1], **dict(sent)}
    begun = next(at for characters, at in sent if characters)
    told = 0
    for number, delta in enumerate(deltas):
        told += len(delta)
        if told in written:
            assert written[told] - begun >= number / 200 - 0.005
    assert sent[-1][0] == told


def test_fifty_streams_at_once_are_all_whole(demo: DemoThread) -> None:
    """Each gets all of its own text."""

    async def one(number: int) -> str:
        answer = await asyncio.to_thread(post, demo, request(f"demo: echo {number:03}", stream=True))
        return "".join(item["delta"]["text"] for item in events(answer[1]) if item["type"] == "content_block_delta")

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(one(number) for number in range(50)))

    assert asyncio.run(all_of_them()) == [f"demo: echo {number:03}" for number in range(50)]


def test_it_goes_away_and_comes_back_under_the_same_address(demo: DemoThread) -> None:
    """Offline refuses connections; online answers again, to the same key."""
    address = demo.environment()
    demo.offline()
    with pytest.raises(ConnectionRefusedError):
        post(demo, request("demo: echo"))
    demo.online()

    assert post(demo, request("demo: echo"))[0] == 200
    assert demo.environment() == address
    assert address["ANTHROPIC_BASE_URL"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize("scenario", ["silent-start", "silent-middle"])
def test_going_away_breaks_the_answers_under_way(scenario: str) -> None:
    """The connection is lost; an answer that is not whole never looks whole."""
    asked_for = threading.Event()
    with DemoThread([TESTS], asking=lambda *_what: asked_for.set()) as thread:
        connection = http.client.HTTPConnection("127.0.0.1", thread.model.port, timeout=30)
        body = json.dumps(request(f"demo: {scenario}", stream=True))
        connection.request("POST", "/v1/messages", body, {"x-api-key": thread.model.key})
        assert asked_for.wait(30)
        if scenario == "silent-middle":
            answer = connection.getresponse()
            assert answer.readline() == b"event: message_start\n"
        thread.offline()
        with pytest.raises((ConnectionError, http.client.IncompleteRead)):
            (connection.getresponse() if scenario == "silent-start" else answer).read()
        connection.close()


def test_each_model_has_a_key_of_its_own() -> None:
    """A key is random, and the address is unknown before the first start."""
    first, second = DemoThread(), DemoThread()

    assert first.model.key != second.model.key
    with pytest.raises(RuntimeError):
        first.environment()
