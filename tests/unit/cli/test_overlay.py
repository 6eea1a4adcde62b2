"""`gateway policy overlay check`, and the page about overlays: every command on it is run, every output compared."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli._policy.overlay import MEND
from gateway.pdp.overlay_rules import RULES
from gateway.settings import ROOT
from tests.documents.reading import LINK, Block, agrees, blocks

FOLDER = ROOT / "policies" / "overlays"
BLOCKS = list(blocks(FOLDER / "README.md", "README.md"))
CHECK = ["policy", "overlay", "check"]


def overlay(folder: Path, decision: str) -> str:
    (folder / "main.rego").write_text(f"package overlay\n\nimport rego.v1\n\ndecision := {decision}\n")
    return str(folder)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_what_the_page_shows_is_what_happens(block: Block, tmp_path: Path):
    said = ""
    tmp_path.chmod(0o1777)  # as /tmp is
    for line in block.text.splitlines():
        command, _, output = line.replace("/tmp/", f"{tmp_path}/").partition(" > ")
        assert command.startswith(".venv/bin/gateway ")
        arguments = [sys.executable, "-m", "gateway", *shlex.split(command)[1:]]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        if output:
            Path(output).write_text(done.stdout)
        said += done.stdout
    assert block.shown is None or agrees(block.shown, said), said


def test_the_page_leads_somewhere_and_shows_something():
    assert all((FOLDER / link).exists() for link in LINK.findall((FOLDER / "README.md").read_text()))
    assert sum(block.shown is not None for block in BLOCKS) == 1
    assert "overlay check" in "".join(block.text for block in BLOCKS)


def test_what_is_wrong_is_told_with_its_place_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([*CHECK, overlay(tmp_path, "data.sluis.main.decision")]) == 1
    said = capsys.readouterr().out
    assert said.startswith("main.rego:5: Hier leest de overlay `data` van een ander. [data]\n    Doe dit: ")
    assert MEND.keys() == RULES.keys()


@pytest.mark.parametrize(
    ("decision", "status", "words"),
    [
        ('{"fields": {}}', 0, "adres_huidig: mag niet\n"),
        ('{"fields": {"adres_huidig": {"granted": true, "reasons": []}}}', 0, "adres_huidig: mag\n"),
        ('{"fields": {"adres_huidig": {"granted": 1, "reasons": []}}}', 1, "adres_huidig: geen bruikbaar antwoord"),
        ('{"velden": {}}', 1, "De overlay werkt niet: an answer without fields."),
        ("x if x", 1, "De gateway neemt deze overlay niet"),
        (
            '{"fields": {"adres_huidig": {"granted": is_object(object.get(input.facts, "holder_statement", 1)), '
            '"reasons": []}}}',
            0,
            "Let op: zonder het woord van de bronhouder weigert de overlay dit.",
        ),
    ],
)
def test_what_it_says_of_a_request(
    decision: str, status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main([*CHECK, overlay(tmp_path, decision)]) == status
    assert words in capsys.readouterr().out


def test_a_signature_is_verified_by_the_partner_s_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    sets = []
    for name in ("own", "other"):
        main(["policy", "keys", "new", "-o", str(tmp_path / f"{name}.jwk")])
        public = json.loads(capsys.readouterr().out)
        sets.append(tmp_path / f"{name}.jwks")
        sets[-1].write_text(json.dumps({"keys": [public]}))
    bundle = str(tmp_path / "bundle.tar.gz")
    main(["policy", "build", str(FOLDER / "example"), "-o", bundle, "--key", str(tmp_path / "own.jwk")])
    assert [main([*CHECK, bundle, "--keys", str(each)]) for each in sets] == [0, 1]


@pytest.mark.parametrize("arguments", [["no-such-folder"], [str(FOLDER / "example"), "--question", "no-such-file"]])
def test_what_is_not_there_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert main([*CHECK, *arguments]) == 2
    assert "is niet te lezen" in capsys.readouterr().err


def test_a_question_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "question.json").write_text('{"facts": {}}')
    assert main([*CHECK, str(FOLDER / "example"), "--question", str(tmp_path / "question.json")]) == 2


@pytest.mark.part("opa")
def test_the_example_says_the_same_to_opa(opa_binary: Path):
    def opa(*arguments: str, stdin: bytes = b"") -> bytes:
        return subprocess.run([opa_binary, *arguments], input=stdin, capture_output=True, check=True).stdout

    example = str(FOLDER / "example")
    assert opa("fmt", "--list", example) == b""
    opa("check", "--strict", example)
    question = (FOLDER / "question.json").read_bytes()
    said = json.loads(opa("eval", "-d", example, "-I", "--format", "raw", "data.overlay.decision", stdin=question))
    assert said == {
        "fields": {
            "adres_huidig": {"granted": True, "reasons": []},
            "toezicht_voorwaarden": {
                "granted": False,
                "reasons": ["Noem een taak die wij met u hebben afgesproken."],
            },
        }
    }
