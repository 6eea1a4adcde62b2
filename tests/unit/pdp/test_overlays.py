"""Partners' own policies from a folder: whose counts, what is refused, and that one cannot hurt another."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from gateway.errors import Fault
from gateway.model.overlay import OverlayAnswer
from gateway.model.parties import PublicKey
from gateway.pdp.archive import Archive
from gateway.pdp.overlay import REST
from gateway.pdp.overlays import RETRY, RETRY_ITS_OWN, Overlays
from gateway.workbench.publish.signer import new_signer
from tests.unit.pdp.conftest import children
from tests.unit.pdp.signing import Parts

ONE, OTHER = "00000001800000001000", "00000001800000002000"
LAW = {"facts": {"basis": "a.b"}, "decision": {"fields": [{"name": "naam", "granted": True, "reasons": []}]}}
FINE = """package overlay

import rego.v1

decision := {"fields": {field.name: {"granted": true, "reasons": []} | some field in input.decision.fields}}
"""
STRICT = FINE.replace('"granted": true, "reasons": []', '"granted": false, "reasons": ["niet van ons"]')
SLOW = FINE.replace(
    "decision := ",
    "decision := {} if count([1 | some i in input.many; some j in input.many; some k in input.many; i + j == k]) == 7\n"
    "\nother := ",
)
MANY = list(range(2000))
BRIEF = 0.5


def said(value: str) -> str:
    """An overlay that says one value, whatever it is asked."""
    return f"package overlay\n\nimport rego.v1\n\ndecision := {value}\n"


@dataclass
class Partners:
    """A folder of overlays that a test changes. `now`: seconds of the clock that it is read by; `deadline`: of an
    answer, a long one, since a busy machine is no fault.
    """

    folder: Path
    keys: dict[str, list[PublicKey]] = field(default_factory=dict)
    now: float = 0.0
    deadline: float = 10.0

    def open(self, *, development: bool = True) -> Overlays:
        return Overlays(
            self.folder,
            self.folder.parent / "kept",
            keys=self.find,
            development=development,
            timeout=self.deadline,
            clock=lambda: self.now,
        )

    async def find(self, oin: str) -> list[PublicKey]:
        if oin not in self.keys:
            raise Fault("partner-keys-unavailable", log="no key set")
        return self.keys[oin]

    def bare(self, oin: str, text: str) -> None:
        (self.folder / oin).mkdir(exist_ok=True)
        (self.folder / oin / "main.rego").write_text(text)

    def packed(self, oin: str, content: bytes) -> None:
        (self.folder / f"{oin}.tar.gz").write_bytes(content)


@pytest.fixture
def partners(tmp_path: Path) -> Partners:
    (tmp_path / "overlays").mkdir()
    return Partners(tmp_path / "overlays")


@pytest.fixture
async def start(partners: Partners) -> AsyncIterator[Callable[..., Any]]:
    """A function that opens the folder and reads it; whatever it opened is closed and leaves no process."""
    before, opened = children(), []

    async def start(**how: Any) -> Overlays:
        opened.append(partners.open(**how))
        await opened[-1].start()
        return opened[-1]

    yield start
    for overlays in opened:
        await overlays.aclose()
    assert children() <= before, "processes were left behind"


async def ask(overlays: Overlays, oin: str, *fields: str, **more: Any) -> OverlayAnswer:
    return await overlays.ask(oin, orjson.dumps(LAW | more), fields or ("naam",), provisional=False)


async def test_a_partner_says_what_its_policy_says(partners: Partners, start):
    partners.bare(ONE, FINE)
    partners.bare(OTHER, STRICT)
    overlays = await start()
    assert (await ask(overlays, ONE)).of("naam").granted
    refused = (await ask(overlays, OTHER)).of("naam")
    assert (refused.granted, refused.reasons, refused.broken) == (False, ("niet van ons",), False)
    assert not overlays.holds("00000001800000003000")


@pytest.mark.parametrize("value", ["true", '["naam"]', "{f | some f in input.decision.fields}", "null", "{1: 2}"])
async def test_an_answer_of_another_kind_is_none(partners: Partners, start, value: str):
    partners.bare(ONE, said(value))
    answer = await ask(await start(), ONE)
    assert answer.failure in ("error", "malformed")
    assert not answer.of("naam").granted


@pytest.mark.parametrize(
    "reason",
    ["input.facts.basis", 'concat(" ", ["het is", input.facts.basis])', 'substring("niet van ons", 0, 4)'],
)
async def test_a_reason_that_was_made_is_not_passed_on(partners: Partners, start, reason: str):
    partners.bare(ONE, said(f'{{"fields": {{"naam": {{"granted": false, "reasons": [{reason}]}}}}}}'))
    overlays = await start()
    with capture_logs() as told:
        verdict = (await ask(overlays, ONE)).of("naam")
    assert (verdict.granted, verdict.reasons, verdict.broken) == (False, (), True)
    assert [(each["event"], each["oin"], each["failure"]) for each in told] == [("overlay-failed", ONE, "malformed")]
    assert "a.b" not in str(told)


async def test_a_slow_one_is_cut_off_rests_and_holds_up_nobody(partners: Partners, start):
    partners.deadline = BRIEF
    partners.bare(ONE, SLOW)
    partners.bare(OTHER, FINE)
    overlays = await start()
    slow = [asyncio.create_task(ask(overlays, ONE, many=MANY)) for _ in range(3)]
    assert (await ask(overlays, OTHER)).of("naam").granted
    assert not any(each.done() for each in slow)
    assert [(await each).failure for each in slow] == ["timeout"] * 3
    assert (await ask(overlays, ONE)).failure == "resting"
    partners.now += REST
    assert (await ask(overlays, ONE, many=[])).failure != "resting"


async def test_one_that_answers_in_between_rests_all_the_same(partners: Partners, start):
    partners.deadline = BRIEF
    partners.bare(ONE, SLOW)
    overlays = await start()
    said = []
    for many in (MANY, MANY, [], MANY, []):
        said.append((await ask(overlays, ONE, many=many)).failure)
        partners.now += 1
    assert said == ["timeout", "timeout", "undefined", "timeout", "resting"]
    partners.now += 60
    for seconds in (31, 31, 0, 0):
        assert (await ask(overlays, ONE, many=MANY)).failure == "timeout"
        partners.now += seconds


def doubling(of: str, times: int) -> str:
    """An overlay that answers `of`, doubled so many times."""
    steps = "".join(f't{n + 1} := concat("", [t{n}, t{n}])\n' for n in range(times))
    return f'package overlay\n\nimport rego.v1\n\nt0 := {of}\n{steps}\ndecision := {{"fields": {{t{times}: 1}}}}\n'


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        (doubling("input.facts.basis", 8), None),
        (doubling("input.facts.basis", 16), "unavailable"),  # 192 KiB: more than an answer may have
        (doubling("input.facts.basis", 40), "unavailable"),  # 3 TiB: more than its memory
        (doubling('"abc"', 40), "rejected"),
        (said("[x | some x in numbers.range(1, 100000000)]"), "rejected"),
        (said("count([t | some i in input.many; some j in input.many; t := [i, j, {i: j}]])"), "timeout"),
        (said("x {\n\tx := decision\n}"), "rejected"),
    ],
    ids=["enough", "answer", "memory", "memory at load", "unlisted", "endless", "itself"],
)
async def test_one_that_takes_too_much_is_ended(partners: Partners, start, text: str, failure: str | None):
    partners.bare(ONE, text)
    partners.bare(OTHER, FINE)
    partners.deadline = BRIEF if failure == "timeout" else partners.deadline
    overlays = await start()
    assert (await ask(overlays, ONE, many=MANY)).failure == failure
    assert (await ask(overlays, OTHER)).of("naam").granted


async def test_one_that_does_not_load_in_time_is_not_taken_and_tried_again_later(
    partners: Partners, start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gateway.pdp.overlay.START_TIMEOUT", BRIEF)
    loops = "; ".join(["digits[_]"] * 12)
    partners.bare(ONE, said(f"count([1 | {loops}])") + "\ndigits := [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n")
    partners.bare(OTHER, FINE)
    overlays = await start()
    assert (await ask(overlays, ONE)).failure == "rejected"
    assert (await ask(overlays, OTHER)).of("naam").granted
    with capture_logs() as told:
        for seconds in (0, RETRY, RETRY_ITS_OWN):
            partners.now += seconds
            await overlays.look()
    assert [each["why"] for each in told] == ["loading it took too long"]


async def test_one_whose_process_is_killed_comes_back(partners: Partners, start):
    before = children()
    partners.bare(ONE, FINE)
    overlays = await start()
    [worker] = children() - before
    os.kill(worker, 9)
    failures = [(await ask(overlays, ONE)).failure for _ in range(2)]
    assert failures[-1] is None
    assert worker not in children()


@pytest.mark.parametrize(
    "text",
    [
        "package sluis.main\n\nimport rego.v1\n\ndecision := input.decision\n",
        "package overlay\n\nimport rego.v1\n\ndecision := data.sluis.main.decision\n",
        "package overlay\n\ndecision := ",
    ],
)
async def test_one_that_is_not_taken_refuses_and_is_told(partners: Partners, start, text: str):
    partners.bare(ONE, text)
    partners.bare(OTHER, FINE)
    with capture_logs() as told:
        overlays = await start()
        answer = await ask(overlays, ONE)
    assert overlays.holds(ONE)
    assert (answer.failure, answer.of("naam").granted, answer.of("naam").broken) == ("rejected", False, True)
    assert {each["oin"] for each in told if each["log_level"] == "error"} == {ONE}
    assert (await ask(overlays, OTHER)).of("naam").granted


async def test_only_what_a_partner_signed_itself_counts(partners: Partners, start):
    own, others = new_signer("ES256"), new_signer("ES256")
    partners.keys = {ONE: [own.public], OTHER: [others.public]}
    signed = Parts.of({"main.rego": FINE.encode()}, key=own).packed()
    partners.packed(ONE, signed)
    partners.packed(OTHER, signed)
    overlays = await start(development=False)
    assert (await ask(overlays, ONE)).of("naam").granted
    assert (await ask(overlays, OTHER)).failure == "rejected"


async def test_one_changed_byte_is_not_taken(partners: Partners, start):
    own = new_signer("ES256")
    partners.keys = {ONE: [own.public]}
    signed = bytearray(Parts.of({"main.rego": FINE.encode()}, key=own).packed())
    signed[len(signed) // 2] ^= 1
    partners.packed(ONE, bytes(signed))
    assert (await ask(await start(development=False), ONE)).failure == "rejected"


async def test_bare_files_count_in_development_alone(partners: Partners, start):
    partners.bare(ONE, FINE)
    assert (await ask(await start(development=False), ONE)).failure == "rejected"


async def test_a_file_and_a_folder_are_one_too_many(partners: Partners, start):
    own = new_signer("ES256")
    partners.keys = {ONE: [own.public]}
    partners.bare(ONE, FINE)
    partners.packed(ONE, Parts.of({"main.rego": FINE.encode()}, key=own).packed())
    assert (await ask(await start(), ONE)).failure == "rejected"


async def test_a_change_is_read(partners: Partners, start):
    partners.bare(ONE, FINE)
    overlays = await start()
    first = await ask(overlays, ONE)
    await overlays.look()
    assert (await ask(overlays, ONE)).revision == first.revision
    partners.bare(ONE, STRICT)
    await overlays.look()
    changed = await ask(overlays, ONE)
    assert changed.revision != first.revision
    assert not changed.of("naam").granted
    partners.bare(ONE, "package overlay")
    await overlays.look()
    assert (await ask(overlays, ONE)).failure == "rejected"
    partners.bare(ONE, FINE)
    await overlays.look()
    assert (await ask(overlays, ONE)).of("naam").granted


async def test_every_revision_that_ran_is_kept(partners: Partners, start):
    revisions = set()
    overlays = await start()
    for text in (FINE, STRICT):
        partners.bare(ONE, text)
        await overlays.look()
        revisions.add((await ask(overlays, ONE)).revision)
    archive = Archive(partners.folder.parent / "kept" / "revisions")
    assert {archive.get(revision).policies["main.rego"] for revision in revisions} == {FINE, STRICT}


async def test_one_that_is_gone_is_missed_until_it_is_withdrawn(partners: Partners, start):
    partners.bare(ONE, FINE)
    overlays = await start()
    (partners.folder / ONE / "main.rego").unlink()
    (partners.folder / ONE).rmdir()
    await overlays.look()
    assert (await ask(overlays, ONE)).failure == "missing"
    again = await start()
    assert again.holds(ONE)
    assert (await ask(again, ONE)).failure == "missing"
    (partners.folder / f"{ONE}.withdrawn").touch()
    await again.look()
    assert not again.holds(ONE)
    (partners.folder / f"{ONE}.withdrawn").unlink()
    assert not (await start()).holds(ONE)


async def test_one_that_is_there_counts_whatever_is_said_of_it(partners: Partners, start):
    partners.bare(ONE, STRICT)
    (partners.folder / f"{ONE}.withdrawn").touch()
    assert (await ask(await start(), ONE)).of("naam").reasons == ("niet van ons",)


async def test_one_whose_keys_could_not_be_had_is_tried_again(partners: Partners, start):
    own = new_signer("ES256")
    partners.packed(ONE, Parts.of({"main.rego": FINE.encode()}, key=own).packed())
    overlays = await start(development=False)
    assert (await ask(overlays, ONE)).failure == "rejected"
    partners.keys = {ONE: [own.public]}
    await overlays.look()
    assert (await ask(overlays, ONE)).failure == "rejected"
    partners.now += RETRY
    await overlays.look()
    assert (await ask(overlays, ONE)).of("naam").granted


@pytest.mark.parametrize("name", ["0000000180000000100.tar.gz", f"{ONE}.zip", f"{ONE}.rego", "readme", f"{ONE}.tar"])
async def test_a_name_that_means_nothing_stops_the_start_and_is_told_later(partners: Partners, start, name: str):
    partners.bare(OTHER, FINE)
    overlays = await start()
    (partners.folder / name).touch()
    with capture_logs() as told:
        await overlays.look()
        await overlays.look()
    assert [(each["event"], name in each["why"]) for each in told] == [("overlays-misnamed", True)]
    assert (await ask(overlays, OTHER)).of("naam").granted
    with pytest.raises(Fault, match="policies-rejected"):
        await start()


async def test_a_folder_that_is_gone_takes_nothing_with_it(partners: Partners, start):
    partners.bare(ONE, STRICT)
    overlays = await start()
    partners.folder.rename(partners.folder.with_name("elsewhere"))
    await overlays.look()
    assert not (await ask(overlays, ONE)).failure
    with pytest.raises(Fault, match="policies-rejected"):
        await start()
