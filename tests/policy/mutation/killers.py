"""What sees a mutant: the case files, facts that the second reading judges otherwise, and what other tests ask.

Rules:
- Only what the tests would notice counts: a case whose expectation fails, or facts of which the second reading grants
  other fields, gives another outcome, asks for other facts, or (of complete, well-formed facts) has other reasons or
  rungs. An engine that stops is seen.
- Other tests ask what no case can: documents that are no object (`test_sweep`), and a text of the law that has ended
  (`test_versions`), of which there is none today.
- A mutant that the engine does not accept is stillborn, and counts for nothing.
- A mutant of a rule is asked the questions that come on a line of that rule, those on the changed line first; others
  cannot tell it apart, and of the facts no more than `MOST_FACTS`, of every basis some. A mutant of a row is asked
  those of its basis, with every cell of the table.
- What the unchanged rules themselves answer wrongly is no question: with it everything would be seen.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import regorus

from gateway.pdp.bundle import Bundle
from gateway.pdp.port import ENTRYPOINT
from gateway.workbench.trial import differences
from tests.policy.cases import all_cases, baseline
from tests.policy.cells import cells_of
from tests.policy.facts_generator import BASES, boundaries, generate
from tests.policy.mutation.rego import Mutant
from tests.policy.second_reading import read
from tests.policy.test_cells import disagreement
from tests.policy.test_sweep import BASELINES, WHOLE, poorer_documents, wrong_documents

STILLBORN, CASES, READING, OTHER, SURVIVED = "stillborn", "cases", "second reading", "other tests", "survived"
SEED = 20261126
ROWS = "bases/"
MOST_FACTS = 250
ENDED = ("wgs.zvh.casusoverleg", "2025-03-01", "2027-06-30")
ENDED_FACTS = "zvh-casusoverleg"
THE_DAY_AFTER, NOT_IN_FORCE = "2027-07-01", ("geweigerd", ["grondslag-niet-in-werking"])


@dataclass(frozen=True, eq=False)
class Question:
    """Facts as JSON, the basis that they claim, and `fine`: whether an answer is as it should be.

    `covers`: (path, line) of what the unchanged rules evaluate on these facts.
    """

    facts: str
    basis: str
    fine: Callable[[Any], bool]
    kind: str = OTHER
    covers: frozenset[tuple[str, int]] = frozenset()


@dataclass
class Killers:
    """All questions, and the engines of one process."""

    bundle: Bundle
    questions: list[Question]
    edges: bool = True
    _engines: dict[str, regorus.Engine] = field(default_factory=dict)
    _cells: dict[str, list[Question]] = field(default_factory=dict)

    @classmethod
    def prepare(cls, bundle: Bundle, by_chance: int, *, edges: bool = True) -> "Killers":
        """Every case, a boundary of every column of every basis, and `by_chance` facts by chance, of documents with a
        member of a wrong type, and of documents that lack one. None may be unfit. `edges`: the boundaries too, and of a
        mutant of a row every cell.
        """
        rng = random.Random(SEED)
        spoilt = [document for name in BASELINES for _, _, document in wrong_documents(name)]
        poorer = [document for name in BASELINES for _, document in poorer_documents(name)]
        facts = (*(boundaries(SEED, 1) if edges else ()), *generate(SEED, by_chance))
        asked = [*_cases(), *_whole(), *(_as_read(each, str(each.get("basis"))) for each in facts)]
        for documents, formed in ((spoilt, False), (poorer, True)):
            drawn = rng.sample(documents, min(by_chance, len(documents)))
            asked += [_as_read(each, str(each.get("basis")), formed) for each in drawn]
        rng.shuffle(asked)  # so that the first hundred are of every basis
        return cls(bundle, list(_covered(bundle, asked)), edges)

    def fate(self, mutant: Mutant) -> str:
        """What became of a mutant."""
        try:
            engine = self._engine(mutant)
        except RuntimeError:
            return STILLBORN
        seen = next((each.kind for each in self._order(mutant) if not seen_well(engine, each)), None)
        return seen or (SURVIVED if self._ends_well(mutant) else OTHER)

    def _order(self, mutant: Mutant) -> Iterator[Question]:
        if mutant.file.startswith(ROWS):
            basis = mutant.file.split("/")[1]
            yield from (question for question in self.questions if question.basis == basis)
            yield from self._cells_of(basis)
            return
        first = {(mutant.file, line) for line in mutant.changed}
        around = {(mutant.file, line) for line in mutant.around}
        asked = [question for question in self.questions if question.covers & around]
        asked.sort(key=lambda question: (question.kind == READING, not question.covers & first))
        by_case = sum(question.kind != READING for question in asked)
        yield from asked[: by_case + MOST_FACTS]

    def _ends_well(self, mutant: Mutant) -> bool:
        """Whether a text that has a last day grants on that day and not after; of a row nothing is asked."""
        if mutant.file.startswith(ROWS):
            return True
        basis, begin, until = ENDED
        data, engine = json.loads(self.bundle.data), _engine_of(self.bundle, without=mutant.file, data=False)
        data["bases"][basis][begin]["until"] = until
        engine.add_data_json(json.dumps(data))
        engine.add_policy(mutant.file, mutant.content)
        for day, told in ((until, ("toegestaan", [])), (THE_DAY_AFTER, NOT_IN_FORCE)):
            facts = json.dumps(baseline(ENDED_FACTS) | {"at": f"{day}T12:00:00Z"})
            if not seen_well(engine, Question(facts, basis, _told(told))):
                return False
        return True

    def _cells_of(self, basis: str) -> list[Question]:
        if self.edges and basis not in self._cells and basis in BASES:
            engine = self._without("").clone()
            engine.add_data_json(self.bundle.data.decode())
            self._cells[basis] = [_as_read(facts, basis) for facts in cells_of(basis)]
            assert all(seen_well(engine, each) for each in self._cells[basis]), f"a cell of {basis} is unfit"
        return self._cells.get(basis, [])

    def _engine(self, mutant: Mutant) -> regorus.Engine:
        """The rules with one file changed, asked once so that names are resolved."""
        if mutant.file.startswith(ROWS):
            engine, data = self._without("").clone(), json.loads(self.bundle.data)
            _, basis, begin, _ = mutant.file.split("/")
            data["bases"][basis][begin] = json.loads(mutant.content)
            engine.add_data_json(json.dumps(data))
        else:
            engine = self._without(mutant.file).clone()
            engine.add_policy(mutant.file, mutant.content)
        engine.set_input_json("{}")
        engine.eval_rule_as_json(ENTRYPOINT)
        return engine

    def _without(self, file: str) -> regorus.Engine:
        """All but one file; of a row, all but the data. One at a time: mutants come file by file."""
        if file not in self._engines:
            self._engines.clear()
            self._engines[file] = _engine_of(self.bundle, without=file, data=bool(file))
        return self._engines[file]


def seen_well(engine: regorus.Engine, question: Question) -> bool:
    """Whether the engine answers, and the answer is as it should be."""
    try:
        engine.set_input_json(question.facts)
        answer = json.loads(engine.eval_rule_as_json(ENTRYPOINT))
    except RuntimeError:
        return False
    return isinstance(answer, dict) and question.fine(answer)


def _engine_of(bundle: Bundle, *, without: str = "", data: bool = True) -> regorus.Engine:
    engine = regorus.Engine()
    for path, text in bundle.policies.items():
        if path != without:
            engine.add_policy(path, text)
    if data:
        engine.add_data_json(bundle.data.decode())
    return engine


def _covered(bundle: Bundle, asked: list[Question]) -> Iterator[Question]:
    engine = _engine_of(bundle)
    engine.set_enable_coverage(True)
    for question in asked:
        engine.clear_coverage_data()
        assert seen_well(engine, question), f"the unchanged rules answer otherwise on {question.facts}"
        files = json.loads(engine.get_coverage_report_as_json())["files"]
        covers = frozenset((file["path"], line) for file in files for line in file["covered"])
        yield Question(question.facts, question.basis, question.fine, question.kind, covers)


def _cases() -> Iterator[Question]:
    for case in all_cases():
        yield Question(json.dumps(case.facts), str(case.facts.get("basis")), _as_expected(case.expect), CASES)


def _whole() -> Iterator[Question]:
    for document in WHOLE:
        if document is not None and not isinstance(document, dict):
            yield Question(json.dumps(document), "", _told(("geweigerd", ["feit-ongeldig"])))


def _told(expected: tuple[str, list[str]]) -> Callable[[Any], bool]:
    return lambda answer: (answer["outcome"], answer["reasons"]) == expected


def _as_expected(expect: Mapping[str, Any]) -> Callable[[Any], bool]:
    return lambda answer: next(differences(answer, expect), None) is None


def _as_read(facts: Any, basis: str, formed: bool = True) -> Question:
    reading = read(facts)
    return Question(
        json.dumps(facts), basis, lambda answer: disagreement(reading, answer, formed=formed) is None, READING
    )
