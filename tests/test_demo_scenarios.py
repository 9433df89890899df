"""Scenario files: what they may say, how they are reached, and what a request asks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from demo_client import TESTS, request

from jupyter_claude_workspace.demo import asked, faults, stream
from jupyter_claude_workspace.demo.choose import catalogue, choose
from jupyter_claude_workspace.demo.fill import Filler
from jupyter_claude_workspace.demo.scenario import SHIPPED, Scenario, ScenarioError, TextPart, load

ALL = load([SHIPPED, TESTS])
OURS = load([SHIPPED])


@pytest.mark.parametrize(
    "scenario", [scenario for scenario in ALL if not scenario.helper], ids=lambda scenario: scenario.name
)
def test_every_scenario_is_reached(scenario: Scenario) -> None:
    """Its exact form reaches it, and so does the prompt that it gives as an example."""
    assert choose(ALL, asked.read(request(f"demo: {scenario.name}"))).scenario is scenario
    if scenario.ask:
        assert choose(ALL, asked.read(request(scenario.ask))).scenario is scenario


HELPED = {
    "helper-summary": "CRITICAL: TEXT ONLY.\nYour task is to create a detailed summary of the conversation.",
    "helper-recap": "The user stepped away and is coming back. Recap in under 40 words.",
    "helper-suggestion": "[SUGGESTION MODE: Suggest what the user might naturally type next into Claude Code.]",
    "helper-side-question": "<system-reminder>This is a side question from the user.</system-reminder>\n\nplot?",
    "helper-web-page": "Web page content:\n---\nplot\n---\nProvide a concise response based on the content above.",
    "background-ended": "<system-reminder>\n[SYSTEM NOTIFICATION - NOT USER INPUT]\nended\n</system-reminder>",
}


def test_every_helper_is_reached() -> None:
    """Each helper answers the words with which Claude Code asks for it."""
    reached = {name: choose(ALL, asked.read(request(words))).scenario.name for name, words in HELPED.items()}

    assert reached == {scenario.name: scenario.name for scenario in ALL if scenario.helper}


def test_the_list_for_visitors_leads_to_each_of_its_scenarios() -> None:
    """What an unknown prompt is answered with says that it is a script and lists prompts that work."""
    chosen = choose(OURS, asked.read(request("Wie spät ist es?")))
    prompts = re.findall(r"^- \*\*(.+)\*\*", catalogue(OURS), re.MULTILINE)
    reached = [choose(OURS, asked.read(request(prompt))).scenario.name for prompt in prompts]

    assert chosen.scenario.name == "fallback"
    assert isinstance(chosen.parts[0], TextPart)
    assert "script" in chosen.parts[0].text
    assert len(prompts) >= 12
    assert len(set(reached)) == len(prompts)
    assert "fallback" not in reached


GOOD = "name: mine\nabout: x\nreplies:\n  - content:\n      - text: hello\n"
BAD = {
    "replies.0.content.0.text.txt": (GOOD + "        txt: hello\n", "Take this key away"),
    "replies.0.content.0": (GOOD.replace("- text", "- txt"), "text, thinking, long, tool"),
    "about": (GOOD.replace("about: x\n", ""), "Add this key"),
    "pacee": (GOOD + "pacee: 3\n", "Take this key away"),
    "match": (GOOD + "match: '('\n", "not a regular expression"),
    "faults.0.cut.afterr": (GOOD + "faults:\n  - {kind: cut, afterr: 3}\n", "Take this key away"),
    "faults.0": (GOOD + "faults:\n  - {kind: explode}\n", "'status'"),
    "name": (GOOD.replace("mine", "other"), "name: mine"),
    "not YAML": (GOOD + "  x: : y\n", "Check indentation"),
    "the whole file": (GOOD.replace("text: hello", "tool: Bash"), "the conversation would never end"),
    "does not find": (GOOD + "ask: hello\nmatch: bye\n", "'hello'"),
    "not a mapping": ("- 1\n", "Start from another"),
}


@pytest.mark.parametrize("where", BAD)
def test_a_bad_file_is_refused_with_file_key_and_remedy(where: str, tmp_path: Path) -> None:
    """The error names the file and the key, and says what to do."""
    text, words = BAD[where]
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ScenarioError) as caught:
        load([tmp_path])

    assert str(path) in caught.value.text
    assert where in caught.value.text
    assert caught.value.remedy
    assert words in f"{caught.value.text} {caught.value.remedy}"


def test_a_name_is_given_once_over_all_folders(tmp_path: Path) -> None:
    """Two files of the same name are refused, and both are named; so is a folder that is not there."""
    (tmp_path / "hello.yaml").write_text(GOOD.replace("mine", "hello"), encoding="utf-8")

    with pytest.raises(ScenarioError, match=re.escape(str(SHIPPED / "hello.yaml"))) as caught:
        load([SHIPPED, tmp_path])
    with pytest.raises(ScenarioError, match="no such folder"):
        load([tmp_path / "missing"])

    assert str(tmp_path / "hello.yaml") in caught.value.text


def use(call: str) -> dict[str, Any]:
    """An assistant message that calls a tool."""
    return {"role": "assistant", "content": [{"type": "tool_use", "id": call, "name": "Bash", "input": {}}]}


def gave(call: str, text: Any, *, failed: bool = False, then: tuple[str, ...] = ()) -> dict[str, Any]:
    """A user message that holds a tool's result, and perhaps words after it."""
    result = {"type": "tool_result", "tool_use_id": call, "content": text, "is_error": failed}
    return {"role": "user", "content": [result, *({"type": "text", "text": words} for words in then)]}


