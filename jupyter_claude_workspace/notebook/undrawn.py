"""Outputs that have no picture, though they show one in a browser: figures, SVGs, and what scripts draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import pictures, tables
from .figure import Figure, figure_in, refers

WIDGET = "application/vnd.jupyter.widget-view+json"
SVG = "image/svg+xml"
MOST_HTML = 300_000  # characters of what is looked at for scripts
DRAWN_SECONDS = 2.0
WIDGET_SECONDS = 0.4  # most are sliders and bars, of which there is no picture
Output = dict[str, Any]


@dataclass(frozen=True)
class Undrawn:
    """An output without a picture. `place`: which of its cell's; `kinds`: its MIME types.

    `svg` or `figure`: from what it can be drawn without a browser, if it can. `wait`: seconds that a page is waited for
    while it draws; 0: it is not asked, since an SVG is the same everywhere.
    """

    place: int
    kinds: tuple[str, ...]
    svg: str = ""
    figure: Figure | None = None
    wait: float = 0.0


def undrawn(outputs: Sequence[Output]) -> list[Undrawn]:
    """Those of a cell's outputs."""
    found = []
    for place, output in enumerate(outputs):
        data = output.get("data")
        if isinstance(data, dict) and not any(data.get(kind) for kind in pictures.RASTER):
            each = _undrawn(place, data)
            if each is not None:
                found.append(each)
    return found


def pictured(output: Output, kind: str, picture: str) -> Output:
    """The output with a picture of it beside it, base64."""
    return {**output, "data": {**output["data"], kind: picture}}


def _undrawn(place: int, data: dict[str, Any]) -> Undrawn | None:
    kinds = tuple(data)
    figure = figure_in(data)
    if figure is not None:
        return Undrawn(place, kinds, figure=None if refers(figure) else figure, wait=DRAWN_SECONDS)
    if data.get(SVG):
        text = "".join(map(str, data[SVG])) if isinstance(data[SVG], list) else str(data[SVG])
        return Undrawn(place, kinds, svg=text) if len(text) <= pictures.MOST_SVG else None
    if WIDGET in data:
        return Undrawn(place, kinds, wait=WIDGET_SECONDS)
    if _draws(data.get("text/html")):
        return Undrawn(place, kinds, wait=DRAWN_SECONDS)
    return None


def _draws(html: Any) -> bool:
    """Whether HTML has no table to read, and something that is only seen or an empty place for a script's work."""
    text = "".join(map(str, html)) if isinstance(html, list) else html
    if not isinstance(text, str) or not any(f"<{name}" in text for name in ("script", "canvas", "svg", "div")):
        return False
    found, beside, unread = tables.read(text[:MOST_HTML])
    return not found and bool(unread or not beside)
