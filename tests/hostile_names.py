"""Names that are no honest name of anything: for agents, notebooks, attachments, folders.

`hostile_names(outside)` leads, one way or another, to a file outside of the root that the caller put there; whatever
takes a name must refuse every one of them as unknown or bad, and touch nothing outside.
"""

from __future__ import annotations

from itertools import product
from urllib.parse import quote

RESERVED = ["CON", "PRN", "AUX", "NUL", *(f"{port}{digit}" for port in ("COM", "LPT") for digit in "123456789¹²³")]
UP = [
    "..", "../..", "../../..", "./..", "x/../..", "x/../../..", ".../...//", "..//..", "..;", "..;/..",
    "....//....", "/..", "//..", "\\..", "..\\..", "x\\..\\..", "..\\/..", "..\x00", "..%00",
]  # fmt: skip
SLASHES = [
    "/", "//", "\\", "\\\\", "/./", "%2f", "%2F", "%5c", "%252f", "%c0%af", "%e0%80%af", "∕", "⁄", "／", "＼",
]  # fmt: skip
ENDS = [
    "{}.", "{} ", "{}...", " {}", "{}\t", "{}\n", "{}\r\n", "{}\x00", "{}\x00.txt", "{}:stream", "{}::$DATA",
    "{}~1", "{}%00", "{}%20", "{}%2e", "{}/", "{}//", "{}/.", "{}/..", "{}\\", "{}?", "{}#", "{}*", "{}|",
    "{}<", '{}"', "{};",
]  # fmt: skip
UNSEEN = [
    "\u202e", "\u202d", "\u2066", "\u2069", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f",
    "\u3164", "\u180e", "\u2028", "\u2029", "\x7f", "\x1b[2J", "\x08", "\x85", "\U000e0041", "\U000e007f",
    "\ufe0f",
]  # fmt: skip
ALIKE = [
    "re\u0301sume\u0301", "r\u00e9sum\u00e9", "ﬁle", "K", "Å", "A\u030a", "İ", "ı", "ß", "ẞ", "ſ", "ｆｉｌｅ", "ﬀ",
    "\u1e9b\u0323", "\u0041\u030a", "\u212b", "\u2126", "Ω", "\uac00", "\u1100\u1161", "\u0958", "\u0915\u093c",
]  # fmt: skip
EXPANDED = [
    "~", "~root", "~/x", "$HOME", "${HOME}", "$(id)", "`id`", "%USERPROFILE%", "%APPDATA%\\x", "!id", "*", "?",
    "[a-z]", "{a,b}", "a;b", "a|b", "a&&b", "a>b", "a<b", "-rf", "--help", "--dangerously-skip-permissions",
    "-", "--", "-c", "@x", "'x'", '"x"', "x'; DROP TABLE sessions; --", "{{7*7}}", "${7*7}",
    "<script>alert(1)</script>", "%s%s%n", "%n", "javascript:alert(1)", "data:text/html,x",
    "file:///etc/passwd", "http://127.0.0.1/", "//127.0.0.1/x", "RTC:x", "\\\\127.0.0.1\\share\\x",
    "\\\\?\\C:\\x", "\\\\.\\PhysicalDrive0", "\\??\\C:\\x", "C:", "C:\\x", "C:x", "c:/x", "z:..\\x", "/", "//",
    "///", "/etc/passwd", "/proc/self/environ", "/proc/self/root/etc/passwd", "/proc/self/cwd/x", "/dev/fd/0",
    "/dev/null", "/dev/zero", "/dev/stdin", "proc/self/environ", ".", "...", "....", ". ", " .", " ", "\t", "",
]  # fmt: skip
HIDDEN = [
    ".git", ".git/config", ".git/hooks/pre-commit", ".ssh/id_rsa", ".jupyter", ".env", ".claude/settings.json",
    ".mcp.json", ".ipynb_checkpoints/x", ".hidden", ".x", "..x", ".x.", "a/.hidden", "a/.hidden/x", ".DS_Store",
]  # fmt: skip


def hostile_names(outside: str = "outside/secret") -> list[str]:
    """More than 500 names, no two alike; `outside` is not to be reached: a path from the parent of the root."""
    made = [*UP, *ALIKE, *EXPANDED, *HIDDEN, *RESERVED]
    made += [f"{name}.txt" for name in RESERVED] + [name.lower() for name in RESERVED]
    for steps, slash in product((1, 2, 3, 8), SLASHES):
        way = slash.join([*[".."] * steps, *outside.split("/")])
        made += [way, f"x{slash}{way}"]
    for steps in (1, 2, 8):
        way = "../" * steps + outside
        once = quote(way, safe="")
        made += [
            once,
            quote(once, safe=""),
            once.replace("..", "%2e%2e"),
            once.replace("..", "%2E."),
            way.replace(".", "．"),
        ]
        made += [way.replace("..", "..\x00"), way.replace("..", "..%00"), f"/{way}", f"./{way}", f"{way}\x00.x"]
    made += [end.format(name) for end, name in product(ENDS, ("x", "Reviewer", "../x"))]
    made += (
        [f"{unseen}x" for unseen in UNSEEN] + [f"x{unseen}" for unseen in UNSEEN] + [f"x{unseen}y" for unseen in UNSEEN]
    )
    made += [f"\u202e{way}" for way in ("txt.exe", "nosj.tnega", "bnyp")]
    made += ["a" * size for size in (256, 257, 1_000, 4_096, 5_000)] + [
        "ü" * 128,
        "🦀" * 64,
        "a/" * 600 + "x",
        "a" * 255 + ".x",
    ]
    made += [chr(code) for code in range(1, 32)] + [f"x{chr(code)}y" for code in range(1, 32)]
    made += [
        "Ä",
        "é",
        "日本語",
        "🦀",
        "X",
        "UPPER",
        "camelCase",
        "with space",
        "a.b",
        "a+b",
        "a=b",
        "a,b",
        "ein/aus",
        "a\\b",
        "_a",
        "-a",
    ]
    return list(dict.fromkeys(made))
