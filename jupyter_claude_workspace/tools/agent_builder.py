"""The tools with which Claude drafts and saves an agent: an MCP server in this process, for one session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from claude_agent_sdk import SdkMcpTool, create_sdk_mcp_server

from ..agents.model import Agent
from ..errors import WorkspaceError
from .names import AGENT_BUILDER

WRITTEN_BY_US = ("schema_version", "created", "modified")
DRAFT = """
Write fields of the agent's draft, which the person sees beside this conversation and may edit by hand. Give only the
fields that are new or changed; null empties one. Needs no permission: call it as soon as a field is clear. Answers with
the whole draft, and with what the person changed since you last saw it.
""".strip()
SAVE = """
Save the whole agent as a file next to the notebook. The person is asked first, and may edit it in the question. Call it
once they are content with the draft; where it fails, the result says what to do.
""".strip()
REPLACE = "true only where the person said that the saved agent of this name may be replaced"

# Takes a tool's input and answers with what Claude is told; raises WorkspaceError where it cannot be done.
Answer = Callable[[dict[str, Any]], Awaitable[str]]


def agent_builder(draft: Answer, save: Answer) -> dict[str, Any]:
    """The server as the SDK takes it, with both tools in every request from the first on."""
    tools = [
        SdkMcpTool(name="draft_agent", description=DRAFT, input_schema=_loose(), handler=_told(draft)),
        SdkMcpTool(name="save_agent", description=SAVE, input_schema=_strict(), handler=_told(save)),
    ]
    return {**create_sdk_mcp_server(AGENT_BUILDER, tools=tools), "alwaysLoad": True}


def _told(act: Answer) -> Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]:
    """A handler whose failures come back to Claude with what to do about them."""

    async def handler(given: dict[str, Any]) -> dict[str, Any]:
        try:
            text, failed = await act(given), False
        except WorkspaceError as error:
            text, failed = f"{error.text} {error.remedy}".strip(), True
        return {"content": [{"type": "text", "text": text}], "is_error": failed}

    return handler


def _fields() -> tuple[dict[str, Any], list[str]]:
    schema = Agent.model_json_schema()
    fields = {name: rule for name, rule in schema["properties"].items() if name not in WRITTEN_BY_US}
    return fields, [name for name in schema["required"] if name in fields]


def _strict() -> dict[str, Any]:
    fields, required = _fields()
    fields["replace"] = {"type": "boolean", "description": REPLACE}
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _loose() -> dict[str, Any]:
    """The fields without their rules: a draft may be half written, and whatever does not fit is said in the answer."""
    fields, _ = _fields()
    described = {name: {"description": rule.get("description", name)} for name, rule in fields.items()}
    for name in ("tools", "disallowed_tools", "starters"):
        described[name]["type"] = ["array", "string", "null"]
    return {"type": "object", "properties": described}
