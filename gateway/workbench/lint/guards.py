"""Every builtin is called on a type that is proved: on another one engine stops and the other goes on undefined.

Rules: the same holds for `some x in y`, which stops the embedded engine where `y` is no collection. A text that is
proved in a way that this lint cannot follow is excepted, with the reason.
"""

from collections.abc import Iterator

from gateway.pdp.builtins import ANY, BUILTINS, Types
from gateway.pdp.syntax import Node, dotted
from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.policy import Policy
from gateway.workbench.lint.scopes import Site
from gateway.workbench.lint.tree import line_of
from gateway.workbench.lint.types import Inference

RULE = "waarborg"
COLLECTION = frozenset({"array", "object", "set"})
DUTCH = {
    "array": "lijst",
    "boolean": "ja of nee",
    "null": "null",
    "number": "getal",
    "object": "object",
    "set": "verzameling",
    "string": "tekst",
}


def guarded(policy: Policy, inference: Inference) -> Iterator[Finding]:
    for site in inference.scopes.calls:
        name = dotted(site.node["fcn"]) or ""
        if name in BUILTINS:
            for argument, takes in zip(site.node["params"], BUILTINS[name].takes, strict=False):
                yield from _judge(policy, inference, site, argument, takes, f"`{name}`")
    for site in inference.scopes.collections:
        yield from _judge(policy, inference, site, site.node, COLLECTION, "`some … in`")


def _judge(
    policy: Policy, inference: Inference, site: Site, argument: Node, takes: Types, asker: str
) -> Iterator[Finding]:
    known = inference.of(argument, site.scope)
    if takes == ANY or (known is not None and known.types <= takes):
        return
    module = site.scope.rule.module
    text = " ".join(module.source(argument).split())
    if policy.excepted(RULE, module, text):
        return
    found = " of ".join(DUTCH[each] for each in sorted(known.types)) if known else "alles"
    wanted = " of ".join(DUTCH[each] for each in sorted(takes))
    yield policy.finding(
        RULE,
        module,
        line_of(argument),
        f"{asker} vraagt een {wanted}, maar `{text}` kan {found} zijn.",
        "Zet er een controle van het type voor (is_string, is_array, …), of zet hem met reden in lint/exceptions.yaml.",
    )
