"""METADATA is complete, and the codes in it are the codes that the rules give.

Rules: the first block of every file says what it is (title, description), before its first rule. A rule that gives a
code names that code and its article, and has a title that says it to a human; a code is a literal, in the closed lists
of the contract and in the catalogue. The other way round: a code in METADATA is given by the rule below it. Codes that
no article makes are listed here: they come from the policy itself and not from a law.
"""

from collections.abc import Iterator

from gateway.catalogue import Catalogue, Kind
from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.policy import Policy
from gateway.workbench.lint.tree import Rule, literal, walk

# Nothing can be judged, or the request does not fit what it invokes: which article would fit is not known.
WITHOUT_ARTICLE = frozenset(
    {
        "feit-ontbreekt",
        "feit-ongeldig",
        "grondslag-onbekend",
        "grondslag-niet-in-werking",
        "geen-grondslag",
        "voorwaarde-niet-vervuld",
    }
)
OWN_SCOPE = frozenset({"document", "package", "subpackages"})


def blocks(policy: Policy) -> Iterator[Finding]:
    """A block that cannot be read, or that stands above nothing."""
    for module in policy.modules:
        places = {rule.line for rule in module.rules} | {module.tree["package"]["span"]["line"]}
        for block in module.metadata:
            if block.wrong:
                yield policy.finding(
                    "metadata",
                    module,
                    block.line,
                    f"METADATA is geen YAML: {block.wrong}.",
                    "Herstel de YAML in het blok.",
                )
            elif block.above not in places and block.said.get("scope") not in OWN_SCOPE:
                yield policy.finding(
                    "metadata",
                    module,
                    block.line,
                    "METADATA staat niet direct boven een regel of `package`.",
                    "Haal de lege regel of het gewone commentaar ertussen weg.",
                )


def files(policy: Policy) -> Iterator[Finding]:
    for module in policy.modules:
        first = min((rule.line for rule in module.rules), default=0)
        said = module.metadata[0].said if module.metadata and module.metadata[0].line < first else {}
        if not (said.get("title") and said.get("description")):
            yield policy.finding(
                "metadata",
                module,
                module.tree["package"]["span"]["line"],
                "Dit bestand zegt niet wat het is.",
                "Zet voor de eerste regel een blok METADATA met `title` en `description`.",
            )


def codes(policy: Policy, catalogue: Catalogue) -> Iterator[Finding]:
    """Literal codes equal METADATA, each with title and article, each known."""
    known = {
        kind: set(policy.data.get("vocabulary", {}).get(name, ())) & {code.code for code in catalogue.of(kind)}
        for kind, name in ((Kind.REASON, "reasons"), (Kind.OBLIGATION, "obligations"))
    }
    every = known[Kind.REASON] | known[Kind.OBLIGATION]
    for rule in policy.rules:
        given, said = _given(rule, every), rule.metadata.custom.get("code") if rule.metadata else None
        if _gives(rule):
            if given is None and not _passes_on(rule, policy):
                yield _finding(
                    policy,
                    rule,
                    "De code is geen letterlijke tekst.",
                    "Schrijf de code als tekst: één regel voor elke code.",
                )
            if given is not None and given not in known[Kind.REASON]:
                yield _finding(
                    policy,
                    rule,
                    f"De code `{given}` staat niet in de lijst van redenen of niet in de catalogus.",
                    "Gebruik een bestaande code, of voeg haar toe aan rules/vocabulary en aan de catalogus.",
                )
        if given is not None and said != given:
            yield _finding(
                policy,
                rule,
                f"De regel geeft `{given}`, METADATA zegt {f'`{said}`' if said else 'niets'}.",
                f"Zet in METADATA boven de regel `custom: {{code: {given}}}`.",
            )
        if said is not None and given is None:
            yield _finding(
                policy,
                rule,
                f"METADATA noemt `{said}`, maar de regel geeft die code niet.",
                "Haal de code weg, of geef haar.",
            )
        if said is not None or given is not None:
            yield from _complete(policy, rule, given or str(said))
    annotated = {rule.metadata.custom.get("code") for rule in policy.rules if rule.metadata}
    if policy.modules:
        for code in sorted(set(policy.data.get("vocabulary", {}).get("reasons", ())) - annotated):
            yield Finding(
                f"{policy.root}vocabulary/data.yaml",
                1,
                "codes",
                f"Geen regel geeft de reden `{code}`.",
                "Haal haar uit de lijst, of schrijf de regel die haar geeft.",
            )


def _gives(rule: Rule) -> bool:
    """Whether a rule is a set of codes, or one for each field: its name says so."""
    return rule.is_set and rule.name.rpartition("_")[2] == "codes"


def _complete(policy: Policy, rule: Rule, code: str) -> Iterator[Finding]:
    metadata = rule.metadata
    if metadata is None or not metadata.said.get("title"):
        yield _finding(
            policy, rule, f"De regel voor `{code}` heeft geen titel.", "Zet in METADATA een `title` in het Nederlands."
        )
    if not (metadata and metadata.custom.get("article")) and code not in WITHOUT_ARTICLE:
        yield _finding(
            policy,
            rule,
            f"De regel voor `{code}` noemt geen artikel.",
            "Zet in METADATA `custom: {article: …}`, bijvoorbeeld WGS 2.27.",
        )


def _given(rule: Rule, every: set[str]) -> str | None:
    """The one code that a rule gives: the literal in its head, or what a comprehension in its value is made of."""
    if rule.default or rule.value is None:
        return None
    said = literal(rule.value)
    if said is not None:
        return said if _gives(rule) or (rule.parameters and said in every) else None
    terms = {literal(part["term"]) for kind in ("SetCompr", "ArrayCompr") for part in walk(rule.value, kind)}
    codes = {term for term in terms if term in every}
    return codes.pop() if len(codes) == 1 and not _gives(rule) and rule.parameters else None


def _passes_on(rule: Rule, policy: Policy) -> bool:
    """Whether what a rule gives comes whole from other rules that give codes, and is built nowhere."""
    asked = policy.reached(tuple(policy.asks[rule.path]))
    giving = {
        each.path for each in policy.rules if _gives(each) or (each.metadata and each.metadata.custom.get("code"))
    }
    builders = {"concat", "sprintf", "replace", "format_int", "substring", "trim_prefix"}
    called = {rule.module.source(call["fcn"]) for body in rule.bodies for call in walk(body, "Call")}
    return bool(asked & giving) and not called & builders


def _finding(policy: Policy, rule: Rule, wrong: str, remedy: str) -> Finding:
    return policy.finding("codes", rule.module, rule.line, wrong, remedy)
