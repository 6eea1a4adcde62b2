"""What was measured, as tables for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Told = Mapping[str, Any]
REPLAYED = {
    "embedded_per_second": "embedded engine",
    "opa_per_second": "OPA on a unix socket",
    "opa_bare_per_second": "OPA, the facts alone, bare",
}
ORIGINS = {
    "embedded_bare": "embedded engine, bare",
    "embedded_bare_first": "embedded engine, bare, before the holder's word",
    "embedded_as_asked": "embedded engine, as the gateway asks it",
    "opa_bare": "OPA on a unix socket, bare",
    "opa_as_asked": "OPA on a unix socket, as the gateway asks it",
}


def show(console: Console, result: Told) -> None:
    """Print a result, whose form is that of the JSON."""
    tell_machine(console, result["machine"])
    processes = ", ".join(f"{count} {name}" for name, count in result["processes"].items())
    decision = result["decision"]
    for title, table in (
        ("One full disclosure at a time: two fields granted, two decisions, two holder calls", _disclosure(result)),
        (f"Full disclosures at once ({processes})", _throughput(result)),
        (f"The decision alone (facts of {decision['facts_bytes']:,} bytes)", _decision(decision)),
        (f"Recorded decisions replayed a second, on {result['replay']['cores']} cores", _replay(result["replay"])),
    ):
        console.print(f"[bold]{title}[/]", highlight=False)
        console.print(table)
    if result["postgresql"] is None:
        console.print("PostgreSQL is not on this machine: left out")
    console.print(f"[bold]Receipts verified[/] {result['verify_per_second']:,} a second, one thread, answers compared")


def tell_machine(console: Console, machine: Told) -> None:
    """On what it was measured."""
    for number, (name, value) in enumerate(machine.items()):
        console.print(" · " * bool(number) + f"[bold]{name}[/] {value}", end="", highlight=False)
    console.print("\n")


def table(*columns: str) -> Table:
    """An empty table whose figures stand to the right."""
    shown = Table()
    for number, column in enumerate(columns):
        shown.add_column(column, justify="right" if number else "left", no_wrap=True)
    return shown


def pair(told: Told) -> str:
    """Median and worst of a hundred, in milliseconds."""
    return f"p50 {told['p50_ms']:.3f}, p99 {told['p99_ms']:.3f} ms"


def _disclosure(result: Told) -> Table:
    shown, whole = table("", "p50 ms", "p99 ms", "of the whole", "within one"), result["disclosure"]["p50_ms"]

    def row(name: str, p50: float, p99: str = "", within: str = "") -> None:
        shown.add_row(name, f"{p50:.3f}", p99, f"{p50 / whole:.2f}", within)

    def parts(group: str) -> None:
        for name, told in result[group].items():
            within = f"{result['within'][name]['p50_ms']:.3f}" if name in result["within"] else ""
            row(f"  {name}", told["p50_ms"], f"{told['p99_ms']:.3f}", within)

    row("[bold]the whole, over HTTP[/]", whole, f"{result['disclosure']['p99_ms']:.3f}")
    if shared := result["postgresql"]:
        row(
            "the whole, its store in PostgreSQL",
            shared["disclosure"]["p50_ms"],
            f"{shared['disclosure']['p99_ms']:.3f}",
        )
    shown.add_section()
    parts("primitives")
    within = sum(told["p50_ms"] for told in result["within"].values())
    row("[bold]sum of these primitives[/]", result["sum_p50_ms"], within=f"{within:.3f}")
    shown.add_section()
    parts("around")
    row("  not measured by itself", result["unmeasured_p50_ms"])
    shown.add_section()
    parts("beside")
    return shown


def _throughput(result: Told) -> Table:
    shown = table("clients", "granted a second", "p50 ms", "p99 ms", "not granted")

    def rows(store: str, loads: list[Told]) -> None:
        for told in loads:
            times = [f"{told[name]:.2f}" if name in told else "" for name in ("p50_ms", "p99_ms")]
            shown.add_row(f"{told['clients']}, {store}", f"{told['per_second']:,.0f}", *times, str(told["refused"]))

    rows("SQLite", result["throughput"])
    if shared := result["postgresql"]:
        shown.add_section()
        rows("PostgreSQL", shared["throughput"])
    return shown


def _decision(decision: Told) -> Table:
    shown = table("", "p50 ms", "p99 ms")
    for origin, name in ORIGINS.items():
        if origin in decision:
            shown.add_row(name, f"{decision[origin]['p50_ms']:.3f}", f"{decision[origin]['p99_ms']:.3f}")
    version = decision["opa"]
    shown.add_section()
    shown.add_row(f"OPA {version}" if version else "OPA is not on this machine: left out", "", "")
    return shown


def _replay(replay: Told) -> Table:
    loads = {name: replay[name] for name in ("granted", "cases")}
    shown = table("", *(f"{name} ({told['records']:,}, {told['refused']:,} refused)" for name, told in loads.items()))
    for who, name in REPLAYED.items():
        if who in loads["granted"]:
            shown.add_row(name, *(f"{told[who]:,}" for told in loads.values()))
    return shown
