"""SVGs and figures that only a browser draws reach the model as pictures: the page's that shows them, or drawn here."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat
import pytest
from agent_stage import recorded
from channel_client import Frame
from engine_room import Client, Room
from live_page import LivePage, Silence
from notebook_stage import Play, call, of, playing, scripted
from PIL import Image
from plain_notebooks import PlainNotebooks, code
from server_stage import Stage

from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.host.pictures import pictures
from jupyter_claude_workspace.notebook import outputs
from jupyter_claude_workspace.notebook.access import Drawn, WantedPicture
from jupyter_claude_workspace.protocol.content import TextBlock
from jupyter_claude_workspace.protocol.frames import Configure, Configured, Sent
from jupyter_claude_workspace.protocol.notebook import Privacy

PLOTLY = "application/vnd.plotly.v1+json"
VEGALITE = "application/vnd.vegalite.v5+json"
FIGURE = {"data": [{"type": "bar", "x": ["a", "b"], "y": [3, 1]}], "layout": {"title": {"text": "Sales"}}}
SPEC: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"a": 1, "b": 3}, {"a": 2, "b": 1}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "ordinal"}, "y": {"field": "b", "type": "quantitative"}},
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" fill="red"/></svg>'
# The end of what Altair displays by itself.
ALTAIR = """<div id="altair-viz-1"></div>
<script type="text/javascript">
  (function(spec, embedOpt){
    function displayChart(vegaEmbed) { vegaEmbed(outputDiv, spec, embedOpt); }
    maybeLoadScript("vega", "6").then(() => displayChart(vegaEmbed));
  })(SPEC, {"mode": "vega-lite"});
</script>"""


@pytest.fixture
def model(tmp_path: Path) -> Iterator[DemoThread]:
    """The demo model, which reads the cell."""
    with scripted(tmp_path / "scripts", {"reads": [call("read_notebook", cells=["aa"])]}) as made:
        yield made


@pytest.fixture
def play(tmp_path: Path, model: DemoThread) -> Play:
    """What runs a scene."""
    return playing(tmp_path, model)


def display(data: dict[str, Any]) -> dict[str, Any]:
    """An output with this bundle."""
    return {"output_type": "display_data", "metadata": {}, "data": data}


def holding(*bundles: dict[str, Any]) -> PlainNotebooks:
    """A notebook whose cell gave out these."""
    return PlainNotebooks(code("aa", "draw()", outputs=[display(data) for data in bundles], execution_count=1))


def colour(name: str) -> str:
    """A picture of one colour, base64."""
    stream = io.BytesIO()
    Image.new("RGB", (60, 50), name).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def came(requests: Any) -> tuple[str, list[Image.Image]]:
    """What the model was given of the cell, in its last request: text and pictures."""
    said = json.loads(json.dumps(requests.main["messages"]))[-1]["content"]
    blocks = [inner for block in said if block["type"] == "tool_result" for inner in block["content"]]
    text = "\n".join(block["text"] for block in blocks if block["type"] == "text")
    images = [block["source"]["data"] for block in blocks if block["type"] == "image"]
    return text, [Image.open(io.BytesIO(base64.b64decode(data))) for data in images]


def reads(play: Play, model: DemoThread, notebooks: PlainNotebooks, privacy: Privacy = "full") -> Any:
    """The text and the pictures that the model is given of the cell, and what the ledger says of it."""
    found: list[Any] = []

    async def scene(_room: Room, client: Client, _notebooks: PlainNotebooks) -> None:
        await client.post(Configure(type="configure", privacy=privacy))
        if privacy != "full":
            await client.kind(Configured)
            await client.ready()
        with recorded(model) as requests:
            frames = await client.ask("demo: reads")
        items = [item for sent in of(frames, Sent) for item in sent.items]
        found.append((*came(requests), items))

    play(scene, notebooks)
    return found[0]


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A server, and what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(SPEC["data"]["values"]).encode())

        def log_message(self, *_: Any) -> None:
            """Not into the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_what_a_page_has_drawn_is_what_the_model_sees(play: Play, model: DemoThread) -> None:
    """Plotly's picture and a script's come from the page, beside the exact summary, and are in the ledger."""
    script = {"text/html": "<p>beside</p><script>draw()</script>"}
    words = {"text/html": "<div><script>draw()</script><table><tr><td>3</td></tr></table></div>"}
    empty = {"text/html": '<div id="drawn-into"></div>'}
    notebooks = holding({PLOTLY: FIGURE}, script, {"text/plain": "3"}, words, empty)
    notebooks.drawn = {("aa", 0): Drawn("image/png", colour("red")), ("aa", 1): Drawn("image/png", colour("blue"))}
    text, images, items = reads(play, model, notebooks)
    assert [image.convert("RGB").getpixel((5, 5)) for image in images] == [(255, 0, 0), (0, 0, 255)]
    assert "Plotly figure, 1 series\ntitle: Sales" in text
    assert "no picture" not in text
    assert "beside" in text
    assert notebooks.asked == [("aa", 0), ("aa", 1), ("aa", 4)]
    assert [item.kind for item in items].count("image") == 2


def test_a_picture_that_a_page_makes_is_held_back_as_any_other(play: Play, model: DemoThread) -> None:
    """At "sample" the page is not even asked."""
    notebooks = holding({PLOTLY: FIGURE}, {"image/svg+xml": SVG})
    notebooks.drawn = {("aa", 0): Drawn("image/png", colour("red"))}
    text, images, items = reads(play, model, notebooks, "sample")
    assert images == []
    assert notebooks.asked == []
    assert "Plotly figure" in text
    assert "image" not in [item.kind for item in items]


