"""Which codes each rung of the ladder can say, and the articles that it gives for them, read from the METADATA.

Rule: a rung is the file `ladder/<rung>.rego`, with `_` where the rung's name has `-`, and what stands in a file of
`lib/` for more than one rung (`BESIDE`); its codes are the `code` of the METADATA above its rules. The lint holds
METADATA and rules to each other; here it is only read.
"""

import re
from collections.abc import Mapping

Said = Mapping[str, tuple[str, ...]]
BESIDE = {
    "lib/actor.rego": "deelnemer",
    "lib/consent.rego": "persoon",
    "lib/emergency.rego": "persoon",
    "lib/onward.rego": "bijzondere-route",
}
_RUNG = re.compile(r"ladder/(\w+)\.rego")
_BLOCK = re.compile(r"^# METADATA\n((?:#.*\n)+)", re.MULTILINE)
_CODE = re.compile(r"^#   code: (\S+)$", re.MULTILINE)
_ARTICLE = re.compile(r"^#   article: (.+)$", re.MULTILINE)


def codes_by_rung(policies: Mapping[str, str]) -> Mapping[str, Said]:
    """Rung → code → articles, of the policies of a bundle (path → text)."""
    rungs: dict[str, dict[str, tuple[str, ...]]] = {}
    for path, text in policies.items():
        own = _RUNG.fullmatch(path)
        rung = own[1].replace("_", "-") if own else BESIDE.get(path)
        if rung is None:
            continue
        said = rungs.setdefault(rung, {})
        for block in _BLOCK.findall(text):
            if code := _CODE.search(block):
                article = _ARTICLE.search(block)
                articles = tuple(article[1].split(", ")) if article else ()
                said[code[1]] = tuple(dict.fromkeys((*said.get(code[1], ()), *articles)))
    return rungs
