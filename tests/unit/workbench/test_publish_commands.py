"""`gateway policy keys|build|verify|publish|rollback|status`: from a new key to a revision in force and back."""

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from gateway.cli import main
from gateway.crypto.keys import PrivateKey
from gateway.pdp.bundle import Bundle
from gateway.pdp.signed import read_signers
from gateway.settings import ROOT
from gateway.workbench.publish.signer import new_signer, public_signer

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")


@dataclass
class Desk:
    """A signer's folder, a folder of policies, and a gateway's state."""

    folder: Path
    out: Callable[[], tuple[str, str]]

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def run(self, *words: object) -> int:
        try:
            return main(["policy", *map(str, words)])
        except SystemExit as left:
            return int(left.code or 0)

    def built(self, text: str) -> tuple[Path, str]:
        """A bundle of one policy, and its revision."""
        rules = self.folder / "rules"
        rules.mkdir(exist_ok=True)
        (rules / "main.rego").write_text(f"package sluis.main\n\nx := {json.dumps(text)}\n")
        file = self.folder / f"{text}.tar.gz"
        assert self.run("build", rules, "-o", file, "--key", self.folder / "key" / "signer.json") == 0
        return file, Bundle.read(rules).revision


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SLUIS_POLICIES", str(tmp_path / "state" / "policies" / "active.tar.gz"))
    monkeypatch.setenv("SLUIS_POLICY_SIGNERS", str(tmp_path / "signers.json"))
    desk = Desk(tmp_path, lambda: capsys.readouterr())
    assert desk.run("keys", "new", "-o", tmp_path / "key" / "signer.json") == 0
    jwk = json.loads(desk.out()[0])
    (tmp_path / "signers.json").write_text(json.dumps({"keys": [jwk]}))
    return desk


def test_a_private_key_is_its_owners_alone(desk: Desk) -> None:
    file = desk.folder / "key" / "signer.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert json.loads(file.read_text())["kid"] == read_signers(desk.folder / "signers.json")[0].jwk["kid"]
    before = file.read_bytes()
    assert desk.run("keys", "new", "-o", file) == 2
    assert file.read_bytes() == before, "a key is never overwritten"
    file.chmod(0o644)
    assert desk.run("build", ROOT / "policies" / "rules", "-o", desk.folder / "x", "--key", file) == 3
    assert "chmod" in desk.out()[1]


@pytest.mark.parametrize(
    "jwk",
    [
        {name: value for name, value in new_signer().to_jwk().items() if name != "kid"},
        {**PrivateKey.generate("PS256").to_jwk()},
        {**new_signer().to_jwk(), "use": "enc"},
        {**new_signer("EdDSA").to_jwk(), "alg": "Ed25519"},
        public_signer(new_signer()),
        {"kty": "oct", "k": "c2xldXRlbA", "kid": "x"},
    ],
    ids=["no name", "RSA", "to encrypt", "a name that OPA does not know", "public", "a secret"],
)
def test_what_is_no_key_of_a_signer_does_not_sign(desk: Desk, jwk: dict[str, str]) -> None:
    file = desk.folder / "key" / "signer.json"
    file.write_text(json.dumps(jwk))
    rules = desk.folder / "rules"
    rules.mkdir()
    (rules / "main.rego").write_text("package sluis.main\n")
    assert desk.run("build", rules, "-o", desk.folder / "x.tar.gz", "--key", file) == 3
    assert "key-missing" in desk.out()[1]
    assert not (desk.folder / "x.tar.gz").exists()


def test_no_key_is_made_where_it_could_not_be_used(desk: Desk) -> None:
    open_to_others = desk.folder / "shared"
    open_to_others.mkdir(mode=0o755)
    assert desk.run("keys", "new", "-o", open_to_others / "signer.json") == 2
    assert list(open_to_others.iterdir()) == []
    said = desk.out()[1]
    assert str(open_to_others) in said
    assert "chmod 700" in said


def test_a_key_that_is_not_there_is_said_to_be_so_also_in_an_open_folder(desk: Desk) -> None:
    desk.folder.chmod(0o755)
    rules = ROOT / "policies" / "rules"
    assert desk.run("build", rules, "-o", desk.folder / "x", "--key", desk.folder / "none.json") == 3
    assert "No such file" in desk.out()[1]


def test_a_partner_is_not_told_to_become_a_signer_of_the_law(desk: Desk) -> None:
    assert desk.run("keys", "new", "-o", desk.folder / "own" / "partner.json") == 0
    assert "overlay van een partner: in de sleutels van die partner, en nooit daar" in desk.out()[1]


def test_a_private_key_does_not_come_among_the_sources(desk: Desk) -> None:
    place = ROOT / "keys" / "never-made.json"
    assert desk.run("keys", "new", "-o", place) == 2
    assert not place.exists()


def test_opa_is_told_of_the_signers_whom_it_can_know(desk: Desk) -> None:
    jwks = json.loads((desk.folder / "signers.json").read_text())["keys"]
    assert desk.run("keys", "new", "-o", desk.folder / "key" / "two.json", "--algorithm", "EdDSA") == 0
    jwks.append(json.loads(desk.out()[0]))
    (desk.folder / "signers.json").write_text(json.dumps({"keys": jwks}))
    assert desk.run("keys", "opa", ROOT / "deploy" / "opa" / "opa.yaml") == 0
    told, warned = desk.out()
    [(kid, key)] = yaml.safe_load(told)["keys"].items()
    assert (kid, key["algorithm"]) == (jwks[0]["kid"], "ES256")
    assert key["key"].startswith("-----BEGIN PUBLIC KEY-----\n")
    assert jwks[1]["kid"] in warned
    given = yaml.safe_load((ROOT / "deploy" / "opa" / "opa.yaml").read_text())
    assert yaml.safe_load(told) | {"keys": 0} == given | {"keys": 0}


