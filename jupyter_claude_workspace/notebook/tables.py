"""Tables of HTML (dataframes) as compact text, and HTML without a table as its text."""

from __future__ import annotations

from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import Tag

from .plain import plain

MOST_HTML = 2_000_000  # characters that are looked at
MOST_ROWS = 60
MOST_CELL = 160  # characters
HIDDEN = ("script", "style", "noscript", "template", "head")


@dataclass
class Table:
    """`header` and `rows` as text; `about` is what stands beside the table, such as its size."""

    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    about: str = ""

    def schema(self) -> str:
        """Its columns, and how many rows it shows."""
        names = [name for name in self.header if name]
        return f"columns: {' | '.join(names) or '(no names)'}\n{len(self.rows)} rows shown"

    def text(self, most: int = MOST_ROWS) -> str:
        """A line for each row, the first and the last ones if there are more than `most`."""
        lines = [" | ".join(row) for row in self.rows]
        if len(lines) > most:
            tail = most // 2 if most > 10 else 0
            kept = [*lines[: most - tail], f"… {len(lines) - most} rows …"]
            lines = kept + (lines[-tail:] if tail else [])
        return "\n".join([*([" | ".join(self.header)] if self.header else []), *lines])


def read(html: str) -> tuple[list[Table], str, str]:
    """The tables in it, the text that stands beside them, and what in it cannot be read (scripts, frames)."""
    soup = BeautifulSoup(html[:MOST_HTML], "html.parser")
    unread = ", ".join(
        f"{len(found)} <{name}>"
        for name in ("script", "iframe", "canvas", "svg", "video")
        if (found := soup.find_all(name))
    )
    for hidden in soup.find_all(HIDDEN):
        hidden.decompose()
    tables = [_table(tag) for tag in soup.find_all("table") if isinstance(tag, Tag) and tag.find("table") is None]
    for tag in soup.find_all("table"):
        tag.decompose()
    lines = (" ".join(line.split()) for line in plain(soup.get_text("\n")).splitlines())
    return tables, "\n".join(line for line in lines if line), unread


def _table(tag: Tag) -> Table:
    made = Table()
    above: dict[int, tuple[int, str]] = {}  # column → how many rows further a cell from above reaches, and its text
    for row in tag.find_all("tr"):
        cells, above = _row(row, above)
        if row.find_parent("thead") is not None or (not made.rows and row.find("td") is None):
            made.header = [" ".join(filter(None, dict.fromkeys(pair))) for pair in _zip(made.header, cells)]
        else:
            made.rows.append(cells)
    return made


def _row(row: Tag, above: dict[int, tuple[int, str]]) -> tuple[list[str], dict[int, tuple[int, str]]]:
    cells: list[str] = []
    below: dict[int, tuple[int, str]] = {}

    def reach() -> None:
        while len(cells) in above:
            left, text = above[len(cells)]
            if left > 1:
                below[len(cells)] = (left - 1, text)
            cells.append(text)

    for cell in row.find_all(["td", "th"]):
        reach()
        text = " ".join(plain(cell.get_text(" ")).split())[:MOST_CELL]
        for _ in range(_span(cell, "colspan")):
            if (rows := _span(cell, "rowspan")) > 1:
                below[len(cells)] = (rows - 1, text)
            cells.append(text)
    reach()
    return cells, below


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1"))
    return min(max(int(value), 1), 1_000) if value.isdecimal() and len(value) < 6 else 1


def _zip(left: list[str], right: list[str]) -> list[tuple[str, str]]:
    size = max(len(left), len(right))
    return list(zip(left + [""] * (size - len(left)), right + [""] * (size - len(right)), strict=True))
