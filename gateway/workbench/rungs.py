"""Which codes each rung of the ladder can say, and the articles that it gives for them, read from the METADATA.

Rule: a rung is the package `sluis.ladder.<rung>`, with `_` where the rung's name has `-`, and what stands in a package
of its own for more than one rung (`BESIDE`); its codes are the `code` of the METADATA above its rules. The lint holds
METADATA and rules to each other; here it is only read.
"""

import re
from collections.abc import Mapping

Said = Mapping[str, tuple[str, ...]]
BESIDE = {"actor": "deelnemer", "consent": "persoon", "emergency": "persoon", "onward": "bijzondere-route"}
_PACKAGE = re.compile(r"^package sluis\.(?:ladder\.)?(\w+)$", re.MULTILINE)
_BLOCK = re.compile(r"^# METADATA\n((?:#.*\n)+)", re.MULTILINE)
_CODE = re.compile(r"^#   code: (\S+)$", re.MULTILINE)
_ARTICLE = re.compile(r"^#   article: (.+)$", re.MULTILINE)


def codes_by_rung(policies: Mapping[str, str]) -> Mapping[str, Said]:
    """Rung → code → articles, of the policies of a bundle."""
    rungs: dict[str, dict[str, tuple[str, ...]]] = {}
    for text in policies.values():
        package = _PACKAGE.search(text)
        if package is None:
            continue
        rung = BESIDE.get(package[1], package[1].replace("_", "-"))
        said = rungs.setdefault(rung, {})
        for block in _BLOCK.findall(text):
            if code := _CODE.search(block):
                article = _ARTICLE.search(block)
                articles = tuple(article[1].split(", ")) if article else ()
                said[code[1]] = tuple(dict.fromkeys((*said.get(code[1], ()), *articles)))
    return {rung: said for rung, said in rungs.items() if said}
