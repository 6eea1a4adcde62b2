"""What policies are made of, and which of their lines a set of questions reaches: for the workbench, by regorus.

Rules:
- A policy that cannot be read is an answer with a place, never a traceback. What would crash the parser (nesting) is
  refused before it sees it.
- Evaluation happens in a process of its own with a deadline: regorus has none, and a rule that asks itself ends it.
- Coverage is counted by the engine itself, over the entrypoint alone: what only a test would call stays uncovered.
"""

import json
import multiprocessing
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

import regorus

from gateway.pdp.bundle import Bundle
from gateway.pdp.port import ENTRYPOINT

NESTING = 64
_PLACE = re.compile(r"^--> (.+):(\d+):\d+$", re.MULTILINE)
_WHY = re.compile(r"^error: (.+)$", re.MULTILINE)
_WORDS = re.compile(r'#.*|"(?:[^"\\\n]|\\.)*"|`[^`]*`|[\[\](){}]')


class Unreadable(Exception):
    """`path` and `line`: where the engine stopped; `why`: its words. `line` is 1 where it names none."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(path, line, why)
        self.path, self.line, self.why = path, line, why

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


class Unanswered(Exception):
    """The engine came to no answer: it took too long, or its process ended."""


@dataclass(frozen=True, slots=True)
class Examination:
    """`decisions`: as JSON text, in the order of the questions; an error of the engine is an `Unreadable` in its place.

    `uncovered` and `covered`: path → line numbers, of lines that the engine counts as evaluated or not.
    """

    decisions: tuple[str | Unreadable, ...]
    covered: Mapping[str, tuple[int, ...]]
    uncovered: Mapping[str, tuple[int, ...]]


def syntax_tree(path: str, text: str) -> dict[str, Any]:
    """The parsed policy: `package`, `imports`, `rules`, each node with a `span` in bytes; or `Unreadable`."""
    if line := _too_deep(text):
        raise Unreadable(path, line, f"more than {NESTING} brackets within each other")
    engine = regorus.Engine()
    try:
        engine.add_policy(path, text)
    except RuntimeError as error:
        raise _unreadable(error, path) from None
    return json.loads(engine.get_ast_as_json())[0]["ast"]


def examine(bundle: Bundle, questions: Sequence[str], *, timeout: float) -> Examination:
    """Ask every question (facts as JSON text) of the entrypoint. `timeout`: seconds for all of them together.

    `Unreadable` where the engine does not take the bundle, `Unanswered` where it comes to no end.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        future = pool.submit(_examine, dict(bundle.policies), bundle.data.decode(), list(questions))
        try:
            found = future.result(timeout)
        except TimeoutError:
            for process in list(pool._processes.values()):
                process.kill()
            raise Unanswered(f"no answer within {timeout:g} seconds") from None
        except BrokenProcessPool:
            raise Unanswered("the engine crashed") from None
    if isinstance(found, Unreadable):
        raise found
    return found


def _examine(policies: Mapping[str, str], data: str, questions: Sequence[str]) -> Examination | Unreadable:
    engine = regorus.Engine()
    try:
        for path, text in policies.items():
            engine.add_policy(path, text)
        engine.add_data_json(data)
        engine.set_enable_coverage(True)
        engine.set_input_json("{}")
        engine.eval_rule_as_json(ENTRYPOINT)
    except RuntimeError as error:
        return _unreadable(error, ".")
    engine.clear_coverage_data()
    decisions: list[str | Unreadable] = []
    for question in questions:
        try:
            engine.set_input_json(question)
            decisions.append(engine.eval_rule_as_json(ENTRYPOINT))
        except RuntimeError as error:
            decisions.append(_unreadable(error, "."))
    files = {file["path"]: file for file in json.loads(engine.get_coverage_report_as_json())["files"]}
    # A file of which nothing was evaluated is not in the report at all.
    uncovered = {path: _rule_lines(path, policies[path]) for path in policies if path not in files}
    uncovered |= {path: tuple(file["not_covered"]) for path, file in files.items()}
    return Examination(tuple(decisions), {path: tuple(file["covered"]) for path, file in files.items()}, uncovered)


def _rule_lines(path: str, text: str) -> tuple[int, ...]:
    """Where each rule of a policy begins."""
    return tuple(part["span"]["line"] for rule in syntax_tree(path, text)["rules"] for part in rule.values())


def _unreadable(error: RuntimeError, path: str) -> Unreadable:
    place, why = _PLACE.search(str(error)), _WHY.search(str(error))
    first = str(error).strip().partition("\n")[0]
    return Unreadable(place[1] if place else path, int(place[2]) if place else 1, why[1] if why else first)


def _too_deep(text: str) -> int:
    """The line on which brackets stand too deep within each other, outside texts and comments; 0 where none does."""
    depth = 0
    for word in _WORDS.finditer(text):
        depth += (word[0] in "[({") - (word[0] in "])}")
        if depth > NESTING:
            return text.count("\n", 0, word.start()) + 1
    return 0
