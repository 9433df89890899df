"""One output, as nbformat has it, in the pieces that Claude may be shown of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from ..protocol.content import ImageBlock
from ..protocol.notebook import Privacy
from . import figures, pictures, tables, traces
from .figure import figure_in
from .plain import plain
from .privacy import allows
from .undrawn import SVG, WIDGET

# What a class says of itself to a language model, by the convention of `_repr_llm_`.
FOR_MODELS = ("text/llm+plain", "text/llm+markdown")
BROWSER_ONLY = "what is drawn there you see only while a page that has the notebook open shows it."
UNDRAWN_SVG = f"(A picture, {SVG}, cannot be shown: it is not a valid SVG, or drawing it takes too long.)"
NOTHING_IN_IT = re.compile(r"^<(?:Figure size |IPython\.core\.display\.|Axes:|matplotlib\.)[^>]*>$")
SAMPLE_LINES, SAMPLE_CHARS, SAMPLE_ROWS = 5, 500, 5
MOST_JSON = 200_000  # characters


@dataclass(frozen=True)
class Piece:
    """A text of the output's own of a kind, or words of ours about it (`kind` is empty), or a picture."""

    kind: str = ""
    text: str = ""
    image: ImageBlock | None = None


def pieces(output: dict[str, Any], level: Privacy) -> list[Piece]:
    """What may be shown at this level; at "names" that is nothing but the kind."""
    kind = output.get("output_type")
    if not allows(level, "schema"):
        return [Piece(text=f"(output: {brief(output)})")]
    if kind == "error":
        return [_error(output, level)]
    if kind == "stream":
        return _text(f"stream {_word(output.get('name', 'stdout'))}", plain(output.get("text")), level)
    return _bundle(output.get("data") or {}, level)


def brief(output: dict[str, Any]) -> str:
    """An output in a few words without any of its values: its kind, and how much there is of it."""
    kind = output.get("output_type")
    if kind == "error":
        return f"error {traces.name(output)}"
    if kind == "stream":
        lines = plain(output.get("text")).count("\n") + 1
        return f"{_word(output.get('name', 'stdout'))} {lines} line{'' if lines == 1 else 's'}"
    kinds = [_word(name) for name in output.get("data") or {}]
    best = next((name for name in kinds if name not in ("text/plain", "text/html")), None)
    return best or ("text/html" if "text/html" in kinds else "text/plain" if kinds else "nothing")


def _error(output: dict[str, Any], level: Privacy) -> Piece:
    if level == "full":
        return Piece("error", traces.shortened(output))
    where = traces.places(output)
    if allows(level, "sample"):
        return Piece("error", _beginning(f"{where}\n{traces.said(output)}".strip()))
    return Piece(text=f"(error {traces.name(output)}{f', raised at {where}' if where else ''})")


def _text(kind: str, text: str, level: Privacy) -> list[Piece]:
    """A text as it is."""
    if not text.strip():
        return []
    if level == "full":
        return [Piece(kind, text.strip("\n"))]
    if allows(level, "sample"):
        return [Piece(f"{kind} beginning" if len(text) > SAMPLE_CHARS else kind, _beginning(text))]
    return [Piece(text=f"({kind}: {text.count(chr(10)) + 1} lines, {len(text):,} characters)")]


def _bundle(data: dict[str, Any], level: Privacy) -> list[Piece]:
    for shows in (_figure, _picture, _for_models, _html, _other):
        made = shows(data, level)
        if made is not None:
            return made
    return []


def _picture(data: dict[str, Any], level: Privacy) -> list[Piece] | None:
    kind = next((kind for kind in (*pictures.RASTER, SVG) if data.get(kind)), None)
    if kind is None:
        return None
    if level != "full":
        return [Piece(text=f"(a picture, {kind})")]
    try:
        shown = Piece(image=pictures.raster(_joined(data[kind]))) if kind != SVG else Piece(text=UNDRAWN_SVG)
    except pictures.Unreadable as error:
        shown = Piece(text=f"(A picture, {kind}, cannot be shown: {error}.)")
    words = _words(data)
    if not words and data.get("text/html") and figure_in(data) is None:
        return [shown, *_text("text of text/html", tables.read(_joined(data["text/html"]))[1], level)]
    return [shown, *([Piece("text/plain", words)] if words and len(words) < 500 else [])]


