"""list_variables and inspect_variable: what the kernel knows, as far as the privacy setting allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...errors import BadRequest, KernelMissing
from ...notebook import privacy, variables
from ...notebook.delimiting import tagged
from ...notebook.variables import Variables
from ...protocol.content import Block, TextBlock
from ...protocol.notebook import Privacy, SentItem
from ...tools.names import INSPECT_VARIABLE, LIST_VARIABLES

if TYPE_CHECKING:
    from .calls import Tool
    from .work import NotebookWork

SECONDS = 15.0
SHOWN = 300  # characters of what was sent that the ledger shows
SHORT_NAME = 200
OTHER = (
    "The kernel speaks {language}: variables can be looked at like this in Python only. Use run_scratch with code in "
    "{language} that shows them{example}."
)
EXAMPLES = {"r": " (`ls()`, `str(x)`)", "julia": " (`varinfo()`, `summary(x)`)"}


class Looking:
    """Lives on the engine's loop."""

    def __init__(self, work: NotebookWork) -> None:
        self._work = work

    def tools(self) -> dict[str, Tool]:
        """The tools by their short names."""
        return {"list_variables": self.list_variables, "inspect_variable": self.inspect_variable}

    async def list_variables(self, given: dict[str, Any]) -> list[Block]:
        """The person's own variables: names and types, and as far as allowed shapes, sizes and short values.

        Raises:
            KernelMissing, KernelBusy: they cannot be looked at now.
        """
        level = self._level
        found = await self.variables(level)
        if not found.count:
            return _said("The kernel has no variables of the person's.")
        text = variables.listing(found)
        count = f"{found.count} variable{'' if found.count == 1 else 's'}"
        self._work.sent(LIST_VARIABLES, [SentItem(kind="variable", what=count, chars=len(text), excerpt=text[:SHOWN])])
        return _said(tagged("variables", text), privacy.about_variables(level))

    async def inspect_variable(self, given: dict[str, Any]) -> list[Block]:
        """One variable, as far as allowed.

        Raises:
            BadRequest: there is none of this name.
            KernelMissing, KernelBusy: it cannot be looked at now.
        """
        name, level = given.get("name"), self._level
        if not isinstance(name, str) or not name:
            raise BadRequest("`name` is not the name of a variable.")
        found = await self.describe([name], level)
        if name not in found:
            more = " Only whole variables can be looked at, no expressions." if not name.isidentifier() else ""
            raise BadRequest(
                f"The kernel has no variable `{name[:SHORT_NAME]}`.{more}",
                remedy="Call list_variables: it names all.",
            )
        text = found[name]
        self._work.sent(INSPECT_VARIABLE, [SentItem(kind="variable", what=name, chars=len(text), excerpt=text[:SHOWN])])
        return _said(tagged("variable", text, name=name), privacy.about_variables(level))

    async def describe(self, names: Sequence[str], level: Privacy | None = None) -> dict[str, str]:
        """Those of these that there are, each as its description, as far as the level (default: the session's) allows.

        Raises:
            KernelMissing, KernelBusy: they cannot be looked at now.
        """
        found = await self.variables(level or self._level, names)
        return {one.name: variables.description(one) for one in found.found}

    async def variables(
        self, level: Privacy, names: Sequence[str] | None = None, seconds: float = SECONDS
    ) -> Variables:
        """These variables in detail, or all in a line each.

        Raises:
            KernelMissing, KernelBusy: they cannot be looked at now.
        """
        work = self._work
        state = await work.notebooks.kernel(work.path, "state")
        if state.kernel is None:
            raise KernelMissing("The notebook has no kernel yet, so it has no variables.", remedy="Run a cell first.")
        language = state.language or "another language"
        if language.lower() != "python":
            raise BadRequest(OTHER.format(language=language, example=EXAMPLES.get(language.lower(), "")))
        found = variables.parsed(await work.notebooks.evaluate(work.path, variables.code(level, names), seconds))
        if found is None:
            raise KernelMissing("The kernel gave no answer about its variables.", remedy="Use run_scratch instead.")
        return found

    @property
    def _level(self) -> Privacy:
        return self._work.session.settings.privacy


def _said(*texts: str) -> list[Block]:
    return [TextBlock(kind="text", text=text) for text in texts if text]
