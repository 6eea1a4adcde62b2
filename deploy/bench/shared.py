"""The log in PostgreSQL: one gateway process and two, and plain COPY of as many bytes.

Every process is one writer with its own callers, on the same two cores as the server; keys stand in a database of their
own, as in production. What counts is the sum over the processes in the seconds that all of them ran.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from ledger import SMALL, WAITING
from machine import has_postgresql
from timing import Extent

from gateway.crypto.keys import PrivateKey
from gateway.store.postgres.database import read_both
from gateway.store.postgres.schema import migrate
from tests.support.postgres import running_server

WRITER = Path(__file__).with_name("writer.py")
PROCESSES = (1, 2)
_COPY = "COPY plain (content) FROM STDIN (FORMAT binary)"


def measure(extent: Extent) -> dict[str, Any] | None:
    """Durable records a second by processes and waiting, or None where there is no PostgreSQL."""
    if not has_postgresql():
        return None
    with running_server() as server:
        urls = server.fresh(), server.fresh()
        for database in read_both(*urls, development=True):
            migrate(database)
        rates: dict[tuple[int, int], list[float]] = {}
        plain: dict[int, list[float]] = {}
        for _ in range(extent.rounds):
            for waiting in WAITING:
                plain.setdefault(waiting, []).append(_copy(server.url("postgres"), waiting, extent.seconds))
                for processes in PROCESSES:
                    rate = _write(urls, processes, waiting, 2 * extent.seconds)
                    rates.setdefault((processes, waiting), []).append(rate)
    durable = [
        {"processes": processes, "waiting": waiting, "per_second": round(median(each))}
        for (processes, waiting), each in rates.items()
    ]
    copied = [{"waiting": waiting, "per_second": round(median(each))} for waiting, each in plain.items()]
    return {"bytes": SMALL, "durable": durable, "plain_copy": copied}


def _write(urls: tuple[str, str], processes: int, waiting: int, seconds: float) -> float:
    """`waiting` callers in each of `processes`."""
    environment = os.environ | {"SLUIS_BENCH_KEY": PrivateKey.generate("Ed25519").to_pkcs8().hex()}
    command = [sys.executable, str(WRITER), *urls, str(waiting), str(seconds), f"bench-{secrets.token_hex(4)}"]
    writers = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for each in writers:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    told = [each.communicate("go\n", timeout=seconds + 60)[0] for each in _started(writers)]
    return sum(json.loads(each)["per_second"] for each in told)


def _started(writers: list["subprocess.Popen[str]"]) -> list["subprocess.Popen[str]"]:
    for each in writers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return writers


def _copy(url: str, batch: int, seconds: float) -> float:
    content, count = os.urandom(SMALL), 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS plain (id bigserial PRIMARY KEY, content bytea)")
        begun = time.perf_counter()
        while (taken := time.perf_counter() - begun) < seconds:
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.set_types(["bytea"])
                for _ in range(batch):
                    copy.write_row((content,))
            count += batch
    return count / taken
