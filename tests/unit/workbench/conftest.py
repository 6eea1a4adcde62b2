"""A copy of the policies to change, and a state folder in which what somebody asked was decided and recorded."""

import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.crypto.keystore import KeyStore
from gateway.model.canonical import canonical
from gateway.model.codes import Tenant
from gateway.model.decision import Decision
from gateway.model.record import RecordClass
from gateway.pdp.bundle import Bundle
from gateway.workbench.judging import deciding_by
from tests.unit.tlog.bench import Bench

ROW, BILL = "wgs.zvh.casusoverleg/2025-03-01", "wams.casusoverleg/2023-01-30"


@dataclass(frozen=True, slots=True)
class Copy:
    """A working copy of the policies."""

    folder: Path

    @property
    def rules(self) -> Path:
        return self.folder / "rules"

    def change(self, file: str, old: str, new: str) -> None:
        """Put one text in the place of another, which is there."""
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def keep_cases(self, *kept: str) -> Path:
        """Leave these case files, and the baselines; the folder of cases."""
        cases = self.folder / "cases"
        for file in cases.glob("*/*.yaml"):
            if file.relative_to(cases).as_posix() not in kept:
                file.unlink()
        return cases

    def bring_into_force(self, since: str) -> None:
        """Add one dated text of the bill, that is in force since that day."""
        old = self.rules / "bases" / BILL / "data.yaml"
        new = old.parents[1] / since / "data.yaml"
        new.parent.mkdir()
        text = old.read_text()
        assert "\nsince: null\n" in text
        new.write_text(text.replace("\nsince: null\n", f'\nsince: "{since}"\n'))


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Copy:
    shutil.copytree(root / "policies", tmp_path / "policies")
    return Copy(tmp_path / "policies")


def keep_keys(state: Path) -> None:
    """The gateway's private keys, by which a look at the log is recorded."""
    if not (state / "keys").exists():
        KeyStore.create(state / "keys", b"a passphrase for tests", now=datetime.now(UTC))
        (state / "passphrase").write_bytes(b"a passphrase for tests\n")


Record = Callable[..., Awaitable[Bench]]


@pytest.fixture
def record(root: Path, tmp_path: Path) -> Record:
    """Decide facts by the shipped rules and record them in `tmp_path/state`, each about a person of its own."""

    async def make(documents: Sequence[dict[str, Any]], **members: Any) -> Bench:
        bench = Bench(tmp_path / "state")
        async with deciding_by(Bundle.read(root / "policies" / "rules")) as point:
            different = list(dict.fromkeys(map(canonical, documents)))
            decisions = dict(zip(different, await point.judge_many(different), strict=True))
        logs = await bench.logs()
        try:
            for number, facts in enumerate(documents):
                decision = decisions[canonical(facts)]
                assert isinstance(decision, Decision)
                body = {"version": 1, "facts": canonical(facts).decode(), "decision": decision.encoded.decode()}
                kind = RecordClass.WEIGERING if decision.refused else RecordClass.VERSTREKKING
                told = {"kind": kind, "revision": decision.revision, "body": canonical(body | members)}
                await bench.append(logs, Tenant.ZVH, subject=f"v1:persoon-{number}", **told)
        finally:
            logs.close()
        keep_keys(bench.folder)
        return bench

    return make
