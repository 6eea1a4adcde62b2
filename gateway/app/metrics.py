"""Metrics by OpenTelemetry, for a Prometheus that comes to fetch them on loopback, and only where a port is set.

Rules:
- They are served on a listener of their own, on 127.0.0.1, never by the public one: whoever sees how much is asked, and
  when, learns of people. They are pulled: nothing is ever sent anywhere, whatever the environment says.
- A label is of a closed list: tenant, year, class, outcome, code, call. No organisation either: in a small town the
  number of times that one organisation was asked on a day can be one person.
- What is looked at only when somebody fetches (queue, ages, disk) costs nothing between.

Names and units: https://opentelemetry.io/docs/specs/semconv/general/metrics/; Prometheus shows a dot as an underscore
and adds the unit.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.app.clock import SystemClock
from gateway.app.observed import ObservedHolders, ObservedPolicy, ObservedRecords, ObservedShelf, answering
from gateway.errors import Fault
from gateway.settings import Settings
from gateway.tlog.log import Log
from gateway.tlog.logs import Logs

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Meter, Observation

LOOPBACK = "127.0.0.1"
FAST = (0.0005, 0.001, 0.0015, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class NotMeasured:
    """Nobody measures: every part is the part itself."""

    @staticmethod
    def _same(part: Any) -> Any:
        return part

    shelf = policy = holders = records = answers = _same

    def watch(self, logs: Logs) -> AbstractContextManager[None]:
        """Nothing is watched, nothing is served."""
        return nullcontext()


class Measured:
    """Every part with an eye beside it. Satisfies `observed.Observer`. `serve` begins to serve what is measured."""

    def __init__(self, meter: "Meter", serve: Callable[[], AbstractContextManager[None]], state: Path) -> None:
        self._meter, self._serve, self._state, self._now = meter, serve, state, SystemClock().now
        self._records = meter.create_counter("sluis.records", description="Records by class; outcome: or the fault")
        self._answers = meter.create_counter("sluis.answers", description="Answers by outcome")
        self._faults = meter.create_counter("sluis.faults", description="Faults that callers heard of, by code")
        self._batch = self._histogram("sluis.log.batch.size", "", "Records in one commit", BATCHES)
        self._commit = self._histogram("sluis.log.commit", "s", "Time to commit a batch", FAST)
        self._acknowledge = self._histogram("sluis.log.acknowledge", "s", "Time from handing over to durable", FAST)
        self._decision = self._histogram("sluis.decision", "s", "Time to decide", FAST)
        self._holder = self._histogram("sluis.holder", "s", "Time of a holder's answer, by call", FAST)

    def batch(self, records: int, seconds: float) -> None:
        self._batch.record(records)
        self._commit.record(seconds)

    def record(self, tenant: str, kind: str, outcome: str, seconds: float) -> None:
        self._records.add(1, {"tenant": str(tenant), "class": str(kind), "outcome": outcome})
        self._acknowledge.record(seconds)

    def answer(self, outcome: str) -> None:
        self._answers.add(1, {"outcome": str(outcome)})

    def fault(self, code: str) -> None:
        self._faults.add(1, {"code": code})

    def decided(self, seconds: float) -> None:
        self._decision.record(seconds)

    def asked(self, call: str, seconds: float) -> None:
        self._holder.record(seconds, {"call": call})

    def shelf(self, shelf: Any) -> ObservedShelf:
        return ObservedShelf(shelf, self)

    def policy(self, policy: Any) -> ObservedPolicy:
        return ObservedPolicy(policy, self)

    def holders(self, holders: Any) -> ObservedHolders:
        return ObservedHolders(holders, self)

    def records(self, records: Any) -> ObservedRecords:
        return ObservedRecords(records, self)

    def answers(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        return answering(answer, self)

    @contextmanager
    def watch(self, logs: Logs) -> Iterator[None]:
        """Serve what is measured while the block runs, and look at logs and disk when somebody fetches. `OSError`
        where the port is not free.
        """
        now = self._now

        def witnessed(log: Log) -> float | None:
            published = log.published()
            seen = published and published.witnessed_at
            return (now() - seen).total_seconds() if seen else None

        def lag(log: Log) -> float | None:
            published = log.published()
            return log.size - (published.size if published else 0)

        def stamped(log: Log) -> float | None:
            stamps = log.stamps()
            return (now() - datetime.combine(stamps[-1].day, time(), UTC)).total_seconds() if stamps else None

        for name, unit, description, look in (
            ("sluis.log.queue.depth", "", "Records that wait to be written", lambda log: log.waiting),
            ("sluis.log.size", "", "Records in the log", lambda log: log.size),
            ("sluis.log.failed", "", "1: the log records nothing any more", lambda log: int(log.failure is not None)),
            ("sluis.log.witness.age", "s", "Since when enough witnesses saw the log", witnessed),
            ("sluis.log.published.lag", "", "Records that the published checkpoint does not cover", lag),
            ("sluis.log.stamp.age", "s", "Since the day of the newest time stamp began", stamped),
        ):
            self._gauge(name, unit, description, _of_each(logs, look))
        self._gauge("sluis.disk.free", "By", "Free on the disk of the state folder", _of_the_disk(self._state))
        with self._serve():
            yield

    def _histogram(self, name: str, unit: str, description: str, buckets: tuple[float, ...]) -> Any:
        return self._meter.create_histogram(
            name, unit, description, explicit_bucket_boundaries_advisory=list(map(float, buckets))
        )

    def _gauge(self, name: str, unit: str, description: str, look: "Callable[[CallbackOptions], Any]") -> None:
        self._meter.create_observable_gauge(name, [look], unit, description)


@contextmanager
def open_measuring(settings: Settings) -> Iterator[Measured | NotMeasured]:
    """What measures the parts, where `metrics_port` is set; it is served only while `watch` lasts."""
    port = settings.metrics_port
    if port is None:
        yield NotMeasured()
        return
    from opentelemetry.exporter.prometheus import CollectorRegistry, PrometheusMetricReader, start_http_server
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.resources import Resource

    registry = CollectorRegistry()
    reader = PrometheusMetricReader(disable_target_info=True, scope_info_enabled=False, registry=registry)
    provider = MeterProvider([reader], Resource({"service.name": "sluis"}), shutdown_on_exit=False)

    @contextmanager
    def serve() -> Iterator[None]:
        try:
            server, thread = start_http_server(port, LOOPBACK, registry)
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"{LOOPBACK}:{port}") from error
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    try:
        yield Measured(provider.get_meter("sluis"), serve, settings.state)
    finally:
        provider.shutdown()


def _of_each(logs: Logs, look: Callable[[Log], float | None]) -> "Callable[[CallbackOptions], Iterable[Observation]]":
    def observe(_: "CallbackOptions") -> "Iterator[Observation]":
        from opentelemetry.metrics import Observation

        for (stream, year), log in list(logs.opened.items()):
            try:
                value = look(log)
            except Fault:
                continue
            if value is not None:
                yield Observation(value, {"stream": str(stream), "year": str(year)})

    return observe


def _of_the_disk(state: Path) -> "Callable[[CallbackOptions], Iterable[Observation]]":
    def observe(_: "CallbackOptions") -> "Iterator[Observation]":
        from opentelemetry.metrics import Observation

        yield Observation(shutil.disk_usage(state).free)

    return observe
