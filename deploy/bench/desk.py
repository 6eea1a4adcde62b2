"""Measure the FG's desk over a million records: a list with all its facets, whatever its filter, from request to page.

    make bench-desk            a table, and JSON beside this file
    make bench-desk ARGS="--brief"

Rules: a list walks the whole road (session, role, the look durably recorded, found, counted, rendered) in the process
that serves it; no filter is measured twice in a row; the index is loaded in a process of its own, whose memory is told;
beside the time that went by stands the time of this process, which a busy machine does not lengthen as much.
The million is made up by a seed (`tests/support/lines.py`); what the follower reads is a log of sealed records.
"""

import argparse
import asyncio
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog
from machine import describe
from report_desk import show
from rich.console import Console
from timing import milliseconds, quantile

from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest, make_logs
from gateway.model.codes import Tenant
from gateway.model.record import Leaf, NewRecord, RecordClass
from gateway.review.alias import Aliases
from gateway.review.filter import Filter
from gateway.review.follow import Follower
from gateway.review.index import Index
from gateway.store.review.index import SqliteIndexFile
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.sealed import SealedRecords
from tests.support.desk import opened, record_a_morning, settings_of
from tests.support.lines import BASES, CATEGORIES, ORGANISATIONS, REASONS, REVISIONS, SECRET, filled, made_up

WIDTH = 110
RESULT = Path(__file__).with_name("result-desk.json")
MANY, FEW = 1_000_000, 3_000
LAST_PAGE = "pagina=10000"
PERSON = Aliases(SECRET).of(Tenant.ZVH, "77")
QUERIES = (
    "",
    LAST_PAGE,
    "pagina=500",
    "besluit=geweigerd",
    "besluit=toegestaan&besluit=gedeeltelijk",
    "besluit=gewist",
    "soort=verstrekking",
    "soort=outcome&soort=act",
    f"grondslag={BASES[0]}",
    f"grondslag={BASES[6]}",
    "doel=opvragen",
    f"aanvrager={ORGANISATIONS[3]}",
    f"bronhouder={ORGANISATIONS[39]}",
    f"ontvanger={ORGANISATIONS[3]}",
    "fase=3",
    "fase=geen",
    f"gegevens={CATEGORIES[4]}",
    f"verstrekt={CATEGORIES[4]}",
    f"reden={REASONS[0]}",
    f"beleid={REVISIONS[2]}",
    "tijd=buiten-kantoortijd",
    "opgehaald=nee",
    "beoordeeld=nee",
    "vlag=ja",
    "vlag=nee&" + LAST_PAGE,
    "vanaf=2025-01-01&tot=2025-12-31",
    "vanaf=2026-06-01",
    "na=2026-06-01T10%3A00%3A00Z",
    "casus=ZVH-2026-00077",
    f"betrokkene={PERSON}",
    f"besluit=geweigerd&aanvrager={ORGANISATIONS[3]}",
    f"besluit=geweigerd&reden={REASONS[0]}&tijd=buiten-kantoortijd",
    f"verstrekt={CATEGORIES[4]}&fase=1&vanaf=2025-06-01&tot=2026-06-01",
    "&".join(f"aanvrager={each}" for each in ORGANISATIONS[:20]) + "&" + "&".join(f"gegevens={e}" for e in CATEGORIES),
    f"grondslag={BASES[6]}&fase=4&casus=ZVH-0",
    "groep=casus",
    f"groep=casus&besluit=geweigerd&aanvrager={ORGANISATIONS[3]}",
)
"""What people ask for, and what is worst: nothing left out, far back, all at once."""


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brief", action="store_true", help="a few thousand records, to see that it works")
    parser.add_argument("--json", type=Path, default=RESULT, help="where the result is written")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        print(json.dumps(_loaded(arguments.load)))
        return 0
    count, rounds, sealed = (FEW, 2, 200) if arguments.brief else (MANY, 12, 10_000)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
        result = {"machine": describe(), **_measure(Path(name), count, rounds, sealed)}
    result["seconds"] = round(time.monotonic() - begun, 1)
    show(Console(width=None if sys.stdout.isatty() else WIDTH), result)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    print(f"{result['seconds']} s; as JSON: {arguments.json}")
    return 0


