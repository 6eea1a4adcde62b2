"""Through the whole exchange, on every example: what is forgotten, not said or asked less never releases more.

Each example is answered once as it is. Then one thing at a time is taken away: a member of what the requester says, of
what the holder recorded, of what the registers hold. Each time holds: released ⊆ granted ⊆ asked, a holder hears only
of what was granted, what is released was recorded first and is no more than before. A request that is turned away at
the door or fails releases nothing.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest

from gateway.api.reading import read_ask
from gateway.crypto.envelope import open_sealed
from gateway.errors import BadRequest, Fault
from gateway.exchange.kept import unmarked
from gateway.facts import Dictionary
from gateway.model.codes import Outcome, Tenant
from gateway.model.record import RecordClass
from gateway.model.request import Ask
from gateway.sandbox.region import Region
from tests.policy.cases import remove
from tests.policy.test_sweep import paths
from tests.support.requests import EXAMPLES, Example
from tests.support.simulators import NO_OBJECTION, PlainPseudonyms, Table
from tests.support.world import ISSUER, World

NAMES = Dictionary.load().names
REGION = Region.load()
CLIENTS = {oin: client for client, oin in REGION.clients().items()}
BETTER = {Outcome.GEWEIGERD: 0, Outcome.GEDEELTELIJK: 1, Outcome.TOEGESTAAN: 2}
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Released:
    """What an answer came to. Nothing at all where the request was turned away or failed."""

    outcome: Outcome = Outcome.GEWEIGERD
    granted: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()

    def within(self, other: "Released") -> bool:
        less = self.values <= other.values and self.granted <= other.granted
        return less and BETTER[self.outcome] <= BETTER[other.outcome]


@pytest.fixture
def region(world: World) -> World:
    """The world, with everything that the holders of the region have."""
    for oin, source in REGION.sources():
        for bsn, holding in REGION.holdings(oin, source).items():
            world.holders.statements[oin, source, bsn] = holding.statement
            world.holders.values[oin, source, bsn] = holding.values
    return world


def records(world: World) -> int:
    return sum(log.size for log in world.logs.opened.values())


async def ask(world: World, client: str, document: Document) -> Released:
    """Ask, and check whatever is released against what was asked, granted, fetched and recorded."""
    body = orjson.dumps(document)
    before, world.holders.asked = records(world), []
    try:
        wanted = read_ask(body, field_names=NAMES)
        answer = await world.exchange.disclose(world.call(wanted, client=client, body=body))
    except BadRequest:
        assert (world.holders.asked, records(world)) == ([], before)
        return Released()
    except Fault:
        return Released()
    assert records(world) == before + 1, "an answer without a record, or with two"
    granted = frozenset(field["name"] for field in answer.document["fields"] if field["granted"])
    assert granted <= {field.name for field in wanted.fields}
    for call, _, _, names in world.holders.asked:
        assert call == "statement" or set(names) <= granted
    values = await opened(world, wanted, client, answer.document["id"])
    assert values <= granted
    return Released(Outcome(answer.document["outcome"]), granted, values)


async def opened(world: World, wanted: Ask, client: str, id: str) -> frozenset[str]:
    """The names of what the recipient can read; the record of it stands, and is of these very bytes."""
    stored = await world.gate.records.disclosure(id)
    sealed = stored and unmarked(stored.row)["sealed"]
    if not sealed:
        return frozenset()
    assert stored.receipt.leaf.kind is RecordClass.VERSTREKKING
    assert stored.receipt.released_sha256 == hashlib.sha256(sealed.encode()).hexdigest()
    oin = wanted.recipient or REGION.clients()[client]
    partner = json.loads(world.partners.partner_file(CLIENTS[oin]).read_text())
    keys = world.keys.jwks("release")["keys"]
    now = world.clock.now()
    content = open_sealed(sealed, partner["decryption"], keys, issuer=ISSUER, audience=oin, disclosure_id=id, now=now)
    return frozenset(content["fields"])


# What can be taken away.


def said_less(document: Document) -> Iterator[tuple[str, Document]]:
    """A member less of the request, wherever it stands."""
    for path in paths(document):
        if not path.rsplit(".", 1)[-1].isdigit():
            poorer = copy.deepcopy(dict(document))
            remove(poorer, path)
            yield path, poorer


@contextmanager
def changed(table: Table | dict[Any, Any], key: Any, value: Any = ...) -> Iterator[None]:
    """Something else stands in a table for a moment; nothing, where nothing is given."""
    former = table[key]
    if value is not ...:
        table[key] = value
    elif isinstance(table, Table):
        table.forget(key) if not isinstance(key, tuple) else table.forget(*key)
    else:
        del table[key]
    try:
        yield
    finally:
        table[key] = former


Forgetting = tuple[str, Callable[[], Any]]


def known_less(world: World, example: Example) -> Iterator[Forgetting]:
    """A fact of the registers less, of those that this request may touch."""
    registers, document = world.registers, example.document
    requester, holder = REGION.clients()[example.client], document["holder"]
    subjects = {PlainPseudonyms().of(tenant, document["subject"]["bsn"]) for tenant in Tenant}
    id = document.get("case")
    yield "actor", lambda: changed(registers.actors, (requester, document["actor"]))
    yield "source", lambda: changed(registers.sources, (holder["oin"], holder["source"]))
    yield "key", lambda: changed(registers.recipients, document.get("recipient", {}).get("oin", requester))
    for key in [key for key in registers.involvements if key[0] == id and key[1] in subjects]:
        yield "involvement", lambda key=key: changed(registers.involvements, key)
    for key in subjects & registers.people.keys():
        person = registers.people[key]
        yield "person", lambda key=key: changed(registers.people, key)
        for number in range(len(person.consents)):
            fewer = tuple(consent for n, consent in enumerate(person.consents) if n != number)
            less = replace(person, consents=fewer)
            yield f"consent {number}", lambda key=key, less=less: changed(registers.people, key, less)
    if id in registers.cases:
        yield "case", lambda: changed(registers.cases, id)
        for name, less in poorer_cases(registers.cases[id]):
            yield f"case, {name}", lambda less=less: changed(registers.cases, id, less)


def poorer_cases(case: Any) -> Iterator[tuple[str, Any]]:
    for name in ("phase", "first_processed_at", "extended_until", "intake"):
        yield name, replace(case, **{name: None})
    for name in case.circumstances:
        yield name, replace(case, circumstances={n: so for n, so in case.circumstances.items() if n != name})
    for name in case.intake or ():
        yield name, replace(case, intake={n: so for n, so in case.intake.items() if n != name})
    for number in range(len(case.participants)):
        rest = tuple(party for n, party in enumerate(case.participants) if n != number)
        yield f"participant {number}", replace(case, participants=rest)


def recorded_less(world: World, document: Document) -> Iterator[Forgetting]:
    """A member less of the holder's statement, or no statement."""
    key = (document["holder"]["oin"], document["holder"]["source"], document["subject"]["bsn"])
    statement = world.holders.statements.setdefault(key, NO_OBJECTION)
    if statement is None:
        return
    yield "statement", lambda: changed(world.holders.statements, key, None)
    for path in paths(statement):
        if not path.rsplit(".", 1)[-1].isdigit():
            poorer = copy.deepcopy(dict(statement))
            remove(poorer, path)
            yield path, lambda poorer=poorer: changed(world.holders.statements, key, poorer)


