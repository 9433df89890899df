"""The frames of a long conversation of all kinds of turns, the same each time."""

from __future__ import annotations

from scripted_wire import Frame, call, reply, turn

PROSE = (
    "The **mean** of column {n} is `{n}.4`, which is more than the median; a few large values pull it up. "
    "Look at the *largest* first, and ask whether they can be true.\n\n"
    "1. Sort by the column.\n2. Take the last ten rows.\n3. Compare them with [their source](https://example.org/{n}).\n"
)
CODE = """```python
import pandas as pd

frame = pd.read_csv("part_{n}.csv")
rows = frame[frame["value"] > frame["value"].quantile(0.99)]
for index, row in rows.iterrows():
    print(index, row["name"], f"{{row['value']:.2f}}")
```
"""
TABLE = "| step | rows | gaps |\n|---|--:|--:|\n| load | {n}00 | 3 |\n| clean | {n}00 | 0 |\n| join | {n}42 | 7 |\n"
OUTPUT = "\n".join(f"row {line:4d}  value {line * 37 % 1000:5d}  ok" for line in range(60))
PIECE = 60  # characters


def frames(turns: int, first: int = 0) -> list[Frame]:
    """So many turns: prose, code, tables, commands, reads, edits, thinking, a subagent, one after the other."""
    return [frame for n in range(first, first + turns) for frame in _turn(n)]


def streamed(whole: list[Frame]) -> list[Frame]:
    """The same with the pieces that each block of text had before it was whole."""
    made: list[Frame] = []
    for frame in whole:
        if frame["type"] == "message":
            piece = {"type": frame["kind"], "turn": frame["turn"], "message": frame["message"], "block": frame["block"]}
            text = frame["text"]
            made += [{**piece, "text": text[at : at + PIECE]} for at in range(0, len(text), PIECE)]
        made.append(frame)
    return made


def _turn(n: int) -> list[Frame]:
    name, message = f"t{n}", f"m{n}"
    body: list[Frame] = [reply(message, "Let me look.", 0, "thinking")] if n % 3 == 0 else []
    kind = n % 5
    if kind == 1:
        body += [*call(f"c{n}", "Bash", {"command": f"python summarise.py part_{n}.csv"}, OUTPUT)]
    elif kind == 2:
        for part in range(5):
            body += call(f"r{n}-{part}", "Read", {"file_path": f"/home/ann/work/part_{n}_{part}.csv"}, OUTPUT[:600])
    elif kind == 3:
        edit = {"file_path": f"clean_{n}.py", "old_string": "total = value", "new_string": "total += value"}
        body += call(f"e{n}", "Edit", edit, "The file was updated.")
    elif kind == 4 and n % 2:
        body += [
            *call(f"a{n}", "Agent", {"description": "Count the gaps", "prompt": "Count them."}, None),
            *call(f"b{n}", "Bash", {"command": "wc -l *.csv"}, "344 all", parent=f"a{n}"),
            {"type": "tool_finished", "tool": f"a{n}", "outcome": "done", "content": [], "omitted": 0},
        ]
    text = PROSE + (CODE if n % 2 else "") + ("\n" + TABLE if n % 4 == 0 else "") + (PROSE if n % 7 == 0 else "")
    body.append(reply(message, text.replace("{n}", str(n)).replace("{{", "{").replace("}}", "}"), 1))
    return turn(name, f"What about part {n}? Please look at its largest values and say what is odd about them.", *body)
