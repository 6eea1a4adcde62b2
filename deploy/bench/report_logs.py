"""What was measured of the log, as tables for people."""

from collections.abc import Mapping
from typing import Any

from report import pair, table, tell_machine
from rich.console import Console
from rich.table import Table

Told = Mapping[str, Any]


def show(console: Console, result: Told) -> None:
    """Print a result, whose form is that of the JSON."""
    tell_machine(console, result["machine"])
    sqlite, steady, million = result["sqlite"], result["steady"], result["million"]
    console.print(f"[bold]Durable records a second[/] (fdatasync of 4 KiB: {pair(sqlite['fdatasync_4k'])})")
    console.print(_durable(result))
    for name, part in (("Go", "tessera"), ("PostgreSQL", "postgresql")):
        if result[part] is None:
            console.print(f"{name} is not on this machine: left out")
    console.print(f"[bold]Acknowledged at {steady['a_second']} a second[/] after", highlight=False)
    for name, told in (*steady["acknowledged"].items(), ("fdatasync of 4 KiB", steady["fdatasync_4k"])):
        console.print(f"  {name:18} {pair(told)}", highlight=False)
    console.print(f"[bold]{million['records']:,} records of {million['leaf_bytes']} bytes[/], seconds", highlight=False)
    console.print(_million(million))


def _durable(result: Told) -> Table:
    sqlite, tessera, shared = result["sqlite"], result["tessera"], result["postgresql"]
    waiting = sorted({each["waiting"] for each in sqlite["durable"]})
    shown = table("waiting, or rows in one transaction", *map(str, waiting))

    def row(name: str, measured: list[Told]) -> None:
        rates = {each["waiting"]: each["per_second"] for each in measured}
        shown.add_row(name, *(f"{rates[count]:,}" for count in waiting))

    for name, size in sqlite["bytes"].items():
        row(f"SQLite, {name} ({size:,} B)", [each for each in sqlite["durable"] if each["what"] == name])
    if tessera:
        row(f"Tessera {tessera['version']}, entry ({tessera['bytes']} B)", tessera["durable"])
    if shared:
        for processes in sorted({each["processes"] for each in shared["durable"]}):
            measured = [each for each in shared["durable"] if each["processes"] == processes]
            row(f"PostgreSQL, {processes} process{'es' * (processes > 1)}, small record, each", measured)
        row("PostgreSQL, plain COPY", shared["plain_copy"])
    return shown


def _million(told: Told) -> Table:
    shown = table("", "seconds", "beside it", "seconds")
    shown.add_row("export as static tiles", f"{told['export_s']:.2f}", "copying its bytes", f"{told['copy_s']:.2f}")
    beside = "hashing its leaves, one thread"
    shown.add_row(f"verify ({told['verify_mb']} MB)", f"{told['verify_s']:.2f}", beside, f"{told['hash_s']:.2f}")
    if "tessera_fsck_s" in told:
        shown.add_row("Tessera's fsck", f"{told['tessera_fsck_s']:.2f}", "", "")
    return shown