def test_a_page_s_nonsense_is_no_picture(play: Play, model: DemoThread) -> None:
    """The summary stays, and it is said that the picture is damaged."""
    notebooks = holding({PLOTLY: FIGURE})
    notebooks.drawn = {("aa", 0): Drawn("image/png", "AAAA")}
    text, images, _ = reads(play, model, notebooks)
    assert images == []
    assert "Plotly figure" in text
    assert "damaged" in text


def test_vega_and_svg_are_drawn_where_no_page_shows_them(play: Play, model: DemoThread) -> None:
    """With the extra `figures`: Vega-Lite, also as Altair displays it by itself; an SVG without it."""
    html = ALTAIR.replace("SPEC", json.dumps(SPEC))
    text, images, items = reads(play, model, holding({VEGALITE: SPEC}, {"text/html": html}, {"image/svg+xml": SVG}))
    assert len(images) == 3
    assert all(len(image.convert("RGB").getcolors(1 << 24)) > 2 for image in images[:2])
    assert images[2].convert("RGB").getpixel((600, 300)) == (255, 0, 0)
    assert images[2].size == (1200, 600)
    assert text.count("2 rows: a (2 values from 1 to 2)") == 2
    assert [item.kind for item in items].count("image") == 3


def test_nothing_is_fetched_or_read_for_a_picture(play: Play, model: DemoThread, tmp_path: Path) -> None:
    """Data and pictures that a figure refers to stay where they are; it is told why there is no picture of it."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(base64.b64decode(colour("red")))
    with listening() as (url, asked):
        data = {**SPEC, "data": {"url": f"{url}/data.json"}}
        mark = {**SPEC, "mark": {"type": "image", "url": f"{url}/mark.png", "width": 9}}
        layout = {"images": [{"source": f"{url}/back.png", "x": 0, "y": 1, "sizex": 1, "sizey": 1}]}
        names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"'
        links = f'<image href="{secret}" xlink:href=\'{secret}\' width="9" height="9"/><image href="{url}/svg.png"/>'
        svg = f"<svg {names}>{links}</svg>"
        bundles = [{VEGALITE: data}, {VEGALITE: mark}, {PLOTLY: {**FIGURE, "layout": layout}}, {"image/svg+xml": svg}]
        text, images, _ = reads(play, model, holding(*bundles))
    assert asked == []
    assert text.count("it refers to data or pictures elsewhere") == 3
    (empty,) = images
    assert empty.convert("RGB").getextrema() == ((255, 255),) * 3


def test_what_cannot_be_drawn_is_told_with_how_to_see_it(play: Play, model: DemoThread) -> None:
    """An SVG that is none, and a figure without sense: neither holds up the answer or the pictures beside it."""
    bundles = [{"image/svg+xml": "<svg"}, {VEGALITE: {"mark": 7, "data": 3}}, {"image/svg+xml": SVG}]
    text, images, _ = reads(play, model, holding(*bundles))
    assert "valid SVG" in text
    assert "jupyter_claude_workspace[figures]" in text
    assert len(images) == 1


def test_an_svg_that_takes_for_ever_holds_up_nothing(play: Play, model: DemoThread, monkeypatch: Any) -> None:
    """It is given up in time, and the answer goes on without it."""
    monkeypatch.setattr("jupyter_claude_workspace.session.notebook.drawing.DRAWING_SECONDS", 2.0)
    many = "".join(f'<circle cx="{i % 900}" cy="{i % 700}" r="99" opacity=".5"/>' for i in range(80_000))
    text, images, _ = reads(play, model, holding({"image/svg+xml": SVG.replace("<rect", f"{many}<rect")}))
    assert images == []
    assert "takes too long" in text


async def test_a_page_s_answer_is_taken_for_pictures_only_where_it_is(stage: Stage) -> None:
    """Whatever else it says means that there is none, and so does a page that closes the notebook meanwhile."""
    page = await LivePage(stage).connect()
    nbformat.write(nbformat.v4.new_notebook(), stage.root / "a.ipynb")
    await page.open("a.ipynb")
    host, wanted = stage.services.hosting().host, [WantedPicture(0, ("text/html",), 0.5)]
    page.drawn = {"pictures": [f"data:image/png;base64,{colour('red')}"]}
    assert await pictures(host, "a.ipynb", "aa", wanted) == [Drawn("image/png", colour("red"))]
    assert page.calls[-1]["arguments"] == {
        "cell": "aa",
        "outputs": [{"index": 0, "kinds": ["text/html"], "wait_ms": 500}],
    }
    wrong = ["x", 7, None, "data:text/html;base64,AAAA", "data:image/png;base64,<b>", "data:image/svg+xml,<svg/>"]
    for answer in (None, [], "x", {}, {"pictures": None}, {"pictures": []}, *({"pictures": [each]} for each in wrong)):
        page.drawn = answer
        assert await pictures(host, "a.ipynb", "aa", wanted) == [None]

    async def close(call: Frame) -> None:
        page.before = None
        await page.close(call["path"])
        raise Silence

    page.before = close
    assert await pictures(host, "a.ipynb", "aa", wanted) == [None]
    assert await pictures(host, "a.ipynb", "aa", wanted) == [None]
    await page.leave()


def test_altair_s_own_display_is_told_as_the_figure_that_it_is() -> None:
    """Exactly, and within the privacy setting."""
    bundle = {"text/html": ALTAIR.replace("SPEC", json.dumps(SPEC)), "text/plain": "alt.Chart(...)"}
    for level, told in (("full", "from 1 to 3"), ("aggregates", "b (2 values)"), ("schema", "a figure, vega-lite")):
        blocks = outputs.blocks("aa", [display(bundle)], level)  # type: ignore[arg-type]
        text = "\n".join(block.text for block in blocks if isinstance(block, TextBlock))
        assert told in text
        assert ("from 1 to 3" in text) is (level == "full")
