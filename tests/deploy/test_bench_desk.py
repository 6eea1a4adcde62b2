"""`make bench-desk` works, and says what it measured: a run over a few thousand records."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """A brief run; its JSON is in `result.json` of its folder, which is the last argument."""
    result = tmp_path_factory.mktemp("bench") / "result.json"
    command = [sys.executable, str(root / "deploy/bench/desk.py"), "--brief", "--json", str(result)]
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def result(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return json.loads(Path(run.args[-1]).read_text())


def test_many_filters_are_measured_the_worst_among_them(result: dict[str, Any]) -> None:
    lists = result["lists"]
    assert lists["filters"] == len(lists["by_filter"]) >= 30
    assert lists["samples"] == 2 * lists["filters"]
    assert {"", "pagina=10000", "groep=casus"} < lists["by_filter"].keys()
    assert 0 < lists["p50_ms"] <= lists["p95_ms"] <= lists["worst_ms"]
    assert 0 < lists["process_p50_ms"] <= lists["process_p95_ms"]
    assert 1 < lists["largest_page_kb_gzip"] < 100


def test_start_memory_and_follower_are_measured(result: dict[str, Any]) -> None:
    assert result["records"] == result["start"]["records"] == 3_000
    assert result["start"]["memory_mb"] > 20
    assert result["follower"]["records"] > 200
    assert result["follower"]["per_second"] > 0


def test_the_table_says_what_the_json_says(result: dict[str, Any], run: subprocess.CompletedProcess[str]) -> None:
    told = " ".join(run.stdout.split())
    assert f"p50 {result['lists']['p50_ms']:.1f}" in told
    assert f"p95 {result['lists']['p95_ms']:.1f}" in told
    assert f"{result['follower']['per_second']:,} sealed records a second" in told
