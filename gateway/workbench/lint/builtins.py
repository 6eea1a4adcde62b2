"""Only the builtins on which the engines agree are called (`gateway.pdp.builtins`)."""

from collections.abc import Iterator

from gateway.pdp.builtins import BUILTINS
from gateway.pdp.syntax import dotted
from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.policy import Policy


def only_listed_builtins(policy: Policy) -> Iterator[Finding]:
    """A call of what is neither a rule of these policies nor on the list."""
    for rule in policy.rules:
        for call in rule.all("Call"):
            name = dotted(call["fcn"]) or rule.module.source(call["fcn"])
            if name not in BUILTINS and not policy.resolve(name, rule):
                yield policy.finding(
                    "builtins",
                    rule.module,
                    call["span"]["line"],
                    f"`{name}` is geen regel van dit beleid en staat niet op de lijst van ingebouwde functies.",
                    "Gebruik een functie waarover de engines het eens zijn (gateway/pdp/builtins.py).",
                )
