"""`make bench` works, and its JSON says what it measured: a run of a few samples."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PRIMITIVES = {
    "token and DPoP check",
    "two decisions",
    "two holder calls",
    "JWS and JWE seal",
    "durable commit",
}


@pytest.fixture(scope="module")
def run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """A brief run; its JSON is in `result.json` of its folder, which is the last argument."""
    result = tmp_path_factory.mktemp("bench") / "result.json"
    command = [sys.executable, str(root / "deploy/bench/bench.py"), "--brief", "--json", str(result)]
    environment = os.environ | {"PYTHONPATH": str(root), "SLUIS_ENGINE": "opa"}
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def result(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return json.loads(Path(run.args[-1]).read_text())


def test_the_ratio_is_that_of_the_primitives_to_the_whole(result: dict[str, Any]) -> None:
    parts = result["primitives"]
    assert parts.keys() == result["within"].keys() == PRIMITIVES
    assert result["sum_p50_ms"] == pytest.approx(sum(part["p50_ms"] for part in parts.values()), abs=0.001)
    assert result["ratio"] == pytest.approx(result["sum_p50_ms"] / result["disclosure"]["p50_ms"], abs=0.001)


def test_what_is_told_of_the_rest_adds_up_to_the_whole(result: dict[str, Any]) -> None:
    around = sum(part["p50_ms"] for part in result["around"].values())
    told = result["sum_p50_ms"] + around + result["unmeasured_p50_ms"]
    assert told == pytest.approx(result["disclosure"]["p50_ms"], abs=0.001)


def test_every_time_is_one(result: dict[str, Any]) -> None:
    times = [result["disclosure"], *result["primitives"].values(), *result["within"].values()]
    times += [
        *result["around"].values(),
        *result["beside"].values(),
        result["throughput"][0],
    ]
    times += [told for told in result["decision"].values() if isinstance(told, dict)]
    assert all(0 < told["p50_ms"] <= told["p99_ms"] and told["samples"] > 0 for told in times)


def test_throughput_says_with_how_many_processes(result: dict[str, Any]) -> None:
    assert [load["clients"] for load in result["throughput"]] == [1, 8, 32]
    assert result["throughput"][0]["per_second"] > 0
    assert result["verify_per_second"] > 0
    assert all(load["refused"] >= 0 for load in result["throughput"])
    assert result["processes"] == {"gateway": 1, "engine workers": 2, "holder": 1, "load generator": 1}


def test_the_whole_is_measured_on_postgresql_too_where_it_is(
    result: dict[str, Any], run: subprocess.CompletedProcess[str]
) -> None:
    told, there = result["postgresql"], shutil.which("postgres") is not None
    assert (told is not None) is there
    assert ("PostgreSQL is not on this machine: left out" in run.stdout) is not there
    if told:
        assert 0 < told["disclosure"]["p50_ms"] <= told["disclosure"]["p99_ms"]
        assert [load["clients"] for load in told["throughput"]] == [1, 8, 32]
        assert told["throughput"][0]["per_second"] > 0


def test_opa_is_measured_where_it_is_and_missed_by_name_where_not(
    result: dict[str, Any], run: subprocess.CompletedProcess[str]
) -> None:
    decision, there = result["decision"], shutil.which("opa") is not None
    assert {"embedded_bare", "embedded_bare_first", "embedded_as_asked"} <= decision.keys()
    assert ({"opa_bare", "opa_as_asked"} <= decision.keys()) is there
    assert (f"OPA {decision['opa']}" if there else "OPA is not on this machine: left out") in run.stdout


def test_replay_is_measured_on_all_cores_beside_opa(
    result: dict[str, Any], run: subprocess.CompletedProcess[str]
) -> None:
    replay, there = result["replay"], shutil.which("opa") is not None
    assert replay["cores"] >= 1
    for name in ("granted", "cases"):
        told = replay[name]
        assert told["embedded_per_second"] > 0
        assert ({"opa_per_second", "opa_bare_per_second"} <= told.keys()) is there
        assert f"{name} ({told['records']:,}, {told['refused']:,} refused)" in run.stdout
    assert replay["granted"]["refused"] == 0
    assert 0 < replay["cases"]["refused"] < replay["cases"]["records"]


def test_the_table_says_what_the_json_says(result: dict[str, Any], run: subprocess.CompletedProcess[str]) -> None:
    rows = {row[0].strip(): row[1:] for line in run.stdout.splitlines() if len(row := re.split(" ?│ ?", line)[1:]) > 2}
    assert rows["sum of these primitives"][2].strip() == f"{result['ratio']:.2f}"
    assert rows["the whole, over HTTP"][0].strip() == f"{result['disclosure']['p50_ms']:.3f}"
    assert {name for name in rows if name in PRIMITIVES} == PRIMITIVES
    assert f"{result['machine']['cores']}" in run.stdout.split("cores", 1)[1][:4]
