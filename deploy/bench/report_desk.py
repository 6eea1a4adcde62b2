"""What was measured of the desk, as tables for people."""

from collections.abc import Mapping
from typing import Any

from report import table, tell_machine
from rich.console import Console

WORST = 12
"""Filters that are told one by one: the slowest."""


def show(console: Console, result: Mapping[str, Any]) -> None:
    """Print a result, whose form is that of the JSON."""
    tell_machine(console, result["machine"])
    lists, start, follower = result["lists"], result["start"], result["follower"]
    console.print(
        f"[bold]A list of {result['records']:,} records[/] ({lists['filters']} filters, {lists['samples']} pages): "
        f"p50 {lists['p50_ms']:.1f}, p95 {lists['p95_ms']:.1f}, worst {lists['worst_ms']:.1f} ms "
        f"(of this process p50 {lists['process_p50_ms']:.1f}, p95 {lists['process_p95_ms']:.1f}); "
        f"largest page {lists['largest_page_kb_gzip']} KB gzip",
        highlight=False,
    )
    shown = table("the slowest filters", "p50 ms", "p95 ms", "p95 of the process")
    slowest = sorted(lists["by_filter"].items(), key=lambda item: -item[1]["p95_ms"])
    for query, told in slowest[:WORST]:
        shown.add_row(_short(query), f"{told['p50_ms']:.1f}", f"{told['p95_ms']:.1f}", f"{told['process_p95_ms']:.1f}")
    console.print(shown)
    console.print(
        f"[bold]Start[/] {start['seconds']} s, {start['memory_mb']} MB; file {result['file_mb']} MB; "
        f"made up and taken in {result['taken_in_s']} s",
        highlight=False,
    )
    console.print(
        f"[bold]Follower[/] {follower['per_second']:,} sealed records a second ({follower['records']:,} read)",
        highlight=False,
    )


def _short(query: str) -> str:
    return (query if len(query) <= 60 else f"{query[:57]}…") or "no filter"
