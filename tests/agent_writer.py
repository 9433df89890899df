"""Another server that saves agents in the same folder: a process of its own, told what to do line by line.

`FOLDER endless` forks, at each line, a writer that saves until it is killed; answers with its pid, then `dead`.
`FOLDER race` saves, at each line `ETAG NUMBER`, that number over that version; answers `won` or `lost`.
`FOLDER once SIZE` saves a prompt of so many characters over whatever is there; answers `saved`, or what failed.
`FOLDER flip NAME AWAY TARGET COUNT` swaps NAME between itself and a link to TARGET so often; answers `done`.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

from jupyter_claude_workspace.agents.model import Agent
from jupyter_claude_workspace.agents.store import ANY, AgentFolder
from jupyter_claude_workspace.errors import AgentChanged, AgentUnknown, WorkspaceError

NAME = "reviewer"


def agent(number: int, size: int = 20_000) -> Agent:
    """One whose parts all say the same number, so that a mixture of two is found out."""
    text = f"{number:09d}"
    return Agent(name=NAME, description=text, prompt=text * (size // 9), starters=[text])


def is_whole(found: Agent) -> bool:
    """Whether all its parts are of one save."""
    text = found.description
    return found.starters == [text] and found.prompt == text * (len(found.prompt) // 9) and len(found.prompt) > 9


def endless(folder: AgentFolder) -> None:
    """Save for ever: new, replaced a few times, deleted, and so on."""
    chance = Random(os.getpid())
    for number in count(os.getpid() * 1_000):
        try:
            expect = folder.entry(NAME).etag
        except AgentUnknown:
            folder.save(agent(number), expect=None)
            continue
        if chance.random() < 0.8:
            folder.save(agent(number), expect=expect)
        else:
            folder.delete(NAME, expect=expect)


def say(text: object) -> None:
    """Answer one line."""
    print(text, flush=True)  # noqa: T201 - it is a program's answer


def fork(folder: AgentFolder) -> None:
    """Fork a writer, and wait until somebody has killed it."""
    pid = os.fork()
    if pid == 0:
        endless(folder)
    say(pid)
    os.waitpid(pid, 0)
    say("dead")


def race(folder: AgentFolder, etag: str, number: str) -> None:
    """Save over one version."""
    try:
        folder.save(agent(int(number)), expect=etag)
        say("won")
    except AgentChanged:
        say("lost")


def once(folder: AgentFolder, size: int) -> None:
    """Save once, and tell how it went."""
    try:
        folder.save(agent(1, size), expect=ANY)
        say("saved")
    except WorkspaceError as error:
        say(f"{error.code}: {error.text}")


def flip(here: Path, away: Path, target: Path, times: int) -> None:
    """Swap what is at `here` for a link, and back."""
    for _ in range(times):
        here.rename(away)
        with suppress(FileExistsError):  # where a save came in between
            here.symlink_to(target)
        here.unlink()
        away.rename(here)
    say("done")


def main() -> None:
    """Obey."""
    folder, task, *rest = sys.argv[1:]
    agents = AgentFolder(Path(folder))
    if task == "once":
        once(agents, int(rest[0]))
    elif task == "flip":
        name, away, target, times = rest
        flip(Path(folder, name), Path(folder, away), Path(target), int(times))
    else:
        say("ready")
        for line in sys.stdin:
            fork(agents) if task == "endless" else race(agents, *line.split())


if __name__ == "__main__":
    main()
