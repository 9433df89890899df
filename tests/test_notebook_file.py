"""Notebooks that no page has open: their files are changed as whoever else writes them would wish."""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager, LargeFileManager
from nbformat.sign import NotebookNotary
from server_stage import Stage

from jupyter_claude_workspace.errors import CellChanged, CellUnknown, NotebookUnknown, NotebookUnsaved
from jupyter_claude_workspace.host.host import Host
from jupyter_claude_workspace.protocol.live import CellEdit

pytestmark = pytest.mark.filterwarnings("ignore:The synchronous ContentsManager classes are deprecated")
STREAM = {"output_type": "stream", "name": "stdout", "text": "kept\n"}
HTML = {"output_type": "display_data", "data": {"text/html": "<b>kept</b>"}, "metadata": {"mine": 1}}
MEANWHILE: list[Callable[[Path], None]] = []  # what somebody else does to the file, once, in the moment named


class Interrupted:
    """Another program comes in between: after the file was read, or right before it is written."""

    when = ""

    def meanwhile(self, when: str, path: str) -> None:
        """It comes now."""
        if when == type(self).when and MEANWHILE:
            MEANWHILE.pop()(Path(getattr(self, "root_dir")) / path)  # noqa: B009 - of the class beside this one


class AsyncManager(Interrupted, AsyncLargeFileManager):  # type: ignore[misc]
    """Jupyter's own."""

    async def get(self, path: str, *given: Any, **named: Any) -> Any:
        """As ever."""
        model = await super().get(path, *given, **named)
        if "content" in model and model["content"] is not None:
            self.meanwhile("read", path)
        return model

    async def _save_notebook(self, os_path: str, *given: Any, **named: Any) -> None:
        self.meanwhile("write", Path(os_path).name)
        await super()._save_notebook(os_path, *given, **named)


class SyncManager(Interrupted, LargeFileManager):  # type: ignore[misc]
    """The older one."""

    def get(self, path: str, *given: Any, **named: Any) -> Any:
        """As ever."""
        model = super().get(path, *given, **named)
        if "content" in model and model["content"] is not None:
            self.meanwhile("read", path)
        return model

    def _save_notebook(self, os_path: str, *given: Any, **named: Any) -> None:
        self.meanwhile("write", Path(os_path).name)
        super()._save_notebook(os_path, *given, **named)


@pytest.fixture(params=[AsyncManager, SyncManager])
def jp_server_config(request: pytest.FixtureRequest, jp_server_config: dict[str, Any]) -> dict[str, Any]:
    """The server with either kind of contents manager."""
    config = {**jp_server_config, "ServerApp": {**jp_server_config["ServerApp"]}}
    config["ServerApp"]["contents_manager_class"] = request.param
    return config


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[Path], None]], None]:
    """Lets another program do something to the file, once, when it has been read or is about to be written."""

    def prepare(when: str, deed: Callable[[Path], None]) -> None:
        monkeypatch.setattr(Interrupted, "when", when)
        MEANWHILE[:] = [deed]

    return prepare


@pytest.fixture
def host(stage: Stage) -> Host:
    """Where the notebooks of the server are."""
    return stage.services.hosting().host


