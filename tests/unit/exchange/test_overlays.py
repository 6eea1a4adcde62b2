"""Partners' own policies in the story of a request, hostile ones too: run for real, and none widens anything."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.exchange.pipeline import Exchange
from gateway.model.disclosure import Answer
from gateway.model.overlay import OverlayAnswer, Verdict
from gateway.model.request import AskedField
from gateway.pdp.overlays import Overlays
from gateway.settings import ROOT
from tests.support.questions import BSN, NEED, make_ask
from tests.support.world import VALUES, World

COLLEGE, PROBATION = "00000001800000001000", "00000001800000002000"
FIELDS = (AskedField("adres_huidig", NEED), AskedField("toezicht_voorwaarden", NEED), AskedField("naam", None))
ASK = make_ask(fields=FIELDS)
BY_LAW = {"adres_huidig", "toezicht_voorwaarden"}

HEAD = "package overlay\n\nimport rego.v1\n\n"
ALL = (
    HEAD + 'decision := {"fields": {f.name: {"granted": f.granted, "reasons": []} | some f in input.decision.fields}}\n'
)
NONE = ALL.replace('f.granted, "reasons": []', 'false, "reasons": ["nu even niet"]')
ADDRESS = HEAD + (
    'decision := {"fields": {"adres_huidig": {"granted": true, "reasons": []}, '
    '"toezicht_voorwaarden": {"granted": false, "reasons": ["na overleg"]}}}\n'
)


@dataclass
class Partners:
    """A world in which partners have policies of their own."""

    world: World
    overlays: Overlays
    folder: Path

    async def have(self, **texts: str | None) -> None:
        """`holder`, `requester`: the text of its policy."""
        for who, oin in (("holder", PROBATION), ("requester", COLLEGE)):
            if text := texts.get(who):
                (self.folder / oin).mkdir(exist_ok=True)
                (self.folder / oin / "main.rego").write_text(text)
        await self.overlays.look()

    async def ask(self, **changes: Any) -> Answer:
        return await self.world.exchange.disclose(self.world.call(replace(ASK, **changes)))

    async def body(self, answer: Answer, tenant: str = "zvh") -> dict[str, Any]:
        [log] = [log for (owner, _), log in self.world.logs.opened.items() if owner == tenant]
        return json.loads(log.body(answer.document["record"]))


@pytest.fixture
async def partners(world: World, tmp_path: Path) -> AsyncIterator[Partners]:
    (tmp_path / "overlays").mkdir()
    keys = world.gate.directory.signing_keys
    overlays = Overlays(tmp_path / "overlays", tmp_path / "seen", keys=keys, development=True, timeout=10.0)
    world.exchange = Exchange(replace(world.gate, overlays=overlays))
    async with overlays:
        yield Partners(world, overlays, tmp_path / "overlays")


def granted(answer: Answer) -> set[str]:
    return {field["name"] for field in answer.document["fields"] if field["granted"]}


def reasons(answer: Answer, name: str) -> list[str]:
    return next(field["reasons"] for field in answer.document["fields"] if field["name"] == name)


def released(partners: Partners) -> list[tuple[str, ...]]:
    """The fields that the holder was asked to give."""
    return [names for call, _, _, names in partners.world.holders.asked if call == "fields"]


async def test_without_any_nothing_is_asked(partners: Partners):
    answer = await partners.ask()
    assert granted(answer) == BY_LAW
    assert (await partners.body(answer))["overlays"] == []


CROSSED = ADDRESS.replace("toezicht", "x").replace("adres", "toezicht").replace("x_", "adres_")
LEFT: list[tuple[str, str, set[str]]] = [
    (ALL, ALL, BY_LAW),
    (ADDRESS, ALL, {"adres_huidig"}),
    (ALL, ADDRESS, {"adres_huidig"}),
    (ADDRESS, ADDRESS, {"adres_huidig"}),
    (ADDRESS, CROSSED, set()),
    (NONE, ALL, set()),
    (ALL, NONE, set()),
]


async def test_what_is_left_is_what_both_and_the_law_grant(partners: Partners):
    for holder, requester, left in LEFT:
        await partners.have(holder=holder, requester=requester)
        partners.world.holders.asked.clear()
        assert granted(await partners.ask()) == left
        assert released(partners) == ([tuple(sorted(left))] if left else [])


async def test_one_that_grants_all_changes_nothing_and_is_recorded(partners: Partners):
    await partners.have(holder=ALL)
    body = await partners.body(await partners.ask())
    assert body["narrowed"] is None
    assert [each["fields"]["adres_huidig"]["granted"] for each in body["overlays"]] == [True, True]


async def test_only_who_holds_and_who_asks_counts(partners: Partners):
    (partners.folder / "00000001800000003000").mkdir()
    (partners.folder / "00000001800000003000" / "main.rego").write_text(NONE)
    await partners.overlays.look()
    assert granted(await partners.ask()) == BY_LAW


async def test_who_refused_and_why_is_in_the_answer_and_the_law_s_decision_in_the_record(partners: Partners):
    await partners.have(holder=ADDRESS, requester=ALL)
    answer = await partners.ask()
    assert answer.document["outcome"] == "gedeeltelijk"
    [_, field, naam] = answer.document["fields"]
    assert field["reasons"] == ["beperkt-door-partner"]
    assert field["narrowed_by"] == [{"oin": PROBATION, "code": "beperkt-door-partner", "reasons": ["na overleg"]}]
    assert naam == {"name": "naam", "granted": False, "reasons": ["niet-noodzakelijk"]}
    body = await partners.body(answer)
    by_law, narrowed = json.loads(body["decision"]), json.loads(body["narrowed"])
    assert (narrowed["outcome"], narrowed["fields"]) == ("gedeeltelijk", answer.document["fields"])
    again = await partners.world.gate.policy.judge(body["facts"].encode())
    assert again.encoded == body["decision"].encode()
    assert [(each["name"], each["granted"]) for each in by_law["fields"]][1] == ("toezicht_voorwaarden", True)
    assert [(each["oin"], each["provisional"]) for each in body["overlays"]] == [
        (PROBATION, True), (COLLEGE, True), (PROBATION, False), (COLLEGE, False)
    ]  # fmt: skip
    told = {"granted": False, "reasons": ["na overleg"], "broken": False}
    assert body["overlays"][2]["fields"]["toezicht_voorwaarden"] == told


async def test_of_what_a_partner_refuses_anyway_no_holder_hears(partners: Partners):
    for who in ({"holder": NONE, "requester": ALL}, {"holder": ALL, "requester": NONE}):
        await partners.have(**who)
        answer = await partners.ask()
        assert (answer.document["outcome"], answer.document["awaits_holder"]) == ("geweigerd", False)
    assert partners.world.holders.asked == []
    assert await partners.world.classes("zvh") == ["weigering"] * 2


async def test_the_holder_is_asked_about_what_is_left(partners: Partners):
    await partners.have(requester=ADDRESS)
    await partners.ask()
    assert [(call, names) for call, _, _, names in partners.world.holders.asked] == [
        ("statement", ("adres_huidig",)),
        ("fields", ("adres_huidig",)),
    ]


async def test_what_was_refused_before_the_holder_spoke_stays_refused(partners: Partners):
    later = '"granted": false, "reasons": ["na overleg"]'
    await partners.have(requester=ADDRESS.replace(later, '"granted": input.awaits_holder == false, "reasons": []'))
    answer = await partners.ask()
    assert granted(answer) == {"adres_huidig"}
    assert reasons(answer, "toezicht_voorwaarden") == ["beperkt-door-partner"]


async def test_a_dry_run_says_what_the_request_would(partners: Partners):
    await partners.have(holder=ADDRESS)
    answer = await partners.ask(dry_run=True)
    assert (answer.document["awaits_holder"], partners.world.holders.asked) == (True, [])
    assert reasons(answer, "adres_huidig") == []
    assert reasons(answer, "toezicht_voorwaarden") == ["beperkt-door-partner"]


async def test_a_refusal_of_the_law_is_put_to_nobody(partners: Partners):
    await partners.have(holder=ALL, requester=ALL)
    answer = await partners.ask(actor="n-9")
    assert answer.document["outcome"] == "geweigerd"
    assert (await partners.body(answer))["overlays"] == []


# Hostile ones.


def deciding(value: str, *rules: str) -> str:
    return HEAD + f"decision := {value}\n" + "".join(f"\n{rule}\n" for rule in rules)


TRUE = '{"granted": true, "reasons": []}'
EVERYTHING = (
    f'{{"fields": {{name: {TRUE} | some name in ["adres_huidig", "toezicht_voorwaarden", "naam", "bsn", "x"]}}}}'
)
SAYING = '{"fields": {f.name: {"granted": false, "reasons": [%s]} | some f in input.decision.fields}}'
WIDENING: dict[str, str] = {
    "grants what the law refuses": deciding(EVERYTHING),
    "answers with a decision of the law's shape": deciding(
        '{"outcome": "toegestaan", "reasons": [], "fields": [{"name": "naam", "granted": true, "reasons": []}]}'
    ),
    "changes what it was asked": deciding(EVERYTHING, 'input.decision.outcome := "toegestaan"'),
    "stands where the law does": "package sluis.main\n\nimport rego.v1\n\ndecision := input.decision\n",
    "adds to the law": "package sluis.ladder.categorie\n\nimport rego.v1\n\nopen := true\n",
    "reads the law": deciding("data.sluis.main.decision"),
    "redefines its own decision": deciding(EVERYTHING, 'decision := {"fields": {}}'),
    "brings data for the law": HEAD + "decision := data.sluis\n",
    "asks the network": deciding('http.send({"url": "http://127.0.0.1:1"})'),
    "says with obligations": deciding(
        '{"fields": {"naam": {"granted": true, "reasons": [], "obligations": []}}, "obligations": [], "hints": ["x"]}'
    ),
    "says true for everything": deciding("true"),
    "says yes in words": deciding(SAYING.replace("false", '"yes"') % ""),
    "grants with a reason": deciding(SAYING.replace("false", "true") % '"toch"'),
    "answers with a set": deciding("{f.name | some f in input.decision.fields}"),
    "answers without end": deciding(SAYING % '"n"', 'x := [y | some y in x]'),
    "answers too much": deciding('{"fields": {"adres_huidig": t12}}', "t0 := concat(\"\", [input.facts.basis, \"x\"])",
        *(f't{n} := concat("", [t{n - 1}, t{n - 1}, t{n - 1}])' for n in range(1, 13))),
    "takes all memory": deciding('{"fields": {"adres_huidig": t40}}', "t0 := input.facts.basis",
        *(f't{n} := concat("", [t{n - 1}, t{n - 1}, t{n - 1}])' for n in range(1, 41))),
    "tells what it saw": deciding(SAYING % "input.facts.basis, input.facts.requester.actor.id"),
    "makes words of what it saw": deciding(SAYING % 'concat("", ["het gaat om ", input.facts.basis])'),
    "tells a lot": deciding(SAYING % ", ".join(['"1"'] * 40)),
}  # fmt: skip


GRANT_WHAT_IS_ASKED = {"grants what the law refuses"}
"""They cannot do more than grant, and the law does the rest."""
POLICE = {"holder": "00000001800000003000", "source": "meldingen"}


@pytest.mark.parametrize("who", ["holder", "requester"])
async def test_a_hostile_one_never_widens_tells_nothing_and_holds_up_nobody(partners: Partners, who: str):
    oin = PROBATION if who == "holder" else COLLEGE
    agreed = {"serious_reasons": False, "conditions": [], "competent_authority_agreed": True}
    partners.world.holders.statements[POLICE["holder"], POLICE["source"], BSN] = agreed
    for name, hostile in WIDENING.items():
        with capture_logs() as told:
            await partners.have(**{who: hostile})
            answer = await partners.ask()
        assert granted(answer) <= BY_LAW, name
        assert {duty["code"] for duty in answer.document["obligations"]} >= {"log-audit"}, name
        assert answer.document["hints"] == [], name
        words = [text for f in answer.document["fields"] for by in f.get("narrowed_by", []) for text in by["reasons"]]
        assert [word for word in words if f'"{word}"' not in hostile] == [], name
        failed = {each["oin"] for each in told if each["event"] == "overlay-failed"}
        assert failed == ({oin} if "partnerbeleid-werkt-niet" in str(answer.document["fields"]) else set()), name
        assert (granted(answer) == BY_LAW) is (name in GRANT_WHAT_IS_ASKED), name
        assert BSN not in str(told), name
        assert "wgs.zvh" not in str(told), name
        if who == "holder":
            other = await partners.ask(**POLICE, fields=(AskedField("meldingen_overlast", NEED),))
            assert other.document["outcome"] == "toegestaan", name
    assert all(set(names) <= BY_LAW | {"meldingen_overlast"} for names in released(partners))


@pytest.mark.parametrize("gone", ["missing", "rejected"])
async def test_one_that_does_not_work_refuses_all_of_its_partner_and_says_so(partners: Partners, gone: str):
    await partners.have(holder=ALL)
    if gone == "missing":
        (partners.folder / PROBATION / "main.rego").unlink()
        (partners.folder / PROBATION).rmdir()
    else:
        (partners.folder / PROBATION / "main.rego").write_text("package overlay")
    with capture_logs() as told:
        await partners.overlays.look()
        answer = await partners.ask()
    assert (answer.document["outcome"], granted(answer)) == ("geweigerd", set())
    assert reasons(answer, "adres_huidig") == ["partnerbeleid-werkt-niet"]
    assert {(each["oin"], each["failure"]) for each in told if each["log_level"] == "error"} == {(PROBATION, gone)}
    assert [each["failure"] for each in (await partners.body(answer))["overlays"]] == [gone]


def test_the_values_are_those_that_the_law_grants():
    assert set(VALUES) == BY_LAW


async def test_each_is_asked_what_it_may_know_and_the_page_shows_the_holder_s_question(world: World):
    asked: list[tuple[str, dict[str, Any]]] = []

    class Listening:
        def holds(self, oin: str) -> bool:
            return True

        async def ask(self, oin: str, question: bytes, fields: tuple[str, ...], *, provisional: bool) -> OverlayAnswer:
            asked.append((oin, json.loads(question)))
            return OverlayAnswer(oin, None, provisional, {name: Verdict(True) for name in fields})

    exchange = Exchange(replace(world.gate, overlays=Listening()))
    assert granted(await exchange.disclose(world.call())) == BY_LAW
    shown = json.loads((ROOT / "policies/overlays/question.json").read_text())
    for question in (shown, *(each for _, each in asked)):
        question["decision"] |= dict.fromkeys(("policy", "basis", "ladder", "obligations"))
        question["facts"]["fields"][1]["necessity"]["task"] = ""
    assert [shown] == [each for oin, each in asked if oin == PROBATION and not each["awaits_holder"]]
    for oin, question in asked:
        told = (
            {"subject", "circumstances"}
            if question["awaits_holder"]
            else {"subject", "circumstances", "holder_statement"}
        )
        assert question["facts"].keys() & {"subject", "circumstances", "holder_statement"} == (
            told if oin == PROBATION else set()
        )
        assert "ref" not in question["facts"].get("subject", {})
    assert [oin for oin, _ in asked] == [PROBATION, COLLEGE] * 2
