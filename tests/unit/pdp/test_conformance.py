"""The examination: both real engines pass, whoever is wrong in one answer fails, and no change of the law does."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from gateway.errors import Fault
from gateway.pdp import process
from gateway.pdp.builtins import BUILTINS
from gateway.pdp.bundle import Bundle
from gateway.pdp.conformance import Examination, Question
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.opa import OpaEngine
from gateway.pdp.port import Failure, Outcome, PolicyEngine
from gateway.pdp.private_opa import PrivateOpa
from gateway.settings import ROOT
from tests.unit.pdp.conftest import children
from tests.unit.pdp.opa_like import asking
from tests.unit.pdp.test_opa import server

PATIENCE = 5.0
BUDGET = 0.5
EXAMINATION = Examination.read()
LAW = Bundle.read(ROOT / "policies" / "rules")
REVISION = "0" * 64
ENGINES = ["embedded", pytest.param("opa", marks=pytest.mark.part("opa"))]
[ABOUT_ENGINES, *ABOUT_ERRORS] = EXAMINATION.of_engines
EVERY = {question.facts: question for question in (*EXAMINATION.of_engines, *EXAMINATION.of_policies)}


def answer(question: Question) -> dict[str, Any]:
    assert question.answer is not None
    return {name: orjson.loads(value) for name, value in question.answer.items()}


class Examinee:
    """Knows every answer, but gives another one where a test says so; what is a Fault is raised."""

    def __init__(self, **wrong: Any) -> None:
        self.wrong = wrong

    async def __call__(self, facts: bytes) -> Outcome:
        question = EVERY[facts]
        said = self.wrong.get(question.check)
        if said is None and question.answer is None:
            said = Fault(Failure.ERROR)
        if isinstance(said, Fault):
            raise said
        return Outcome(answer(question) if said is None else said, REVISION)

    async def fails(self) -> str:
        """Sit both examinations, and what is told of the failure."""
        with pytest.raises(Fault) as caught:
            await self._sit()
        assert caught.value.code == "engine-unproved"
        return caught.value.log

    async def _sit(self) -> None:
        await EXAMINATION.engine(self)
        await EXAMINATION.policies(self)


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest) -> Any:
    engine: PolicyEngine = (
        EmbeddedEngine(workers=1) if request.param == "embedded" else PrivateOpa(Path(shutil.which("opa") or "opa"))
    )
    yield engine
    await engine.aclose()


async def test_the_real_engines_pass_within_the_budget(engine: PolicyEngine) -> None:
    async def ask(facts: bytes) -> Outcome:
        return await engine.decide(facts, timeout=PATIENCE)

    await engine.load(EXAMINATION.bundle)
    begun = time.perf_counter()
    await EXAMINATION.engine(ask)
    taken = time.perf_counter() - begun
    await engine.load(LAW)
    begun = time.perf_counter()
    await EXAMINATION.policies(ask)
    assert taken + time.perf_counter() - begun < BUDGET


def test_every_builtin_that_a_policy_may_use_is_examined() -> None:
    text = re.sub(r"#.*", "", EXAMINATION.bundle.policies["builtins.rego"])
    assert {name for name in BUILTINS if not re.search(rf"(?<![\w.]){re.escape(name)}\(", text)} == set()
    called = set(re.findall(r"(?<![\w.])([a-z_]+(?:\.[a-z_]+)*)\(", text))
    assert called - BUILTINS.keys() == {"passes", "all_pass", "every_one", "number_of", "set"}


def test_the_checks_have_names_of_their_own_and_are_many() -> None:
    checks = [question.check for question in EVERY.values()]
    assert len(set(checks)) == len(checks) == len(EXAMINATION.of_engines) + len(EXAMINATION.of_policies)
    assert len(EXAMINATION.of_policies) >= 90


@pytest.mark.parametrize("builtin", ABOUT_ENGINES.answer or ())
async def test_whoever_is_wrong_in_one_builtin_fails(builtin: str) -> None:
    right = answer(ABOUT_ENGINES)
    told = f"builtins: another answer for {builtin}"
    assert await Examinee(builtins={**right, builtin: [*right[builtin], None]}).fails() == told
    assert await Examinee(builtins={name: v for name, v in right.items() if name != builtin}).fails() == told


@pytest.mark.parametrize("question", EXAMINATION.of_policies, ids=lambda question: question.check)
async def test_whoever_is_wrong_in_one_answer_on_the_law_fails(question: Question) -> None:
    wrong: dict[str, Any] = {
        "outcome": "toegestaan",
        "reasons": [],
        "fields": [{"name": "naam", "granted": True, "reasons": []}],
    }
    for name, value in wrong.items():
        told = await Examinee(**{question.check: answer(question) | {name: value}}).fails()
        assert told == f"{question.check}: another answer for {name}"


@pytest.mark.parametrize("question", ABOUT_ERRORS, ids=lambda question: question.check)
async def test_whoever_goes_on_after_an_error_fails(question: Question) -> None:
    assert await Examinee(**{question.check: {"n": 1}}).fails() == f"{question.check}: an answer instead of an error"
    undefined = Fault(Failure.UNDEFINED, log="the policy gives no decision")
    told = await Examinee(**{question.check: undefined}).fails()
    assert told == f"{question.check}: engine-undefined the policy gives no decision"


async def test_true_is_not_taken_for_one() -> None:
    right = answer(ABOUT_ENGINES)
    told = await Examinee(builtins={**right, "object.keys": [1, 1]}).fails()
    assert told == "builtins: another answer for object.keys"


# ---- the engines that really serve ----------------------------------------------------------------------------------

WRONG_WORKER = """
import runpy, regorus
Right = regorus.Engine

class Wrong:
    def __init__(self):
        self._engine = Right()

    def add_policy(self, path, text):
        return self._engine.add_policy(path, text.replace({old!r}, {new!r}) if {only!r} in path + text else text)

    def __getattr__(self, name):
        return getattr(self._engine, name)

regorus.Engine = Wrong
runpy.run_path({worker!r}, run_name="__main__")
"""
CENTURIES = ("calendar_day", "([02468][048]|[13579][26])00)-02-29", "[0-9]{2}00)-02-29")
MISTAKES = {
    "an engine that knows other spaces": (
        ("", "trim_space(text)", 'trim(text, " ")'),
        "builtins: another answer for trim_space",
    ),
    "an engine that does not load it": (('["deep", "deeper"]', "object.get(", "object.("), "does not load"),
    "policies in which every century leaps": (CENTURIES, "at '2100-02-29T10:00:00+01:00': another answer for reasons"),
}


@pytest.mark.parametrize(("change", "told"), MISTAKES.values(), ids=MISTAKES)
async def test_a_worker_that_is_wrong_serves_nothing_and_the_old_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str, str], told: str
) -> None:
    only, old, new = change
    program = tmp_path / "wrong.py"
    program.write_text(WRONG_WORKER.format(worker=str(process.PROGRAM), only=only, old=old, new=new))
    before = children()
    engine = EmbeddedEngine(workers=1, examination=EXAMINATION)
    fresh = EmbeddedEngine(workers=1, examination=EXAMINATION)
    await engine.load(LAW)
    serving = children()
    monkeypatch.setattr(process, "PROGRAM", program)
    for each in (engine, fresh):
        with pytest.raises(Fault, match="engine-unproved") as caught:
            await each.load(LAW)
        assert told in caught.value.log
    assert children() == serving, "a worker that failed was left behind"
    assert (await engine.decide(b"{}", timeout=PATIENCE)).document["outcome"] == "geweigerd"
    assert not await fresh.ready()
    await engine.aclose()
    await fresh.aclose()
    assert children() <= before


@pytest.mark.part("opa")
async def test_a_server_of_opa_is_examined_on_the_law(opa_binary: Path) -> None:
    files = dict(LAW.files)
    wrong = {**files, "lib/calendar.rego": files["lib/calendar.rego"].replace(*map(str.encode, CENTURIES[1:]))}
    async with server(opa_binary, files) as path:
        engine = OpaEngine(path, examination=EXAMINATION)
        assert await engine.load(LAW) == LAW.revision
        await engine.aclose()
    async with server(opa_binary, wrong) as path:
        engine = OpaEngine(path, examination=EXAMINATION)
        with pytest.raises(Fault, match="engine-unproved: at '2100-02-29"):
            await engine.load(Bundle.of(wrong))
        assert not await engine.ready()
        await engine.aclose()


@pytest.mark.parametrize(
    ("version", "told"),
    [("1.9.0", "1.9.0"), ("1.21.2-dev", "1.21.2"), ("", "no version"), (None, "no version"), ("2", "no version")],
)
async def test_a_server_of_an_older_or_unknown_version_is_refused(version: str | None, told: str) -> None:
    async def query(_: web.Request) -> web.Response:
        return web.json_response({"provenance": {"version": version}})

    async with asking(query, lambda: LAW) as engine:
        with pytest.raises(Fault) as caught:
            await engine.load(LAW)
    assert str(caught.value) == f"engine-unproved: OPA says {told}; 1.21.3 or newer is needed"


# ---- the law changes, the examination does not ----------------------------------------------------------------------


def changed_laws() -> Iterator[tuple[str, dict[str, bytes]]]:
    """What a privacy officer may do to the bases, more of it at once than anybody will."""
    files = dict(LAW.files)
    rows = [path for path in files if path.startswith("bases/")]
    later = {path: re.sub(rb"(?m)^since: .*$", b'since: "2030-01-01"', files[path]) for path in rows}
    yield "nothing is in force", {**files, **later}
    versions = {re.sub(r"/[0-9-]+/", "/2026-06-01/", path): content for path, content in later.items()}
    yield "every basis has a later text", {**files, **versions}
    first = rows[0].split("/")
    others = {"/".join([first[0], f"nieuw.{n}", *first[2:]]): files[rows[0]] for n in range(3)}
    yield "three bases more", {**files, **others}
    yield "one basis is left", {path: content for path, content in files.items() if path not in rows[1:]}


@pytest.mark.parametrize("files", [files for _, files in changed_laws()], ids=[name for name, _ in changed_laws()])
async def test_no_change_of_the_law_fails_it(files: dict[str, bytes]) -> None:
    changed = Bundle.of(files)
    assert changed.revision != LAW.revision
    engine = EmbeddedEngine(workers=1, examination=EXAMINATION)
    assert await engine.load(changed) == changed.revision
    await engine.aclose()


def test_a_gateway_whose_engine_fails_does_not_start(root: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "policies" / "rules", rules)
    calendar = rules / "lib" / "calendar.rego"
    calendar.write_text(calendar.read_text().replace(*CENTURIES[1:]))
    settings = {"DEVELOPMENT": "true", "PORT": "0", "STATE": str(tmp_path / "state"), "POLICIES": str(rules)}
    environment = {**os.environ, **{f"SLUIS_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "gateway", "serve"]
    ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 3
    assert ended.stderr == "gateway: engine-unproved: at '2100-02-29T10:00:00+01:00': another answer for reasons\n"
    assert "serving" not in ended.stdout