def code(name: str, source: str, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A code cell."""
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": list(outputs),
        "execution_count": 7 if outputs else None,
    }


def write(stage: Stage, *cells: dict[str, Any], minor: int = 5, path: str = "analysis.ipynb") -> str:
    """Write a notebook's file as nbformat does."""
    document = {"cells": list(cells), "metadata": {"mine": [1, 2]}, "nbformat": 4, "nbformat_minor": minor}
    nbformat.write(nbformat.from_dict(document), stage.root / path)
    return path


def on_disk(stage: Stage, path: str = "analysis.ipynb") -> dict[str, Any]:
    """What is in the file."""
    notebook = nbformat.read(stage.root / path, as_version=4)
    nbformat.validate(notebook)
    found: dict[str, Any] = json.loads(json.dumps(notebook))
    return found


def replace(cell: str, before: str, source: str) -> CellEdit:
    """Another source."""
    return CellEdit(action="replace", cell=cell, before=before, source=source)


async def test_an_edit_leaves_everything_else_as_it_was(stage: Stage, host: Host) -> None:
    """Outputs, counts, ids, metadata and attachments stay, of the cell and of the others."""
    attached = {"dot.png": {"image/png": "AAAA"}}
    words = {"cell_type": "markdown", "id": "w", "metadata": {"x": 1}, "source": "a\nb", "attachments": attached}
    path = write(stage, code("one", "a = 1\nb = 2", STREAM, HTML, tags=["t"]), words)
    before = on_disk(stage)

    await host.edit(path, [replace("one", "a = 1\nb = 2", "a = 3")])

    before["cells"][0]["source"] = "a = 3"
    assert on_disk(stage) == before


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (CellEdit(action="delete", cell="nowhere"), CellUnknown),
        (CellEdit(action="insert", cell="x", after="nowhere"), CellUnknown),
        (replace("two", "old", "new"), CellChanged),
        (CellEdit(action="delete", cell="two", before="old"), CellChanged),
    ],
)
async def test_of_several_edits_all_are_done_or_none(
    stage: Stage, host: Host, wrong: CellEdit, error: type[Exception]
) -> None:
    """Where one cannot be done, the file is the same to the byte."""
    path = write(stage, code("one", "1"), code("two", "2"))
    before = (stage.root / path).read_bytes()

    with pytest.raises(error):
        await host.edit(path, [replace("one", "1", "changed"), CellEdit(action="insert", cell="n", source="x"), wrong])

    assert (stage.root / path).read_bytes() == before


async def test_what_somebody_else_wrote_meanwhile_is_kept(
    stage: Stage, host: Host, between: Callable[[str, Callable[[Path], None]], None]
) -> None:
    """Another program wrote the file after it was read: its change is there, and ours too."""
    path = write(stage, code("one", "1"))

    def theirs(_: Path) -> None:
        write(stage, code("one", "1"), code("theirs", "2"))

    between("read", theirs)

    await host.edit(path, [replace("one", "1", "changed")])

    assert [cell["source"] for cell in on_disk(stage)["cells"]] == ["changed", "2"]


async def test_a_cell_that_somebody_else_changed_meanwhile_is_not_overwritten(
    stage: Stage, host: Host, between: Callable[[str, Callable[[Path], None]], None]
) -> None:
    """The other program changed the same cell: its change stays, and ours is refused."""
    path = write(stage, code("one", "1"))

    def theirs(_: Path) -> None:
        write(stage, code("one", "theirs"))

    between("read", theirs)

    with pytest.raises(CellChanged):
        await host.edit(path, [replace("one", "1", "changed")])

    assert on_disk(stage)["cells"][0]["source"] == "theirs"


def away(place: Path) -> None:
    """Move it."""
    place.rename(place.with_name("elsewhere.ipynb"))


@pytest.mark.parametrize(("when", "go"), [("read", Path.unlink), ("read", away), ("write", away)])
async def test_a_file_that_goes_while_it_is_changed_does_not_come_back(
    stage: Stage,
    host: Host,
    between: Callable[[str, Callable[[Path], None]], None],
    when: str,
    go: Callable[[Path], None],
) -> None:
    """Deleted after it was read, or moved in the very moment of writing: there is no such notebook afterwards."""
    path = write(stage, code("one", "1"))
    between(when, go)

    with pytest.raises(NotebookUnknown):
        await host.edit(path, [replace("one", "1", "changed")])

    assert not (stage.root / path).exists()


