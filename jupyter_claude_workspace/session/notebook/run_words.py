"""What Claude is told of a run: what became of each cell, and what to do next."""

from __future__ import annotations

import json

from ...notebook.access import CellRun, KernelState, RunReport

NO_INPUT = "StdinNotImplementedError"  # what Python's kernel raises where nobody can be asked
FATES = {
    "restarted": "The kernel was restarted meanwhile: all variables are gone.",
    "died": "The kernel died meanwhile (a crash, out of memory, or it was shut down): all variables are gone.",
}
AFTER_FATE = "Run what defines them again before you go on."
BEHIND = "The kernel has not come to it: it starts, or runs something else before. "
STATES = {
    "waiting": "not begun yet",
    "running": "running",
    "input": "waiting for input",
    "ok": "ok",
    "error": "failed",
    "interrupted": "interrupted",
    "aborted": "not run",
    "changed": "not run: its source is another by now, read it again",
    "lost": "broken off with the kernel",
}


def heading(report: RunReport) -> str:
    """How the run as a whole stands."""
    said = []
    if report.kernel:
        said += [FATES[report.kernel], AFTER_FATE]
    elif not report.over:
        said.append(_going(report))
    if report.note:
        said.append(report.note)
    if not said and all(cell.state == "ok" for cell in report.cells):
        return "Done."
    return " ".join(said)


def line(cell: CellRun) -> str:
    """How one cell stands, with what is special about it."""
    name = "The code" if cell.cell is None else f"Cell {cell.cell}"
    facts = [STATES[cell.state]]
    if cell.duration_ms is not None:
        facts.append(f"after {span(cell.duration_ms)}")
    if cell.execution_count is not None and cell.cell is not None:
        facts.append(f"[{cell.execution_count}]")
    text = f"{name}: {', '.join(facts)}."
    if any(output.get("ename") == NO_INPUT for output in cell.outputs):
        text += (
            " The code asks for input, which nobody can give, since the server runs it. Put the value into the code, or"
            " ask the person to run the cell in the open notebook."
        )
    if not cell.outputs and cell.state == "ok":
        text += " No output."
    return text


def kernel(state: KernelState) -> str:
    """What there is to say of a kernel."""
    if state.kernel is None:
        named = f" ({state.name})" if state.name else ""
        return f"No kernel is running{named}. Running a cell starts it."
    language = f", {state.language}" if state.language else ""
    return f"Kernel {state.name}{language}: {state.state}."


def span(milliseconds: int) -> str:
    """A time as people say it."""
    seconds = milliseconds / 1000
    if seconds < 1:
        return f"{milliseconds} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _going(report: RunReport) -> str:
    waits = json.dumps({"run": report.run})
    stops = json.dumps({"run": report.run, "stop": True})
    asking = next((cell for cell in report.cells if cell.state == "input"), None)
    if asking is not None:
        prompt = f" ({json.dumps(asking.prompt)})" if asking.prompt else ""
        return (
            f"The code waits for input{prompt} that only the person can type, in the notebook. Tell them, then wait "
            f"with run_cells {waits}, or stop it with run_cells {stops}."
        )
    first = "" if any(cell.duration_ms is not None for cell in report.cells) else BEHIND
    return f"Not over yet: {report.run}. {first}Wait on with run_cells {waits}, or stop it with run_cells {stops}."
