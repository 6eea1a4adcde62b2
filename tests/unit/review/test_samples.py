"""A sample is what its seed draws, whoever draws it, and nothing else passes for one."""

import hashlib
import math
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.judged import Finding, by_record, verdict
from gateway.review.samples import ALGORITHM, Redrawn, Sample, at_most, digest, draw, drawn, progress, redraw

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SEED = "ab" * 32
SEALS = {2026: (48214, "9f3a" * 16)}


def record(number: int) -> str:
    return str(UUID(int=(0x01999999 << 96) | (7 << 76) | (2 << 62) | number))


def written(kind: WritingKind, about: tuple[str, ...], content: dict[str, object], id: str = "w") -> Writing:
    return Writing(id, Tenant.ZVH, AT, "fenna", "fg", kind, about, content)


def sample_of(population: list[str], size: int = 25, seed: str = SEED) -> Sample:
    content = drawn(population, seed, size, title="november", filter="soort=verstrekking", seals=SEALS)
    return Sample.of(written(WritingKind.SAMPLE, tuple(content["records"]), content))


POPULATION = [record(number) for number in range(400)]


def test_it_is_drawn_as_the_specification_says_without_our_code() -> None:
    ranked = sorted(
        POPULATION, key=lambda each: hashlib.sha256(b"sluis sample 1\n" + SEED.encode() + each.encode()).hexdigest()
    )
    whole = hashlib.sha256(b"sluis population 1\n" + "".join(f"{each}\n" for each in sorted(POPULATION)).encode())
    sample = sample_of(POPULATION)
    assert list(sample.records) == ranked[:25]
    assert (sample.digest, sample.population) == (whole.hexdigest(), 400)
    assert (sample.seed, sample.filter, sample.sizes, sample.roots) == (
        SEED,
        "soort=verstrekking",
        {2026: 48214},
        {2026: "9f3a" * 16},
    )


def test_the_order_of_the_population_and_who_else_is_in_it_change_no_rank() -> None:
    drawn_now = draw(SEED, POPULATION, 25)
    assert draw(SEED, reversed(POPULATION), 25) == drawn_now
    assert [each for each in draw(SEED, [*POPULATION, record(999)], 26) if each != record(999)][:25] == list(drawn_now)
    assert draw("cd" * 32, POPULATION, 25) != drawn_now


def test_more_than_there_is_draws_all_of_it() -> None:
    assert set(draw(SEED, POPULATION[:3], 25)) == set(POPULATION[:3])
    assert redraw(sample_of(POPULATION[:3]), POPULATION[:3]) is Redrawn.SAME


def test_every_record_is_drawn_as_often_as_chance_has_it() -> None:
    seeds, size, population = 1200, 5, POPULATION[:20]
    counts = dict.fromkeys(population, 0)
    for number in range(seeds):
        for each in draw(hashlib.sha256(str(number).encode()).hexdigest(), population, size):
            counts[each] += 1
    expected = seeds * size / len(population)
    deviation = math.sqrt(expected * (1 - size / len(population)))
    assert sum(counts.values()) == seeds * size
    assert all(abs(count - expected) < 4.5 * deviation for count in counts.values())


@settings(max_examples=60, deadline=None)
@given(gone=st.sets(st.integers(0, 59)), size=st.integers(1, 70))
def test_erasing_leaves_it_right_as_far_as_it_can_be_worked_out(gone: set[int], size: int) -> None:
    population = POPULATION[:60]
    sample = sample_of(population, size)
    left = [each for number, each in enumerate(population) if number not in gone]
    erased = [each for each in sample.records if each not in left]
    found = redraw(sample, left, erased)
    assert found is (Redrawn.ERASED if gone else Redrawn.SAME)
    if erased:
        assert redraw(sample, left, erased[1:]) is Redrawn.OTHER


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 24), other=st.integers(25, 399))
def test_a_record_that_somebody_put_in_is_seen(place: int, other: int) -> None:
    sample = sample_of(POPULATION)
    ranked = draw(SEED, POPULATION, len(POPULATION))
    chosen = replace(
        sample, records=tuple(ranked[other] if at == place else each for at, each in enumerate(sample.records))
    )
    assert redraw(chosen, POPULATION) is Redrawn.OTHER
    left = [each for each in POPULATION if each != ranked[200]]
    if other != 200:
        assert redraw(chosen, left) is Redrawn.OTHER


def test_another_seed_order_or_population_is_seen() -> None:
    sample = sample_of(POPULATION)
    assert redraw(sample, POPULATION) is Redrawn.SAME
    assert redraw(replace(sample, seed="cd" * 32), POPULATION) is Redrawn.OTHER
    assert redraw(replace(sample, records=sample.records[::-1]), POPULATION) is Redrawn.OTHER
    assert redraw(replace(sample, records=sample.records[1:]), POPULATION) is Redrawn.OTHER
    assert redraw(sample, [*POPULATION, record(999)]) is Redrawn.OTHER
    assert redraw(replace(sample, records=sample.records[1:]), POPULATION[1:]) is Redrawn.OTHER
    assert redraw(replace(sample, records=()), POPULATION[1:]) is Redrawn.OTHER


def test_another_algorithm_is_no_sample() -> None:
    content = drawn(POPULATION, SEED, 3, title="x", filter="", seals=SEALS)
    assert content["algorithm"] == ALGORITHM
    with pytest.raises(ValueError, match="algorithm"):
        Sample.of(written(WritingKind.SAMPLE, (), content | {"algorithm": "sluis-sample-2"}))


def test_progress_counts_the_latest_verdict_of_each_and_names_the_next() -> None:
    sample = sample_of(POPULATION, 3)
    one, two, three = sample.records
    said = [
        written(WritingKind.VERDICT, (one,), verdict("onrechtmatig", "te veel gevraagd")),
        written(WritingKind.NOTE, (two,), {"text": "nog lezen", "corrects": ""}),
        written(WritingKind.VERDICT, (one,), verdict("rechtmatig", "")),
        written(WritingKind.VERDICT, (record(999),), verdict("rechtmatig", "")),
    ]
    far = progress(sample.records, by_record(said))
    assert (far.judged, far.next) == (1, two)
    assert (far.findings[Finding.RECHTMATIG], far.findings[Finding.ONRECHTMATIG]) == (1, 0)
    said += [written(WritingKind.VERDICT, (each,), verdict("verbetering-nodig", "leg uit")) for each in (two, three)]
    far = progress(sample.records, by_record(said))
    assert (far.judged, far.next, far.findings[Finding.VERBETERING]) == (3, "", 2)


@pytest.mark.parametrize(
    ("wrong", "judged", "limit"),
    [(0, 25, 0.1129), (1, 25, 0.1761), (0, 100, 0.0295), (5, 50, 0.1988), (0, 0, 1.0), (3, 3, 1.0)],
)
def test_the_limit_is_that_of_clopper_and_pearson(wrong: int, judged: int, limit: float) -> None:
    assert at_most(wrong, judged) == pytest.approx(limit, abs=0.0001)


def test_the_digest_tells_populations_apart() -> None:
    assert digest(POPULATION) == digest(POPULATION[::-1])
    assert digest(POPULATION) != digest(POPULATION[1:])