def _figure(data: dict[str, Any], level: Privacy) -> list[Piece] | None:
    """A figure for browsers: the picture that is beside it, else what it shows in words."""
    figure = figure_in(data)
    if figure is None:
        return None
    name = _word(figure.mime)
    if not allows(level, "aggregates"):
        return [Piece(text=f"(a figure, {name})")]
    drawn = _picture(data, level) if level == "full" else None
    tell = figures.plotly if figure.kind == "plotly" else figures.vega
    told = Piece(name, tell(figure.spec, ranges=allows(level, "sample")))
    return [told, *(drawn if drawn else [Piece(text=f"({figures.unseen(figure)})")] if level == "full" else [])]


def _for_models(data: dict[str, Any], level: Privacy) -> list[Piece] | None:
    kind = next((kind for kind in FOR_MODELS if data.get(kind)), None)
    return None if kind is None else _text(kind, plain(data[kind]), level)


def _html(data: dict[str, Any], level: Privacy) -> list[Piece] | None:
    html = data.get("text/html")
    if not html or WIDGET in data:
        return None
    found, beside, unread = tables.read(_joined(html))
    if found:
        made = [_table(table, level) for table in found]
        return [*made, *([Piece("size", beside)] if _is_size(beside) else _text("text", beside, level))]
    words = _words(data)
    if words:
        return _text("text/plain", words, level)
    made = _text("text of text/html", beside, level)
    if unread:
        made.append(Piece(text=f"(HTML with {unread}: {BROWSER_ONLY})"))
    return made or [Piece(text="(HTML without text)")]


def _is_size(text: str) -> bool:
    """Whether it is what dataframes say of their size."""
    return re.fullmatch(r"\d+ rows × \d+ columns", text) is not None


def _table(table: tables.Table, level: Privacy) -> Piece:
    if not allows(level, "sample"):
        return Piece("table schema", table.schema())
    return Piece("table", table.text(tables.MOST_ROWS if level == "full" else SAMPLE_ROWS))


def _other(data: dict[str, Any], level: Privacy) -> list[Piece] | None:
    words = _words(data)
    if WIDGET in data:
        said = words if level == "full" else re.sub(r"\W.*", "", words, flags=re.DOTALL)
        return [
            Piece("widget", said or "a widget"),
            Piece(text=f"(A widget: {BROWSER_ONLY})"),
        ]
    for kind in ("text/markdown", "text/latex"):
        if data.get(kind):
            return _text(kind, plain(data[kind]), level)
    if "application/json" in data:
        return _text("application/json", _json(data["application/json"]), level)
    if words or "text/plain" in data:
        return _text("text/plain", words or plain(data["text/plain"]), level)
    named = ", ".join(_word(kind) for kind in data)
    return [Piece(text=f"(An output that only a browser shows: {named}.)")] if named else None


def _words(data: dict[str, Any]) -> str:
    """Its plain text, where that says something."""
    words = next((plain(data[kind]).strip("\n") for kind in (*FOR_MODELS, "text/plain") if data.get(kind)), "")
    return "" if NOTHING_IN_IT.match(words) else words


def _joined(text: Any) -> str:
    """A text as nbformat may have it: as one, or as its lines."""
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    return plain(text if len(text) < 2_000 else json.dumps(value, ensure_ascii=False, default=str)[:MOST_JSON])


def _beginning(text: str) -> str:
    return "\n".join(text.strip("\n").split("\n")[:SAMPLE_LINES])[:SAMPLE_CHARS]


def _word(name: Any) -> str:
    """A kind or name, without what could pass for anything else."""
    return re.sub(r"[^\w./+-]", "", str(name))[:80] or "unknown"
