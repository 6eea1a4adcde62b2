"""A PostgreSQL of our own for as long as the tests run: durable as in production, reached by a unix socket alone.

Rules: one server a session, one fresh database (or two) a test; it is run by an account that is not root (`postgres`
where the tests run as root); a test that takes these fixtures is marked `part("postgresql")`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from gateway.store.postgres.database import read_both
from gateway.store.postgres.schema import migrate

ACCOUNT = "postgres"
GATEWAY = "sluis_gateway"
"""The role that gateways use, with what `grants.sql` gives it."""
_NUMBERS = count(1)


@dataclass
class Server:
    """A running server. `folder` holds its data and its socket."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    settings: tuple[str, ...] = ()
    password: str = ""
    _template: str = ""

    def url(self, name: str, *, user: str = ACCOUNT) -> str:
        password = f":{self.password}" if self.password else ""
        return f"postgresql://{user}{password}@/{name}?host={self.folder}"

    def run(self, statement: str, *, name: str = "postgres") -> None:
        """One statement as the superuser."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(statement.encode())

    def fresh(self) -> str:
        """The URL of a new, empty database."""
        return self._create("template1")

    def migrated(self) -> str:
        """The URL of a new database that has both schemas of the store at their newest version."""
        if not self._template:
            self._template = "migrated"
            self.run(f"CREATE DATABASE {self._template}")
            url = self.url(self._template)
            self.run(f"CREATE ROLE {GATEWAY} LOGIN")
            for database in read_both(url, url, development=False):
                migrate(database, role=GATEWAY)
        return self._create(self._template)

    def granted(self) -> str:
        """The URL of a new database as `migrated`, for the role that gateways use."""
        return self.migrated().replace(f"//{ACCOUNT}@", f"//{GATEWAY}@")

    def _create(self, template: str) -> str:
        name = f"test_{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def kill(self) -> None:
        """As a power button would."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """End it at once, since nobody will come back for what it holds, and take its folder away."""
        self.kill()
        shutil.rmtree(self.folder)

    def _end(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(30)

    def start(self) -> None:
        """Start (again), and wait until it answers."""
        log = (self.folder / "log").open("ab")
        arguments = ["postgres", "-D", str(self.folder / "data"), "-k", str(self.folder)]
        arguments += [f"--{each}" for each in ("listen_addresses=", *self.settings)]
        self.process = subprocess.Popen([*as_account(), *arguments], stdout=log, stderr=log)
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "log").read_text()[-1000:]
                assert time.monotonic() < until, "PostgreSQL did not start"
                time.sleep(0.05)


def make_server() -> Server:
    """A new server in a temporary folder; whoever made it stops it and takes the folder away."""
    folder = make_folder()
    make = f"initdb -D {folder}/data -U {ACCOUNT} -A trust -E UTF8 --locale=C --no-sync"
    subprocess.run([*as_account(), *make.split()], check=True, capture_output=True, cwd=folder)
    return Server(folder)


def make_folder() -> Path:
    """A temporary folder of the account that runs the server, with a path that is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="sluis-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)
    return folder


def as_account() -> list[str]:
    """Another account where we are root, who may not. `setpriv` becomes the server, so signals reach it."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups"]


@contextmanager
def running_server(*settings: str) -> Iterator[Server]:
    """A new server that runs as long as the block. `settings`: as `fsync=off`."""
    server = make_server()
    server.settings = settings
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server of this session."""
    with running_server() as server:
        yield server


@pytest.fixture
def fresh_database(postgres_server: Server) -> str:
    """The URL of an empty database for one test."""
    return postgres_server.fresh()
