"""`make mutants`: draw mutants of the policies, see which of them the tests see, and write `policies/mutants.md`.

Exit status 1 where fewer than `LEAST` of those that can be seen are seen.
"""

import argparse
import sys
import time

from gateway.pdp.bundle import Bundle
from tests.policy.engines import POLICIES, RULES
from tests.policy.mutation.killers import SURVIVED, Killers
from tests.policy.mutation.report import report
from tests.policy.mutation.review import reviewed, why_equivalent
from tests.policy.mutation.run import SEED, all_mutants, counted, fates, sample

LEAST = 0.95
NUMBER, BY_CHANCE = 500, 500


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--number", type=int, default=NUMBER, help=f"how many to draw (default: {NUMBER}; 0: all)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    begun = time.monotonic()
    bundle, made = Bundle.read(RULES), all_mutants()
    chosen = sample(made, arguments.number, arguments.seed) if arguments.number else made
    killers = Killers.prepare(bundle, BY_CHANCE)
    print(f"{len(chosen)} of {len(made)} mutants, {len(killers.questions)} questions", flush=True)
    found = []
    for each in fates(chosen, killers, arguments.processes):
        found.append(each)
        if each.fate == SURVIVED:
            mutant = each.mutant
            print(f"{mutant.file}:{mutant.line} {mutant.operator}: {mutant.before} -> {mutant.after}", flush=True)
        if len(found) % 50 == 0:
            print(f"{len(found)} asked, {time.monotonic() - begun:.0f} s", flush=True)
    reviews = reviewed()
    (POLICIES / "mutants.md").write_text(report(found, len(made), arguments.seed, bundle.revision, reviews))
    born, seen = counted(found)
    same = sum(each.fate == SURVIVED and why_equivalent(each.mutant, reviews) is not None for each in found)
    share, seconds = 100 * seen / (born - same), time.monotonic() - begun
    print(f"{seen} of {born} seen, {same} equivalent: {share:.1f} % in {seconds:.0f} s")
    return 0 if seen >= LEAST * (born - same) else 1


if __name__ == "__main__":
    sys.exit(main())
