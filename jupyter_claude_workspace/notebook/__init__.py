"""A notebook as data: its cells, changes to them, what of it is shown to Claude, and how it was before."""
