"""An agent file's text: read strictly, written plainly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ..errors import AgentInvalid
from .explain import explain, quoted
from .model import NAME, NAME_RULE, SCHEMA_VERSION, SUFFIX, Agent

MAX_BYTES = 1 << 20
SCHEMA_KEY = "$schema"  # for editors; no field of an agent
MAX_SCHEMA = 2_000  # characters of it
MEND = "Mend the file in a text editor."
# A file of such a name, whatever its suffix, cannot be had on Windows, so it could not be shared.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))}
_NOT_CONTENT = {"created", "modified"}


class AgentNewer(AgentInvalid):
    """The file is of a newer version of the format. `agent` is what can be read of it; None: not enough."""

    code = "agent_newer"

    def __init__(self, filename: str, version: int, agent: Agent | None) -> None:
        super().__init__(
            f"{filename} is of version {str(version)[:20]} of the format; this one knows version {SCHEMA_VERSION}.",
            remedy="Update jupyter-claude-workspace to use it. Until then it can be looked at, and nothing changes it.",
        )
        self.agent = agent


@dataclass(frozen=True)
class Document:
    """An agent, and the `$schema` that its file names."""

    agent: Agent
    schema: str | None = None

    def named(self, name: str) -> Document:
        """Itself, where the agent's name is the one that its file has.

        Raises:
            AgentInvalid: it is not, or no name.
        """
        shown, own = quoted(name), self.agent.name
        if not is_name(name):
            raise AgentInvalid(
                f"{shown} is no name for an agent's file: {NAME_RULE}, and no device of Windows.",
                remedy="Choose another name.",
            )
        if own != name:
            raise AgentInvalid(
                f'{name}{SUFFIX}: "name" is "{own}", but the file is named for {shown}.',
                remedy=f'Set "name" to {shown}, or rename the file to {own}{SUFFIX}.',
            )
        return self

    def render(self) -> bytes:
        """The text of the file: keys in the model's order, UTF-8, a newline at the end."""
        named = {} if self.schema is None else {SCHEMA_KEY: self.schema}
        text = json.dumps({**named, **self.agent.model_dump(mode="json")}, indent=2, ensure_ascii=False)
        return f"{text}\n".encode()


def is_name(name: str) -> bool:
    """Whether a file next to a notebook may be named for an agent of this name, on every system."""
    return NAME.fullmatch(name) is not None and name not in _DEVICES


def digest(agent: Agent) -> str:
    """Names what an agent says, in hex: the same for every file that says the same, whenever it was written."""
    content = agent.model_dump(mode="json", exclude=_NOT_CONTENT)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def parse(data: bytes, filename: str) -> Document:
    """Read an agent file's bytes; `filename` is for the texts of errors.

    Raises:
        AgentNewer: the file is of a newer version.
        AgentInvalid: it is too large, not JSON, or no agent; the text names file and key, the remedy what to do.
    """
    raw = _object(data, filename)
    version = raw.get("schema_version", SCHEMA_VERSION)
    if type(version) is not int or version < 1:
        raise AgentInvalid(
            f'{filename}: "schema_version" must be {SCHEMA_VERSION}.', remedy=f"Write `{SCHEMA_VERSION}` there."
        )
    schema = raw.pop(SCHEMA_KEY, "")
    if version > SCHEMA_VERSION:
        raise AgentNewer(filename, version, _readable(raw))
    if not isinstance(schema, str) or len(schema) > MAX_SCHEMA:
        raise AgentInvalid(f'{filename}: "{SCHEMA_KEY}" must be the address of a schema.', remedy="Remove the key.")
    try:
        return Document(Agent.model_validate(raw, strict=True), schema or None)
    except ValidationError as error:
        text, remedy = explain(error)
        raise AgentInvalid(f"{filename}: {text}", remedy=remedy) from error


def _object(data: bytes, filename: str) -> dict[str, Any]:
    """The JSON object that the bytes are, of honest text throughout."""
    if len(data) > MAX_BYTES:
        raise too_large(filename)
    try:
        raw = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
        whole = json.dumps(raw, ensure_ascii=False)
        whole.encode()
    except UnicodeDecodeError as error:
        raise AgentInvalid(
            f"{filename} is not UTF-8 text (byte {error.start + 1}).", remedy="Save it as UTF-8."
        ) from error
    except UnicodeEncodeError as error:
        raise AgentInvalid(f"{filename} holds half of a character (a lone surrogate).", remedy=MEND) from error
    except RecursionError as error:
        raise AgentInvalid(f"{filename} is nested far deeper than an agent is.", remedy=MEND) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise AgentInvalid(f"{filename} is not JSON: {error.msg} ({where}).", remedy=MEND) from error
    except ValueError as error:
        raise AgentInvalid(f"{filename} is not JSON: {error}.", remedy=MEND) from error
    if not isinstance(raw, dict):
        raise AgentInvalid(f"{filename} holds no JSON object.", remedy="An agent is `{…}` with its keys.")
    # No command line can carry one; json.dumps writes it as an escape, and a backslash of the text as two.
    if "\\u0000" in whole.replace("\\\\", ""):
        raise AgentInvalid(f"{filename} holds a NUL character.", remedy="Remove it.")
    return raw


def too_large(filename: str) -> AgentInvalid:
    """The refusal of a file that is larger than any agent."""
    return AgentInvalid(f"{filename} is larger than {MAX_BYTES >> 20} MiB.", remedy="Make its prompt shorter.")


def _readable(raw: dict[str, Any]) -> Agent | None:
    """As much as this version understands of a newer file; None where what every agent has is not there."""
    known = {key: raw[key] for key in Agent.model_fields if key in raw and key != "schema_version"}
    try:
        return Agent.model_validate(known, strict=True)
    except ValidationError as error:
        strange = {str(each["loc"][0]) for each in error.errors(include_url=False, include_input=False)}
    try:
        return Agent.model_validate({key: value for key, value in known.items() if key not in strange}, strict=True)
    except ValidationError:
        return None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"it names {quoted(twice)} twice")
    return made
