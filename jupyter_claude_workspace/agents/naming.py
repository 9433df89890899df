"""A name that an agent may have, made of one that it has elsewhere."""

from __future__ import annotations

import re
import unicodedata

from .document import is_name
from .model import NAME_RULE

LONGEST = 64


def named(wanted: str, instead: str) -> tuple[str, str]:
    """The nearest name to `wanted`, or to `instead` where nothing of it can stay; and a sentence if it is another."""
    name = _near(wanted) or _near(instead) or "agent"
    if name == wanted:
        return name, ""
    return name, f"`{wanted[:100]}` is called `{name}` here: a name is {NAME_RULE}."


def _near(wanted: str) -> str:
    if is_name(wanted):
        return wanted
    ascii_only = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode().lower()
    near = re.sub(r"[^a-z0-9_]+", "-", ascii_only).lstrip("-_")[:LONGEST].rstrip("-_")
    return near if not near or is_name(near) else f"{near}-agent"  # a device of Windows
