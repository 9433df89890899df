"""A conversation as markdown for people: what was said and done, in order, without the machinery."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..session.branches import shown
from .beacons import fenced, inline, without_beacons

if TYPE_CHECKING:
    from ..protocol import frames
    from ..session.info import SessionInfo

_OUTCOMES = {"done": "", "failed": " (failed)", "denied": " (denied)", "interrupted": " (interrupted)"}
_DECISIONS = {
    "allow": "allowed",
    "allow_session": "allowed for this session",
    "deny": "denied",
    "withdrawn": "withdrawn",
}
_ENDS = {"interrupted": "Stopped by a person.", "failed": "This turn failed.", "cut": "This turn was cut short."}


def as_markdown(info: SessionInfo, conversation: Iterable[frames.Down]) -> str:
    """The branch that the conversation is on, from its start. Nothing in it makes a viewer fetch anything."""
    kept, branches = shown(conversation)
    head = [
        f"# {inline(info.title or info.notebook)}",
        f"Notebook {inline(info.notebook)}, session {info.session_id}, begun {info.created}.",
    ]
    if branches > 1:
        head.append(f"*This conversation has {branches} branches; this is the one that is shown in the panel.*")
    return "\n\n".join([*head, *blocks(kept, head=lambda who: f"## {who}")]) + "\n"


def blocks(conversation: Iterable[frames.Down], *, head: Callable[[str], str]) -> list[str]:
    """Each frame that says something, as markdown. `head` makes the line that begins a turn, of who began it."""
    made: list[str] = []
    going_on = False
    for frame in conversation:
        kind: str = getattr(frame, "type", "")
        going_on = (going_on or kind == "turn_started") and kind != "turn_ended"
        if kind == "turn_started":
            made.append(head(_who(frame)))  # type: ignore[arg-type]
        block = _WRITERS[kind](frame) if kind in _WRITERS else ""
        if block:
            made.append(block)
    if going_on:
        made.append("*This turn is still going on.*")
    return made


def _who(frame: frames.TurnStarted) -> str:
    return inline(frame.origin.user or "Prompt") if frame.origin.kind == "prompt" else "Claude Code went on by itself"


def _asked(frame: frames.TurnStarted | frames.Steered) -> str:
    parts = [_quoted(frame.text)] if frame.text else []
    names = [each.name for each in frame.attachments]
    names += [each.name if each.kind == "variable" else each.label or each.cell for each in frame.mentions]
    parts += [f"*Attached: {inline(name)}*" for name in names]
    return "\n\n".join(parts)


def _steered(frame: frames.Steered) -> str:
    return f"*{inline(frame.user or 'A person')}, meanwhile:*\n\n{_asked(frame)}"


def _message(frame: frames.Message) -> str:
    text = without_beacons(frame.text)
    if frame.kind == "thinking":
        text = _quoted(f"*Thinking*\n\n{frame.text}")
    elif frame.parent is not None:
        text = _quoted(f"*Subagent*\n\n{frame.text}")
    return f"{text}\n\n*(cut short)*" if frame.partial else text


def _tool_started(frame: frames.ToolStarted) -> str:
    command = frame.input.get("command")
    if frame.name == "Bash" and isinstance(command, str):
        shown = fenced(command, "bash")
    else:
        shown = fenced(json.dumps(frame.input, ensure_ascii=False, indent=2), "json")
    return f"**{inline(frame.name)}**\n\n{shown}"


def _tool_finished(frame: frames.ToolFinished) -> str:
    texts = [block.text if block.kind == "text" else f"(a picture, {block.media_type})" for block in frame.content]
    if frame.omitted:
        texts.append(f"({frame.omitted} characters left out)")
    return f"Result{_OUTCOMES[frame.outcome]}:\n\n" + fenced("\n".join(texts) or "(nothing)")


def _question(frame: frames.Question) -> str:
    if frame.ask.kind == "plan":
        return "*Asked to approve this plan:*\n\n" + _quoted(frame.ask.plan)
    if frame.ask.kind == "choice":
        return "\n\n".join(f"*Asked: {inline(item.question)}*" for item in frame.ask.items)
    return f"*Asked: {inline(frame.ask.title)}*"


def _question_settled(frame: frames.QuestionSettled) -> str:
    by = f" by {inline(frame.user)}" if frame.user else ""
    said = [frame.message] if frame.message else []
    said += [f"{question}: {answer}" for question, answer in (frame.answers or {}).items()]
    return f"*{_DECISIONS[frame.decision].capitalize()}{by}.*" + "".join(f"\n\n{_quoted(each)}" for each in said)


def _plan(frame: frames.Plan) -> str:
    return "\n".join(f"- [{'x' if item.status == 'completed' else ' '}] {inline(item.text)}" for item in frame.items)


def _notice(frame: frames.Notice) -> str:
    return "" if frame.over or frame.level == "info" or not frame.text else f"*{inline(frame.text)}*"


def _turn_ended(frame: frames.TurnEnded) -> str:
    if frame.why == "completed":
        return ""
    return f"*{_ENDS[frame.why]}*" + (f"\n\n*{inline(frame.problem.text)}*" if frame.problem else "")


def _agent_saved(frame: frames.AgentSaved) -> str:
    return f"*Saved the agent {inline(frame.name)} as {inline(frame.path)}.*"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in without_beacons(text).split("\n"))


_WRITERS: dict[str, Callable[[Any], str]] = {
    "turn_started": _asked,
    "steered": _steered,
    "message": _message,
    "tool_started": _tool_started,
    "tool_finished": _tool_finished,
    "question": _question,
    "question_settled": _question_settled,
    "plan": _plan,
    "notice": _notice,
    "turn_ended": _turn_ended,
    "agent_saved": _agent_saved,
}
