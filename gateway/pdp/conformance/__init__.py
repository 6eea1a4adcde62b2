"""What an engine must answer before it serves.

Rules:
- First the engine, alone with a small policy of our own (`builtins.rego`, `builtins.json`) that uses every builtin and
  construct a policy may use, on values at their edges. It cannot reach the law: that is another process.
- Then the law, on the real entrypoint (`law`), before the engine decides anything by it.
- An answer is right in canonical bytes or not at all. The first that is wrong, or does not come, is a `Fault`
  (`engine-unproved`) that names the check: there is nobody in these facts.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Self

import orjson

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.pdp.bundle import Bundle
from gateway.pdp.conformance.law import questions
from gateway.pdp.port import Failure, Outcome

Ask = Callable[[bytes], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Question:
    """One check: canonical facts, and each member of the answer in canonical JSON; None where it must be an error."""

    check: str
    facts: bytes = field(repr=False)
    answer: Mapping[str, bytes] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Examination:
    """`bundle`: the policy that `engine` asks about. `policies` asks about the law, whatever it is."""

    bundle: Bundle
    of_engines: tuple[Question, ...]
    of_policies: tuple[Question, ...]

    @classmethod
    def read(cls) -> Self:
        """Our own."""
        here = files(__name__)
        written = orjson.loads(here.joinpath("builtins.json").read_bytes())
        return cls(
            Bundle.of({"builtins.rego": here.joinpath("builtins.rego").read_bytes()}),
            (
                Question("builtins", canonical(written["facts"]), _members(written["decision"])),
                *(Question(f"an error in {fail['fail']}", canonical(fail), None) for fail in written["fails"]),
            ),
            tuple(Question(check, canonical(facts), _members(answer)) for check, facts, answer in questions()),
        )

    async def engine(self, ask: Ask) -> None:
        """Examine an engine that holds `bundle` alone."""
        await _examine(self.of_engines, ask)

    async def policies(self, ask: Ask) -> None:
        """Examine an engine that holds the law."""
        await _examine(self.of_policies, ask)


async def _examine(asked: tuple[Question, ...], ask: Ask) -> None:
    for question in asked:
        if wrong := await _wrong(question, ask):
            raise Fault(Failure.UNPROVED, log=f"{question.check}: {wrong}")


async def _wrong(question: Question, ask: Ask) -> str:
    """What is wrong with an engine's answer; empty where nothing is."""
    try:
        given = _members((await ask(question.facts)).document)
    except Fault as fault:
        failed = question.answer is None and fault.code == Failure.ERROR
        return "" if failed else f"{fault.code} {fault.log}".rstrip()
    if question.answer is None:
        return "an answer instead of an error"
    differing = sorted(name for name in given.keys() | question.answer if given.get(name) != question.answer.get(name))
    return f"another answer for {', '.join(differing)}" if differing else ""


def _members(document: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: canonical(value) for name, value in document.items()}
