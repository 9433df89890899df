"""From what a client names (a path, a kernel) to a notebook that exists and its folder on disk."""

from __future__ import annotations

import posixpath
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.utils import ApiPath, to_os_path
from tornado import web

from ..errors import BadRequest, NotebookUnknown


class Notebook(NamedTuple):
    """A notebook: its API path, without slashes around it, and the folder it lies in, without symbolic links."""

    path: str
    directory: Path


async def find_notebook(handler: JupyterHandler, path: str) -> Notebook:
    """The notebook at an API path; the same rules as for /api/contents.

    Raises:
        NotebookUnknown: nothing there that a person may see, no notebook, or a folder outside of the server's root.
        BadRequest: the server's notebooks are not files.
    """
    path = normal(path)
    manager: Any = handler.contents_manager
    try:
        model = await ensure_async(manager.get(path, content=False))
    except (OSError, ValueError) as error:  # a name that the file system does not take
        raise unknown() from error
    except web.HTTPError as error:
        if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise unknown() from error
    if model["type"] != "notebook":
        raise NotebookUnknown("This is not a notebook.")
    return Notebook(path, _directory(handler, path))


async def notebook_of_kernel(handler: JupyterHandler, kernel: str) -> str:
    """The path of the notebook that runs on a kernel, as it is now: renames are followed.

    Raises:
        NotebookUnknown: no notebook runs on it.
    """
    manager: Any = handler.session_manager
    for session in await ensure_async(manager.list_sessions()):
        if session["type"] == "notebook" and session["kernel"]["id"] == kernel:
            return str(session["path"])
    raise NotebookUnknown("No open notebook runs on this kernel.", remedy="Open the notebook, then try again.")


def normal(path: str) -> str:
    """An API path in the one form under which a notebook's sessions are kept."""
    return posixpath.normpath(path.strip("/"))


def unknown() -> NotebookUnknown:
    """One answer for missing, hidden and outside, so that it tells nothing about what lies there."""
    return NotebookUnknown("There is no such notebook.", remedy="Save the notebook, then try again.")


def root_of(handler: JupyterHandler) -> Path:
    """The folder that notebook paths start from, without symbolic links.

    Raises:
        BadRequest: the server's notebooks are not files.
    """
    manager = handler.contents_manager
    if not isinstance(manager, FileManagerMixin):
        raise BadRequest(
            "This server keeps its notebooks outside of the file system, where Claude Code cannot work.",
            remedy="Use a contents manager that keeps notebooks as files.",
        )
    return Path(manager.root_dir).resolve()


async def folder_of(handler: JupyterHandler, path: str) -> Path:
    """The folder on disk in which a notebook lies or lay; the same rules as for /api/contents.

    Raises:
        NotebookUnknown: no folder there that a person may see, or one outside of the server's root.
        BadRequest: the server's notebooks are not files.
    """
    directory = _directory(handler, path)
    manager: Any = handler.contents_manager
    hidden = not manager.allow_hidden and await ensure_async(manager.is_hidden(posixpath.dirname(path)))
    if hidden:
        raise unknown()
    return directory


def _directory(handler: JupyterHandler, path: str) -> Path:
    root = root_of(handler)
    directory = Path(to_os_path(ApiPath(path), str(root))).parent.resolve()
    if not directory.is_dir() or not directory.is_relative_to(root):
        raise unknown()
    return directory