def _measure(folder: Path, count: int, rounds: int, sealed: int) -> dict[str, Any]:
    path, state = folder / "index.sqlite", folder / "state"
    took, index = _seconds(lambda: filled(path, made_up(count)))
    index._file.close()
    del index
    load = [sys.executable, __file__, "--load", str(path)]
    start = json.loads(subprocess.run(load, capture_output=True, text=True, check=True).stdout)
    asyncio.run(record_a_morning(state))
    return {
        "records": count,
        "file_mb": round(path.stat().st_size / 1e6),
        "taken_in_s": took,
        "start": start,
        "lists": asyncio.run(_lists(state, path, rounds)),
        "follower": asyncio.run(_followed(folder, state, sealed)),
    }


async def _lists(state: Path, path: Path, rounds: int) -> dict[str, Any]:
    """Server time of every list, `rounds` times each, and the size of the largest page."""
    samples: dict[str, list[tuple[float, float]]] = {query: [] for query in QUERIES}
    largest, index = 0, _opened(path)
    index.mark("vlag", [line.record for line in index.find(Filter.of(besluit="geweigerd"), count=500).lines])
    async with opened(state) as desk:
        desk.desk.indexes = {**desk.desk.indexes, Tenant.ZVH: index}
        fenna = desk.sign_in()
        for each in range(rounds + 1):
            for query in QUERIES:
                begun, used = time.perf_counter(), time.process_time()
                page = await fenna.get(f"/zvh/verstrekkingen?{query}")
                took = time.perf_counter() - begun, time.process_time() - used
                assert page.status_code == 200, page.text
                if each:
                    samples[query].append(took)
                else:
                    largest = max(largest, len(gzip.compress(page.content)))
    index._file.close()
    every = [each for found in samples.values() for each in found]
    return {
        "filters": len(QUERIES),
        "samples": len(every),
        **_told(every),
        "worst_ms": milliseconds(max(every)[0]),
        "largest_page_kb_gzip": round(largest / 1000, 1),
        "by_filter": {query: _told(found) for query, found in samples.items()},
    }


def _told(samples: list[tuple[float, float]]) -> dict[str, float]:
    went_by, used = zip(*samples, strict=True)
    return {
        "p50_ms": milliseconds(quantile(went_by, 0.5)),
        "p95_ms": milliseconds(quantile(went_by, 0.95)),
        "process_p50_ms": milliseconds(quantile(used, 0.5)),
        "process_p95_ms": milliseconds(quantile(used, 0.95)),
    }


async def _followed(folder: Path, state: Path, count: int) -> dict[str, Any]:
    """How fast sealed records of a real log come in."""
    settings = settings_of(state)
    body = _body_of(state)
    logs = make_logs(settings, open_keys(settings), SqliteShelf(state))
    try:
        await logs.start()
        now = logs._clock.now()
        for start in range(0, count, 500):
            await asyncio.gather(*(_append(logs, now, body, start + each) for each in range(500)))
    finally:
        logs.close()
    at_rest, file = logs_at_rest(settings), SqliteIndexFile(folder / "followed.sqlite")
    index = Index(Tenant.ZVH, file, Aliases(SECRET))
    took, read = _seconds(Follower(at_rest, {Tenant.ZVH: index}, lambda _: None).level)
    file.close()
    at_rest.close()
    return {"records": read, "seconds": took, "per_second": round(read / took)}


async def _append(logs: Any, now: Any, body: bytes, number: int) -> None:
    new = NewRecord(
        kind=RecordClass.VERSTREKKING,
        request_id=logs._identifiers.new(),
        revision="sha256:1",
        simulation=False,
        body=body,
        released=b"sealed",
        subject=f"1.person-{number // 3}",
        case=f"ZVH-2026-{number // 5:04d}",
        retain_until=(now + timedelta(days=1800)).date(),
    )
    await logs.append(Tenant.ZVH, now, new)


def _body_of(state: Path) -> bytes:
    """The body of a disclosure as the gateway records it."""
    at_rest = logs_at_rest(settings_of(state))
    [year] = at_rest.years(Tenant.ZVH)
    sealed = SealedRecords(at_rest).at(Tenant.ZVH, year, 0)
    body = orjson.dumps(sealed.open(Leaf.from_bytes(sealed.leaf)))
    at_rest.close()
    return body


def _loaded(path: Path) -> dict[str, Any]:
    took, index = _seconds(lambda: _opened(path))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"records": sum(index.level.sizes.values()), "seconds": took, "memory_mb": round(memory)}


def _opened(path: Path) -> Index:
    return Index(Tenant.ZVH, SqliteIndexFile(path), Aliases(SECRET))


def _seconds(run: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    made = run()
    return round(time.perf_counter() - begun, 2), made


if __name__ == "__main__":
    sys.exit(main())
