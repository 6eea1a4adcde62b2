"""What grants is a positive chain: no absence, no refutation, no reason can open it.

Rules, over every rule on which a grant depends (`grants` of lint/exceptions.yaml names where that begins):
- it never asks what explains a refusal (`codes`, `missing`, …): reasons come after the verdict, and cannot make it;
- it has no `not`, no `count(…) == 0` and no comparison with an empty set of something that is worked out: what is
  absent would make such a condition true. Where that is meant it is excepted, with the reason.
Everywhere: no `not f(input.x)`, which is true in one engine and undefined in the other where `x` is absent, unless what
is asked of it was proved to be there.
"""

import re
from collections.abc import Iterator

from gateway.pdp.syntax import Node, dotted
from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.policy import Policy
from gateway.workbench.lint.scopes import Scope, root
from gateway.workbench.lint.tree import Rule
from gateway.workbench.lint.types import Inference

EXPLAINING = frozenset({"codes", "missing", "cited", "reasons", "deny", "denied"})  # the last word of a name


def positive(policy: Policy) -> Iterator[Finding]:
    """What stands on the road to a grant and could open it by absence."""
    for path in policy.grants:
        if path not in policy.by_path:
            yield Finding(
                policy.exceptions_file,
                1,
                "verlening",
                f"`{path}` zou de weg naar een verlening zijn, maar die regel is er niet.",
                "Noem onder `grants` de regels waarop een verlening staat.",
            )
    road = policy.reached(policy.grants)
    for rule in policy.rules:
        if rule.path not in road:
            continue
        for asked in sorted(policy.asks[rule.path]):
            if re.split("[._]", asked)[-1] in EXPLAINING and not policy.excepted("verlening", rule.module, asked):
                yield policy.finding(
                    "verlening",
                    rule.module,
                    rule.line,
                    f"`{rule.name}` ligt op de weg naar een verlening en vraagt `{asked}`, dat een weigering uitlegt.",
                    "Verleen met een keten van voorwaarden die waar zijn, los van de redenen.",
                )
        for line, said in _absences(rule, policy):
            if not policy.excepted("verlening", rule.module, said):
                yield policy.finding(
                    "verlening",
                    rule.module,
                    line,
                    f"`{said}` kan waar zijn doordat iets ontbreekt, op de weg naar een verlening.",
                    "Vraag wat er wél moet zijn, of zet het met reden in lint/exceptions.yaml.",
                )


def no_negated_call_of_what_may_be_absent(policy: Policy, inference: Inference) -> Iterator[Finding]:
    scopes = {id(site.node): site.scope for site in inference.scopes.calls}
    for rule in policy.rules:
        for negated in rule.all("NotExpr"):
            call = negated["expr"].get("Call")
            for argument in call["params"] if call else ():
                scope, said = scopes[id(call)], " ".join(rule.module.source(argument).split())
                proved = not _of_the_facts(argument, scope) or inference.of(argument, scope)
                if proved or policy.excepted("ontkenning", rule.module, said):
                    continue
                yield policy.finding(
                    "ontkenning",
                    rule.module,
                    negated["span"]["line"],
                    f"`not …({said})` is zonder dat feit waar in de ene engine en onbekend in de andere.",
                    "Controleer eerst dat het feit er is, bijvoorbeeld met is_string of facts_filled.",
                )


def _absences(rule: Rule, policy: Policy) -> Iterator[tuple[int, str]]:
    for negated in rule.all("NotExpr"):
        yield negated["span"]["line"], " ".join(rule.module.source(negated).split())
    for compared in rule.all("BoolExpr"):
        if compared["op"] == "Eq" and _empty(compared["rhs"]) and _worked_out(compared["lhs"], rule, policy):
            yield compared["span"]["line"], " ".join(rule.module.source(compared).split())


def _worked_out(node: Node, rule: Rule, policy: Policy) -> bool:
    """A comprehension, an operation, or a rule, counted or not; a fact or a column itself is there or is not."""
    call = node.get("Call")
    counted = call["params"][0] if call and dotted(call["fcn"]) == "count" else node
    if any(kind in counted for kind in ("SetCompr", "ArrayCompr", "ArithExpr", "BinExpr", "Call")):
        return True
    name, parameters = dotted(counted), {dotted(each) for each in rule.parameters}
    return name is not None and name.partition(".")[0] not in parameters and policy.resolve(name, rule) is not None


def _empty(node: Node) -> bool:
    kind, value = next(iter(node.items()))
    return value.get("value") == 0 if kind == "Number" else kind in {"Array", "Set"} and value["items"] == []


def _of_the_facts(node: Node, scope: Scope) -> bool:
    """Whether an expression reads a member of the facts, itself or through what a local name stands for."""
    begin = root(node)
    if begin is None or "Var" in node:
        return False
    while begin != "input":
        bound = next((each.bound[begin] for each in scope.outwards() if begin in each.bound), None)
        if bound is None:
            return begin not in {"data"} and any(dotted(each) == begin for each in scope.rule.parameters)
        _, source, scope = bound
        if (begin := root(source)) is None:
            return False
    return True
