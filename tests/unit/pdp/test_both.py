"""Two engines as one: what agrees is believed, anything else is refused, told and kept as evidence."""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from gateway.errors import Fault
from gateway.pdp.both import MOST_TOLD, BothEngines, differing
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.port import Failure, Outcome, PolicyEngine
from gateway.pdp.private_opa import PrivateOpa
from tests.unit.pdp.conftest import facts, policy

PATIENCE = 5.0
GRANT: Mapping[str, Any] = {
    "outcome": "toegestaan",
    "fields": [{"name": "naam", "granted": True, "reasons": []}],
    "reasons": [],
    "ladder": [{"rung": "grondslag", "passed": True}],
}
OLD, NEW = policy('decision := {"n": 1}'), policy('decision := {"n": 2}')


@dataclass
class FakeEngine:
    """An engine of the port that answers what a test tells it, when a test tells it."""

    name: str
    document: Mapping[str, Any] = field(default_factory=lambda: GRANT)
    revision: str = OLD.revision
    fault: Fault | None = None
    seconds: float = 0.0
    refuses: bool = False
    up: bool = True
    asked: list[bytes] = field(default_factory=list)
    closed: bool = False

    async def load(self, bundle: Bundle) -> str:
        await asyncio.sleep(self.seconds)
        if self.refuses:
            raise Fault(Failure.POLICIES, log="not these")
        self.revision = bundle.revision
        return bundle.revision

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        self.asked.append(facts)
        revision = self.revision
        await asyncio.sleep(min(self.seconds, timeout))
        if self.seconds >= timeout:
            raise Fault(Failure.TIMEOUT, log="no answer in time")
        if self.fault is not None:
            raise self.fault
        return Outcome(self.document, revision)

    async def ready(self) -> bool:
        return self.up

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
def one() -> FakeEngine:
    return FakeEngine("embedded")


@pytest.fixture
def other() -> FakeEngine:
    return FakeEngine("opa")


@pytest.fixture
def both(one: FakeEngine, other: FakeEngine) -> BothEngines:
    return BothEngines(one, other)


@pytest.fixture
def told() -> Iterator[list[Any]]:
    with capture_logs() as lines:
        yield lines


async def failure(both: PolicyEngine, timeout: float = PATIENCE) -> Fault:
    with pytest.raises(Fault) as caught:
        await both.decide(facts("grant", naam="geheim-adres"), timeout=timeout)
    return caught.value


