"""A log that is published before simulated witnesses."""

from dataclasses import dataclass, field
from datetime import timedelta

from gateway.crypto.keys import ML_DSA_44, PrivateKey
from gateway.crypto.notes import Cosigner
from gateway.model.codes import Tenant
from gateway.tlog import Logs
from gateway.tlog.publication.publisher import Publisher, Vouching
from gateway.tlog.publication.publishing import Pace, Publishing
from gateway.verify.policy import Policy
from tests.support.witnesses import Witness, Witnesses, policy
from tests.unit.tlog.bench import Bench

KEY = PrivateKey.generate(ML_DSA_44)
ZVH = (Tenant.ZVH, 2026)
ORIGIN = "log.example/zvh/2026"
FAST = Pace(interval=0.01, age=timedelta(hours=1))


@dataclass
class Press:
    """`needed` of three witnesses. What a publisher knows is lost with it, what the witnesses saw is not."""

    bench: Bench
    needed: int = 2
    witnesses: list[Witness] = field(init=False)

    def __post_init__(self) -> None:
        self.witnesses = [Witness(f"w{number}.example", self.bench.clock.now) for number in range(3)]

    @property
    def policy(self) -> Policy:
        return Policy.parse(policy(self.needed, *self.witnesses))

    @property
    def vouching(self) -> Vouching:
        return Vouching(self.policy, Witnesses(*self.witnesses))

    def publisher(self, logs: Logs, key: tuple[str, int] = ZVH) -> Publisher:
        log = logs.opened[key]
        signer = Cosigner(log.origin, KEY, self.bench.clock.now)
        return Publisher(lambda: logs.opened[key], self.vouching, signer, self.bench.clock.now)

    def publishing(self, logs: Logs, pace: Pace = FAST, *aside: Logs) -> Publishing:
        return Publishing(
            [logs],
            self.vouching,
            lambda _, origin: Cosigner(origin, KEY, self.bench.clock.now),
            self.bench.clock.now,
            pace,
            aside=aside,
        )
