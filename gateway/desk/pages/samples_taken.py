"""Samples to take along: all that is needed to draw one again, with its verdicts; and the list of them."""

from gateway.desk.desk import Desk
from gateway.desk.page import Download, Seen
from gateway.desk.pages.samples import find, of
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.taken import listed as as_file
from gateway.desk.visit import Visit
from gateway.review.judged import by_record
from gateway.review.samples import ALGORITHM, progress

LISTED = ("id", "title", "drawn", "seed", "filter", "population", "size", "judged")
COLUMNS = ("place", "record", "year", "number", "verdict", "text", "at")


async def taken(desk: Desk, visit: Visit) -> Download:
    """The sample as a file: all that is needed to draw it again, and the verdicts."""
    sample, said = await find(desk, visit)
    index, rows = desk.indexes[visit.tenant], []
    for place, record in enumerate(sample.records, 1):
        line, found = index.of_record(record), said[record].verdict if record in said else None
        at = (None, None) if line is None else (line.year, line.number)
        content = found.content if found else {}
        rows.append((place, record, *at, content.get("verdict"), content.get("text"), found and found.at))
    head = {
        "tenant": visit.tenant,
        "algorithm": ALGORITHM,
        "seed": sample.seed,
        "filter": sample.filter,
        "size": sample.size,
        "population": sample.population,
        "population_sha256": sample.digest,
        "seals": [f"{year}: {size} {sample.roots[year]}" for year, size in sorted(sample.sizes.items())],
        "drawn": sample.at,
    }
    look = Seen("steekproef: bestand", sample.id, len(rows))
    return as_file(visit.path["form"], f"steekproef-{sample.id}", COLUMNS, rows, head, look)


async def taken_list(desk: Desk, visit: Visit) -> Download:
    """The list of samples as a file."""
    samples, said = await of(desk, visit), by_record(await desk.writings.all(visit.tenant))
    rows = [
        (each.id, each.title, each.at, each.seed, each.filter, each.population, len(each.records), far.judged)
        for each in samples
        if (far := progress(each.records, said))
    ]
    head, look = {"tenant": visit.tenant, "count": len(rows)}, Seen("steekproeven: bestand", count=len(rows))
    return as_file(visit.path["form"], f"steekproeven-{visit.tenant}", LISTED, rows, head, look)


ROUTES = (
    Route("GET", "/steekproeven/bestand.{form}", Permission.EXPORT, taken_list, step_up=True),
    Route("GET", "/steekproeven/{id}/bestand.{form}", Permission.EXPORT, taken, step_up=True),
)
