"""Figures in outputs: of which kind they are, and whether they bring all that they show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

PLOTLY = "application/vnd.plotly.v1+json"
VEGA_LITE, VEGA = "application/vnd.vegalite.v", "application/vnd.vega.v"
# Altair's own way of display: a script that ends with its call, the specification first.
ALTAIR = re.compile(r"vegaEmbed\(.*\n\s*\}\)\((?=\{)", re.DOTALL)
MOST_HTML = 20_000_000  # characters
# Data of its own, in which any key may occur.
DATA = ("values", "datasets")
REFERS = ("url", "source", "geojson", "href")
TILES = ("scattermap", "choroplethmap", "densitymap")


@dataclass(frozen=True)
class Figure:
    """A figure that a browser draws. `mime`: its type as it is told, or its kind; `spec` as its library has it."""

    kind: Literal["plotly", "vega", "vega-lite"]
    mime: str
    spec: Any


def figure_in(data: dict[str, Any]) -> Figure | None:
    """The figure of an output's bundle, if it is one."""
    for mime, spec in data.items():
        if mime == PLOTLY:
            return Figure("plotly", mime, spec)
        if mime.startswith(VEGA_LITE):
            return Figure("vega-lite", mime, spec)
        if mime.startswith(VEGA):
            return Figure("vega", mime, spec)
    return _altair(data.get("text/html"))


def refers(figure: Figure) -> bool:
    """Whether something of what it shows is elsewhere: on the network, or in a file."""
    return any(_is_reference(figure, key, value) for key, value in _entries(figure.spec))


def _altair(html: Any) -> Figure | None:
    text = "".join(map(str, html)) if isinstance(html, list) else html
    if not isinstance(text, str) or len(text) > MOST_HTML or "vegaEmbed(" not in text:
        return None
    call = ALTAIR.search(text)
    if call is None:
        return None
    try:
        spec, _ = json.JSONDecoder().raw_decode(text, call.end())
    except (ValueError, RecursionError):
        return None
    kind: Literal["vega", "vega-lite"] = "vega" if "/vega/" in str(spec.get("$schema", "")) else "vega-lite"
    return Figure(kind, kind, spec)


def _entries(spec: Any) -> Iterator[tuple[str, Any]]:
    """All that is said in it, but for its data."""
    todo = [spec]
    while todo:
        at = todo.pop()
        if isinstance(at, dict):
            yield from at.items()
            todo += [value for key, value in at.items() if key not in DATA and isinstance(value, (dict, list))]
        elif isinstance(at, list):
            todo += [value for value in at if isinstance(value, (dict, list))]


def _is_reference(figure: Figure, key: str, value: Any) -> bool:
    if figure.kind != "plotly":
        return key == "url" and not (isinstance(value, str) and value.startswith("data:"))
    if key == "type" and isinstance(value, str):
        return value.endswith("mapbox") or value in TILES
    return key in REFERS and isinstance(value, str) and not value.startswith("data:")
