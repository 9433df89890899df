"""What the CLI may see, and which credentials it will use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_claude_workspace.claude import environment

SERVER = {
    "PATH": "/usr/bin",
    "HOME": "/home/ann",
    "LC_CTYPE": "C.UTF-8",
    "HTTPS_PROXY": "http://proxy:3128",
    "XDG_CACHE_HOME": "/cache",
    "XDG_RUNTIME_DIR": "/run/user/1000",
    "CONDA_PREFIX_1": "/opt/conda",
    "ANTHROPIC_MODEL": "opus",
    "JUPYTER_TOKEN": "secret",
    "JUPYTERHUB_API_TOKEN": "secret",
    "JPY_API_TOKEN": "secret",
    "JPY_PARENT_PID": "1",
    "JCW_LAUNCH": "of an outer session",
    "CLAUDECODE": "1",
    "CLAUDE_CODE_SSE_PORT": "1",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "GITHUB_TOKEN": "secret",
    "AZURE_CLIENT_SECRET": "secret",
    "GOOGLE_APPLICATION_CREDENTIALS": "/home/ann/key.json",
    "DATABASE_URL": "postgres://ann:secret@db",
}


def child(environ: dict[str, str], **more: Any) -> tuple[dict[str, str], dict[str, str]]:
    settings = {"allow": [], "extra": {}, "api_timeout": 120.0, "api_retries": 6, **more}
    return environment.child_environment(environ, **settings)


def own(environ: dict[str, str], **more: Any) -> dict[str, str]:
    """What of the given environment the CLI sees, without what is always set."""
    seen, _ = child(environ, **more)
    return {name: value for name, value in seen.items() if environ.get(name) == value}


def test_only_listed_variables_are_passed_on() -> None:
    """Of a server's environment the CLI sees what is on the list and nothing else."""
    seen = own(SERVER)

    assert seen.keys() == {
        "PATH", "HOME", "LC_CTYPE", "HTTPS_PROXY", "XDG_CACHE_HOME", "CONDA_PREFIX_1", "ANTHROPIC_MODEL",
    }  # fmt: skip
    assert "secret" not in json.dumps(child(SERVER))


def test_an_administrator_may_allow_more() -> None:
    """Further names and beginnings of names are let through."""
    seen = own(SERVER, allow=["GITHUB_TOKEN", "DATABASE_*"])

    assert seen.keys() - own(SERVER).keys() == {"GITHUB_TOKEN", "DATABASE_URL"}


@pytest.mark.parametrize("allow", [["*"], ["JUPYTER*", "JPY_*", "JCW_*"], ["JUPYTERHUB_API_TOKEN"]])
def test_tokens_of_jupyter_are_never_let_through(allow: list[str]) -> None:
    """No setting shows the CLI a variable of Jupyter's, the Hub's or an outer session's."""
    seen, _ = child(SERVER, allow=allow)

    assert not [name for name in seen if name.startswith(("JUPYTER", "JPY_", "JCW_"))]


@pytest.mark.parametrize(
    ("switch", "name"),
    [
        ("CLAUDE_CODE_USE_BEDROCK", "AWS_SECRET_ACCESS_KEY"),
        ("CLAUDE_CODE_USE_VERTEX", "GOOGLE_APPLICATION_CREDENTIALS"),
        ("CLAUDE_CODE_USE_FOUNDRY", "AZURE_CLIENT_SECRET"),
    ],
)
@pytest.mark.parametrize("value", ["1", "true", "0"])
def test_a_clouds_credentials_go_with_its_switch(switch: str, name: str, value: str) -> None:
    """Credentials of a cloud are passed on where Claude Code was told to use that cloud."""
    seen = own({**SERVER, switch: value})

    wanted = {switch, name} if value != "0" else {switch}
    assert seen.keys() - own(SERVER).keys() == wanted


def test_keys_are_kept_apart() -> None:
    """The credentials that can travel outside of the environment are not in it, wherever they came from."""
    given = {"ANTHROPIC_API_KEY": "key", "CLAUDE_CODE_OAUTH_TOKEN": "token"}

    from_server, from_extra = child({**SERVER, **given}), child(SERVER, extra=given)

    assert from_server[1] == from_extra[1] == given
    assert not given.keys() & (from_server[0].keys() | from_extra[0].keys())


