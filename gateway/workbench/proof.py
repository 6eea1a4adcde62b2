"""What the case files prove of a working copy: each comes out as expected, each basis is tried both ways, and every
line of the rules is reached by one.

Rules: all cases are asked of the embedded engine in one run, which counts the lines; a line that no case reaches is
dead or unproved. Where the engine comes to no end nothing is proved, and that is the finding.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gateway.pdp.anatomy import Examination, Unanswered, Unreadable, examine
from gateway.pdp.bundle import Bundle
from gateway.pdp.yaml import parse_yaml
from gateway.workbench.cases import BASELINES, BrokenCase, Case, CaseBook
from gateway.workbench.drafts import is_draft
from gateway.workbench.lint import Finding
from gateway.workbench.lint.exceptions import COVERAGE, not_needed
from gateway.workbench.lint.policy import Exemption
from gateway.workbench.places import line_of
from gateway.workbench.trial import differences

TIMEOUT = 120.0
UNDEFINED = '"<undefined>"'


class Cases:
    """The case files of `folder`, read; `wrong` where they cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.listed: tuple[Case, ...] = ()
        self.wrong: tuple[Finding, ...] = ()
        try:
            self.listed = CaseBook.read(folder).cases()
        except BrokenCase as error:
            wrong = f"Dit geval is niet te gebruiken: {error.why}."
            self.wrong = (self._finding(error.file, error.case, wrong, _MEND, error.why),)

    def finding(self, case: Case, wrong: str, remedy: str) -> Finding:
        return self._finding(case.file, case.title, wrong, remedy)

    def _finding(self, file: str, title: str, wrong: str, remedy: str, why: str = "") -> Finding:
        told = why.removeprefix("line ").partition(":")[0]
        line = int(told) if why.startswith("line ") and told.isdigit() else self._line(file, title)
        return Finding(f"{self.folder.name}/{file}", line, "geval", wrong, remedy)

    def _line(self, file: str, title: str) -> int:
        try:
            text = (self.folder / file).read_text()
            if file == BASELINES:
                return line_of(text, [title])
            return line_of(text, [[entry.get("title") for entry in parse_yaml(text)].index(title)])
        except (OSError, ValueError, AttributeError, TypeError):
            return 1


_MEND = "Herstel het geval; policies/README.md zegt wat erin staat."
_OTHERWISE = "Herstel de regel, of de verwachting als het beleid met opzet verandert."


def prove(
    bundle: Bundle, cases: Cases, root: str, exceptions: Sequence[Exemption]
) -> tuple[list[Finding], Examination | None]:
    """What the cases show to be wrong, and what the engine counted.

    `root`: before each path of a rule. `exceptions`: of which those of coverage are read.
    """
    try:
        counted = examine(bundle, [json.dumps(case.facts) for case in cases.listed], timeout=TIMEOUT)
    except Unreadable as error:
        wrong = f"De ingebouwde engine weigert dit: {error.why}."
        return [Finding(root + error.path, error.line, "engine", wrong, "Herstel wat de engine noemt.")], None
    except Unanswered as error:
        wrong = f"De ingebouwde engine komt met dit beleid niet tot een antwoord ({error})."
        remedy = "Zoek een regel die van zichzelf afhangt of alle paren langsgaat."
        return [Finding(root, 1, "engine", wrong, remedy)], None
    allowed = [each for each in exceptions if each.rule == COVERAGE]
    found = [*_failing(cases, counted, root), *_one_sided(bundle, cases, counted)]
    return [*found, *_uncovered(bundle, counted, root, allowed)], counted


def _failing(cases: Cases, counted: Examination, root: str) -> Iterator[Finding]:
    for case, answer in zip(cases.listed, counted.decisions, strict=True):
        if isinstance(answer, Unreadable):
            wrong = f"Het geval `{case.title}` loopt vast: {answer.why}."
            yield Finding(root + answer.path, answer.line, "geval", wrong, "Controleer het type voor wat vastloopt.")
        elif answer == UNDEFINED:
            remedy = "Zorg dat `data.sluis.main.decision` altijd iets zegt."
            yield cases.finding(case, f"Op `{case.title}` komt geen besluit.", remedy)
        else:
            for each in differences(json.loads(answer), case.expect):
                wrong = f"`{case.title}`: {each.subject} is {each.found}, verwacht was {each.expected}."
                yield cases.finding(case, wrong, _OTHERWISE)


def _one_sided(bundle: Bundle, cases: Cases, counted: Examination) -> Iterator[Finding]:
    outcomes: Mapping[str, set[str]] = defaultdict(set)
    for case, answer in zip(cases.listed, counted.decisions, strict=True):
        if isinstance(answer, str) and answer != UNDEFINED:
            outcomes[str(case.facts.get("basis"))].add(json.loads(answer)["outcome"])
    for basis, texts in json.loads(bundle.data).get("bases", {}).items():
        never = all(text.get("forbidden") or is_draft(text) for text in texts.values())
        for outcome, word in (("geweigerd", "weigert"), ("toegestaan", "verleent")):
            if outcome not in outcomes[basis] and not (never and outcome == "toegestaan"):
                yield Finding(
                    f"{cases.folder.name}/{basis}",
                    1,
                    "geval",
                    f"Geen geval waarin {basis} {word}.",
                    f"Schrijf in {cases.folder.name}/{basis}/ een geval met `outcome: {outcome}`.",
                )


def _uncovered(bundle: Bundle, counted: Examination, root: str, allowed: Sequence[Exemption]) -> Iterator[Finding]:
    needed = set()
    for path, lines in counted.uncovered.items():
        for line in lines:
            said = " ".join(bundle.policies[path].splitlines()[line - 1].split())
            if excepted := next((each for each in allowed if (each.file, each.text) == (path, said)), None):
                needed.add(excepted)
                continue
            remedy = "Schrijf een geval dat hem raakt, of haal de regel weg."
            yield Finding(root + path, line, COVERAGE, "Geen enkel geval komt op deze regel.", remedy)
    yield from (not_needed(each) for each in allowed if each not in needed)
