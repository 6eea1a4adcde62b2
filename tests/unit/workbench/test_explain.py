"""A decision as a ladder: what stands where, whatever is explained, and that no value of a fact is told."""

import asyncio
import io
import json
import shutil
from pathlib import Path
from typing import Any

import apsw
import pytest

from gateway.catalogue import Catalogue
from gateway.cli import main
from gateway.model.plain import LONGEST, plain, safe
from gateway.pdp.bundle import Bundle
from gateway.pdp.rungs import codes_by_rung
from gateway.workbench.cases import SHIPPED, shipped
from gateway.workbench.explain import explain
from tests.policy.engines import ask_embedded, documents
from tests.unit.workbench.conftest import Record

FACTS = shipped().baseline("zvh-casusoverleg")


async def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert await asyncio.to_thread(main, ["policy", "explain", *arguments]) == 0
    return capsys.readouterr().out


def write(folder: Path, facts: dict[str, Any]) -> str:
    (folder / "feiten.json").write_text(json.dumps(facts))
    return str(folder / "feiten.json")


async def test_the_broken_rung_has_its_reason_next_step_and_article(capsys: pytest.CaptureFixture[str]) -> None:
    told = await explained(capsys, "--case", "wgs.zvh.casusoverleg: Deelnemer, maar niet betrokken bij deze casus")
    assert told.startswith("BESLUIT: Geweigerd\nGeen van de gevraagde gegevens mag worden gedeeld.\n\nGRONDSLAG\n")
    assert "\n  ✔ casus             Past de casus" in told
    assert (
        "  ✕ betrokken         Zijn de partijen betrokken bij deze casus?  ◀ hier breekt de ladder\n"
        "      niet-betrokken-bij-casus: Een van de partijen is niet betrokken bij deze casus.\n"
        "        Volgende stap: Vraag de publieke deelnemers om die partij bij de casus te betrekken.\n"
        "        Artikel: WGS 2.31(4)\n"
        "  ✔ persoon "
    ) in told
    assert "\n  – bijzondere-route " in told
    assert told.count("◀") == 1
    assert "  ✕ adres_huidig: geweigerd: Niet betrokken bij deze casus\n" in told
    assert "    WGS 2.31(4): De publieke deelnemers bepalen" in told


async def test_a_rung_names_the_article_that_the_basis_has_a_part_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = FACTS | {"case": FACTS["case"] | {"state": "aangemeld"}}
    told = await explained(capsys, write(tmp_path, facts))
    rung = told.split("  ✕ casus ")[1].split("  ✔ ")[0]
    assert "        Artikel: WGS 2.31\n" in rung
    assert "Wams" not in rung


async def test_a_field_that_is_refused_is_named_at_the_rung_that_refused_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = await explained(capsys, "--case", "Velden zonder genoemde noodzaak vallen af")
    assert told.startswith("BESLUIT: Gedeeltelijk toegestaan\n")
    rung = told.split("  ✕ noodzaak ")[1].split("  ✔ ")[0]
    assert "Het gaat om: toezicht_voorwaarden\n" in rung
    assert "  ✔ adres_huidig: toegestaan\n  ✕ toezicht_voorwaarden: geweigerd: Noodzaak ontbreekt\n" in told
    assert "vernietig-op: Deze gegevens moeten op de genoemde dag zijn vernietigd. (2031-03-02)\n" in told


async def test_what_lacks_and_what_is_hinted_at_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    facts = {**FACTS, "basis": "wams.casusoverleg"}
    del facts["case"]
    told = await explained(capsys, write(tmp_path, facts))
    assert "\nONTBREKENDE FEITEN\n  case\n" in told
    assert "\nHINTS\n  wmo.hergebruik_sociaal_domein: " in told
    assert "  niet in werking; tekst gezien: nee\n" in told
    assert "(simulatie)" not in told
    assert "BESLUIT: Geweigerd (simulatie)\n" in await explained(
        capsys, write(tmp_path, {**facts, "profile": "simulatie"})
    )


async def test_facts_come_from_standard_input_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    by_file = await explained(capsys, write(tmp_path, FACTS))
    for arguments in ([], ["-"]):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(FACTS).encode())))
        assert await explained(capsys, *arguments) == by_file


@pytest.mark.part("opa")
async def test_opa_is_explained_alike(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path, FACTS)
    assert await explained(capsys, file, "--engine", "opa") == await explained(capsys, file)


