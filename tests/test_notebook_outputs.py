"""What a cell gave out becomes what Claude is shown: typed, between tags, trimmed, pictures as pictures."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from jupyter_claude_workspace.notebook import outputs, variables
from jupyter_claude_workspace.protocol.content import Block, ImageBlock, TextBlock
from jupyter_claude_workspace.protocol.notebook import Privacy

LEVELS: list[Privacy] = ["names", "schema", "aggregates", "sample", "full"]
PLOTLY = "application/vnd.plotly.v1+json"
VEGALITE = "application/vnd.vegalite.v5+json"


def shown(*given: dict[str, Any], privacy: Privacy = "full", start: int = 0) -> tuple[str, list[ImageBlock]]:
    """The text and the pictures."""
    blocks: Sequence[Block] = outputs.blocks("aa", given, privacy, start)
    text = "\n".join(block.text for block in blocks if isinstance(block, TextBlock))
    return text, [block for block in blocks if isinstance(block, ImageBlock)]


def stream(text: str) -> dict[str, Any]:
    """What was printed."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def display(**data: Any) -> dict[str, Any]:
    """A display; `_` stands for `/` in the names of types."""
    return {"output_type": "display_data", "metadata": {}, "data": {k.replace("_", "/", 1): v for k, v in data.items()}}


def picture(width: int, height: int, kind: str = "PNG", *, noise: bool = False) -> str:
    """A picture, base64."""
    made = Image.effect_noise((width, height), 90).convert("RGB") if noise else Image.new("RGB", (width, height), "red")
    stream = io.BytesIO()
    made.save(stream, kind)
    return base64.b64encode(stream.getvalue()).decode()


def opened(block: ImageBlock) -> Image.Image:
    """The picture that Claude is shown."""
    return Image.open(io.BytesIO(base64.b64decode(block.data)))


def test_text_is_typed_between_tags_without_colours_and_overwritten_lines() -> None:
    """Escapes go, of a progress bar the last state stays, and invisible letters are dropped."""
    text, _ = shown(stream("\x1b[31mred\x1b[0m\n 10%\r 50%\r100%\nhid\U000e0041den\u202e\n"))
    assert text == '<output cell="aa" n="1" kind="stream stdout">\nred\n100%\nhidden\n</output>'


@given(st.text(alphabet="<>/output-0123456789abcdef \n", max_size=80))
def test_no_output_holds_the_tag_that_it_is_in(text: str) -> None:
    """Whatever an output says, its own tag ends where we end it."""
    said, _ = shown(stream("</output>" + text + "<output "))
    tag = re.match(r"<(output[-0-9a-f]*) ", said)
    assert tag is not None
    assert said.count(f"<{tag[1]}") == 1
    assert said.count(f"</{tag[1]}>") == 1
    assert said.endswith(f"</{tag[1]}>")


def test_long_text_has_head_and_tail_and_the_rest_can_be_read_piece_by_piece() -> None:
    """What the notes say to read next leads through the whole text without a gap."""
    whole = "".join(f"{number:06d}\n" for number in range(5_000)).strip("\n")
    first, _ = shown(stream(whole))
    assert "000000\n" in first
    assert "004999" in first
    assert len(first) < 11_000
    found = first.split("\n", 1)[1].split("\n</output>")[0]
    while len(found) < len(whole):
        said, _ = shown(stream(whole), start=len(found))
        found += said.split("\n", 1)[1].split("\n</output>")[0]
        note = re.search(r'"output_start": (\d+)', said)
        assert note is None or int(note[1]) == len(found)
    assert found == whole
    assert "ends before" in shown(stream("short"), start=100)[0]


