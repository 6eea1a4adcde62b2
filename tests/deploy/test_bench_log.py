"""`make bench-log` works, and says what it measured and beside what: a run of a few samples."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(600)  # the first build of Tessera's log fetches and compiles everything
WAITING = {1, 64, 512}


@pytest.fixture(scope="module")
def run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """A brief run; its JSON is in `result.json` of its folder, which is the last argument."""
    result = tmp_path_factory.mktemp("bench") / "result.json"
    command = [sys.executable, str(root / "deploy/bench/logs.py"), "--brief", "--json", str(result)]
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=580, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def result(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return json.loads(Path(run.args[-1]).read_text())


def test_every_rate_stands_beside_the_disk(result: dict[str, Any]) -> None:
    sqlite = result["sqlite"]
    measured = {(each["what"], each["waiting"]) for each in sqlite["durable"]}
    assert measured == {(what, waiting) for what in sqlite["bytes"] for waiting in WAITING}
    assert all(each["per_second"] > 0 for each in sqlite["durable"])
    acknowledged = result["steady"]["acknowledged"]
    assert acknowledged.keys() == {"disclosure", "small record"}
    for told in (sqlite["fdatasync_4k"], *acknowledged.values(), result["steady"]["fdatasync_4k"]):
        assert 0 < told["p50_ms"] <= told["p99_ms"]
    assert all(told["samples"] >= 40 for told in acknowledged.values())


def test_other_logs_and_databases_are_measured_where_they_are(
    result: dict[str, Any], run: subprocess.CompletedProcess[str]
) -> None:
    for name, part, there in (
        ("Go", "tessera", shutil.which("go")),
        ("PostgreSQL", "postgresql", shutil.which("postgres")),
    ):
        assert (result[part] is not None) is (there is not None)
        assert (f"{name} is not on this machine: left out" in run.stdout) is (there is None)
        if there:
            assert {each["waiting"] for each in result[part]["durable"]} == WAITING
            # On a busy machine one that waits for its turn may take longer than the second that counts.
            assert all(each["per_second"] > 0 for each in result[part]["durable"] if each["waiting"] > 1)
    if result["postgresql"]:
        assert {each["processes"] for each in result["postgresql"]["durable"]} == {1, 2}


def test_a_large_log_is_exported_verified_and_held_beside_bare_hashing(result: dict[str, Any]) -> None:
    told = result["million"]
    assert told["records"] == 3_000
    assert 500 < told["leaf_bytes"] < 700
    assert all(told[name] >= 0 for name in ("export_s", "copy_s", "verify_s", "hash_s"))


def test_the_table_says_what_the_json_says(result: dict[str, Any], run: subprocess.CompletedProcess[str]) -> None:
    for each in result["sqlite"]["durable"]:
        assert f"{each['per_second']:,}" in run.stdout
    for told in result["steady"]["acknowledged"].values():
        assert f"{told['p50_ms']:.3f}" in run.stdout
    assert f"{result['million']['verify_s']:.2f}" in run.stdout