def test_from_a_folder_into_force_and_back(desk: Desk) -> None:
    (first, one), (second, two) = desk.built("a"), desk.built("b")
    desk.out()
    assert desk.run("status") == 1
    assert "nog niets" in desk.out()[0]
    assert desk.run("verify", first) == 0
    assert one in desk.out()[0]
    assert desk.run("publish", first, "--reason", "begin") == 0
    assert desk.run("publish", second) == 0
    assert f"Hiervoor: {one}" in desk.out()[0]
    assert desk.run("rollback") == 2, "a reason is required"
    assert desk.run("rollback", "--reason", "b\x1b[2Jdeugt niet") == 0
    assert f"In werking: {one}\n" in desk.out()[0]
    assert desk.run("rollback", two, "--reason", "toch") == 0
    desk.out()
    assert desk.run("status") == 0
    told = desk.out()[0]
    assert told.startswith(f"In werking: {two}\n")
    assert told.count(one) == told.count(two) - 1 == 2
    assert "Bewaarde beleidsversies: 2" in told
    assert "begin" in told
    assert "\x1b" not in told


def test_what_is_not_accepted_ends_with_1_and_changes_nothing(desk: Desk) -> None:
    first, one = desk.built("a")
    assert desk.run("publish", first) == 0
    second, _ = desk.built("b")
    second.write_bytes(second.read_bytes().replace(b'x := "b"', b'x := "c"'))
    desk.out()
    for command in (["verify", second], ["publish", second]):
        assert desk.run(*command) == 1
        assert "Geweigerd" in desk.out()[1]
    (desk.folder / "signers.json").write_text('{"keys": []}')
    assert desk.run("verify", first) == 1
    assert Bundle.of({"main.rego": (b'package sluis.main\n\nx := "a"\n')}).revision == one
    assert len((desk.state / "policies" / "history.jsonl").read_text().splitlines()) == 1


def test_status_tells_of_a_file_that_somebody_else_put_there(desk: Desk) -> None:
    first, _ = desk.built("a")
    second, _ = desk.built("b")
    assert desk.run("publish", first) == 0
    (desk.state / "policies" / "active.tar.gz").write_bytes(second.read_bytes())
    assert desk.run("status") == 1
    assert "niet de beleidsversie die het laatst is gepubliceerd" in desk.out()[0]


def test_where_the_gateway_reads_a_folder_it_says_what_to_set(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = desk.built("a")
    monkeypatch.setenv("SLUIS_POLICIES", str(desk.folder / "rules"))
    assert desk.run("publish", first) == 0
    assert f"SLUIS_POLICIES={desk.state / 'policies' / 'active.tar.gz'}" in desk.out()[0]


@pytest.mark.parametrize(
    "words",
    [
        ["verify", "absent"],
        ["publish", "absent"],
        ["build", "absent", "-o", "x", "--key", "y"],
        ["keys", "opa", "absent"],
    ],
)
def test_a_file_that_is_not_there_is_wrong_usage(desk: Desk, words: list[str]) -> None:
    assert desk.run(*words) == 2


def test_status_tells_what_was_in_force_where_the_file_is_not_accepted(desk: Desk) -> None:
    file, first = desk.built("eerste")
    assert desk.run("publish", file) == 0
    place = desk.state / "policies" / "active.tar.gz"
    place.write_bytes(place.read_bytes()[:-1])
    desk.out()
    assert desk.run("status") == 1
    told = desk.out()[0]
    assert told.startswith(f"Let op: {place} wordt niet aangenomen. bundle: cut short.\n")
    assert "In werking: " not in told
    assert f"in werking  {first}" in told


def test_explain_reads_the_bundle_that_a_gateway_follows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    file = desk.folder / "law.tar.gz"
    rules = ROOT / "policies" / "rules"
    assert desk.run("build", rules, "-o", file, "--key", desk.folder / "key" / "signer.json") == 0
    assert desk.run("publish", file) == 0
    desk.out()
    assert desk.run("explain", "--case", "wgs.zvh.casusoverleg: Deelnemer, maar niet betrokken bij deze casus") == 0
    told = desk.out()[0]
    assert "hier breekt de ladder" in told
    assert told.endswith(f"Beleid: {Bundle.read(rules).revision}\n")


def test_the_folder_that_has_the_rules_is_built_as_its_rules_are(desk: Desk) -> None:
    copy, file = desk.folder / "copy", desk.folder / "x.tar.gz"
    (copy / "rules").mkdir(parents=True)
    (copy / "TUTORIAL.md").write_text("x")
    (copy / "rules" / "main.rego").write_text("package sluis.main\n")
    build = ("-o", file, "--key", desk.folder / "key" / "signer.json")
    assert desk.run("build", copy, *build) == 0
    assert f"Beleidsversie: {Bundle.read(copy / 'rules').revision}\n" in desk.out()[0]
    (copy / "other.rego").write_text("package sluis.main\n")
    assert desk.run("build", copy, *build) == 1, "what stands beside rules/ and is a rule is not left out unseen"
    assert "TUTORIAL.md" in desk.out()[1]


@pytest.mark.parametrize("text", [None, "", "[]", '{"keys": [{}]}', '{"keys": [{"kty": "OKP"}]}'])
def test_what_is_wrong_with_the_signers_names_their_file(desk: Desk, text: str | None) -> None:
    signers = desk.folder / "signers.json"
    signers.unlink()
    if text is not None:
        signers.write_text(text)
    assert desk.run("status") == 3
    assert str(signers) in desk.out()[1]
