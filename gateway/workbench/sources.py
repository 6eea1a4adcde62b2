"""Policies by what a privacy officer calls them: a folder, a bundle file, or a revision that a gateway has used.

Rules: what is there as a path is that path; anything else is a revision, or a beginning of one that only one revision
in the archive of the state folder has. A bundle file is read whoever signed it, since nothing is decided by it here.
"""

import re
from pathlib import Path

from gateway.pdp.archive import Archive, policies_of
from gateway.pdp.bundle import Bundle
from gateway.workbench.folders import WorkingCopy

ARCHIVE = "policies"
SHORTEST = 8
_BEGINNING = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}")


class UnknownPolicies(ValueError):
    """Nothing is called that; the sentence says what was looked for."""


def open_policies(name: str, state: Path) -> Bundle:
    """The policies of that name; `UnknownPolicies`, or a `Fault` where they cannot be read. `state`: state folder."""
    path = Path(name)
    if path.is_dir():
        return Bundle.read(WorkingCopy.at(path).rules)
    if path.is_file():
        return policies_of(path.read_bytes())
    if not _BEGINNING.fullmatch(name):
        raise UnknownPolicies(
            f"{name!r} is geen map, geen bundelbestand en geen revisie (ten minste {SHORTEST} tekens 0-9 en a-f)."
        )
    archive = Archive(state / ARCHIVE)
    found = [revision for revision in archive.known() if revision.startswith(name)]
    if len(found) != 1:
        why = "past op meer revisies" if found else "is hier geen bekende revisie"
        raise UnknownPolicies(f"{name} {why} (gezocht in {archive.folder}).")
    return archive.get(found[0])
