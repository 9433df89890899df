"""Figures that the person's browser draws: after a run, the model sees what they see."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_stage import recorded
from lab_stage import open_page
from live_stage import Document, LiveLab, live_lab
from notebook_stage import call, scripted
from PIL import Image
from playwright.sync_api import Page, expect

from jupyter_claude_workspace.demo.thread import DemoThread

# Data beside the notebook is only the page's to fetch.
VEGA = """\
spec = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"url": "rows.json"},
    "mark": {"type": "bar", "color": "#ff0000"},
    "encoding": {"x": {"field": "a", "type": "ordinal"}, "y": {"field": "b", "type": "quantitative"}},
}
display({"application/vnd.vegalite.v5+json": spec, "text/plain": "a chart"}, raw=True)"""
# As Plotly does: layers of SVG and canvases, one over the other, a moment after the script has run; and a bar of tools.
LAYERS = '''\
from IPython.display import HTML
HTML("""<style>.jcw-under { fill: rgb(255, 0, 0) }</style>
<div class="jcw-plot" style="position: relative; width: 400px; height: 200px"></div><script>
const plot = document.currentScript.previousElementSibling;
setTimeout(() => {
  const layer = inner => `<svg class="main-svg" width="400" height="200"
    style="position: absolute; left: 0; top: 0">${inner}</svg>`;
  plot.innerHTML = layer('<rect class="jcw-under" width="400" height="200"/>') +
    '<canvas width="400" height="200" style="position: absolute; left: 0; top: 0"></canvas>' +
    layer('<rect x="300" width="100" height="200" style="fill: rgb(0, 0, 255)"/>') +
    '<div class="modebar-container"><svg width="99" height="99" style="position: absolute; left: 500px"></svg></div>';
  const pen = plot.querySelector('canvas').getContext('2d');
  pen.fillStyle = 'rgb(0, 255, 0)';
  pen.fillRect(150, 0, 100, 200);
}, 300);
</script>""")'''


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoThread]:
    """Runs the cells."""
    calls = [call("read_notebook"), call("run_cells", cells=["vega", "layers"])]
    with scripted(tmp_path_factory.mktemp("scripts"), {"runs-figures": calls}) as made:
        yield made


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, model: DemoThread) -> Iterator[LiveLab]:
    """JupyterLab, whose Claude Code asks that model."""
    environment = {"PYTHONPATH": str(Path(__file__).parent), **model.environment()}
    home = tmp_path_factory.mktemp("figures")
    with live_lab(home, environment=environment, demo="off", prompts_per_minute=0) as made:
        yield made


def images(requests: Any) -> list[Image.Image]:
    """The pictures in the last request's results of tools."""
    said = requests.main["messages"][-1]["content"]
    blocks = [inner for block in said if block["type"] == "tool_result" for inner in block["content"]]
    found = [block["source"]["data"] for block in blocks if block["type"] == "image"]
    return [Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB") for data in found]


def test_after_a_run_the_model_sees_what_the_page_has_drawn(page: Page, lab: LiveLab, model: DemoThread) -> None:
    """Vega's picture, and a script's layers as they lie; nothing of it is put into the document."""
    (lab.root / "rows.json").write_text(json.dumps([{"a": 1, "b": 3}, {"a": 2, "b": 1}]))
    lab.write("draw.ipynb", {"id": "vega", "source": VEGA}, {"id": "layers", "source": LAYERS})
    document = Document.open(page, lab, "draw.ipynb")
    with recorded(model) as requests:
        panel = open_page(page.context.new_page(), lab, "draw.ipynb")
        page.bring_to_front()
        panel.send("demo: runs-figures")
        panel.answer("allow")
        expect(panel.part("reply").last).to_contain_text("That was all")
        vega, layers = images(requests)

    colours = {vega.getpixel((x, y)) for x in range(vega.width) for y in range(vega.height)}
    assert (255, 0, 0) in colours
    assert layers.width == 2 * layers.height
    at = [layers.getpixel((layers.width * part // 8, layers.height // 2)) for part in (1, 4, 7)]
    assert at == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    (drawn,) = document.cell("layers")["outputs"]
    assert set(drawn["data"]) == {"text/html", "text/plain"}
    document.close()
