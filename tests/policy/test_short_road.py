"""What `form_usual` and the other short roads save is time: without them every decision is the same, byte for byte.

Rules: `form_usual` may only let through what the whole check of the document lets through, and where a rung asks it,
its other definition must say the same. So a policy in which it never holds decides the same on every case, on every
wrong type and on every lack (of these one in `STRIDE`). What is narrower than it, is then the same policy too.
"""

import json
from collections.abc import Iterator
from typing import Any

import regorus

from gateway.pdp.bundle import Bundle
from gateway.pdp.port import ENTRYPOINT
from tests.policy.cases import all_cases
from tests.policy.engines import RULES
from tests.policy.test_sweep import BASELINES, poorer_documents, wrong_documents

FILE, HEAD = "form/document.rego", "form_usual if {\n"
STRIDE = 41


def engine(bundle: Bundle, *, short: bool) -> regorus.Engine:
    made = regorus.Engine()
    for path, text in bundle.policies.items():
        assert path != FILE or text.count(HEAD) == 1
        made.add_policy(path, text if short else text.replace(HEAD, f"{HEAD}\tfalse\n"))
    made.add_data_json(bundle.data.decode())
    return made


def documents() -> Iterator[Any]:
    yield from (case.facts for case in all_cases())
    spoilt = [document for name in BASELINES for _, _, document in wrong_documents(name)]
    poorer = [document for name in BASELINES for _, document in poorer_documents(name)]
    yield from [*spoilt, *poorer][::STRIDE]


def test_without_the_short_road_every_decision_is_the_same() -> None:
    bundle = Bundle.read(RULES)
    engines = [engine(bundle, short=short) for short in (True, False)]
    for facts in documents():
        said = []
        for each in engines:
            each.set_input_json(json.dumps(facts))
            said.append(each.eval_rule_as_json(ENTRYPOINT))
        assert said[0] == said[1], json.dumps(facts)
