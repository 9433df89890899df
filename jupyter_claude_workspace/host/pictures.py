"""Pictures of outputs that an open page has drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..errors import WorkspaceError
from ..notebook.access import Drawn, WantedPicture
from .documents import PageGone
from .host import Host

IS_PICTURE = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/=\s]+)")
LONGEST = 10_000_000  # characters


async def pictures(host: Host, path: str, cell: str, wanted: Sequence[WantedPicture]) -> list[Drawn | None]:
    """As `Notebooks.pictures`; whoever waits for it bounds the time."""
    nothing: list[Drawn | None] = [None] * len(wanted)
    open_in = host.page(path)
    if open_in is None:
        return nothing
    outputs = [{"index": each.place, "kinds": list(each.kinds), "wait_ms": int(each.wait * 1000)} for each in wanted]
    try:
        answer = await open_in.page.call("pictures", open_in.path, {"cell": cell, "outputs": outputs}, seconds=0)
    except (WorkspaceError, PageGone):
        return nothing
    found = answer.get("pictures") if isinstance(answer, dict) else None
    return list(map(_picture, found)) if isinstance(found, list) and len(found) == len(wanted) else nothing


def _picture(given: Any) -> Drawn | None:
    match = IS_PICTURE.fullmatch(given) if isinstance(given, str) and len(given) <= LONGEST else None
    return Drawn(match[1], match[2]) if match else None
