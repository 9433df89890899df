"""Completing names of files: what Jupyter shows below the notebook's folder, the best fit first, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from answers import refusal, told
from jupyter_server.services.contents.manager import AsyncContentsManager
from server_stage import Stage


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """No limit on searches: hundreds are made here on purpose."""
    return {"looks_per_minute": 0}


async def files(stage: Stage, session_id: str, query: str = "") -> list[str]:
    """The paths that are found, folders with a slash."""
    found = told(await stage.ask("GET", f"api/sessions/{session_id}/files", params={"q": query}))["files"]
    return [each["path"] + ("/" if each["kind"] == "folder" else "") for each in found]


def plant(folder: Path, *paths: str) -> None:
    """Make files, and folders where a path ends with a slash."""
    for path in paths:
        place = folder / path
        if path.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("x")


async def test_an_empty_query_lists_the_notebook_s_folder(stage: Stage) -> None:
    """Paths are relative to the folder of the notebook, not to the server's root."""
    session_id = await stage.create(stage.notebook("lab/analysis.ipynb"))
    plant(stage.root, "above.txt", "lab/b.csv", "lab/A.csv", "lab/data/deep.csv")

    assert await files(stage, session_id) == ["A.csv", "analysis.ipynb", "b.csv", "data/"]


async def test_the_best_fit_comes_first(stage: Stage) -> None:
    """Names that begin with the query, then names and paths that hold it, then those with its characters in order;
    within each, what lies nearer and is shorter. Upper and lower case are the same."""
    session_id = await stage.create()
    plant(
        stage.root, "model.py", "models/a.txt", "old/Model.py", "remodel.py", "m-o-d-e-l.py", "x/may/old/deal.txt", "z"
    )

    assert await files(stage, session_id, "MODEL") == [
        "models/", "model.py", "old/Model.py", "models/a.txt", "remodel.py", "m-o-d-e-l.py", "x/may/old/deal.txt",
    ]  # fmt: skip
    assert await files(stage, session_id, "old/m") == ["old/Model.py"]
    assert await files(stage, session_id, "zz") == []


async def test_a_query_in_any_script(stage: Stage) -> None:
    """Names outside of ASCII are found, in upper or lower case."""
    session_id = await stage.create()
    plant(stage.root, "Übung/Straße.csv", "данные.csv", "数据.csv", "with space.txt", "100%.txt", "a+b&c=d.txt")

    assert await files(stage, session_id, "übung/STRASSE") == ["Übung/Straße.csv"]
    assert await files(stage, session_id, "ДАН") == ["данные.csv"]
    assert await files(stage, session_id, "数") == ["数据.csv"]
    assert await files(stage, session_id, "h s") == ["with space.txt"]
    assert await files(stage, session_id, "%") == ["100%.txt"]
    assert await files(stage, session_id, "+b&c=") == ["a+b&c=d.txt"]


async def test_a_slash_at_the_end_lists_a_folder(stage: Stage) -> None:
    """What lies directly in it, also in one that searches pass by; nothing where it is no folder."""
    session_id = await stage.create()
    plant(stage.root, "data/b.csv", "data/a.csv", "data/more/c.csv", "node_modules/left-pad/index.js")

    assert await files(stage, session_id, "data/") == ["data/a.csv", "data/b.csv", "data/more/"]
    assert await files(stage, session_id, "data/more/") == ["data/more/c.csv"]
    assert await files(stage, session_id, "node_modules/") == ["node_modules/left-pad/"]
    assert await files(stage, session_id, "data/a.csv/") == []
    assert await files(stage, session_id, "none/") == []


async def test_what_nobody_means_is_passed_by(stage: Stage) -> None:
    """Searches do not go into folders of tools, nor list what Jupyter leaves out of listings."""
    session_id = await stage.create()
    plant(
        stage.root,
        "node_modules/find.js",
        "venv/find.py",
        "__pycache__/find.pyc",
        "src/find.py",
        "find.pyc",
        ".git/find",
    )

    assert await files(stage, session_id, "find") == ["src/find.py"]