async def test_facts_of_any_kind_are_explained(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for text, basis in (("{", "Er is geen grondslag genoemd."), ('{"basis":"bestaat.niet"}', "bestaat.niet")):
        (tmp_path / "feiten.json").write_text(text)
        told = await explained(capsys, str(tmp_path / "feiten.json"))
        assert told.startswith("BESLUIT: Geweigerd\n")
        assert basis in told
        assert "Er zijn geen velden gevraagd, of ze waren niet te lezen." in told


async def test_names_of_fields_are_told_and_values_never(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    secret = "Xyzzy"
    facts = json.loads(json.dumps(FACTS))
    facts["requester"]["organisation"]["name"] = secret
    facts["subject"] |= {"ref": secret, "age": 34}
    facts["case"]["id"] = secret
    facts["fields"] = [
        {"name": "naam\x1b[2J\n✔ nep", "category": secret, "necessity": {"task": secret, "reason": secret}},
        {"name": "van 999993653", "category": "bsn"},
    ]
    told = await explained(capsys, write(tmp_path, facts))
    assert "naam�[2J�✔ nep: geweigerd" in told
    assert "van …: geweigerd" in told
    assert not [value for value in (secret, "999993653", "\x1b", "00000001800000001000") if value in told]


async def test_what_was_recorded_is_told_as_it_was_decided(
    capsys: pytest.CaptureFixture[str], record: Record, tmp_path: Path
) -> None:
    await record([{**FACTS, "case": None}], overlays=[{}])
    log = apsw.Connection(str(tmp_path / "state/log/zvh-2026.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    [(identifier, of_request)] = log.execute("SELECT record_id, request_id FROM entries").fetchall()
    log.close()
    state = ["--state", str(tmp_path / "state")]
    told = await explained(capsys, "--record", of_request, *state)
    assert told == await explained(capsys, "--record", identifier, *state)
    assert told.startswith("Na dit besluit zijn ook de regels van een partner gevraagd.")
    assert "\nONTBREKENDE FEITEN\n  case\n" in told
    assert "ander beleid" not in told


async def test_another_policy_or_an_erased_body_is_said(
    capsys: pytest.CaptureFixture[str], record: Record, tmp_path: Path, root: Path
) -> None:
    await record([FACTS])
    with apsw.Connection(str(tmp_path / "state/log/zvh-2026.sqlite")) as log:
        [(identifier,)] = log.execute("SELECT record_id FROM entries").fetchall()
    state = ["--state", str(tmp_path / "state")]
    (tmp_path / "rules").mkdir()
    for file, content in Bundle.read(root / "policies" / "rules").files.items():
        (tmp_path / "rules" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "rules" / file).write_bytes(content + b"\n")
    told = await explained(capsys, "--record", identifier, *state, "--policies", str(tmp_path / "rules"))
    assert told.startswith("Dit besluit is genomen met een ander beleid dan het beleid dat hier de uitleg geeft.\n")
    with apsw.Connection(str(tmp_path / "state/bodykeys/zvh.sqlite")) as keys:
        keys.execute("DELETE FROM keys")
    assert await asyncio.to_thread(main, ["policy", "explain", "--record", identifier, *state]) == 2
    assert f"De inhoud van {identifier} is gewist: een sleutel is vernietigd." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--case", "gesloten"], "gevallen heten 'gesloten'; noem er precies één.\n  "),
        (["--case", "xyzzy"], "0 gevallen heten 'xyzzy'"),
        (["--record", "x", "--state", "."], "Er is geen besluit vastgelegd onder 'x'."),
        (["--record", "x", "--state", "nergens"], "Er is geen map nergens."),
        (["nergens.json"], "nergens.json"),
    ],
)
def test_what_is_not_there_is_wrong_usage(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["policy", "explain", *arguments]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("command", ["explain", "reference"])
def test_policies_that_do_not_tell_where_a_code_is_given_are_a_fault(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.copytree(SHIPPED.parent / "rules", tmp_path / "rules")
    (tmp_path / "cases").mkdir()
    block = '# METADATA\n# title: t\n# custom:\n#   code: x\nlost_codes contains "x" if input.x\n'
    (tmp_path / "rules/lib/lost.rego").write_text(f"package sluis.main\n\nimport rego.v1\n\n{block}")
    facts = [write(tmp_path, FACTS)] if command == "explain" else []
    assert main(["policy", command, *facts, "--policies", str(tmp_path)]) == 3
    told = capsys.readouterr()
    assert told.err == "METADATA is niet te gebruiken.\n  lib/lost.rego: no rung passes on its codes\n"
    assert told.out == ""


def test_every_reason_of_every_case_stands_with_a_broken_rung() -> None:
    can_say = codes_by_rung(Bundle.read(SHIPPED.parent / "rules").policies, documents()["vocabulary"]["rungs"])
    assert set(can_say) == set(documents()["vocabulary"]["rungs"])
    lost = set()
    for case in shipped().cases():
        decision = ask_embedded(case.facts)
        broken = [entry["rung"] for entry in decision["ladder"] if entry["passed"] is False]
        said = decision["reasons"] + [code for field in decision["fields"] for code in field["reasons"]]
        lost |= {(case.id, code) for code in said if not any(code in can_say[rung] for rung in broken)}
    assert lost == set()


def test_a_reason_that_no_broken_rung_can_say_is_not_lost() -> None:
    bundle = Bundle.read(SHIPPED.parent / "rules")
    decision = ask_embedded(FACTS) | {"policy": {"revision": "r"}, "reasons": ["zo-nieuw", "geen-toestemming"]}
    told = "\n".join(explain(decision, bundle, Catalogue.load()))
    assert "\n  Ook gezegd\n      zo-nieuw\n      geen-toestemming: " in told


def test_every_code_that_a_rung_can_say_has_a_sentence() -> None:
    said = codes_by_rung(Bundle.read(SHIPPED.parent / "rules").policies, documents()["vocabulary"]["rungs"])
    assert {code for codes in said.values() for code in codes} <= set(Catalogue.load())


def test_names_from_outside_are_harmless() -> None:
    assert plain("a\u202eb\x07") == "a�b�"
    assert plain("x" * 200) == "x" * LONGEST + "…"
    assert safe("x" * 200) == "x" * 200
