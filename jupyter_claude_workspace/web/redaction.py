"""Keys stay out of what is written into a file that people share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

INSTEAD = "[a key was here]"
SHORTEST = 12  # characters; a shorter value is as likely a word
_NAMES = re.compile(r"(KEY|KEY_ID|TOKEN|SECRET|PASSWORD|PASSPHRASE)$", re.IGNORECASE)
_KEY = r"sk-ant-[A-Za-z0-9_-]{6,}"


def redactor(environ: Mapping[str, str], also: Iterable[str] = ()) -> Callable[[Any], Any]:
    """A function that returns JSON values without keys.

    Args:
        environ: what its variables hold that are named like keys is taken out wherever it occurs.
        also: further secrets.
    """
    named = [value for name, value in environ.items() if _NAMES.search(name) and _is_secret(value)]
    secrets = sorted({*named, *filter(_is_secret, also)}, key=len, reverse=True)
    pattern = re.compile("|".join([*map(re.escape, secrets), _KEY]))

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(INSTEAD, value)
        if isinstance(value, dict):
            return {pattern.sub(INSTEAD, key): clean(item) for key, item in value.items()}
        if isinstance(value, list):
            return [clean(item) for item in value]
        return value

    return clean


def _is_secret(value: str) -> bool:
    """Not a path to a key, nor a word."""
    return len(value) >= SHORTEST and not value.startswith(("/", "~", ".")) and not re.search(r"\s", value)
