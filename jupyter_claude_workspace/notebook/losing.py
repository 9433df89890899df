"""Whether a notebook has lost most of its cells."""

from __future__ import annotations

import hashlib
from collections import Counter

from .document import Notebook

LEAST = 5  # cells
Prints = dict[str, str]


def prints(notebook: Notebook) -> Prints:
    """What a notebook's cells are known again by: id, and what is in it."""
    return {
        cell["id"]: hashlib.sha256(f"{cell['cell_type']}\n{cell['source']}".encode(errors="replace")).hexdigest()
        for cell in notebook["cells"]
        if cell["source"].strip()
    }


def lost(before: Prints, now: Prints) -> int:
    """How many cells with something in them are gone, where that is most of them; else 0.

    A cell whose id is another now, but whose text is still there, is not gone.
    """
    texts = Counter(now[cell] for cell in now if cell not in before)
    gone = 0
    for cell, text in before.items():
        if cell in now:
            continue
        if texts[text]:
            texts[text] -= 1
        else:
            gone += 1
    return gone if gone >= LEAST and gone * 2 > len(before) else 0
