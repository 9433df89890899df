"""A package registry on loopback, for npm: made-up versions of the CLI's packages."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WRAPPER = "@anthropic-ai/claude-code"
PLATFORM = "@anthropic-ai/claude-code-here"


def tarball(manifest: dict[str, Any], files: dict[str, str]) -> bytes:
    """An npm package: everything below `package/`, executable."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in {"package.json": json.dumps(manifest), **files}.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size, entry.mode = len(text.encode()), 0o755
            archive.addfile(entry, io.BytesIO(text.encode()))
    return packed.getvalue()


class Registry:
    """What it serves, by path. `asked` are the paths that somebody asked for."""

    def __init__(self) -> None:
        self.served: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.url = ""

    def publish(self, version: str, *, script: str = "", says: str = "", tampered: bool = False) -> None:
        """A version of the CLI that says it is `says`, whose wrapper would run `script` when it is installed."""
        program = f"#!/bin/sh\necho '{says or version} (Claude Code)'\n"
        wrapper = {"scripts": {"postinstall": script}, "optionalDependencies": {PLATFORM: version}}
        for name, about, files in ((WRAPPER, wrapper, {}), (PLATFORM, {}, {"claude": program})):
            manifest = {"name": name, "version": version, **about}
            packed = tarball(manifest, files)
            told = hashlib.sha512(b"other" if tampered else packed).digest()
            path = f"/{name}/-/{version}.tgz"
            dist = {"tarball": self.url + path, "integrity": "sha512-" + base64.b64encode(told).decode()}
            self.served[path] = packed
            listing = {
                "name": name,
                "dist-tags": {"latest": version},
                "versions": {version: {**manifest, "dist": dist}},
            }
            self.served[f"/{name}"] = json.dumps(listing).encode()


@contextmanager
def registry() -> Iterator[Registry]:
    """A registry that runs."""
    made = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.replace("%2f", "/").replace("%2F", "/")
            made.asked.append(path)
            body = made.served.get(path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
