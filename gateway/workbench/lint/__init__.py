"""The house lint of policies: what `opa check` does not see and the embedded engine does not say.

Rules: it works on the parsed policy and needs no OPA. Each rule is a function from the policies to findings; a file
that cannot be parsed is a finding too. A rule never stops another.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.catalogue import Catalogue
from gateway.workbench.lint import builtins, engines, exceptions, grants, guards, metadata
from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.policy import Policy
from gateway.workbench.lint.tree import modules
from gateway.workbench.lint.types import Inference

__all__ = ["Finding", "lint"]


def lint(
    folder: Path, policies: Mapping[str, str], data: Mapping[str, Any], catalogue: Catalogue, *, root: str = "rules/"
) -> list[Finding]:
    """Every finding, by file and line.

    `folder`: of the working copy. `policies`: path below its rules → text. `root`: what stands before such a path.
    """
    read, unread = modules(policies)
    allowed = exceptions.Exceptions.read(folder)
    policy = Policy(read, data, allowed.grants, allowed.exemptions, root)
    found = [
        Finding(
            policy.root + error.path,
            error.line,
            "lezen",
            f"Deze regel kan niet worden gelezen: {error.why}.",
            "Herstel de schrijfwijze; `opa fmt` laat zien hoe het hoort.",
        )
        for error in unread
    ]
    found += allowed.wrong
    inference = Inference(policy)
    for rule in (
        engines.imports,
        engines.no_else_and_no_with,
        engines.no_recursion,
        engines.local_names,
        engines.lines,
        builtins.only_listed_builtins,
        metadata.blocks,
        metadata.files,
        grants.positive,
    ):
        found += rule(policy)
    found += metadata.codes(policy, catalogue)
    found += guards.guarded(policy, inference)
    found += grants.no_negated_call_of_what_may_be_absent(policy, inference)
    if not unread:
        found += exceptions.unneeded(policy)
    return sorted(found)