def test_what_is_set_besides() -> None:
    """The limits of the API follow the settings, the extra variables win, and no host is asked that nobody named."""
    seen, _ = child(SERVER, api_timeout=2.5, api_retries=3, extra={"API_TIMEOUT_MS": "1", "NEW": "x"})
    without, _ = child(SERVER, api_timeout=0.0)

    assert (seen["CLAUDE_CODE_MAX_RETRIES"], seen["API_TIMEOUT_MS"], seen["NEW"]) == ("3", "1", "x")
    assert child(SERVER, api_timeout=2.5)[0]["API_TIMEOUT_MS"] == "2500"
    assert "API_TIMEOUT_MS" not in without
    assert environment.FIXED.items() <= seen.items()
    assert seen["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] == "1"


def test_a_model_server_without_keys_gets_a_placeholder() -> None:
    """Where only an address is set, the CLI gets a key that means nothing; without any, it would not ask at all."""
    _, secrets = child({**SERVER, "ANTHROPIC_BASE_URL": "http://127.0.0.1:11434"})

    assert secrets == {"ANTHROPIC_API_KEY": environment.NO_KEY}
    assert child(SERVER)[1] == {}


def test_other_programs_get_no_credentials() -> None:
    """The environment of npm and of a version check holds nothing of Claude Code's."""
    environ = {**SERVER, "ANTHROPIC_API_KEY": "key", "npm_config_registry": "http://127.0.0.1:1/"}

    seen = environment.system_environment(environ, "npm_config_*")

    assert seen.keys() == {"PATH", "HOME", "LC_CTYPE", "HTTPS_PROXY", "XDG_CACHE_HOME", "npm_config_registry"}


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({}, "none"),
        ({"ANTHROPIC_API_KEY": ""}, "none"),
        ({"ANTHROPIC_API_KEY": "k"}, "api_key"),
        ({"ANTHROPIC_AUTH_TOKEN": "k"}, "auth_token"),
        ({"CLAUDE_CODE_OAUTH_TOKEN": "k"}, "oauth_token"),
        ({"CLAUDE_CODE_USE_BEDROCK": "1"}, "bedrock"),
        ({"CLAUDE_CODE_USE_VERTEX": "true"}, "vertex"),
        ({"CLAUDE_CODE_USE_FOUNDRY": "1"}, "foundry"),
        ({"CLAUDE_CODE_USE_FOUNDRY": "0"}, "none"),
        ({"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}, "gateway"),
        ({"ANTHROPIC_BASE_URL": "http://127.0.0.1:1", "ANTHROPIC_API_KEY": "k"}, "api_key"),
        ({"ANTHROPIC_API_KEY": "k", "CLAUDE_CODE_OAUTH_TOKEN": "k"}, "api_key"),
        ({"ANTHROPIC_AUTH_TOKEN": "k", "ANTHROPIC_API_KEY": "k"}, "auth_token"),
        ({"CLAUDE_CODE_USE_VERTEX": "1", "ANTHROPIC_API_KEY": "k"}, "vertex"),
    ],
)
def test_the_kind_of_credentials(environ: dict[str, str], kind: str, tmp_path: Path) -> None:
    """Credentials in the environment are told by kind, in the CLI's own order."""
    assert environment.credentials_kind(environ, tmp_path) == kind


@pytest.mark.parametrize(
    ("file", "content", "kind"),
    [
        (".claude/.credentials.json", "{}", "login"),
        (".claude.json", '{"primaryApiKey": "k"}', "login"),
        (".claude.json", '{"theme": "dark"}', "none"),
        (".claude.json", "not json", "none"),
        (".claude/settings.json", '{"apiKeyHelper": "/bin/key"}', "login"),
        (".claude/settings.json", '{"env": {"ANTHROPIC_API_KEY": "k"}}', "api_key"),
        (".claude/settings.json", '{"env": {"CLAUDE_CODE_USE_BEDROCK": 1}}', "bedrock"),
        (".claude/settings.json", '{"env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}}', "gateway"),
        (".claude/settings.json", "[]", "none"),
    ],
)
def test_what_the_persons_own_cli_holds(file: str, content: str, kind: str, tmp_path: Path) -> None:
    """A login, a helper or settings of the person's own CLI count as well."""
    (tmp_path / ".claude").mkdir()
    (tmp_path / file).write_text(content)

    assert environment.credentials_kind({}, tmp_path) == kind


def test_another_folder_of_claudes(tmp_path: Path) -> None:
    """CLAUDE_CONFIG_DIR says where a login is looked for, and then the usual place does not count."""
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/.credentials.json").write_text("{}")
    other = tmp_path / "other"
    other.mkdir()

    assert environment.credentials_kind({"CLAUDE_CONFIG_DIR": str(other)}, tmp_path) == "none"
    (other / ".claude.json").write_text('{"primaryApiKey": "k"}')
    assert environment.credentials_kind({"CLAUDE_CONFIG_DIR": str(other)}, tmp_path) == "login"
