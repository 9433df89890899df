"""The cell, the sidebar and the plain page show one session: the same words, the same questions, one order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from faces import Faces, three_faces, turns_in
from playwright.sync_api import Browser

KINDS = ("words", "tools", "choose", "words", "plan")


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Faces]:
    """One session in all its faces."""
    with three_faces(tmp_path_factory.mktemp("faces"), chromium) as made:
        yield made


@pytest.mark.timeout(3600)
def test_all_faces_show_the_same_conversation(faces: Faces, large: bool) -> None:
    """Asked and answered in turn in each, 10 turns (200 with --large) are drawn alike, and as the server has them."""
    shown = []
    for number in range(200 if large else 10):
        faces.next().send(f"{KINDS[number % len(KINDS)]} number {number}")
        drawn = faces.over()
        assert drawn[0] == drawn[1] == drawn[2]
        shown.append(drawn[0])
    kept = turns_in(faces.transcript())
    assert len(kept) == len(shown)
    for turn, drawn in zip(kept, shown, strict=True):
        assert turn.pop("asked") in drawn.pop("whole")
        assert turn == drawn


def test_an_answer_settles_the_question_everywhere(faces: Faces) -> None:
    """The first answer counts, wherever it is given; the other faces ask no more."""
    for face in faces.all:
        faces.next().send(f"tools settled in the {face.name}")
        for other in faces.all:
            other.part("question").wait_for()
        face.settle()
        faces.gone(face)
        drawn = faces.over()
        assert drawn[0] == drawn[1] == drawn[2]
        assert drawn[0]["ran"] == [["Bash", "done"], ["Bash", "done"]]


def test_a_choice_in_one_face_leaves_the_other_s_alone(faces: Faces) -> None:
    """Two panels on one page have the same question, and each its own choice, until one of them is sent."""
    faces.page.send("choose between two")
    for face in (faces.cell, faces.sidebar):
        face.part("question").wait_for()
    left, right = faces.cell.part("question").get_by_label("Left"), faces.sidebar.part("question").get_by_label("Right")
    left.check()
    right.check()
    assert left.is_checked()
    assert right.is_checked()
    faces.sidebar.answer("allow")
    faces.gone(faces.sidebar)
    assert all(drawn["said"] == ["Then Right."] for drawn in faces.over())


def test_prompts_of_two_faces_wait_for_each_other(faces: Faces) -> None:
    """Sent at once, both are kept: one runs, the other waits in sight of all; neither is inside the other."""
    for face in (faces.sidebar, faces.page):
        face.part("composer").fill(f"tools asked in the {face.name}")
    for face in (faces.sidebar, faces.page):
        face.part("send").evaluate("each => { setTimeout(() => each.click()) }")
    for face in faces.all:
        face.part("question").wait_for()
        face.part("queued").wait_for()
    faces.cell.settle()
    for face in faces.all:
        face.part("queued").wait_for(state="detached")
    faces.turns += 1
    faces.over()
    frames = faces.transcript()
    asked = [turn["asked"] for turn in turns_in(frames)[-2:]]
    assert sorted(asked) == ["tools asked in the page", "tools asked in the sidebar"]
    begun = next(index for index, frame in enumerate(frames) if frame.get("text") in asked)
    open_turn = None
    for frame in frames[begun:]:
        if frame["type"] == "turn_started":
            assert open_turn is None
            open_turn = frame["turn"]
        elif "turn" in frame:
            assert frame["turn"] in {None, open_turn}, frame
        if frame["type"] == "turn_ended":
            open_turn = None