def lying(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(orjson.dumps(GRANT))
    change(document)
    return document


async def test_what_both_say_is_the_answer(both: BothEngines, one: FakeEngine, other: FakeEngine) -> None:
    other.document = dict(reversed(GRANT.items()))
    assert await both.decide(b"{}", timeout=PATIENCE) == Outcome(GRANT, OLD.revision)
    assert one.asked == other.asked == [b"{}"]


LIES: dict[str, tuple[Callable[[dict[str, Any]], Any], list[str]]] = {
    "a grant": (lambda d: d["fields"][0].update(granted=False), ["/fields/0/granted"]),
    "the outcome": (lambda d: d.update(outcome="geweigerd"), ["/outcome"]),
    "a field more": (lambda d: d["fields"].append(dict(d["fields"][0])), ["/fields"]),
    "a member less": (lambda d: d.pop("ladder"), ["/ladder"]),
    "a member that no decision has": (lambda d: d.update({"Jan de Vries": 1}), ["/*"]),
    "another type that Python takes for the same": (lambda d: d["ladder"][0].update(passed=1), ["/ladder/0/passed"]),
    "two places": (lambda d: d.update(outcome="x", reasons=["y"]), ["/outcome", "/reasons"]),
}


@pytest.mark.parametrize("liar", ["embedded", "opa"])
@pytest.mark.parametrize(("change", "places"), LIES.values(), ids=LIES)
async def test_whoever_lies_and_in_whatever_nothing_is_decided(
    one: FakeEngine,
    other: FakeEngine,
    told: list[Any],
    change: Callable[[dict[str, Any]], Any],
    places: list[str],
    liar: str,
) -> None:
    (one if liar == "embedded" else other).document = lying(change)
    fault = await failure(BothEngines(one, other))
    assert (fault.code, fault.revision) == ("engines-differ", OLD.revision)
    assert told == [
        {
            "event": "engines-differ",
            "log_level": "error",
            "engines": ["embedded", "opa"],
            "revision": OLD.revision,
            "places": places,
        }
    ]
    assert fault.log == ", ".join(places)
    assert fault.evidence == {
        engine.name: {**engine.document, "policy": {"revision": OLD.revision}} for engine in (one, other)
    }


async def test_a_lie_everywhere_does_not_flood_the_log(
    both: BothEngines, one: FakeEngine, other: FakeEngine, told: list[Any]
) -> None:
    one.document, other.document = ({"reasons": list(map(str, range(n, n + 90)))} for n in (0, 1000))
    await failure(both)
    assert len(told[0]["places"]) == MOST_TOLD


@pytest.mark.parametrize("code", [Failure.ERROR, Failure.UNDEFINED])
async def test_one_that_fails_on_the_facts_where_the_other_answers_differs(
    both: BothEngines, other: FakeEngine, told: list[Any], code: Failure
) -> None:
    other.fault = Fault(code)
    fault = await failure(both)
    assert (fault.code, fault.revision) == ("engines-differ", OLD.revision)
    assert fault.evidence is not None
    assert fault.evidence["opa"] == {"fault": code}
    assert fault.evidence["embedded"] == {**GRANT, "policy": {"revision": OLD.revision}}
    assert [line["event"] for line in told] == ["engines-differ"]


async def test_two_that_fail_alike_agree_that_there_is_no_decision(
    both: BothEngines, one: FakeEngine, other: FakeEngine, told: list[Any]
) -> None:
    one.fault, other.fault = Fault(Failure.UNDEFINED), Fault(Failure.UNDEFINED)
    assert (await failure(both)).code == "engine-undefined"
    assert told == []
    other.fault = Fault(Failure.ERROR)
    assert (await failure(both)).code == "engines-differ"


@pytest.mark.parametrize("code", [Failure.UNAVAILABLE, Failure.REJECTED, Failure.TIMEOUT])
@pytest.mark.parametrize("beside", [None, Failure.ERROR])
async def test_one_that_is_away_is_no_disagreement_and_no_decision(
    both: BothEngines, one: FakeEngine, other: FakeEngine, told: list[Any], code: Failure, beside: Failure | None
) -> None:
    one.fault = beside and Fault(beside)
    other.fault = Fault(code, retry_after=9)
    fault = await failure(both)
    assert (fault.code, fault.retry_after) == (code, 9)
    codes = {"embedded": beside or "answered", "opa": code}
    assert told == [{"event": "engine-failed", "log_level": "error", "codes": codes}]


async def test_one_that_is_slow_is_waited_for_and_one_that_is_too_slow_is_not(
    both: BothEngines, other: FakeEngine
) -> None:
    other.seconds = 0.05
    assert (await both.decide(b"{}", timeout=PATIENCE)).document == GRANT
    begun = time.monotonic()
    assert (await failure(both, timeout=0.04)).code == "engine-timeout"
    assert time.monotonic() - begun < 0.2


async def test_the_two_are_asked_at_the_same_time(both: BothEngines, one: FakeEngine, other: FakeEngine) -> None:
    one.seconds = other.seconds = 0.2
    begun = time.monotonic()
    await both.decide(b"{}", timeout=PATIENCE)
    assert time.monotonic() - begun < 0.35


async def test_no_request_is_lost_while_one_has_new_policies_before_the_other(
    both: BothEngines, one: FakeEngine, other: FakeEngine, told: list[Any]
) -> None:
    one.revision = NEW.revision

    async def later() -> None:
        await asyncio.sleep(0.1)
        other.fault = None
        other.revision = NEW.revision

    other.fault = Fault(Failure.POLICIES, log="changed since")
    decided, _ = await asyncio.gather(both.decide(b"{}", timeout=PATIENCE), later())
    assert decided.revision == NEW.revision
    assert told == []


async def test_two_that_go_on_by_other_policies_differ_even_in_the_same_words(
    both: BothEngines, one: FakeEngine, other: FakeEngine, told: list[Any]
) -> None:
    one.revision = NEW.revision
    begun = time.monotonic()
    fault = await failure(both, timeout=0.2)
    assert 0.15 < time.monotonic() - begun < 0.5
    assert (fault.code, fault.revision) == ("engines-differ", None)
    assert fault.log == "/policy/revision"
    assert fault.evidence is not None
    assert [fault.evidence[name]["policy"]["revision"] for name in ("embedded", "opa")] == [NEW.revision, OLD.revision]
    assert len(told) == 1


async def test_new_policies_are_taken_by_both_or_by_neither(
    both: BothEngines, one: FakeEngine, other: FakeEngine
) -> None:
    await both.load(OLD)
    other.refuses = True
    with pytest.raises(Fault, match="policies-rejected"):
        await both.load(NEW)
    assert one.revision == other.revision == OLD.revision
    other.refuses = False
    assert await both.load(NEW) == NEW.revision
    assert one.revision == other.revision == NEW.revision


async def test_ready_when_both_are_and_closed_with_both(both: BothEngines, one: FakeEngine, other: FakeEngine) -> None:
    assert await both.ready()
    for engine in (one, other):
        engine.up = False
        assert not await both.ready()
        engine.up = True
    await both.aclose()
    assert one.closed
    assert other.closed


def test_no_value_and_no_name_of_a_person_stands_among_the_places() -> None:
    assert list(differing({"fields": {"jan": 1}, "marie": "x"}, {"fields": {}, "marie": "y"})) == ["/fields/*", "/*"]
    assert list(differing(1, 2)) == ["/"]


@pytest.fixture
async def real(bundle: Bundle) -> Any:
    engine = BothEngines(EmbeddedEngine(workers=2), PrivateOpa(Path(shutil.which("opa") or "opa")))
    await engine.load(bundle)
    yield engine
    await engine.aclose()


@pytest.mark.part("opa")
async def test_the_real_two_agree_and_fail_alike(real: BothEngines, bundle: Bundle) -> None:
    assert await real.ready()
    outcome = await real.decide(facts("grant"), timeout=PATIENCE)
    assert (outcome.document["outcome"], outcome.revision) == ("toegestaan", bundle.revision)
    for do, code in (("undefined", "engine-undefined"), ("fail", "engine-error"), ("number", "engine-error")):
        with pytest.raises(Fault) as caught:
            await real.decide(facts(do, text="x"), timeout=PATIENCE)
        assert caught.value.code == code


@pytest.mark.part("opa")
async def test_what_the_real_two_read_otherwise_is_refused(real: BothEngines, told: list[Any]) -> None:
    """A number with a fraction is stopped before the engines; were it not, this is the net below."""
    with pytest.raises(Fault) as caught:
        await real.decide(facts("change", change={"hints": [1.0]}).replace(b"1.0", b"1e2"), timeout=PATIENCE)
    assert caught.value.code == "engines-differ"
    assert told[0]["places"] == ["/hints/0"]


@pytest.mark.part("opa")
async def test_the_real_two_take_new_policies_without_a_request_lost(real: BothEngines, bundle: Bundle) -> None:
    other = policy('decision := {"outcome": "anders"}')
    stop, seen = asyncio.Event(), set()

    async def ask() -> None:
        while not stop.is_set():
            outcome = await real.decide(facts("grant"), timeout=PATIENCE)
            seen.add((outcome.revision, outcome.document["outcome"]))

    askers = [asyncio.create_task(ask()) for _ in range(3)]
    await asyncio.sleep(0.02)
    assert await real.load(other) == other.revision
    await asyncio.sleep(0.02)
    stop.set()
    await asyncio.gather(*askers)
    assert seen == {(bundle.revision, "toegestaan"), (other.revision, "anders")}
