"""Appending, erasing, crashing and starting again in any order keep the promises of the log.

The model: the log only grows; every receipt that was ever given holds; what is erased never opens; what is not erased
opens; a key that is gone stands in a tombstone, and in one alone.
"""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.model.codes import Tenant
from gateway.model.erasure import ErasureReason
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog import Logs
from gateway.tlog.erasing.erasure import Erasing, retire
from gateway.verify import verify_receipt
from tests.unit.tlog.bench import HOST, Bench

STEPS = ("append", "erase_answers_to", "destroy", "finish")
PEOPLE = st.sampled_from((None, "v1:one", "v1:two"))
CASES = st.sampled_from((None, "zaak-1", "zaak-2"))


class Crash(BaseException):
    """The process is gone here."""


class Crashing:
    """Does what the real thing does, until the step at which it crashes: before it, or right after it."""

    def __init__(self, real: object, step: str, *, after: bool) -> None:
        self._real, self._step, self._after = real, step, after

    def __getattr__(self, name: str) -> object:
        real = getattr(self._real, name)
        if name != self._step:
            return real
        if not asyncio.iscoroutinefunction(real):
            return lambda *arguments: self._crash(real, *arguments)
        return lambda *arguments: self._crash_later(real, *arguments)

    def _crash(self, real, *arguments):
        if self._after:
            real(*arguments)
        raise Crash

    async def _crash_later(self, real, *arguments):
        if self._after:
            await real(*arguments)
        raise Crash


class ErasureModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp())
        self._runner = asyncio.Runner()
        self._bench = Bench(self._folder / "state")
        self._told: list[tuple[object, str | None, str | None, bytes]] = []
        self._gone: set[int] = set()
        self._pending: set[int] = set()
        self._size = 0
        self._open()

    def _open(self) -> None:
        bench = self._bench
        self._logs = Logs(
            shelf=SqliteShelf(bench.folder),
            host=HOST,
            signer=lambda stream, origin: bench._key(stream, origin, b""),
            clock=bench.clock,
            identifiers=bench.chance,
            randomness=bench.chance,
            queue=bench.queue,
            streams=(Tenant.ZVH,),
        )
        self._runner.run(self._logs.start())
        self._log = self._logs.opened[Tenant.ZVH, 2026]
        self._keys = self._runner.run(self._logs.keys(Tenant.ZVH))

    def _erasing(self) -> Erasing:
        return Erasing(
            self._logs, self._logs, clock=self._bench.clock, identifiers=self._bench.chance, simulation=False
        )

    @rule(subject=PEOPLE, case=CASES)
    def append(self, subject: str | None, case: str | None) -> None:
        body = b'{"number":%d}' % len(self._told)
        receipt = self._runner.run(self._bench.append(self._logs, subject=subject, case=case, body=body))
        self._told.append((receipt, subject, case, body))

    @rule(subject=st.sampled_from(("v1:one", "v1:two")))
    def erase_subject(self, subject: str) -> None:
        self._erase("subject", subject)

    @rule(case=st.sampled_from(("zaak-1", "zaak-2")))
    def erase_case(self, case: str) -> None:
        self._erase("case", case)

    def _erase(self, kind: str, name: str) -> None:
        wanted = self._keys.owned(kind, name)
        self._runner.run(self._erasing().erase(Tenant.ZVH, wanted, ErasureReason.ON_REQUEST, "fg-1"))
        self._gone |= self._of(kind, name)

    @rule(
        kind=st.sampled_from(("subject", "case")),
        number=st.sampled_from((1, 2)),
        step=st.sampled_from(STEPS),
        after=st.booleans(),
    )
    def erase_and_crash(self, kind: str, number: int, step: str, after: bool) -> None:
        name = f"v1:{('one', 'two')[number - 1]}" if kind == "subject" else f"zaak-{number}"
        wanted = self._keys.owned(kind, name)
        retire(self._keys, wanted, ErasureReason.ON_REQUEST, "fg-1", self._bench.clock, self._bench.chance)
        self._pending |= self._of(kind, name)
        erasing = self._erasing()
        erasing._records = Crashing(self._logs, step, after=after)
        self._logs._keys[Tenant.ZVH] = Crashing(self._keys, step, after=after)
        self._logs._logs[Tenant.ZVH, 2026] = Crashing(self._log, step, after=after)
        try:
            self._runner.run(erasing.resume())
        except Crash:
            pass
        else:
            assert not self._keys.unfinished()
        self._logs._keys[Tenant.ZVH], self._logs._logs[Tenant.ZVH, 2026] = self._keys, self._log
        self._start_again()

    @rule()
    def restart(self) -> None:
        self._start_again()
        self._runner.run(self._erasing().resume())
        self._gone |= self._pending
        self._pending = set()
        assert not self._keys.unfinished()

    def _start_again(self) -> None:
        self._logs.close()
        self._open()

    def _of(self, kind: str, name: str) -> set[int]:
        place = 1 if kind == "subject" else 2
        return {number for number, told in enumerate(self._told) if told[place] == name}

    @invariant()
    def the_log_only_grows(self) -> None:
        assert self._log.size >= self._size
        self._size = self._log.size

    @invariant()
    def every_receipt_holds(self) -> None:
        for receipt, *_ in self._told:
            verify_receipt(receipt.text, self._logs.verifiers)
            assert self._log.receipt(receipt.index).leaf == receipt.leaf

    @invariant()
    def what_is_erased_never_opens_and_all_else_does(self) -> None:
        for number, (receipt, _, _, body) in enumerate(self._told):
            opened = self._log.body(receipt.index)
            if number in self._gone:
                assert opened is None
            elif number not in self._pending:
                assert opened == body

    @invariant()
    def a_key_that_is_gone_stands_in_one_tombstone(self) -> None:
        statements = [json.loads(text) for _, text in self._log._storage.statements(0, 1 << 20)]
        named = [key for statement in statements for key in statement["keys"]]
        assert len(named) == len(set(named))
        for receipt, *_ in self._told:
            _, subject, case = self._log._storage.body(receipt.index)
            for key in (subject, case):
                assert key is None or self._keys.find(key) or key.hex() in named

    def teardown(self) -> None:
        self._logs.close()
        self._runner.close()
        shutil.rmtree(self._folder)


TestErasure = ErasureModel.TestCase
TestErasure.settings = settings(
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