async def test_a_full_disk_is_told_and_the_notebook_stays(
    stage: Stage, host: Host, between: Callable[[str, Callable[[Path], None]], None]
) -> None:
    """Where nothing can be written, the error says why, and the file is the same."""
    path = write(stage, code("one", "1"))
    before = (stage.root / path).read_bytes()

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    between("write", full)
    with pytest.raises(NotebookUnsaved, match="No space left"):
        await host.edit(path, [replace("one", "1", "changed")])

    assert (stage.root / path).read_bytes() == before


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_notebook_is_trusted_after_an_edit_as_it_was_before(stage: Stage, host: Host, trusted: bool) -> None:
    """Outputs that would run scripts are shown by a trusted notebook only, and an edit makes none trusted."""
    path = write(stage, code("one", "1", HTML), code("two", "2"))
    notary: NotebookNotary = stage.server.contents_manager.notary
    if trusted:
        notary.sign(nbformat.read(stage.root / path, as_version=4))

    await host.edit(path, [replace("one", "1", "changed"), CellEdit(action="insert", cell="n", source="x")])
    outputs = [{**HTML, "metadata": {}}]
    await host.edit(path, [CellEdit(action="outputs", cell="n", outputs=outputs, execution_count=1)])

    assert notary.check_signature(nbformat.read(stage.root / path, as_version=4)) is trusted
    cells = (await host.read(path)).notebook["cells"]
    assert {cell["id"]: cell["metadata"].get("trusted", False) for cell in cells}["one"] is trusted


async def test_a_notebook_without_ids_has_the_same_ones_each_time(stage: Stage, host: Host) -> None:
    """Of an older format: what was read by an id can be changed by it, also after another program wrote the file."""
    cells = [code("x", "1"), code("x", "2"), code("x", "1")]
    for cell in cells:
        del cell["id"]
    path = write(stage, *cells, minor=4)
    found = [cell["id"] for cell in (await host.read(path)).notebook["cells"]]
    assert len(set(found)) == 3
    assert [cell["id"] for cell in (await host.read(path)).notebook["cells"]] == found

    await host.edit(path, [replace(found[1], "2", "changed")])

    notebook = on_disk(stage)
    assert [(cell["id"], cell["source"]) for cell in notebook["cells"]] == list(
        zip(found, ["1", "changed", "1"], strict=True)
    )
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)


async def test_large_notebooks_are_changed_too(stage: Stage, host: Host, large: bool) -> None:
    """A notebook of many megabytes of pictures: the edit is done, and the pictures are the same."""
    picture = {"output_type": "display_data", "data": {"image/png": "A" * (4 << 20)}, "metadata": {}}
    count = 15 if large else 3
    path = write(stage, *[code(f"c{number}", str(number), picture) for number in range(count)])

    await host.edit(path, [replace("c1", "1", "changed")])

    cells = on_disk(stage)["cells"]
    assert cells[1]["source"] == "changed"
    assert all(cell["outputs"][0]["data"] == picture["data"] for cell in cells)


async def test_edits_at_the_same_time_are_all_done(stage: Stage, host: Host) -> None:
    """Twenty calls at once on one notebook, and on another: each is in its file."""
    paths = [write(stage, code("one", "1"), path=name) for name in ("a.ipynb", "b.ipynb")]

    await asyncio.gather(
        *(
            host.edit(path, [CellEdit(action="insert", cell=f"n{each}", source="x")])
            for each in range(20)
            for path in paths
        )
    )

    for path in paths:
        assert {cell["id"] for cell in on_disk(stage, path)["cells"]} == {"one", *(f"n{each}" for each in range(20))}


@pytest.mark.parametrize(
    "path", ["missing.ipynb", "../outside.ipynb", "folder", "text.txt", "broken.ipynb", "a\x00b.ipynb"]
)
async def test_what_is_no_notebook_is_not_known(stage: Stage, host: Host, path: str) -> None:
    """Missing, outside, another kind of file, or none that can be read: it cannot be read or changed."""
    (stage.root / "folder").mkdir()
    (stage.root / "text.txt").write_text("x")
    (stage.root / "broken.ipynb").write_text("{")

    with pytest.raises(NotebookUnknown):
        await host.read(path)
    with pytest.raises(NotebookUnknown):
        await host.edit(path, [CellEdit(action="insert", cell="n")])

    assert not (stage.root / "missing.ipynb").exists()
    assert (stage.root / "broken.ipynb").read_text() == "{"
