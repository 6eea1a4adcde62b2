"""The report of a run: `policies/mutants.md`, for whoever wants to know what the tests of the policies are worth."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from tests.policy.mutation.killers import CASES, OTHER, READING, STILLBORN, SURVIVED
from tests.policy.mutation.review import Reviewed, why_equivalent
from tests.policy.mutation.run import Fate

OPERATORS = {
    "vergelijking": "a comparison to the one beside it, or its opposite",
    "ontkenning": "a condition to its `not`, and back",
    "voorwaarde-weg": "a condition to `true`",
    "regel-weg": "a definition of a rule taken out",
    "elk-wordt-een": "`every` to `some`",
    "constante": "true and false, null, a number one higher",
    "woord": "a text to the next of the same closed list",
    "lid-weg": "a member out of a literal list or set",
    "samenvoeging": "union and intersection, plus and minus",
    "partij": "the holder for the recipient, and back",
    "rij-lid-weg": "an element out of a list of a row (categories, kinds, states, obligations, articles, …)",
    "rij-vlag": "a yes or no of a row, or of its ladder",
    "rij-woord": "secrecy, consent, objection, retention, … to the next of its list",
    "rij-datum": "`since` or `until` a day later, or open",
}


def report(found: Sequence[Fate], made: int, seed: int, revision: str, reviews: Sequence[Reviewed]) -> str:
    """The whole text. `made`: how many mutants there are of which `found` were asked."""
    born = [each for each in found if each.fate != STILLBORN]
    survivors = sorted((each.mutant for each in born if each.fate == SURVIVED), key=lambda m: (m.file, m.line, m.after))
    same = {id(mutant): why for mutant in survivors if (why := why_equivalent(mutant, reviews))}
    seen = len(born) - len(survivors)
    lines = [
        "# Mutants of the policies",
        "",
        "Small wrong changes were made to the policies, one at a time, and the tests were asked whether they see them:",
        "the case files first, then facts that the second reading of the contract judges, then what other tests ask (a",
        "document that is no object, a text of the law that has ended). `make mutants` does it.",
        "",
        f"Of policies `{revision[:16]}…`, {made} mutants can be made; {len(found)} were drawn with seed {seed}, each",
        f"operator by its share. {len(found) - len(born)} of them the engine does not take; these do not count.",
        "",
        f"**{seen} of {len(born)} seen ({_share(seen, len(born))}).** {len(same)} of the {len(survivors)} others are",
        "the same policy written otherwise, reviewed one by one below; of what can be seen that is",
        f"{_share(seen, len(born) - len(same))}.",
        "",
        "| operator | what it does | asked | by cases | by second reading | by other tests | survived | equivalent |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in born:
        counts[each.mutant.operator][each.fate] += 1
    equivalent = Counter(mutant.operator for mutant in survivors if id(mutant) in same)
    for operator, what in OPERATORS.items():
        n = counts[operator]
        row = (operator, what, n.total(), n[CASES], n[READING], n[OTHER], n[SURVIVED], equivalent[operator])
        lines.append(f"| {' | '.join(map(str, row))} |")
    lines += ["", "## Not seen", ""]
    for mutant in survivors:
        change = f"`{_short(mutant.before)}` → `{_short(mutant.after) or '(gone)'}`"
        verdict = f"equivalent: {same[id(mutant)]}" if id(mutant) in same else "**not seen**"
        lines.append(f"- rules/{mutant.file}:{mutant.line}, {mutant.operator}: {change}. {verdict}")
    return "\n".join(lines) + "\n"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _short(text: str) -> str:
    text = text.replace("`", "'")
    return text if len(text) <= 110 else f"{text[:109]}…"
