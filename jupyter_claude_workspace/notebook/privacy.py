"""How much of a notebook's data Claude may be shown by our tools and mentions: five levels, each with the ones before.

Of a variable:

* names: its name and type
* schema: shape, size, columns and their types, a function's parameters
* aggregates: how many values are missing and how many distinct, mean and spread
* sample: the first values and keys, median, the smallest and the largest value
* full: more of them, and what its class says of itself

Of what a cell gave out:

* names: what kinds of output there are, an error's name
* schema: a table's columns and size, the lines where an error was raised
* aggregates: a figure's kind, axes and series
* sample: the first lines and rows, an error's words
* full: everything, pictures too

The mean of fewer than ten values, or of equal ones, is nearly one of them: it counts as a sample. The source of cells
is no data in this sense: it is always shown. Names of variables, columns and types are taken for what they are, names.
"""

from __future__ import annotations

from ..protocol.notebook import Privacy
from .levels import LEVELS

# What Claude is told where it is not shown all, so that it does not try other ways.
REDUCED = 'The person\'s privacy setting is "{level}": {gives} Do not try to get the rest in other ways.'
OF_OUTPUTS: dict[Privacy, str] = {
    "names": "outputs are not shown, only which kinds there are.",
    "schema": "of outputs only columns, sizes and the place of errors are shown, no values.",
    "aggregates": "of outputs only columns, sizes, figures' kinds and the place of errors are shown, no values.",
    "sample": "only the first lines and rows of outputs are shown, and no pictures.",
}
OF_VARIABLES: dict[Privacy, str] = {
    "names": "of variables only names and types are shown.",
    "schema": "of variables only types, shapes and columns are shown, no values.",
    "aggregates": "of variables only shapes, columns and aggregates are shown, no single values.",
    "sample": "of variables only the first few values are shown.",
}


def allows(level: Privacy, needed: Privacy) -> bool:
    """Whether what needs one level may be shown at another."""
    return LEVELS.index(level) >= LEVELS.index(needed)


def about_outputs(level: Privacy) -> str:
    """What Claude is told of outputs that are not shown whole; empty at "full"."""
    return f"({REDUCED.format(level=level, gives=OF_OUTPUTS[level])})" if level in OF_OUTPUTS else ""


def about_variables(level: Privacy) -> str:
    """The same of variables."""
    return f"({REDUCED.format(level=level, gives=OF_VARIABLES[level])})" if level in OF_VARIABLES else ""
