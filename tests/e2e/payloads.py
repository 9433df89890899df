"""Hostile texts, made by grammar: what somebody could write to get more out of the panel than text.

`evil.example` stands for a host that nobody may ask anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from payload_words import (
    CLOBBER,
    CLOBBERED,
    COMMANDS,
    CONTEXTS,
    DISGUISES,
    ESCAPES,
    EVENTS,
    FETCHES,
    HARD,
    HOSTS,
    INNER,
    LAB,
    LAB_CLASSES,
    LINKS,
    OUTER,
    QUOTING,
    SCHEMES,
    SINGLE,
    TAGS,
)

CANARY = "__pwn()"


def corpus() -> list[str]:
    """Every payload once, in a fixed order; neighbours are of one kind."""
    return list(dict.fromkeys(text.replace("PWN", CANARY) for text in _all()))


def sample(payloads: list[str], wanted: int) -> list[str]:
    """About `wanted` of them, spread evenly over all kinds."""
    return payloads[:: max(1, len(payloads) // wanted)]


def _all() -> Iterator[str]:
    yield from SINGLE
    yield from _events()
    yield from _addresses()
    yield from _fetches()
    yield from _mutations()
    yield from _for_jupyter()
    yield from (escape.replace("{}", text) for escape in ESCAPES for text in HARD)


def _events() -> Iterator[str]:
    quoting, contexts = itertools.cycle(QUOTING), itertools.cycle(CONTEXTS)
    for tag, (number, event) in itertools.product(TAGS, enumerate(EVENTS)):
        html = next(quoting).format(tag=tag, event=event, upper=tag.upper())
        if (number + len(tag)) % 2 == 0:  # each tag with each second event; the contexts go round over them all
            yield next(contexts).replace("{}", html)
    yield from (context.replace("{}", html) for context in CONTEXTS for html in HARD)


def _addresses() -> Iterator[str]:
    links = itertools.cycle(LINKS)
    for scheme, disguise in itertools.product(SCHEMES, DISGUISES):
        address = _disguised(scheme, disguise)
        for _ in range(4):  # 4 of the forms each; their number and 23 have no common divisor
            yield next(links).replace("{}", address).replace("{{", "{").replace("}}", "}")


def _disguised(address: str, disguise: str) -> str:
    first, rest = address[:1], address[1:]
    middle = len(address.split(":", 1)[0]) // 2 or 1
    head, tail = address[:middle], address[middle:]
    ways = {
        "{:t}": f"{head}\t{tail}",
        "{:n}": f"{head}&NewLine;{tail}",
        "{:d}": f"&#{ord(first)};{rest}",
        "{:x}": f"&#x{ord(first):06X}{rest}",
        "{:z}": f"{head}\u200d{tail}",
        "{:p}": f"%{ord(first):02x}{rest}",
    }
    return ways.get(disguise) or disguise.replace("{}", address)


def _fetches() -> Iterator[str]:
    for form, host in itertools.product(FETCHES, HOSTS):
        yield form.replace("{}", host).replace("{{", "{").replace("}}", "}")


def _mutations() -> Iterator[str]:
    hard, contexts = itertools.cycle(HARD), itertools.cycle(CONTEXTS)
    for outer, inner in itertools.product(OUTER, INNER):
        html = outer.replace("{}", inner.replace("{}", next(hard)))
        yield html
        yield next(contexts).replace("{}", html)


def _for_jupyter() -> Iterator[str]:
    yield from (form.format(command) for form, command in itertools.product(LAB, COMMANDS))
    yield from (form.replace("{0}", name) for form, name in itertools.product(CLOBBER, CLOBBERED))
    for names in LAB_CLASSES:
        yield f"<div class='{names}' id=x><button class='{names}'>OK</button></div>"
        yield f"```{names.split()[0]}\nx\n```"
        yield f"[t](https://a.example '{names}')<span class=\"{names}\">t</span>"
