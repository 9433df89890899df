"""The names that code uses: which variables may have to do with it."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator

MOST = 12


def names_in(source: str, most: int = MOST) -> list[str]:
    """The names that stand by themselves in Python code, also in code that is not whole, each once, in their order.

    Attributes and keywords are left out; whether there are variables of these names is for the kernel to say.
    """
    found: dict[str, None] = {}
    before = ""
    for token in _tokens(source):
        if token.type == tokenize.NAME and before != "." and not keyword.iskeyword(token.string):
            found[token.string] = None
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.string
    return list(found)[:most]


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    # A magic (`%time`, `!ls`) is no Python, and stands in a line of its own.
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    try:
        yield from tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline)
    except (tokenize.TokenError, SyntaxError):  # up to where it cannot be read
        return
