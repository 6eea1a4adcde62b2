"""The case files that come with the gateway, read once for all tests."""

from functools import cache
from typing import Any

from gateway.workbench.cases import Case, put, remove, shipped

__all__ = ["Case", "all_cases", "baseline", "baseline_names", "put", "remove"]


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case of every basis, in the order of the files."""
    return shipped().cases()


def baseline(name: str) -> dict[str, Any]:
    """A fresh copy of the complete facts of a baseline."""
    return shipped().baseline(name)


def baseline_names() -> list[str]:
    """The names of all baselines."""
    return list(shipped().baselines)
