"""What each run of retention did: a line of JSON for each stream, only ever added to. Nothing in it is of anybody."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = "retention.jsonl"
MOST_BYTES = 1 << 18
"""How far back is looked for the newest."""


class Reports:
    """`folder`: the state folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def add(self, report: Mapping[str, Any]) -> None:
        """Durable on return. A line that a crash cut off stands alone and is passed over when reading."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            cut = file.tell() and not self._ends_a_line()
            file.write((b"\n" if cut else b"") + json.dumps(report, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(descriptor)

    def newest(self) -> list[dict[str, Any]]:
        """The newest report of each stream, if it is of the newest day; empty before the first."""
        found: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            try:
                report = json.loads(line)
            except ValueError:
                continue
            found[report["stream"]] = report
        newest = max((each["day"] for each in found.values()), default="")
        return [each for each in found.values() if each["day"] == newest]

    def _lines(self) -> list[bytes]:
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - MOST_BYTES))
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def _ends_a_line(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"
