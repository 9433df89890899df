"""Figures that a browser draws (Plotly, Vega, Vega-Lite) in words: kind, axes, series, counts and ranges."""

from __future__ import annotations

import base64
import binascii
import json
import math
import struct
from collections.abc import Iterable
from typing import Any

from .figure import Figure, refers
from .plain import plain

# Plotly's packed arrays: the codes of `struct` for their types.
PACKED = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "f4": "f", "f8": "d"}
MOST_SERIES = 20
UNSEEN = (
    "A browser draws it, and you see no picture of it: no open page has drawn it, nor could it be here. To see it: "
    "{scratch}; or ask the person to open the notebook in JupyterLab{extra}."
)
REFERS = " (it refers to data or pictures elsewhere, which are not fetched here)"
EXTRA = " or to install jupyter_claude_workspace[figures] where Jupyter runs"
SCRATCH = {
    "plotly": "run_scratch with `from IPython.display import Image; display(Image(fig.to_image('png')))`, where "
    "kaleido is installed in the kernel",
    "vega-lite": "run_scratch with `from IPython.display import Image; import vl_convert; "
    "display(Image(vl_convert.vegalite_to_png(chart.to_dict())))`, where vl-convert-python is installed in the kernel",
}


def unseen(figure: Figure) -> str:
    """What Claude is told where there is no picture of a figure: how to get one."""
    scratch = SCRATCH["plotly" if figure.kind == "plotly" else "vega-lite"]
    return UNSEEN.format(scratch=scratch, extra=REFERS if refers(figure) else EXTRA)


def plotly(figure: Any, *, ranges: bool) -> str:
    """What a Plotly figure shows; `ranges`: with its titles and smallest and largest values."""
    figure = figure if isinstance(figure, dict) else {}
    traces = [trace for trace in _list(figure.get("data")) if isinstance(trace, dict)]
    layout = figure.get("layout") if isinstance(figure.get("layout"), dict) else {}
    lines = [f"Plotly figure, {len(traces)} series"]
    if ranges and (title := _title(layout.get("title"))):
        lines.append(f"title: {title}")
    axes = sorted(
        key for key in layout if key.startswith(("xaxis", "yaxis", "zaxis")) and isinstance(layout[key], dict)
    )
    lines += [f"{name}: {title}" for name in axes if (title := _title(layout[name].get("title")))]
    for trace in traces[:MOST_SERIES]:
        label = f" {json.dumps(_short(trace['name']), ensure_ascii=False)}" if ranges and trace.get("name") else ""
        facts = [
            f"{axis}: {_facts(trace[axis], ranges=ranges)}"
            for axis in ("x", "y", "z", "values", "labels", "lat", "lon", "r", "theta", "open", "close")
            if axis in trace
        ]
        lines.append(f"- {_short(trace.get('type', 'scatter'))}{label}: {'; '.join(facts) or 'no data of its own'}")
    if len(traces) > MOST_SERIES:
        lines.append(f"- … {len(traces) - MOST_SERIES} more series")
    return plain("\n".join(lines))


def vega(spec: Any, *, ranges: bool) -> str:
    """What a Vega or Vega-Lite figure shows, likewise."""
    spec = spec if isinstance(spec, dict) else {}
    lines = ["Vega figure"]
    if ranges and (title := _title(spec.get("title"))):
        lines.append(f"title: {title}")
    lines += [f"- {_part(part)}" for part in _parts(spec)][:MOST_SERIES]
    marks = [mark.get("type") for mark in _list(spec.get("marks")) if isinstance(mark, dict)]
    if marks:
        lines.append(f"- marks: {', '.join(map(_short, marks))}")
    for name, rows in _tables(spec):
        fields = dict.fromkeys(key for row in rows[:100] if isinstance(row, dict) for key in row)
        facts = [
            f"{_short(key)} ({_facts([row.get(key) for row in rows if isinstance(row, dict)], ranges=ranges)})"
            for key in list(fields)[:MOST_SERIES]
        ]
        lines.append(f"- data{name}: {len(rows)} rows: {', '.join(facts)}")
    return plain("\n".join(lines))


# ── inside ──


def _parts(spec: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if "mark" in spec:
        yield spec
    for key in ("layer", "hconcat", "vconcat", "concat"):
        for part in _list(spec.get(key)):
            if isinstance(part, dict):
                yield from _parts(part)
    if isinstance(spec.get("spec"), dict):
        yield from _parts(spec["spec"])


def _part(part: dict[str, Any]) -> str:
    mark = part["mark"].get("type") if isinstance(part["mark"], dict) else part["mark"]
    given = part.get("encoding")
    encoding: dict[str, Any] = given if isinstance(given, dict) else {}
    channels = []
    for channel, how in encoding.items():
        if isinstance(how, dict):
            what = how.get("field") or how.get("aggregate") or "a constant"
            words = (
                how.get("aggregate") if how.get("field") else None,
                _short(what),
                f"({_short(how['type'])})" if "type" in how else None,
            )
            channels.append(f"{_short(channel)}: {' '.join(_short(word) for word in words if word)}")
    return f"{_short(mark)}; {', '.join(channels)}"


def _tables(spec: dict[str, Any]) -> Iterable[tuple[str, list[Any]]]:
    datasets = spec.get("datasets")
    if isinstance(datasets, dict):
        yield from (("", rows) for rows in datasets.values() if isinstance(rows, list))
    for data in [spec.get("data"), *_list(spec.get("data"))]:
        if isinstance(data, dict) and isinstance(data.get("values"), list):
            yield (f" {_short(data['name'])}" if "name" in data else ""), data["values"]


def _facts(values: Any, *, ranges: bool) -> str:
    values = _unpacked(values)
    if values is None:
        return "data that cannot be read"
    if values and all(isinstance(row, (list, dict)) for row in values):
        return f"{len(values)} rows"
    if not ranges:
        return f"{len(values)} values"
    return f"{len(values)} values{_reach(values)}"


def _reach(values: list[Any]) -> str:
    """From which to which they reach, or which they are."""
    numbers = [float(value) for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    numbers = [value for value in numbers if not math.isnan(value)]
    if numbers:
        return f" from {min(numbers):.6g} to {max(numbers):.6g}"
    words = [str(value) for value in values if value is not None]
    if not words:
        return ", all missing"
    if len(set(words)) <= 6:
        return f": {', '.join(_short(word) for word in dict.fromkeys(words))}"
    return f" from {_short(min(words))} to {_short(max(words))}"


def _unpacked(values: Any) -> list[Any] | None:
    if isinstance(values, list):
        return values
    if not isinstance(values, dict) or not isinstance(values.get("bdata"), str):
        return None
    code = PACKED.get(str(values.get("dtype", "")).lstrip("<|="))
    try:
        data = base64.b64decode(values["bdata"])
    except binascii.Error:
        return None
    if code is None or len(data) % struct.calcsize(f"<{code}"):
        return None
    return list(struct.unpack(f"<{len(data) // struct.calcsize(f'<{code}')}{code}", data))


def _title(title: Any) -> str:
    text = title.get("text") if isinstance(title, dict) else title
    return _short(text) if isinstance(text, str) else ""


def _short(value: Any) -> str:
    return " ".join(str(value).split())[:80]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