async def test_there_are_never_more_than_fifty(stage: Stage) -> None:
    """Of many that fit the best fifty come, whichever way they are asked for."""
    session_id = await stage.create()
    plant(stage.root, *(f"many/file-{number:04}.txt" for number in range(500)))

    assert await files(stage, session_id, "file") == [f"many/file-{number:04}.txt" for number in range(50)]
    assert len(await files(stage, session_id, "many/")) == 50


async def test_the_walk_ends(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a tree that is too large, what lies near is found and the walk stops."""
    monkeypatch.setattr("jupyter_claude_workspace.web.listing.MOST_SEEN", 30)
    session_id = await stage.create()
    plant(stage.root, "near.txt", *(f"a/{number}/far.txt" for number in range(60)))

    assert await files(stage, session_id, "near") == ["near.txt"]
    assert await files(stage, session_id, "far") == []


async def test_a_new_file_is_found_soon(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a walk found is kept for a moment, and not longer."""
    session_id = await stage.create()
    assert await files(stage, session_id, "fresh") == []
    plant(stage.root, "fresh.txt")

    monkeypatch.setattr("jupyter_claude_workspace.web.listing.KEPT_SECONDS", 0.0)

    assert await files(stage, session_id, "fresh") == ["fresh.txt"]


def outside(root: Path) -> None:
    """Things that nobody may find, and links to them; and things of strange kinds."""
    away = root.parent / "away"
    plant(away, "secret.txt", "folder/secret.txt")
    plant(root.with_name(root.name + "-sibling"), "secret.txt")
    plant(root, ".secret", ".hidden/secret.txt", "in/side.txt", "in/.secret")
    (root / "secret-link.txt").symlink_to(away / "secret.txt")
    (root / "secret-folder").symlink_to(away)
    (root / "in" / "secret-up").symlink_to("../..")
    (root / "secret-nowhere").symlink_to("gone")
    (root / "secret-loop").symlink_to("secret-loop")
    (root / "here").symlink_to("in")
    os.mkfifo(root / "secret-pipe")
    for name in ("secret\nline", "secret\u202etxt", "secret\u200b", "secret\x07", "secret\udcff"):
        (root / name).touch()


HOSTILE = [
    "..", "../", "../../", "in/../", "in/../../", "in/../../away/", "./", "in/./", "/", "//", "in//", "/etc/",
    "/etc/passwd", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..\\..\\", "in\\..\\..\\", "in/..%00/", "..;/",
    "....//", "..//", " ../", "../ ", ".../", "~/", "~root/", "$HOME/", "`id`/", "$(id)/", "*/", "?/", "[a-z]/",
    "in/*", "C:/", "C:\\", "\\\\host\\share\\", "\\\\?\\C:\\", "file:///", "file:///etc/", "in/\x00", "\x00",
    "\x00/", "in\x00/", "\x1b[2J", "\r\n", "in/\r\nX: y/", ".hidden/", ".hidden", ".secret", "in/.secret", "in/.",
    "secret-folder/", "secret-folder/folder/", "secret-link.txt/", "in/secret-up/", "in/secret-up/away/",
    "secret-loop/", "secret-nowhere/", "secret-pipe/", "CON/", "NUL", "a" * 400, "a" * 400 + "/",
    "/".join("a" * 200), "../" * 150, "in/" * 150, "%" * 300, "𝒮" * 100, "\u202e/", "ﬁ/", "İ", "ß" * 99,
    "'; DROP TABLE sessions; --", "<script>", "{{7*7}}", "%s%n", "(a+)+$" * 20, "a|b", "^", "\\", "\ud7ff",
    "\ufeff", "\u2028",
]  # fmt: skip


async def test_nothing_outside_and_nothing_hidden(stage: Stage) -> None:
    """Two hundred hostile queries find nothing that Jupyter would not show, and none is a fault of ours."""
    session_id = await stage.create()
    outside(stage.root)
    queries = ["", "s", "e", "secret", *(form.format(query) for query in HOSTILE for form in ("{}", "in/{}", "{}s"))]
    assert len(queries) > 200

    for query in queries:
        for path in await files(stage, session_id, query):
            assert "secret" not in path, (query, path)
            assert "away" not in path, (query, path)
            assert not path.startswith(("/", "../", "./")), (query, path)
            assert (stage.root / path).resolve().is_relative_to(stage.root.resolve()), (query, path)
    assert "here/" in await files(stage, session_id)
    assert await files(stage, session_id, "here/") == ["here/side.txt"]


async def test_the_same_as_jupyter_s_own_listing(stage: Stage) -> None:
    """A folder's files and folders are those of /api/contents, but for links that lead out of the root."""
    session_id = await stage.create()
    plant(
        stage.root,
        "a.txt",
        "B/",
        ".c",
        "d.pyc",
        "__pycache__/e",
        "f~",
        "g.ipynb",
        ".ipynb_checkpoints/h",
        "i/.j",
        "k/l",
    )
    (stage.root / "m").symlink_to("k")

    for folder in ("", "B", "i", "k", "m"):
        theirs = told(await stage.request("GET", f"{stage.base_url}api/contents/{folder}"))["content"]
        ours = await files(stage, session_id, f"{folder}/" if folder else "")
        assert sorted(each["path"] for each in theirs) == sorted(path.rstrip("/") for path in ours), folder


async def test_bad_queries_are_refused(stage: Stage) -> None:
    """One that is far too long is a 400 that says so."""
    session_id = await stage.create()

    answer = await stage.ask("GET", f"api/sessions/{session_id}/files", params={"q": "a" * 501})
    assert "at most 500" in refusal(answer, 400, "bad_request")


async def test_a_notebook_whose_folder_is_gone(stage: Stage) -> None:
    """Where the notebook's folder was moved away or now leads elsewhere, nothing of it is told."""
    session_id = await stage.create(stage.notebook("lab/analysis.ipynb"))
    away = stage.root.parent / "away"
    (stage.root / "lab").rename(away)

    refusal(await stage.ask("GET", f"api/sessions/{session_id}/files"), 404, "notebook_unknown")
    (stage.root / "lab").symlink_to(away)
    refusal(await stage.ask("GET", f"api/sessions/{session_id}/files"), 404, "notebook_unknown")


class TestShowingHidden:
    """A server that shows hidden files."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ContentsManager"] = {"allow_hidden": True}
        return jp_server_config

    async def test_hidden_files_are_found(self, stage: Stage) -> None:
        """They are where Jupyter shows them; the insides of version control stay out of searches."""
        session_id = await stage.create()
        plant(stage.root, ".env", ".config/settings.txt", ".git/config")

        assert await files(stage, session_id, "config") == [".config/", ".config/settings.txt"]
        assert ".env" in await files(stage, session_id)


class Elsewhere(AsyncContentsManager):
    """Keeps one notebook, which is no file."""


class TestWithoutFiles:
    """A server that kept notebooks as files, and does not any more."""

    async def test_no_files_no_completion(self, stage: Stage) -> None:
        """The refusal says why there is nothing to complete."""
        session_id = await stage.create()
        stage.server.web_app.settings["contents_manager"] = Elsewhere(parent=stage.server)

        message = refusal(await stage.ask("GET", f"api/sessions/{session_id}/files"), 400, "bad_request")

        assert "outside of the file system" in message


class TestLimit:
    """A server that answers two searches a minute."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"looks_per_minute": 2}

    async def test_a_loop_is_slowed_down(self, stage: Stage) -> None:
        """Beyond the limit, what costs more than a moment is refused with 429; the rest goes on."""
        session_id = await stage.create()
        assert await files(stage, session_id) == ["analysis.ipynb"]
        assert told(await stage.ask("GET", "api/sessions", params={"q": "anything"}))["sessions"] == []

        for path, params in ((f"{session_id}/files", {}), (f"{session_id}/context", {})):
            refusal(await stage.ask("GET", f"api/sessions/{path}", params=params), 429, "rate_limited")
        refusal(await stage.ask("GET", "api/sessions", params={"q": "more"}), 429, "rate_limited")
        assert told(await stage.ask("GET", "api/sessions"))["sessions"]