def test_the_last_words_of_the_person_are_the_prompt() -> None:
    """What Claude Code writes into the messages is not taken for a prompt."""
    reminder = {"type": "text", "text": "<system-reminder>\nplot\n</system-reminder>\n"}
    picture = {"type": "text", "text": "[Image: source: /somewhere/1.png]"}
    messages = [
        {"role": "user", "content": [reminder, {"type": "text", "text": "first"}]},
        {"role": "system", "content": "The user sent a new message while you were working: plan"},
        {"role": "assistant", "content": [{"type": "text", "text": "well"}]},
        {"role": "user", "content": [reminder, {"type": "text", "text": "second"}, picture]},
    ]

    read = asked.read({"messages": messages})

    assert (read.prompt, read.prompts, read.rounds) == ("second", ("first", "second"), 0)


def test_rounds_of_tools_are_counted_since_the_prompt() -> None:
    """Results come in the order of their calls; what is said after an interrupted tool begins anew."""
    both = {"role": "assistant", "content": [*use("a")["content"], *use("b")["content"]]}
    one = gave("a", [{"type": "text", "text": "one"}])
    results = {"role": "user", "content": [*gave("b", "two")["content"], *one["content"]]}
    begun = [{"role": "user", "content": "go"}, use("x"), gave("x", "zero"), both, results]
    stopped = gave("x", "no", failed=True, then=("[Request interrupted by user for tool use]\n", "other"))

    read = asked.read({"messages": begun})
    after = asked.read({"messages": [*begun, use("x"), stopped]})

    assert (read.rounds, [result.text for result in read.results], read.failed) == (2, ["one", "two"], False)
    assert (after.prompt, after.rounds, after.results) == ("other", 0, ())


COMMAND = "<command-message>init</command-message>\n<command-name>/init</command-name>\n"
LOCAL = (
    "<local-command-caveat>The command below was run directly.</local-command-caveat>",
    "<command-name>/compact</command-name>\n<command-message>compact</command-message>\n<command-args></command-args>",
    "<local-command-stdout>Compacted </local-command-stdout>",
)


@pytest.mark.parametrize(
    ("texts", "prompt"),
    [
        ((COMMAND, "Please plot a plan of this codebase, step by step."), "/init"),
        ((COMMAND + "<command-args>in red</command-args>", "Plot it."), "/init in red"),
        ((*LOCAL, "hello"), "hello"),
        ((*LOCAL, COMMAND, "Plot it."), "/init"),
        ((COMMAND, "<system-reminder>plot</system-reminder>", "Plot it."), "/init"),
        (("What does <command-name>/init</command-name> do?",), "What does  do?"),
    ],
)
def test_a_slash_command_is_its_name_and_arguments(texts: tuple[str, ...], prompt: str) -> None:
    """The instructions that Claude Code puts in its place are not taken for the person's words."""
    content = [{"type": "text", "text": text} for text in texts]

    assert asked.read({"messages": [{"role": "user", "content": content}]}).prompt == prompt


def test_what_is_said_into_a_running_turn_is_answered_in_it() -> None:
    """The turn goes on as it was; its next reply quotes what was said, and the ones after that do not."""
    words = "The user sent a new message while you were working:\nnow plot\nit\n\nThis is how Claude Code surfaces it."
    turn = [{"role": "user", "content": "demo: parallel"}, use("a"), gave("a", "done")]
    after = [*turn, {"role": "system", "content": words}]

    read = asked.read({"messages": after})
    later = asked.read({"messages": [*after, use("b"), gave("b", "done")]})

    assert (read.prompt, read.rounds, read.steered) == ("demo: parallel", 1, "now plot\nit")
    assert Filler(read, ALL).fill("> {steered}") == "> now plot\n> it"
    assert (later.prompt, later.rounds, later.steered) == ("demo: parallel", 2, "")


def test_an_answer_whose_stream_broke_is_resumed_where_it_stopped() -> None:
    """Claude Code's wish to resume is no prompt; the text that survived is not said again."""
    cut = "Your response above was cut off mid-stream. Resume directly from where it stops."
    messages = [
        {"role": "user", "content": "demo: echo"},
        {"role": "assistant", "content": [{"type": "text", "text": "demo: echo"}]},
        {"role": "user", "content": cut},
    ]

    read = asked.read({"messages": messages})

    assert (read.prompt, read.said, read.rounds) == ("demo: echo", "demo: echo", 0)
    parts = [TextPart(text="{prompt}"), TextPart(text="More.")]
    rest = stream.compose(parts, Filler(read, ALL), model="m", input_tokens=1)
    assert [block["text"] for block in rest.content] == ["More."]


def test_a_fault_for_ever_never_ends() -> None:
    """`times` says how many attempts meet a fault; 0 is all of them."""
    some = [faults.Drop(kind="drop", times=2), faults.Hang(kind="hang", seconds=1)]
    ever = [faults.Drop(kind="drop", times=0)]

    assert [fault and fault.kind for fault in (faults.nth(some, attempt) for attempt in range(4))] == [
        "drop",
        "drop",
        "hang",
        None,
    ]
    assert faults.nth(ever, 10_000) is ever[0]


@pytest.mark.parametrize("wanted", [1, 7, 200, 3000])
def test_a_long_text_has_exactly_as_many_tokens_as_wanted(wanted: int) -> None:
    """The stream tokens of the generated text, joined again, are the text."""
    text = stream.lengthen(["# One two\n\nthree, four", "  and `five` "], wanted)

    assert len(stream.tokens(text)) == wanted
    assert "".join(stream.tokens(text)) == text
