"""The description of the interface is the interface."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from doors import BODIES, doors, interview
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from server_stage import Stage
from tornado.httpclient import HTTPResponse

from jupyter_claude_workspace.protocol.content import Context, Effort, Mode, Settings, State
from jupyter_claude_workspace.session.info import SessionInfo
from jupyter_claude_workspace.web import bodies
from jupyter_claude_workspace.web.status import OPENAPI

DESCRIPTION: dict[str, Any] = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
SCHEMAS = DESCRIPTION["components"]["schemas"]
METHODS = {"get", "post", "put", "patch", "delete", "head", "trace"}


def validator(pointer: str) -> Draft202012Validator:
    """A validator for the schema at a JSON pointer of the description."""
    registry: Registry[Any] = Registry().with_resource(
        "urn:openapi", Resource(contents=DESCRIPTION, specification=DRAFT202012)
    )
    return Draft202012Validator({"$ref": f"urn:openapi#{pointer}"}, registry=registry, format_checker=FormatChecker())


def described() -> set[str]:
    """Every method of every path, as in `Door`."""
    return {
        f"{method.upper()} {path.removeprefix('/')}"
        for path, item in DESCRIPTION["paths"].items()
        for method in METHODS & set(item)
    }


def check(answer: HTTPResponse, method: str, path: str) -> None:
    """The answer's status, content type and body are among those that are described for this method."""
    operation = DESCRIPTION["paths"][f"/{path}"][method.lower()]
    assert str(answer.code) in operation["responses"], f"{method} {path} answers {answer.code}"
    response = operation["responses"][str(answer.code)]
    if "$ref" in response:
        response = DESCRIPTION["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "content" not in response:
        assert answer.body == b""
        return
    kind = answer.headers["Content-Type"].partition(";")[0]
    assert kind in response["content"], f"{method} {path} answers {kind}"
    if kind == "application/json":
        reference = response["content"][kind]["schema"]["$ref"].removeprefix("#")
        validator(reference).validate(json.loads(answer.body))


async def test_every_door_is_described_and_nothing_else(stage: Stage) -> None:
    """The methods of the router and those of the description are the same."""
    found = {str(door) for door in doors(stage) if door.implemented and door.method != "OPTIONS"}

    assert found == described()


async def test_what_each_door_needs_is_described(stage: Stage) -> None:
    """Each description says whether reading, writing or executing is asked of the authorizer."""
    for door in doors(stage):
        if door.implemented and door.method != "OPTIONS":
            action = getattr(getattr(door.handler, door.method.lower()), "action")  # noqa: B009
            text = DESCRIPTION["paths"][f"/{door.path}"][door.method.lower()]["description"]
            assert f"eeds `{action}`" in text, door


async def test_real_answers_are_as_described(stage: Stage) -> None:
    """What the server answers, well and badly asked, has a described status and validates against its schema."""
    session_id = await interview(stage)
    await (await stage.channel(session_id)).turn("demo: hello")
    stage.notebook()

    for door in sorted(doors(stage), key=lambda door: door.method == "DELETE"):
        if not door.implemented or door.method == "OPTIONS" or door.is_channel:
            continue
        query, headers = door.needs(stage)
        params = {"session": session_id} if door.path == "workspace" else query
        body = BODIES.get(str(door)) if door.writes else None
        gone = door.at("00000000-0000-4000-8000-000000000000", "nobody")
        here = door.at(session_id)
        unknown = {**dict.fromkeys(params, "unknown"), **query}
        tried = [
            await stage.ask(door.method, here, body, headers={**headers, "Authorization": ""}),
            await stage.ask(door.method, gone, body, headers=headers, params=unknown),
            await stage.ask(door.method, here, body, headers=headers, params={"format": "unknown", **query}),
            await stage.ask(door.method, here, {"no": "such key"} if door.writes else None, params=params),
            await stage.ask(door.method, here, body, headers=door.needs(stage)[1], params=params),
        ]
        if door.path.endswith("transcript"):
            tried += [await stage.ask(door.method, here, params={"format": form}) for form in ("md", "notebook")]
        for answer in tried:
            check(answer, door.method, door.path)
        good = {answer.code for answer in (tried if door.method == "DELETE" else tried[-1:])}
        assert good & {200, 201, 204}, door


async def test_a_channel_s_refusals_are_as_described(stage: Stage) -> None:
    """Before the upgrade, a channel refuses as every other route does."""
    session_id = await stage.create()
    path = f"api/sessions/{session_id}/channel"

    for headers, params in (({"Authorization": ""}, {}), ({}, {"since": "-1"}), (stage.person().headers, {})):
        check(await stage.ask("GET", path, headers=headers, params=params), "GET", "api/sessions/{session_id}/channel")


def test_the_description_is_well_formed() -> None:
    """Every reference leads somewhere, every operation has a name of its own, and every schema is one."""
    text = OPENAPI.read_text(encoding="utf-8")
    for reference in set(re.findall(r'\$ref: "#/([^"]*)"', text)):
        found: Any = DESCRIPTION
        for part in reference.split("/"):
            found = found[part]
    names = [item[method]["operationId"] for item in DESCRIPTION["paths"].values() for method in METHODS & set(item)]
    assert len(names) == len(set(names))
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        (SCHEMAS["Context"], Context),
        (SCHEMAS["Session"]["properties"]["state"], State),
        (SCHEMAS["Settings"]["properties"]["mode"], Mode),
        (SCHEMAS["Settings"]["properties"]["effort"], Effort | None),
    ],
)
def test_values_are_those_of_the_protocol(schema: dict[str, Any], values: Any) -> None:
    """Where the description lists values, they are all that the protocol knows."""
    known = {value for part in getattr(values, "__args__", ()) for value in (getattr(part, "__args__", None) or [part])}

    assert set(schema["enum"]) == {None if value is type(None) else value for value in known}


def test_a_session_has_all_its_fields() -> None:
    """Every field of SessionInfo, and of its settings, is described."""
    assert set(SessionInfo.__dataclass_fields__) <= set(SCHEMAS["Session"]["properties"])
    assert set(Settings.model_fields) == set(SCHEMAS["Settings"]["properties"])


@pytest.mark.parametrize("name", ["CreateSession", "OpenSession", "ChangeSession", "ImportAgent"])
def test_bodies_are_those_that_are_taken(name: str) -> None:
    """The described keys of a body are those that the server takes, with the same ones required."""
    model = getattr(bodies, name)

    assert set(SCHEMAS[name]["properties"]) == set(model.model_fields)
    assert set(SCHEMAS[name].get("required", [])) == {
        key for key, field in model.model_fields.items() if field.is_required()
    }


def test_the_file_is_in_the_package() -> None:
    """The description lies where the wheel takes it along."""
    assert OPENAPI.parent.parent.name == "jupyter_claude_workspace"
    assert Path(OPENAPI).is_file()
