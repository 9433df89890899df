"""The environment of the CLI and of the tools it runs: an allow-list, for the server's own holds tokens and keys."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .guard import BY_DESCRIPTOR

# Names, or beginnings of names that end in `*`. XDG_RUNTIME_DIR is left out on purpose: the CLI would put its sockets
# there, where the other sessions' processes find them, and not into the session's own temporary folder.
SYSTEM = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_*", "TZ", "TERM", "COLORTERM",
    "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CACHE_HOME", "XDG_STATE_HOME",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",
    # the way to the network
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
    # without these no program starts on Windows
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
    "PROGRAMFILES*", "USERPROFILE", "USERNAME", "HOMEDRIVE", "HOMEPATH", "OS", "PROCESSOR_*", "NUMBER_OF_PROCESSORS",
    "TEMP", "TMP",
)  # fmt: skip
ALLOWED = (
    *SYSTEM,
    # the Python of the notebook
    "VIRTUAL_ENV", "CONDA_PREFIX*", "CONDA_DEFAULT_ENV", "CONDA_EXE", "CONDA_PYTHON_EXE", "CONDA_SHLVL", "MAMBA_EXE",
    "MAMBA_ROOT_PREFIX", "PYENV_ROOT", "PYENV_VERSION", "PYENV_SHELL", "PYTHONPATH", "CUDA_VISIBLE_DEVICES",
    # Claude Code's own
    "CLAUDE_CONFIG_DIR", "ANTHROPIC_*", "CLAUDE_CODE_USE_*", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_SUBAGENT_MODEL",
    "CLAUDE_CODE_CLIENT_CERT", "CLAUDE_CODE_CLIENT_KEY", "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE", "CLAUDE_CODE_CERT_STORE",
    "CLAUDE_CODE_MAX_OUTPUT_TOKENS", "MAX_THINKING_TOKENS", "BASH_DEFAULT_TIMEOUT_MS", "BASH_MAX_TIMEOUT_MS",
    "CLAUDE_CODE_GIT_BASH_PATH", "IS_SANDBOX",
)  # fmt: skip
# Not even by a setting: who holds one of these can act as the person on the server or on the Hub.
NEVER = ("JUPYTER*", "JPY_*", "JCW_*")

AWS = ("AWS_*",)
GOOGLE = (
    "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_QUOTA_PROJECT", "GCLOUD_PROJECT",
    "GCE_METADATA_*", "CLOUDSDK_CONFIG", "CLOUD_ML_REGION", "VERTEX_REGION_*",
)  # fmt: skip
AZURE = (
    "AZURE_CLIENT_*", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST", "AZURE_CONFIG_DIR",
    "IDENTITY_ENDPOINT", "IDENTITY_HEADER",
)  # fmt: skip
# A cloud's credentials are for Claude Code only where it was told to use that cloud: (switch, kind, what goes with it).
CLOUDS = (
    ("CLAUDE_CODE_USE_BEDROCK", "bedrock", (*AWS, "CLAUDE_CODE_SKIP_BEDROCK_AUTH")),
    ("CLAUDE_CODE_USE_MANTLE", "bedrock", (*AWS, "CLAUDE_CODE_SKIP_MANTLE_AUTH")),
    ("CLAUDE_CODE_USE_ANTHROPIC_AWS", "bedrock", (*AWS, "CLAUDE_CODE_SKIP_ANTHROPIC_AWS_AUTH")),
    ("CLAUDE_CODE_USE_VERTEX", "vertex", (*GOOGLE, "CLAUDE_CODE_SKIP_VERTEX_AUTH")),
    ("CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD", "vertex", (*GOOGLE, "CLAUDE_CODE_SKIP_ANTHROPIC_GOOGLE_CLOUD_AUTH")),
    ("CLAUDE_CODE_USE_FOUNDRY", "foundry", (*AZURE, "CLAUDE_CODE_SKIP_FOUNDRY_AUTH")),
)
TOKENS = (
    ("ANTHROPIC_AUTH_TOKEN", "auth_token"),
    ("ANTHROPIC_API_KEY", "api_key"),
    ("CLAUDE_CODE_OAUTH_TOKEN", "oauth_token"),
)
# The CLI refuses to work without any credential; a model server of one's own asks for none.
NO_KEY = "not-needed"
# Whatever the person's environment says. The first keeps the CLI from asking hosts that nobody configured.
FIXED = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS": "1",
    "CLAUDE_CODE_ENABLE_TODO_TOOLS": "1",
    "CLAUDE_CODE_STREAM_EVENT_HOLD_MS": "33",  # joins tokens that come faster than two frames of a screen
    "CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS": "120000",  # an answer that falls silent for so long is asked for again
}


def child_environment(
    environ: Mapping[str, str],
    *,
    allow: Iterable[str],
    extra: Mapping[str, str],
    api_timeout: float,
    api_retries: int,
) -> tuple[dict[str, str], dict[str, str]]:
    """What the CLI may see of `environ`, and what it needs besides.

    Args:
        environ: the server's environment.
        allow: further names that it may see, or beginnings that end in `*`.
        extra: set whatever the rest says.
        api_timeout: seconds until an answer of the API must begin; 0: the CLI's own limit.
        api_retries: how often the CLI repeats a request that failed.

    Returns:
        The environment, and the credentials that can reach the CLI without being in it.
    """
    patterns = [*ALLOWED, *allow]
    for switch, _, names in CLOUDS:
        if _on(environ.get(switch)):
            patterns += names
    env = {**_select(environ, patterns), **FIXED, "CLAUDE_CODE_MAX_RETRIES": str(api_retries)}
    if api_timeout:
        env["API_TIMEOUT_MS"] = str(round(api_timeout * 1000))
    env.update(extra)
    secrets = {name: env.pop(name) for name in BY_DESCRIPTOR if env.get(name)}
    if credentials_kind({**env, **secrets}, Path.home()) == "gateway":
        secrets["ANTHROPIC_API_KEY"] = NO_KEY
    return env, secrets


def system_environment(environ: Mapping[str, str], *also: str) -> dict[str, str]:
    """What any program needs that asks nothing of Claude: no credentials. `also`: further names or beginnings."""
    return _select(environ, (*SYSTEM, *also))


def credentials_kind(environ: Mapping[str, str], home: Path) -> str:
    """Which credentials the CLI will use, in its own order of preference; never their value.

    Returns:
        `bedrock`, `vertex`, `foundry`, `auth_token`, `api_key`, `oauth_token`, `login` (the person's own CLI holds it),
        `gateway` (only an address: no key is needed there), or `none`.
    """
    own = Path(environ.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    settings = _read(own / "settings.json")
    set_there = settings.get("env")
    known = {**environ, **(set_there if isinstance(set_there, dict) else {})}
    for switch, kind, _ in CLOUDS:
        if _on(known.get(switch)):
            return kind
    for name, kind in TOKENS:
        if known.get(name):
            return kind
    if settings.get("apiKeyHelper") or _logged_in(own, own if environ.get("CLAUDE_CONFIG_DIR") else home):
        return "login"
    return "gateway" if known.get("ANTHROPIC_BASE_URL") else "none"


def _logged_in(own: Path, state: Path) -> bool:
    if (own / ".credentials.json").is_file():
        return True
    said = _read(state / ".claude.json")
    # On macOS the login is in the keychain, and this file only knows that there is one.
    return bool(said.get("primaryApiKey") or (sys.platform == "darwin" and said.get("oauthAccount")))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _on(value: object) -> bool:
    return str(value).strip().lower() in {"1", "true", "yes", "on"}


def _select(environ: Mapping[str, str], patterns: Iterable[str]) -> dict[str, str]:
    wanted = tuple(patterns)
    return {name: value for name, value in environ.items() if _matches(name, wanted) and not _matches(name, NEVER)}


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern for pattern in patterns)
