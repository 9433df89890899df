"""Draws SVGs and figures as PNG: a program of its own, since what draws holds Python's lock and may take for ever.

Reads `{"seconds": …, "drawings": [{"kind": "svg" | "vega" | "vega-lite" | "plotly", "what": …}]}` from its input, and
writes a line `{"place": …, "png": base64}` for each that could be drawn as soon as it is. Nothing is fetched, and no
file is read: what would be is not given to it, or is taken out here. Imports nothing of the package: it starts at once.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

SIDE = 1_200  # pixels of the longer side of an SVG
SCALE = 1.5  # pixels of the picture for one of a figure's
MOST_MEMORY = 3 << 30  # bytes
NOWHERE = "127.0.0.1:9"  # nothing answers there
# What an SVG would fetch or read from the disk; `#…` is inside of it and `data:` brings what it needs.
OUTSIDE = re.compile(
    r"""(?:[\w-]+:)?href\s*=\s*(?:"(?!\s*(?:#|data:))[^"]*"|'(?!\s*(?:#|data:))[^']*')""", re.IGNORECASE
)


def main() -> None:
    """Draw what the input asks for."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    asked = json.load(sys.stdin)
    _bound(asked["seconds"])
    figures: list[tuple[int, Any]] = []
    for place, drawing in enumerate(asked["drawings"]):
        if drawing["kind"] == "plotly":
            figures.append((place, drawing["what"]))
            continue
        with suppress(Exception):  # whatever is wrong with it, there is no picture of it
            _say(answers, place, DRAW[drawing["kind"]](drawing["what"]))
    if figures:
        with suppress(Exception):
            asyncio.run(_plotly(figures, lambda place, png: _say(answers, place, png)))


def _say(answers: Any, place: int, png: bytes) -> None:
    answers.write(json.dumps({"place": place, "png": base64.b64encode(png).decode()}) + "\n")
    answers.flush()


def _bound(seconds: float) -> None:
    """Whoever started it may be gone by then."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    if hasattr(signal, "alarm"):
        signal.alarm(int(seconds) + 1)


def _svg(text: str) -> bytes:
    import resvg_py  # noqa: PLC0415 - each only where it is needed

    # Both sides, for an SVG may be of any proportion: it is fitted into them.
    inside = OUTSIDE.sub("", text)
    return bytes(resvg_py.svg_to_bytes(inside, background="#ffffff", dpi=96, width=SIDE, height=SIDE))


def _vega(spec: dict[str, Any]) -> bytes:
    import vl_convert  # noqa: PLC0415

    return bytes(vl_convert.vega_to_png(spec, scale=SCALE, allowed_base_urls=[]))


def _vega_lite(spec: dict[str, Any]) -> bytes:
    import vl_convert  # noqa: PLC0415

    wanted = re.search(r"vega-lite/v(\d+)", str(spec.get("$schema", "")))
    known = [name for name in vl_convert.get_vegalite_versions() if wanted and name.split(".")[0] == wanted[1]]
    version = known[-1] if known else None
    return bytes(vl_convert.vegalite_to_png(spec, vl_version=version, scale=SCALE, allowed_base_urls=[]))


async def _plotly(figures: list[tuple[int, Any]], say: Callable[[int, bytes], None]) -> None:
    """All with one browser, which takes seconds to start."""
    import kaleido  # noqa: PLC0415
    import plotly  # noqa: F401, PLC0415 - without it kaleido would fetch plotly.js

    # MathJax would be fetched, too.
    async with kaleido.Kaleido(mathjax=False, proxy_server=NOWHERE) as browser:
        for place, figure in figures:
            with suppress(Exception):
                drawn: Awaitable[bytes] = browser.calc_fig(figure, opts={"format": "png", "scale": SCALE})
                say(place, await drawn)


DRAW: dict[str, Callable[[Any], bytes]] = {"svg": _svg, "vega": _vega, "vega-lite": _vega_lite}

if __name__ == "__main__":
    main()
