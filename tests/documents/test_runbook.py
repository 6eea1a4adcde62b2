"""The page on what to do when the log stops names every code that can stop it, and no code that there is not."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
STOPS = re.compile(
    r"(?:log|store|witness|counters)-|disk-full|state-in-use|vouchers-unusable|key-missing|keys-unreadable"
)


def test_every_code_that_stops_the_log_has_its_line() -> None:
    table = re.findall(r"^\| (`.*?) \|", (ROOT / "deploy" / "RUNBOOK.md").read_text(), re.MULTILINE)
    said = {code for cell in table for code in re.findall(r"`([a-z-]+)`", cell)}
    faults = yaml.safe_load((ROOT / "gateway" / "catalogue" / "codes" / "faults.yaml").read_text())
    assert said <= set(faults)
    assert {code for code in faults if STOPS.match(code)} <= said
