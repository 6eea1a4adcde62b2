"""What makes one of the engines stop, crash, slow down or read something else than what stands there.

Rules: `import rego.v1` and no other import (the embedded engine evaluates an imported package whole); no `else`
(`opa fmt` breaks it); no `with`; no rule that asks itself; no local name that is also a rule of its package (the
embedded engine takes it for the rule; a parameter is safe); lines that can be read.
"""

import re
from collections.abc import Iterator

from gateway.pdp.syntax import dotted
from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.policy import Policy
from gateway.workbench.lint.tree import Rule, walk

LONGEST = 140
REGO = "rego.v1"
_PATTERN = re.compile(r"`[^`]*`")  # a regular expression cannot be broken off


def imports(policy: Policy) -> Iterator[Finding]:
    for module in policy.modules:
        found = [(dotted(each["refr"]) or "", each["span"]["line"]) for each in module.tree["imports"]]
        if REGO not in [name for name, _ in found]:
            line = module.tree["package"]["span"]["line"]
            yield policy.finding(
                "import",
                module,
                line,
                f"`import {REGO}` ontbreekt.",
                f"Zet `import {REGO}` onder de regel met `package`.",
            )
        for name, line in found:
            if name != REGO:
                yield policy.finding(
                    "import",
                    module,
                    line,
                    f"`{name}` wordt geïmporteerd; de ingebouwde engine rekent dan dat hele pakket uit.",
                    "Haal de import weg en noem de regel met zijn hele pad.",
                )


def no_else_and_no_with(policy: Policy) -> Iterator[Finding]:
    for rule in policy.rules:
        for body in rule.bodies:
            if body.get("is_else"):
                yield policy.finding(
                    "else",
                    rule.module,
                    body["span"]["line"],
                    f"`{rule.name}` heeft een `else`; `opa fmt` maakt die stuk.",
                    "Schrijf een tweede regel met een eigen voorwaarde.",
                )
        if rule.all("with"):
            yield policy.finding(
                "with",
                rule.module,
                rule.line,
                "`with` verandert de feiten of het beleid onder het rekenen.",
                "Geef wat er anders is mee als argument van een functie.",
            )


def no_recursion(policy: Policy) -> Iterator[Finding]:
    for path, rules in policy.by_path.items():
        if path in policy.reached(tuple(policy.asks[path])):
            yield policy.finding(
                "recursie",
                rules[0].module,
                rules[0].line,
                f"`{rules[0].name}` hangt van zichzelf af; OPA weigert dat en de ingebouwde engine loopt vast.",
                "Splits de regel, zodat de verwijzingen in één richting gaan.",
            )


def local_names(policy: Policy) -> Iterator[Finding]:
    names = {(rule.module.package, rule.name) for rule in policy.rules}
    for rule in policy.rules:
        for name, line in _locals(rule):
            if (rule.module.package, name) in names:
                yield policy.finding(
                    "naam",
                    rule.module,
                    line,
                    f"De naam `{name}` is hier van een regel in dit pakket; de ingebouwde engine leest die regel.",
                    "Kies een andere naam voor de variabele.",
                )


def lines(policy: Policy) -> Iterator[Finding]:
    for module in policy.modules:
        for number, text in enumerate(module.text.split("\n"), 1):
            if len(_PATTERN.sub("", text)) > LONGEST and not policy.excepted("regel", module, text.split()[0]):
                yield policy.finding(
                    "regel",
                    module,
                    number,
                    f"Deze regel heeft {len(text)} tekens; {LONGEST} is de grens.",
                    "Breek de regel af, of geef een deel een naam.",
                )


def _locals(rule: Rule) -> Iterator[tuple[str, int]]:
    """The variables that a rule makes, with their lines."""
    for some in rule.all("SomeIn"):
        for part in (some["key"], some["value"]):
            for variable in walk(part, "Var") if part else ():
                yield variable["value"], variable["span"]["line"]
    for some in rule.all("SomeVars"):
        for span in some["vars"]:
            yield _text(rule, span), span["line"]
    for every in rule.all("Every"):
        for span in filter(None, (every["key"], every["value"])):
            yield _text(rule, span), span["line"]
    for assign in rule.all("AssignExpr"):
        if assign["op"] == "ColEq":
            for variable in walk(assign["lhs"], "Var"):
                yield variable["value"], variable["span"]["line"]


def _text(rule: Rule, span: dict) -> str:
    return rule.module.bytes[span["start"] : span["end"]].decode()
