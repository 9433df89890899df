"""The draft over REST: saved with an etag, tried, and refused where there is none."""

from __future__ import annotations

from answers import refusal, told
from server_stage import Stage

NEW = {"If-None-Match": "*"}


async def interview(stage: Stage, **fields: object) -> str:
    """A session whose draft has these fields; returns its id."""
    session_id = await stage.create(stage.notebook("a/analysis.ipynb"), context="agent-create")
    channel = await stage.channel(session_id)
    await channel.send({"type": "edit_draft", "fields": fields})
    await channel.wait("agent_draft")
    return session_id


async def test_a_draft_is_saved_once_and_then_by_its_etag(stage: Stage) -> None:
    """The first save makes the file; another without its etag gets both versions, and with it replaces the file."""
    session_id = await interview(stage, name="mine", description="Mine.", prompt="ONE")
    path = f"api/sessions/{session_id}/agent"

    refusal(await stage.ask("POST", path, {}), 428, "etag_missing")
    first = told(await stage.ask("POST", path, {}, headers=NEW), 201)
    channel = await stage.channel(session_id)
    await channel.send({"type": "edit_draft", "fields": {"prompt": "TWO"}})
    await channel.wait(lambda frame: frame["type"] == "agent_draft" and frame["fields"]["prompt"] == "TWO")
    conflict = told(await stage.ask("POST", path, {}, headers=NEW), 409)
    second = told(await stage.ask("POST", path, {}, headers={"If-Match": first["etag"]}))

    assert (first["path"], first["accepted"], first["agent"]["prompt"]) == ("a/mine.agent.json", True, "ONE")
    assert (conflict["code"], conflict["yours"]["prompt"]) == ("agent_changed", "TWO")
    assert (conflict["theirs"]["etag"], conflict["theirs"]["agent"]["prompt"]) == (first["etag"], "ONE")
    assert second["agent"]["prompt"] == "TWO"
    saved = await channel.wait(lambda frame: frame["type"] == "agent_saved" and frame["etag"] == second["etag"])
    assert (saved["name"], saved["path"]) == ("mine", "a/mine.agent.json")


async def test_a_try_takes_the_place_of_the_one_before(stage: Stage) -> None:
    """Its channel closes when the next one begins, and the last one's when the interview is deleted."""
    session_id = await interview(stage, name="mine", prompt="ONE")
    path = f"api/sessions/{session_id}/try"

    first = told(await stage.ask("POST", path, {}), 201)
    watching = await stage.channel(first["session_id"])
    second = told(await stage.ask("POST", path, {}), 201)
    still = await stage.channel(second["session_id"])
    await still.wait(lambda frame: frame.get("state") == "ready")
    assert (second["context"], second["settings"]["agent"], await watching.ended()) == ("agent-try", "mine", 1000)
    refusal(await stage.ask("GET", f"api/sessions/{first['session_id']}"), 404, "session_unknown")
    problem = await still.refused({"type": "configure", "agent": None})
    assert problem["code"] == "bad_request"
    assert (await stage.ask("DELETE", f"api/sessions/{session_id}")).code == 204
    assert await still.ended() == 1000


async def test_what_is_no_draft_is_neither_saved_nor_tried(stage: Stage) -> None:
    """Half a draft and another kind of session are refused with what is missing; too large an edit changes nothing."""
    half = await interview(stage, description="No prompt yet.")
    notebook = await stage.create()

    assert "prompt" in refusal(await stage.ask("POST", f"api/sessions/{half}/try", {}), 400, "agent_invalid")
    assert "name" in refusal(
        await stage.ask("POST", f"api/sessions/{half}/agent", {}, headers=NEW), 400, "agent_invalid"
    )
    for action in ("try", "agent"):
        answer = await stage.ask("POST", f"api/sessions/{notebook}/{action}", {}, headers=NEW)
        refusal(answer, 400, "bad_request")
    channel = await stage.channel(half)
    problem = await channel.refused({"type": "edit_draft", "fields": {"prompt": "x" * 100_001}})
    assert problem["code"] == "bad_frame"
    problem = await (await stage.channel(notebook)).refused({"type": "configure", "agent": "nobody"})
    assert problem["code"] == "agent_unknown"
