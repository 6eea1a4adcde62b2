"""On what was measured."""

import os
import platform
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

SERVERS = Path("/usr/lib/postgresql")
"""Where Debian keeps the server, off the PATH."""


def has_postgresql() -> bool:
    """Whether a PostgreSQL server can be started here."""
    os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], *map(str, sorted(SERVERS.glob("*/bin")))])
    return shutil.which("postgres") is not None


def describe() -> dict[str, Any]:
    """The machine as far as a figure depends on it, and how busy it was."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }
