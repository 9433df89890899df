"""Reading what REST routes answer."""

from __future__ import annotations

import json
from typing import Any

from tornado.httpclient import HTTPResponse


def told(answer: HTTPResponse, status: int = 200) -> dict[str, Any]:
    """The JSON of an answer with this status."""
    assert answer.code == status, (answer.code, answer.body[:500])
    found: dict[str, Any] = json.loads(answer.body)
    return found


def refusal(answer: HTTPResponse, status: int, code: str) -> str:
    """The message of a refusal, which is of the documented form and tells nothing of our insides."""
    problem = told(answer, status)
    assert set(problem) == {"code", "message", "remedy"}
    assert problem["code"] == code, problem
    assert "Traceback" not in answer.body.decode()
    return str(problem["message"])
