"""Finding conversations by what was said in them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from answers import refusal, told
from server_stage import Stage


async def found(stage: Stage, query: str, **more: str) -> dict[str, str | None]:
    """The sessions that are found, newest first, each with its snippet."""
    sessions = told(await stage.ask("GET", "api/sessions", params={"q": query, **more}))["sessions"]
    return {session["session_id"]: session.get("snippet") for session in sessions}


async def said(stage: Stage, *prompts: str, notebook: str = "analysis.ipynb") -> str:
    """A new conversation in which this was asked; returns its id."""
    session_id = await stage.create(stage.notebook(notebook))
    channel = await stage.channel(session_id)
    for prompt in prompts:
        await channel.turn(prompt)
    return session_id


async def test_prompts_and_replies_and_titles_are_searched(stage: Stage) -> None:
    """A conversation is found by what was asked, what was answered, and its title; only then there is no snippet."""
    one, two = await said(stage, "hello, where are the penguins?"), await said(stage, "something about gentoos")
    await stage.ask("PATCH", f"api/sessions/{two}", {"title": "Krill of the Antarctic"})

    assert await found(stage, "penguins") == {one: "hello, where are the penguins?"}
    assert await found(stage, "gentoo") == {two: "something about gentoos"}
    assert await found(stage, "krill") == {two: None}
    both = await found(stage, "demo model")
    assert set(both) == {one, two}
    assert all("demo model" in (snippet or "") for snippet in both.values())
    assert await found(stage, "albatross") == {}


async def test_case_and_spelling_of_letters_make_no_difference(stage: Stage) -> None:
    """Upper and lower case are one, in every script, and so are an accented letter and its two parts."""
    session_id = await said(stage, "Vergleiche die Straße in Malmö mit der ПЛОЩАДЬ, cafe\u0301 und ΣΊΣΥΦΟΣ")

    for query in (
        "STRASSE",
        "straße",
        "malmÖ",
        "площадь",
        "CAFÉ",
        "cafe\u0301",
        "σίσυφος",
        "VERGLEICHE DIE",
        "mit der",
    ):
        assert set(await found(stage, query)) == {session_id}, query
    assert "Malmö" in str((await found(stage, "MALMÖ"))[session_id])


async def test_a_query_is_taken_by_its_letters(stage: Stage) -> None:
    """Nothing in it is a pattern, and marks that are written otherwise in JSON are found as they are."""
    session_id = await said(stage, 'is 100% of "a_b" in C:\\data\n\tor is [^x]* there?')

    for query in ("100%", '"a_b"', "c:\\data", "[^x]*", "data\n\tor", "\\"):
        assert set(await found(stage, query)) == {session_id}, query
    for query in ("1%0", "a%b", "aXb", "x*", "data%", "turn_started", '"text":', "\\u", "' OR 1=1 --"):
        assert await found(stage, query) == {}, query


async def test_the_snippet_is_one_line_around_the_words(stage: Stage) -> None:
    """It has an ellipsis where something is left out, and fits where letters change their length in capitals."""
    before, after = "ﬁne ß İ words " * 40, " and so on" * 40
    session_id = await said(stage, f"{before}\n\n  the Needle\tis here\n{after}")

    snippet = str((await found(stage, "NEEDLE"))[session_id])

    assert "words the Needle is here and so on" in snippet
    assert snippet.index("Needle") < 40  # two lines of a narrow panel show no more than 60 characters
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) < 200


async def test_thinking_and_tools_are_not_searched(stage: Stage) -> None:
    """What only Claude thought, or a tool was told, is no reason to find a conversation."""
    session_id = await said(stage, "demo: thinking")
    frames = told(await stage.ask("GET", f"api/sessions/{session_id}/transcript"))["frames"]
    thought = next(frame["text"] for frame in frames if frame.get("kind") == "thinking")
    answer = next(frame["text"] for frame in frames if frame.get("kind") == "text")

    assert await found(stage, thought[:60]) == {}
    assert set(await found(stage, answer[:40])) == {session_id}


async def test_a_search_within_one_notebook(stage: Stage) -> None:
    """With a notebook, only its conversations are found, newest first."""
    one = await said(stage, "about walruses", notebook="one.ipynb")
    two = await said(stage, "walruses again", notebook="two.ipynb")
    three = await said(stage, "no more walruses", notebook="two.ipynb")

    assert list(await found(stage, "walrus")) == [three, two, one]
    assert list(await found(stage, "walrus", notebook="two.ipynb")) == [three, two]
    assert await found(stage, "walrus", notebook="three.ipynb") == {}


async def test_what_was_said_before_a_restart_is_found(stage: Stage) -> None:
    """Conversations of an earlier server are found without being opened, and counted."""
    session_id = await said(stage, "hello ermine", "hello again")
    await stage.restart()

    assert list(await found(stage, "ermine")) == [session_id]
    listed = told(await stage.ask("GET", "api/sessions"))["sessions"]
    assert [(each["session_id"], each["turns"], each["state"]) for each in listed] == [(session_id, 2, "asleep")]
    assert told(await stage.ask("GET", f"api/sessions/{session_id}"))["turns"] == 2


async def test_turns_are_counted(stage: Stage) -> None:
    """A session says how many turns it has: none at first, one more with each."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)

    for turns in range(3):
        assert told(await stage.ask("GET", f"api/sessions/{session_id}"))["turns"] == turns
        [listed] = told(await stage.ask("GET", "api/sessions"))["sessions"]
        assert listed["turns"] == turns
        await channel.turn("hello")


async def test_what_is_deleted_is_not_found(stage: Stage) -> None:
    """After its end a conversation is found by nothing that was said in it."""
    session_id = await said(stage, "a stoat")
    assert await found(stage, "stoat")

    await stage.ask("DELETE", f"api/sessions/{session_id}")

    assert await found(stage, "stoat") == {}


async def test_long_queries_are_refused(stage: Stage) -> None:
    """Nobody searches for a page of text; the refusal says how much may be asked."""
    answer = await stage.ask("GET", "api/sessions", params={"q": "a" * 201})

    assert "at most 200" in refusal(answer, 400, "bad_request")


class TestMany:
    """A server without a limit on searches."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"looks_per_minute": 0}

    async def test_a_turn_goes_on_while_many_search(self, stage: Stage) -> None:
        """Searching holds nobody up: turns run to their end and are found whole."""
        session_id = await stage.create()
        channel = await stage.channel(session_id)

        async def search() -> None:
            for _ in range(20):
                await found(stage, "wombat ü")

        turns, *_ = await asyncio.gather(channel.turn("a wombat ü, please"), *(search() for _ in range(5)))

        assert turns[-1]["why"] == "completed"
        assert set(await found(stage, "wombat Ü")) == {session_id}
