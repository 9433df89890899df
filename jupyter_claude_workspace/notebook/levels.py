"""The names of the privacy levels, in order, for settings that must import little; see `privacy.py`."""

LEVELS = ("names", "schema", "aggregates", "sample", "full")
