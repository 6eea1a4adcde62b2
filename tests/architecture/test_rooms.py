"""Who may import what from outside: what is not granted here is refused, so a new dependency finds its room first.

The layers among the rooms themselves are import-linter's (pyproject.toml). It cannot say "this package, only there" for
a package that nobody imports yet, nor "nothing but these": this file can.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ANYWHERE = frozenset({"*"})
WEB = frozenset({"api", "app", "desk", "sandbox", "witness"})
CRYPTOGRAPHERS = frozenset({"client", "crypto", "oauth", "verify"})

# A package from outside, and the rooms that may import it.
MAY_IMPORT = {
    "aiohttp": frozenset({"holders", "pdp", "oauth", "directory", "sandbox", "witness"}),
    "apsw": frozenset({"store"}),
    "authlib": frozenset({"desk", "oauth"}),
    "cbor2": frozenset({"crypto"}),
    "cryptography": CRYPTOGRAPHERS,
    "fastapi": WEB,
    "httpx": frozenset({"client", "cli", "desk", "sandbox"}),
    "jinja2": frozenset({"desk", "review"}),
    "joserfc": CRYPTOGRAPHERS,
    "jsonschema_rs": ANYWHERE,
    "oidc_provider_mock": frozenset(),  # a provider to test sign-in against; the sandbox has one of its own
    "markupsafe": frozenset({"desk"}),
    "opa_client": frozenset({"pdp"}),
    "opentelemetry": frozenset({"app"}),
    "orjson": ANYWHERE,
    "psycopg": frozenset({"store"}),
    "psycopg_pool": frozenset({"store"}),
    "pydantic": frozenset({"api", "cli", "sandbox", "settings"}),  # the commands tell what is wrong with a setting
    "pydantic_settings": frozenset({"settings"}),
    "pyroaring": frozenset({"review"}),
    "regorus": frozenset({"pdp"}),
    "rfc3161_client": frozenset({"witness"}),
    "rich": frozenset({"cli", "sandbox"}),
    "segno": frozenset({"desk", "review"}),
    "sqlite3": frozenset(),  # the wheel of apsw brings a newer SQLite, whose VFS tests can cut off
    "starlette": WEB,
    "structlog": ANYWHERE,
    "typst": frozenset({"desk", "review"}),
    "uvicorn": frozenset({"cli", "sandbox"}),
    "uvloop": frozenset({"cli", "sandbox"}),
    "yaml": ANYWHERE,
}
# Rooms that are copied or installed elsewhere, or that judge: nothing but the standard library and these.
ALONE = {"verify": {"cryptography"}, "model": {"orjson"}}
SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM ", "CREATE TABLE", "PRAGMA ")


def room_of(gateway: Path, file: Path) -> str:
    """The room of a module: the folder or file right below gateway/."""
    return file.relative_to(gateway).parts[0].removesuffix(".py")


def imports(tree: ast.Module) -> Iterator[str]:
    """The top-level names of all that a module imports from outside the project."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def breaches(gateway: Path) -> list[str]:
    """Every import or statement that stands in a room where it may not, as `file: what`."""
    found = []
    for file in sorted(gateway.rglob("*.py")):
        room, tree = room_of(gateway, file), ast.parse(file.read_text())
        where = file.relative_to(gateway.parent).as_posix()
        for package in sorted(set(imports(tree)) - {"gateway"}):
            standard = package in sys.stdlib_module_names
            rooms = MAY_IMPORT.get(package, ANYWHERE if standard else frozenset())
            alone = room in ALONE and not standard and package not in ALONE[room]
            if alone or not (rooms is ANYWHERE or room in rooms):
                found.append(f"{where}: imports {package}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if room != "store" and node.value.lstrip().startswith(SQL):
                    found.append(f"{where}: SQL {node.value.lstrip()[:20]!r}")
            elif (
                room in {"verify", "client", "model"}
                and isinstance(node, ast.Attribute)
                and node.attr in {"environ", "getenv"}
            ):
                found.append(f"{where}: reads the environment")
    return found


def test_every_package_stays_in_its_room(root: Path) -> None:
    assert breaches(root / "gateway") == []


@pytest.mark.parametrize(
    ("file", "source", "breach"),
    [
        ("exchange/fetch.py", "from fastapi import Request", "imports fastapi"),
        ("api/routes.py", "import apsw", "imports apsw"),
        ("store/sqlite/database.py", "import sqlite3", "imports sqlite3"),
        ("verify/note.py", "import orjson", "imports orjson"),
        ("verify/note.py", "def f():\n    from joserfc import jws", "imports joserfc"),
        ("model/facts.py", "import structlog", "imports structlog"),
        ("exchange/decide.py", "import regorus", "imports regorus"),
        ("holders/client.py", "import requests", "imports requests"),
        ("settings.py", "import cryptography.hazmat", "imports cryptography"),
        ("tlog/sequencer.py", "statement = 'SELECT leaf FROM leaves'", "SQL 'SELECT leaf FROM lea'"),
        ("client/ask.py", "import os\nos.environ['X']", "reads the environment"),
    ],
)
def test_a_breach_is_seen(tmp_path: Path, file: str, source: str, breach: str) -> None:
    module = tmp_path / "gateway" / file
    module.parent.mkdir(parents=True)
    module.write_text(source)
    assert breaches(tmp_path / "gateway") == [f"gateway/{file}: {breach}"]


def test_each_room_knows_only_the_rooms_below_it(root: Path) -> None:
    lint = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr
