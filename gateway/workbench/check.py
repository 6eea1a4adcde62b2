"""Everything that can be known of a working copy of the policies before anyone signs it.

Rules: each part is tried, and what one part finds does not hide what another does, unless that part cannot begin
without it: a folder that is no bundle has no rules to read, and rules that depend on themselves are not evaluated. What
was left out is told by name, with the reason.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.catalogue import Catalogue
from gateway.errors import Fault
from gateway.pdp.anatomy import Examination
from gateway.pdp.bundle import BrokenBundle, Bundle
from gateway.workbench import opa
from gateway.workbench.folders import WorkingCopy
from gateway.workbench.lint import Finding, lint
from gateway.workbench.lint.exceptions import Exceptions
from gateway.workbench.proof import UNDEFINED, Cases, prove
from gateway.workbench.rows import SCHEMA, misplaced, unfit
from gateway.workbench.trial import tell_document, try_cases
from gateway.workbench.unread import told

STOPS_ENGINE = frozenset({"recursie", "lezen"})


@dataclass
class Report:
    """`findings`: by file and line. `left_out`: Dutch sentences. The rest counts what was looked at."""

    findings: list[Finding] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    policies: int = 0
    bases: int = 0
    cases: int = 0
    lines: int = 0


def check(folder: Path, *, opa_binary: Path | None) -> Report:
    """Check a working copy: the folder that has rules/, cases/, schema/ and lint/, or its folder of rules."""
    copy, report = WorkingCopy.at(folder), Report()
    rules, root = copy.rules, f"{copy.rules.name}/"
    try:
        bundle = Bundle.read(rules)
    except BrokenBundle as error:
        report.findings.append(_broken(root, error))
        report.left_out.append("Al het andere: eerst moet de map met regels te lezen zijn.")
        return report
    report.policies = len(bundle.policies)
    report.bases = len(json.loads(bundle.data).get("bases", {}))
    if astray := list(misplaced(bundle, root)):
        report.findings += astray
        report.left_out.append("Al het andere: eerst moet elke grondslag op zijn plaats staan.")
        return report
    report.findings += _rows(bundle, rules.parent, root, report)
    report.findings += lint(rules.parent, bundle.policies, json.loads(bundle.data), Catalogue.load(), root=root)
    stopped = bool(STOPS_ENGINE & {finding.rule for finding in report.findings})
    cases = Cases(copy.cases)
    report.findings += cases.wrong
    report.cases = len(cases.listed)
    known: dict[str, list[str]] = {}
    if stopped:
        report.left_out.append("De gevallen en de dekking: dit beleid is zo niet uit te rekenen.")
    elif cases.wrong:
        report.left_out.append("De gevallen en de dekking: eerst moeten de gevallen te lezen zijn.")
    else:
        found, examination = prove(bundle, cases, root, Exceptions.read(rules.parent).exemptions)
        report.findings += found
        if examination:
            report.lines = sum(map(len, examination.covered.values()))
            known = _by_embedded(cases, examination)
    if opa_binary is None:
        report.left_out.append("OPA (niet gevonden): strikte controle, opmaak en de gevallen op de tweede engine.")
    else:
        report.findings += _by_opa(opa_binary, rules, cases, known, evaluate=not stopped)
    report.findings = sorted(set(report.findings))
    return report


def _by_embedded(cases: Cases, examination: Examination) -> dict[str, list[str]]:
    """How each case failed by the embedded engine: what OPA says otherwise is a finding of its own."""
    answers = zip(cases.listed, examination.decisions, strict=True)
    return {
        case.id: tell_document(case, json.loads(answer))
        for case, answer in answers
        if isinstance(answer, str) and answer != UNDEFINED
    }


def _by_opa(
    binary: Path, rules: Path, cases: Cases, known: Mapping[str, list[str]], *, evaluate: bool
) -> Iterator[Finding]:
    yield from (strict := list(opa.strict(binary, rules)))
    if strict:
        return
    yield from opa.formatted(binary, rules)
    if evaluate and cases.listed:
        try:
            failed = asyncio.run(try_cases(rules, cases.listed, "opa"))
        except Fault as fault:
            yield Finding(
                f"{rules.name}/", 1, "opa", f"OPA laadt dit beleid niet: {fault.log}.", "Herstel wat OPA noemt."
            )
            return
        by_id = {case.id: case for case in cases.listed}
        for lines in failed:
            case = by_id[lines[0].removeprefix("✕ ")]
            if known.get(case.id) == lines:
                continue
            said = " ".join(" ".join(lines[1:]).split())
            remedy = "Zoek waar de engines verschillen, met `gateway policy test --engine opa`."
            yield cases.finding(case, f"`{case.title}`, op OPA: {said}.", remedy)


def _rows(bundle: Bundle, folder: Path, root: str, report: Report) -> Iterator[Finding]:
    """Each text of a basis against the schema of one."""
    try:
        schema = json.loads((folder / SCHEMA).read_text())
    except FileNotFoundError:
        report.left_out.append(f"De vorm van de grondslagen: {SCHEMA} is er niet.")
        return
    yield from unfit(bundle, root, schema)


def _broken(root: str, error: BrokenBundle) -> Finding:
    path, line, wrong, remedy = told(error.log)
    place = root + path.removeprefix(".")
    return Finding(place, line, "bundel", f"De map met regels is niet te lezen: {wrong}.", remedy)