async def test_the_examples_release_what_they_say(region: World) -> None:
    for name, example in EXAMPLES.items():
        given = await ask(region, example.client, example.document)
        if not example.document.get("dry_run"):
            assert (given.outcome, given.granted) == (example.outcome, example.granted), name
            holder, bsn = example.document["holder"], example.document["subject"]["bsn"]
            held = region.holders.values.get((holder["oin"], holder["source"], bsn), {})
            assert given.values == example.granted & held.keys(), name


async def test_a_requester_that_says_less_gets_no_more(region: World) -> None:
    tried = 0
    for name, example in EXAMPLES.items():
        whole = await ask(region, example.client, example.document)
        for path, document in said_less(example.document):
            assert (await ask(region, example.client, document)).within(whole), f"{name}: without {path}"
            tried += 1
    assert tried > 400


async def test_who_asks_fewer_fields_gets_the_same_of_the_others(region: World) -> None:
    tried = 0
    for name, example in EXAMPLES.items():
        whole = await ask(region, example.client, example.document)
        for field in example.document["fields"] if len(example.document["fields"]) > 1 else ():
            fewer = {**example.document, "fields": [each for each in example.document["fields"] if each != field]}
            given = await ask(region, example.client, fewer)
            assert given.granted == whole.granted - {field["name"]}, f"{name}: without {field['name']}"
            assert given.values == whole.values - {field["name"]}, f"{name}: without {field['name']}"
            tried += 1
    assert tried > 20


async def test_an_objection_does_not_go_away_with_the_person(region: World) -> None:
    """Of somebody in a case. Outside one, a person who is not registered is nobody who could have objected."""
    example, people = EXAMPLES["an inquiry of the municipality"], region.registers.people
    key = PlainPseudonyms().of(Tenant.GEMEENTE, example.document["subject"]["bsn"])
    assert (await ask(region, example.client, example.document)).granted == example.granted
    with changed(people, key, replace(people[key], objection=True)):
        assert await ask(region, example.client, example.document) == Released()
    with changed(people, key):
        assert await ask(region, example.client, example.document) == Released()


@pytest.mark.parametrize("what", [known_less, lambda world, example: recorded_less(world, example.document)])
async def test_what_registers_and_holders_forget_releases_no_more(region: World, what: Any) -> None:
    tried = 0
    for name, example in EXAMPLES.items():
        whole = await ask(region, example.client, example.document)
        for path, forgetting in what(region, example):
            with forgetting():
                assert (await ask(region, example.client, example.document)).within(whole), f"{name}: without {path}"
            tried += 1
        assert await ask(region, example.client, example.document) == whole, "something was not put back"
    assert tried > 150
