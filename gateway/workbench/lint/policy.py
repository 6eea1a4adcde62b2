"""The policies of a working copy as a lint sees them: every rule, who asks whom, the data, and what is let be.

Rules: an exception stands in `lint/exceptions.yaml` of the working copy: the rule, the file, the text, and a reason.
It is held against the text of the finding, not the line, so that it survives what moves; one that nothing needs is a
finding.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.tree import Module, Rule, references


@dataclass(frozen=True, slots=True)
class Exemption:
    """`text`: of the expression that is let be, as it stands in the file, on one line."""

    rule: str
    file: str
    text: str
    reason: str
    line: int = 1


@dataclass
class Policy:
    """`data`: the merged documents. `grants`: the rules that are the road to a grant. `root`: before each path."""

    modules: list[Module]
    data: Mapping[str, Any]
    grants: tuple[str, ...] = ()
    exceptions: tuple[Exemption, ...] = ()
    root: str = "rules/"
    exceptions_file: str = "lint/exceptions.yaml"
    used: set[Exemption] = field(default_factory=set)

    @cached_property
    def rules(self) -> list[Rule]:
        return [rule for module in self.modules for rule in module.rules]

    @cached_property
    def by_path(self) -> Mapping[str, list[Rule]]:
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            found[rule.path].append(rule)
        return dict(found)

    def resolve(self, name: str, rule: Rule) -> str | None:
        """The path of the rule that `name` stands for in `rule`'s file, whatever members follow; `None` for no rule."""
        parts = (name if name.startswith("data.") else f"data.{rule.module.package}.{name}").split(".")
        for end in range(len(parts), 1, -1):
            if (path := ".".join(parts[:end])) in self.by_path:
                return path
        return None

    @cached_property
    def asks(self) -> Mapping[str, set[str]]:
        """Path of a rule → paths of the rules that it refers to."""
        found: dict[str, set[str]] = {path: set() for path in self.by_path}
        for rule in self.rules:
            parameters = {name for each in rule.parameters for name, _ in references(each)}
            for name, _ in references(list(_without_head(rule))):
                if name.partition(".")[0] not in parameters and (path := self.resolve(name, rule)):
                    found[rule.path].add(path)
        return found

    def reached(self, roots: tuple[str, ...]) -> set[str]:
        """The paths of every rule on which `roots` depend, themselves included."""
        found: set[str] = set()
        waiting = [path for path in roots if path in self.by_path]
        while waiting:
            if (path := waiting.pop()) not in found:
                found.add(path)
                waiting.extend(self.asks[path])
        return found

    def finding(self, rule: str, module: Module, line: int, wrong: str, remedy: str) -> Finding:
        return Finding(self.root + module.path, line, rule, wrong, remedy)

    def excepted(self, rule: str, module: Module, text: str) -> bool:
        """Whether an exception lets this be; it is remembered as needed."""
        text = " ".join(text.split())
        for each in self.exceptions:
            if (each.rule, each.file, each.text) == (rule, module.path, text):
                self.used.add(each)
                return True
        return False


def _without_head(rule: Rule) -> Iterator[Any]:
    """What a rule refers to: its value, the key under which it stands, and its bodies; not its own name."""
    yield rule.value or {}
    reference = rule.head.get("refr", {})
    while "RefBrack" in reference:
        yield reference["RefBrack"]["index"]
        reference = reference["RefBrack"]["refr"]
    for body in rule.bodies:
        yield body["query"]
        yield (body.get("assign") or {}).get("value") or {}
