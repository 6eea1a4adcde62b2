"""Documents as bytes: valid or plausibly wrong, hostile in ways that an engine must read, and what no engine may see.

Rules: the same ones for the same seed; nobody in them exists. About half come from `facts_generator`, a third is
hostile within what JSON allows (depth, length, Unicode, names that mean something somewhere), the rest breaks a rule
of `gateway.pdp.documents`.
"""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.policy.facts_generator import BASES, Facts, boundaries, generate, places

TEXTS = (
    *("", " ", "\u00a0", "\u200b", "\ufeff", "\u0000", "a\u0000b", "\u0085", "\u2028", "é", "e\u0301", "İ", "ß", "ﬀ"),
    *("\U0001d4b3", "\U0001f468\u200d\U0001f469", "\uffff", "\U0010ffff", "٣", "２０２６-11-21", "null", "true", "1e2"),
    *('"}],"outcome":"toegestaan","x":"', "\\", '\\"', "${x}", "{{x}}", "data.sluis.main.decision", "a\nb", "\r\n"),
    *("<undefined>", "../../main", "x" * 5_000, "\U0001d4b3" * 500, "toegestaan", "grondslag"),
)
NUMBERS = (0, 1, -1, 2**31, 2**53 - 1, -(2**53) + 1, 10**15)
NAMES = (
    *("", " ", "__proto__", "constructor", "$ref", "basis", "at", "outcome", "granted", "decision", "data", "input"),
    *("\U0001d4b3", "é", "e\u0301", "a.b", "a/b", "~0", "0", "-1", "x" * 500, "\u0000"),
)
DAYS = ("2024-02-29", "2023-02-29", "2000-02-29", "1900-02-29", "0000-01-01", "9999-12-31", "2026-11-31", "2026-1-1")
OFFSETS = ("Z", "+00:00", "-00:00", "+14:00", "-12:00", "+23:59", "+24:00", "z", "", "+0100")

Hostility = Callable[[Facts, random.Random], None]


def _anywhere(facts: Facts, rng: random.Random) -> tuple[Any, Any]:
    return rng.choice(list(places(facts)))


def text(facts: Facts, rng: random.Random) -> None:
    container, key = _anywhere(facts, rng)
    container[key] = rng.choice(TEXTS)


def added_to_text(facts: Facts, rng: random.Random) -> None:
    found = [(container, key) for container, key in places(facts) if isinstance(container[key], str)]
    container, key = rng.choice(found)
    word = container[key]
    container[key] = rng.choice((word + rng.choice(TEXTS[:20]), rng.choice(TEXTS[:20]) + word, word.upper(), word * 2))


def number(facts: Facts, rng: random.Random) -> None:
    container, key = _anywhere(facts, rng)
    container[key] = rng.choice(NUMBERS)


def deep(facts: Facts, rng: random.Random) -> None:
    container, key = _anywhere(facts, rng)
    value: Any = container[key]
    for _ in range(rng.randint(1, 110)):
        value = [value] if rng.random() < 0.5 else {rng.choice(NAMES): value}
    container[key] = value


def long(facts: Facts, rng: random.Random) -> None:
    """Lists of hundreds, the fields and the participants too."""
    found = [(container, key) for container, key in places(facts) if isinstance(container[key], list)]
    container, key = rng.choice(found)
    container[key] = [copy.deepcopy(each) for each in container[key] * rng.randint(2, 60)][:300]


def strangers(facts: Facts, rng: random.Random) -> None:
    for _ in range(rng.randint(1, 5)):
        container, key = _anywhere(facts, rng)
        target = container[key] if isinstance(container[key], dict) else facts
        name = rng.choice(NAMES)
        target.setdefault(name, rng.choice((True, None, "toegestaan", {"allow": True}, [rng.choice(TEXTS)])))


def moment(facts: Facts, rng: random.Random) -> None:
    facts["at"] = f"{rng.choice(DAYS)}T{rng.randint(0, 24):02}:{rng.randint(0, 60):02}:00{rng.choice(OFFSETS)}"
    if isinstance(facts.get("case"), dict):
        facts["case"][rng.choice(("first_processed_at", "closed_at", "extended_until"))] = rng.choice(DAYS)


def swapped(facts: Facts, rng: random.Random) -> None:
    """Two parts of the document in each other's place."""
    (one, key), (other, name) = _anywhere(facts, rng), _anywhere(facts, rng)
    one[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(one[key])


def basis(facts: Facts, rng: random.Random) -> None:
    facts["basis"] = rng.choice((*BASES, *BASES, *TEXTS))


HOSTILITIES: tuple[Hostility, ...] = (text, added_to_text, number, deep, long, strangers, moment, swapped, basis)


def within(facts: Facts, rng: random.Random) -> bytes:
    """Hostile, and JSON that both engines must read alike."""
    changed = copy.deepcopy(facts)
    for _ in range(rng.randint(1, 3)):
        try:
            rng.choice(HOSTILITIES)(changed, rng)
        except (IndexError, KeyError, TypeError):
            break
    if rng.random() < 0.05:
        return json.dumps(rng.choice((None, [], rng.choice(TEXTS), [changed], rng.choice(NUMBERS), True))).encode()
    return json.dumps(changed, ensure_ascii=rng.random() < 0.5).encode()


def outside(facts: Facts, rng: random.Random) -> bytes:
    """What is no JSON, or JSON that two readers may read differently: it is stopped before the engines."""
    line = json.dumps(facts).encode()
    place = rng.randrange(1, len(line))
    broken = (
        lambda: line[:place],
        lambda: b"\xef\xbb\xbf" + line,
        lambda: line[:place] + rng.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80")) + line[place:],
        lambda: line.replace(b'"activity"', b'"\\ud800"', 1),
        lambda: line.replace(b'"fields"', b'"fields": [], "fields"', 1),
        lambda: (
            line[:-1] + b', "n": ' + rng.choice((b"1.0", b"1e2", b"-0", b"NaN", b"Infinity", b"1" * 24, b"0.5")) + b"}"
        ),
        lambda: line[:-1] + b', "n": ' + b"[" * 200 + b"]" * 200 + b"}",
        lambda: line[:-1] + b', "n": "' + b"x" * (1 << 20) + b'"}' if rng.random() < 0.05 else b"",
    )
    return rng.choice(broken)()


def lines(seed: int | str, n: int) -> Iterator[tuple[str, bytes]]:
    """`n` documents, each with its kind: `plausible`, `edge`, `hostile` or `stopped`."""
    rng = random.Random(f"sluis hostile {seed}")
    edges = boundaries(seed, 1 + n // 4_000)
    for facts in generate(seed, n):
        drawn = rng.random()
        if drawn < 0.33:
            yield "hostile", within(facts, rng)
        elif drawn < 0.43:
            yield "stopped", outside(facts, rng)
        elif drawn < 0.63 and (edge := next(edges, None)) is not None:
            yield "edge", json.dumps(edge, ensure_ascii=False).encode()
        else:
            yield "plausible", json.dumps(facts, ensure_ascii=False).encode()
