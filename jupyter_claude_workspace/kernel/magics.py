"""`%claude`: the chat panel, from a cell."""

from __future__ import annotations

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class

from .widget import ClaudePanel

PACKAGE = __name__.partition(".")[0]


@magics_class
class ClaudeMagics(Magics):
    """The magics of this package."""

    @line_magic
    def claude(self, line: str) -> ClaudePanel:
        """Show the chat panel.

        `%claude` shows the notebook's conversation, `%claude new` begins another one.
        """
        words = line.split()
        if words not in ([], ["new"]):
            raise UsageError(f"%claude takes nothing or `new`, not `{line.strip()}`.")
        if not hasattr(self.shell, "kernel"):
            raise UsageError("%claude needs a notebook: this shell has no Jupyter kernel.")
        self._forget_loading()
        return ClaudePanel(new=bool(words))

    def _forget_loading(self) -> None:
        """Let `%load_ext` above `%claude` run again without a word: it stands in the cell that people run each day."""
        if self.shell is not None and self.shell.extension_manager is not None:
            self.shell.extension_manager.loaded.discard(PACKAGE)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics in a shell."""
    shell.register_magics(ClaudeMagics)