def test_a_traceback_keeps_the_person_s_frames_and_shortens_those_of_libraries() -> None:
    """The cell's own lines, the last frame and the words stay; of a library's frames there is one line each."""
    library = "File /opt/site-packages/lib.py:3, in g()\n" + "\n".join(f"      {n} inner line {n}" for n in range(9))
    frames = ["\x1b[31m-----\x1b[0m", "ValueError   Traceback (most recent call last)"]
    frames += ["Cell In[3], line 2\n      1 a = 1\n----> 2 fails()", *[library] * 30, library.replace("g()", "last()")]
    error = {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": [*frames, "ValueError: bad"]}
    text, _ = shown(error)
    assert "----> 2 fails()" in text
    assert text.count("inner line 3") == 1  # of the last frame
    assert "frames …]" in text
    assert text.endswith("\nValueError: bad\n</output>")
    lower, _ = shown(error, privacy="schema")
    assert "line 2 of the cell that ran as [3]" in lower
    assert "bad" not in lower


def test_a_dataframe_is_a_compact_table() -> None:
    """Rows of its HTML, with the header, spans and its size; many rows are cut in the middle."""
    rows = "".join(f"<tr><th>{n}</th><td>{n * 2}</td></tr>" for n in range(200))
    html = (
        f"<style>x</style><table><thead><tr><th></th><th>a</th></tr></thead>{rows}</table><p>200 rows × 1 columns</p>"
    )
    text, _ = shown(display(text_html=html, text_plain="a\n..."))
    assert " | a\n0 | 0\n1 | 2\n" in text
    assert "… 140 rows …" in text
    assert "199 | 398" in text
    assert "200 rows × 1 columns" in text
    spans = "<table><tr><th>k</th><th>v</th></tr><tr><td rowspan=2>one</td><td>1</td></tr><tr><td>2</td></tr></table>"
    assert "one | 1\none | 2" in shown(display(text_html=spans))[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_pictures_are_pictures_of_a_size_that_is_read(kind: str) -> None:
    """A small one is passed on as it is; a large one is made smaller in pixels and bytes."""
    name = f"image_{kind.lower()}"
    small = picture(40, 30, kind)
    _, (same,) = shown(display(**{name: small, "text_plain": "<Figure size 40x30 with 1 Axes>"}))
    assert same.data == small
    _, (large,) = shown(display(**{name: picture(3_000, 2_000, kind, noise=True)}))
    assert max(opened(large).size) <= 1_500
    assert len(large.data) < 1_000_000


@pytest.mark.parametrize("data", ["", "!", "AAAA", picture(5, 5)[:40]])
def test_a_damaged_picture_is_said_to_be_one(data: str) -> None:
    """Never silence, never an exception."""
    text, images = shown(display(image_png=data, text_plain="words"))
    assert images == []
    assert "damaged" in text or "words" in text
    assert "valid SVG" in shown(display(**{"image_svg+xml": "<svg"}))[0]


def test_figures_of_the_browser_are_told_exactly_with_what_is_missing() -> None:
    """Plotly and Vega: kind, axes, series, counts and ranges; packed numbers too; a picture beside it is shown."""
    packed = {"dtype": "f8", "bdata": base64.b64encode(b"\0" * 8 + b"\0\0\0\0\0\0\xf0?").decode()}
    trace = {"type": "bar", "name": "North", "x": ["a", "b"], "y": packed}
    layout = {"title": {"text": "Sales"}, "xaxis": {"title": {"text": "Region"}}}
    figure = {"data": [trace], "layout": layout}
    text, _ = shown({"output_type": "display_data", "data": {PLOTLY: figure, "text/html": "<div>script</div>"}})
    assert "Plotly figure, 1 series\ntitle: Sales\nxaxis: Region" in text
    assert '- bar "North": x: 2 values: a, b; y: 2 values from 0 to 1' in text
    assert "you see no picture" in text
    spec = {
        "mark": {"type": "point"},
        "encoding": {"x": {"field": "age", "type": "quantitative"}, "y": {"aggregate": "count"}},
        "data": {"values": [{"age": 3}, {"age": 70}]},
    }
    text, images = shown({"output_type": "display_data", "data": {VEGALITE: spec, "image/png": picture(9, 9)}})
    assert "- point; x: age (quantitative), y: count" in text
    assert "2 rows: age (2 values from 3 to 70)" in text
    assert len(images) == 1
    assert "no picture" not in text


def test_what_only_a_browser_shows_is_named() -> None:
    """Widgets, scripts and kinds that nobody knows: each is said to be there."""
    widget = display(
        **{"application_vnd.jupyter.widget-view+json": {"model_id": "a"}, "text_plain": "IntSlider(value=7)"}
    )
    assert "IntSlider(value=7)" in shown(widget)[0]
    assert "IntSlider" in shown(widget, privacy="schema")[0]
    assert "7" not in shown(widget, privacy="schema")[0]
    assert "1 <script>" in shown(display(text_html="<div><script>draw()</script></div>"))[0]
    assert "application/x-unknown" in shown(display(**{"application_x-unknown": "?"}))[0]
    assert '"k": 1' in shown(display(application_json={"k": 1}))[0]
    assert "$x^2$" in shown(display(text_latex="$x^2$", text_plain="x**2"))[0]
    assert "for a model" in shown(display(**{"text_llm+plain": "for a model", "text_html": "<b>no</b>"}))[0]


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KINDS = ["text/plain", "text/html", "image/png", "image/svg+xml", PLOTLY, VEGALITE, "application/json", "text/latex"]


@given(st.sampled_from(KINDS), NESTED, st.sampled_from(LEVELS))
def test_nothing_that_an_output_holds_makes_it_fail(kind: str, value: Any, level: Privacy) -> None:
    """Hostile or broken bundles give text that can be sent, at every level."""
    text, _ = shown({"output_type": "display_data", "data": {kind: value}, "metadata": {}}, privacy=level)
    text.encode()
    assert outputs.summary([{"output_type": "display_data", "data": {kind: value}}], level)


def test_a_summary_tells_kinds_and_no_values() -> None:
    """For the outline: what there is, in words that cannot close the attribute that they stand in."""
    error = {"output_type": "error", "ename": 'Bad" <x>', "evalue": "secret", "traceback": []}
    said = outputs.summary([stream("a\nb"), error, display(image_png="x")], "full")
    assert said == "stdout 2 lines, error Badx, image/png"


def test_a_kernel_s_answer_is_read_and_cut() -> None:
    """A description longer than what is sent says so; an answer that never came is none."""
    found = {"name": "x", "type": "str", "family": "plain", "lines": ["y" * 50_000]}
    answer = {"output_type": "display_data", "data": {variables.MIME: {"found": [found], "count": 1}}}
    parsed = variables.parsed([stream("noise"), answer])
    assert parsed is not None
    assert len(variables.description(parsed.found[0])) < 13_000
    assert variables.parsed([stream("noise")]) is None
    assert json.dumps(variables.code("full", ["x"]))
