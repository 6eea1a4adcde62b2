"""The rules of *Opvallend*, the heaviest first."""

from collections.abc import Mapping

from gateway.review.signals import (
    due,
    emergency,
    first_basis,
    hours,
    many_parties,
    policy_jump,
    repeated,
    silent_case,
    uncollected,
    volume,
)
from gateway.review.signals.rule import Rule

_ALL = (
    emergency.RULE,
    policy_jump.RULE,
    repeated.RULE,
    first_basis.RULE,
    volume.RULE,
    many_parties.RULE,
    uncollected.RULE,
    hours.RULE,
    due.RULE,
    silent_case.RULE,
)
RULES: Mapping[str, Rule] = {each.name: each for each in sorted(_ALL, key=lambda rule: -rule.weight)}
