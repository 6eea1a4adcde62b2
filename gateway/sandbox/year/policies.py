"""The policies of the year: how they were before two changes, built and signed as any are, and put into force.

Rules:
- The last revision is the set as it stands; the earlier ones are that set with less in it. So what a change added is
  what the desk tells of it.
- They are signed by a signer of the sandbox, whom no gateway trusts: a gateway that follows signed policies would take
  none of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.crypto.keys import PrivateKey
from gateway.pdp.bundle import Bundle
from gateway.pdp.history import Entry
from gateway.workbench.publish.build import build
from gateway.workbench.publish.releases import Releases
from gateway.workbench.publish.signer import new_signer, read_signer, write_signer

RIEC = "bases/wgs.zvh.riec/"
RESULT, PROVISIONS = "bases/wgs.zvh.resultaat_deelnemer/", "voorzieningen_sd, "
REUSE, FINANCIAL = "bases/wmo.hergebruik_sociaal_domein/", "financieel, "
REASONS = (
    "Beleid bij de start van de gateway.",
    "Resultaten van een casus mogen voorzieningen uit het sociaal domein bevatten, na advies van de FG.",
    "Resultaten mogen naar het RIEC, en schulden mogen met toestemming voor een Wmo-onderzoek worden gebruikt.",
)


@dataclass(frozen=True, slots=True)
class Release:
    """A revision of the year. `since`: from when it decided."""

    since: datetime
    bundle: Bundle
    reason: str


def releases(current: Bundle, moments: tuple[datetime, datetime, datetime]) -> list[Release]:
    """The three revisions, oldest first; the last is `current`."""
    second = {path: content for path, content in current.files.items() if not path.startswith(RIEC)}
    second = _without(second, REUSE, FINANCIAL)
    first = _without(second, RESULT, PROVISIONS)
    bundles = (Bundle.of(first), Bundle.of(second), current)
    return [Release(*each) for each in zip(moments, bundles, REASONS, strict=True)]


def publish(release: Release, folder: Path, sandbox: Path) -> Entry:
    """Put it into force: signed, kept in the archive of `folder`, and written in its history. `sandbox`: where the
    signer's key is, made at first use.
    """
    key = signer(sandbox)
    packed = build(release.bundle, key).packed
    return Releases(folder, sandbox / "policies.tar.gz", [key.public]).publish(packed, release.reason, release.since)


def signer(sandbox: Path) -> PrivateKey:
    """Who signs the policies of the sandbox."""
    file = sandbox / "policy-signer.json"
    if not file.exists():
        write_signer(new_signer(), file)
    return read_signer(file)


def _without(files: Mapping[str, bytes], folder: str, word: str) -> dict[str, bytes]:
    """The same files, one category less in the row of a basis."""
    [path] = [each for each in files if each.startswith(folder)]
    lines = files[path].decode().split("\n")
    begins = next(at for at, line in enumerate(lines) if line.startswith("categories:"))
    at = next(at for at in range(begins, len(lines)) if word in lines[at])
    lines[at] = lines[at].replace(word, "", 1)
    return {**files, path: "\n".join(lines).encode()}
