"""What a request to the Messages API asks: the person's last words, and how far their turn has come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Blocks that Claude Code writes into the person's messages. Each may stand alone or before their words.
MACHINERY = re.compile(
    r"<(system-reminder|local-command-caveat|local-command-stdout|local-command-stderr|command-name|command-message"
    r"|command-args|task-notification)\b[^>]*>.*?</\1>"
    r"|\[Request interrupted by user[^\]]*\]|\[Image: source: [^\]]*\]"
    r"|\AThis session is being continued from a previous conversation.*",
    re.DOTALL,
)
# A slash command whose instructions follow in the next block; one that Claude Code runs by itself begins otherwise.
COMMAND = re.compile(
    r"\A\s*<command-message>.*?<command-name>(\S+?)</command-name>(?:\s*<command-args>(.*?)</command-args>)?", re.DOTALL
)
# What is said while a turn runs.
STEERED = re.compile(
    r"\AThe user sent a new message while you were working:\s*(.*?)\s*(?:\n\nThis is how |\Z)", re.DOTALL
)
# What Claude Code says to the model where a stream broke after a whole block.
RESUME = re.compile(r"\A(Your response above was cut off mid-stream\.|\[Your previous response had no visible output)")
PLAN_FILE = re.compile(r"(?:plan at|plan file already exists at) (\S+\.md)")


@dataclass(frozen=True)
class Result:
    """What a tool call came to."""

    call: str
    text: str
    failed: bool
    pictures: int = 0


@dataclass(frozen=True)
class Asked:
    """One request, as the choice of an answer needs it.

    Attributes:
        prompt: the person's last words.
        prompts: all of their words that the request still holds, oldest first.
        rounds: how many rounds of tool results there were since `prompt`.
        results: the last round's results, in the order of their calls.
        last: the last user message as it is, with what Claude Code wrote into it.
        tools: whether the request offers tools at all.
        plan_file: where Claude Code wants its plan written, if it said so.
        schema: the JSON schema that the answer must follow, if any.
        steered: what the person said since the model's last message, while the turn went on; else empty.
        heard: all texts that the request still holds and that the model did not write, tools' results among them.
        said: the text that survived of an answer whose stream broke, where it shall be resumed; else empty.
        system: the system prompt.
    """

    prompt: str
    prompts: tuple[str, ...]
    rounds: int
    results: tuple[Result, ...]
    last: str
    tools: bool
    plan_file: str
    schema: dict[str, Any] | None
    steered: str
    said: str
    heard: tuple[str, ...] = ()
    system: str = ""

    @property
    def failed(self) -> bool:
        """Whether a tool of the last round failed or was refused."""
        return any(result.failed for result in self.results)


def read(request: dict[str, Any]) -> Asked:
    """Read a request.

    Raises:
        ValueError: it is not of the Messages API's form; the text is meant for its error answer.
    """
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ValueError("messages: at least one message is required")
    prompts: list[str] = []
    rounds, last, plan_file, steered, said = 0, "", "", "", ""
    calls: list[str] = []
    results: list[Result] = []
    heard: list[str] = []
    resumes = False
    for role, blocks in map(_message, messages):
        if role == "assistant":
            calls = [str(block.get("id")) for block in blocks if block.get("type") == "tool_use"]
            said += "".join(_texts(blocks))
            steered = ""
            continue
        plan_file = next((found.group(1) for text in _texts(blocks) for found in PLAN_FILE.finditer(text)), plan_file)
        if role != "user":
            steered = next((found.group(1) for text in _texts(blocks) if (found := STEERED.match(text))), steered)
            continue
        last = "\n".join(_texts(blocks))
        returned = [_result(block) for block in blocks if block.get("type") == "tool_result"]
        if returned:
            rounds, results, said = rounds + 1, sorted(returned, key=lambda result: _place(calls, result)), ""
        heard += [last, *(result.text for result in returned)]
        words = _words(blocks)
        resumes = bool(words) and RESUME.match(words[-1]) is not None
        if words and not resumes:
            # What is said after a tool's result, in the same message, begins a new turn: the one before was stopped.
            prompts.append(words[-1])
            rounds, results, said = 0, [], ""
    return Asked(
        prompt=prompts[-1] if prompts else "",
        prompts=tuple(prompts),
        rounds=rounds,
        results=tuple(results),
        last=last,
        tools=bool(request.get("tools")),
        plan_file=plan_file,
        schema=_schema(request),
        steered=steered,
        said=said if resumes else "",
        heard=tuple(heard),
        system=_system(request),
    )


def _system(request: dict[str, Any]) -> str:
    system = request.get("system")
    if isinstance(system, list):
        return "\n".join(_texts([block for block in system if isinstance(block, dict)]))
    return system if isinstance(system, str) else ""


def _message(raw: Any) -> tuple[str, list[dict[str, Any]]]:
    """A message's role and blocks; a plain string is one text block."""
    if not isinstance(raw, dict) or raw.get("role") not in ("user", "assistant", "system"):
        raise ValueError("messages: each has a role, `user`, `assistant` or `system`")
    content = raw.get("content")
    if isinstance(content, str):
        return raw["role"], [{"type": "text", "text": content}]
    if not isinstance(content, list) or not all(isinstance(block, dict) for block in content):
        raise ValueError("messages: content is a string or a list of content blocks")
    return raw["role"], content


def _texts(blocks: list[dict[str, Any]]) -> Iterator[str]:
    return (str(block.get("text", "")) for block in blocks if block.get("type") == "text")


def _words(blocks: list[dict[str, Any]]) -> list[str]:
    """What the person said; of a slash command its name and arguments, not the instructions that it stands for."""
    found: list[str] = []
    command = ""
    for text in _texts(blocks):
        called = COMMAND.match(text)
        if called:
            command = f"{called.group(1)} {called.group(2) or ''}".strip()
        elif words := MACHINERY.sub("", text).strip():
            found.append(command or words)
            command = ""
    return found


def _result(block: dict[str, Any]) -> Result:
    content = block.get("content")
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    text = "\n".join(_texts(parts)) if isinstance(content, list) else str(content or "")
    return Result(
        call=str(block.get("tool_use_id")),
        text=text,
        failed=bool(block.get("is_error")),
        pictures=sum(part.get("type") == "image" for part in parts),
    )


def _place(calls: list[str], result: Result) -> int:
    return calls.index(result.call) if result.call in calls else len(calls)


def _schema(request: dict[str, Any]) -> dict[str, Any] | None:
    config = request.get("output_config")
    wanted = config.get("format") if isinstance(config, dict) else None
    schema = wanted.get("schema") if isinstance(wanted, dict) else None
    return schema if isinstance(schema, dict) else None
