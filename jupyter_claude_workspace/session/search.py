"""Finding words in conversations: in what people asked and in what they were answered.

Reads the store's file by a connection of its own, on whatever thread calls: nobody's frames wait for a search, which
holds the file for one conversation at a time.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from .schema import SPOKEN

BEFORE, AFTER = 30, 130  # characters of a snippet around what was found; two lines of a narrow panel have 60


def search(path: Path, sessions: Iterable[str], query: str) -> dict[str, str]:
    """The sessions in which the words occur, each with a piece of the text around the first place. Blocking.

    Upper and lower case are the same, in all languages, and so are the ways to write one letter.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    wanted = folded(query)
    found: dict[str, str] = {}
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as database:
        database.execute("PRAGMA query_only = 1")
        database.create_function("holds", 1, lambda text: text is not None and wanted in folded(text))
        if query.isascii():  # then SQLite alone passes by nearly all that does not fit
            statement = _statement("json_extract(text, '$.text') LIKE ? ESCAPE '\\' AND ")
            more: tuple[str, ...] = (f"%{_escaped(query)}%",)
        else:
            statement, more = _statement(""), ()
        for session in sessions:
            row = database.execute(statement, (session, *more)).fetchone()
            if row is not None:
                found[session] = snippet(row[0], query)
    return found


def folded(text: str) -> str:
    """A text as it is compared."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def snippet(text: str, query: str) -> str:
    """One line of the text around the first place of the query."""
    text = unicodedata.normalize("NFC", text)
    # Folding may make a text longer; so each character is folded alone, and the place found by counting.
    pieces = [folded(character) for character in text]
    place = "".join(pieces).find(folded(query))
    start = length = 0
    while start < len(pieces) and length + len(pieces[start]) <= place:
        length += len(pieces[start])
        start += 1
    end = start + len(query)
    head = text[max(0, start - BEFORE) : start]
    tail = text[end : end + AFTER]
    if start > BEFORE:
        head = f"…{head.partition(' ')[2] or head}"
    if end + AFTER < len(text):
        tail = f"{tail.rpartition(' ')[0] or tail}…"
    return " ".join(f"{head}{text[start:end]}{tail}".split())


def _statement(first: str) -> str:
    return (
        f"SELECT json_extract(text, '$.text') FROM frames INDEXED BY spoken WHERE {SPOKEN} AND session = ?"  # noqa: S608 - our own words
        f" AND {first}json_extract(text, '$.kind') IS NOT 'thinking' AND holds(json_extract(text, '$.text'))"
        " ORDER BY seq LIMIT 1"
    )


def _escaped(query: str) -> str:
    for character in "\\%_":
        query = query.replace(character, f"\\{character}")
    return query
