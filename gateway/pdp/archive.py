"""Every revision that ever decided, kept so that its decisions can be made again.

Rules:
- A revision is kept before it decides for the first time; what cannot be kept does not decide.
- One file a revision, `<revision>.tar.gz`: the signed bundle as it was published, or the bare files where nobody
  signed (development). It comes into place whole, 0600 in a folder of 0700, durable when `keep` returns. Its policies
  never change; its signature does where the same policies are signed anew, so that going back to them can be verified.
- What is fetched is hashed again: a file whose content is not the revision of its name is a fault, and no bundle.

Whom it trusts: nobody. Whoever can write the folder can take a revision away, and cannot pass one for another.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from gateway.crypto.durable import write_whole
from gateway.errors import Fault
from gateway.pdp.bundle import BrokenBundle, Bundle
from gateway.pdp.tarball import pack, unpack

UNAVAILABLE = "revision-unavailable"
OF_THE_FORMAT = frozenset({".manifest", ".signatures.json"})
"""Members of a bundle that hold no policy: they count for its signature and not for its revision."""
_REVISION = re.compile(r"[0-9a-f]{64}")
_SUFFIX = ".tar.gz"


@dataclass(frozen=True, slots=True)
class Archive:
    """`folder`: of the gateway's own; it is made with the first revision."""

    folder: Path

    def keep(self, bundle: Bundle, packed: bytes | None = None) -> None:
        """Keep a revision, durably. `packed`: the bundle as it came, which takes the place of what was kept of the same
        revision; without it what is kept stays as it is.

        `Fault` where it cannot be kept, or where the one that is kept is damaged.
        """
        if self._file(bundle.revision).exists():
            self.get(bundle.revision)
            if packed is None or packed == self.packed(bundle.revision):
                return
        packed = pack(bundle.files) if packed is None else packed
        if policies_of(packed).revision != bundle.revision:
            raise Fault(UNAVAILABLE, log=f"{bundle.revision}: packed it is another revision")
        try:
            write_whole(self._file(bundle.revision), packed)
        except OSError as error:
            raise Fault(UNAVAILABLE, log=f"{bundle.revision} cannot be kept: {error.strerror}") from error

    def get(self, revision: str) -> Bundle:
        """The policies of a revision; `Fault` where it was never kept, or is damaged."""
        return self._whole(revision, self.packed(revision))

    def packed(self, revision: str) -> bytes:
        """The file of a revision as it was kept; not yet looked into."""
        if not _REVISION.fullmatch(revision):
            raise Fault(UNAVAILABLE, log="a revision is 64 hexadecimal digits in lower case")
        try:
            return self._file(revision).read_bytes()
        except FileNotFoundError:
            raise Fault(UNAVAILABLE, log=f"{revision} was never kept here") from None
        except OSError as error:
            raise Fault(UNAVAILABLE, log=f"{revision} cannot be read: {error.strerror}") from error

    def known(self) -> list[str]:
        """The revisions that are kept, in the order of their names."""
        names = (file.name.removesuffix(_SUFFIX) for file in self.folder.glob(f"*{_SUFFIX}"))
        return sorted(name for name in names if _REVISION.fullmatch(name))

    def _whole(self, revision: str, packed: bytes) -> Bundle:
        try:
            bundle = policies_of(packed)
        except BrokenBundle as error:
            raise Fault(UNAVAILABLE, log=f"{revision}: {error.log}") from error
        if bundle.revision != revision:
            raise Fault(UNAVAILABLE, log=f"{revision}: its content is another revision")
        return bundle

    def _file(self, revision: str) -> Path:
        return self.folder / f"{revision}{_SUFFIX}"


def policies_of(packed: bytes) -> Bundle:
    """The policies in a packed bundle, whoever signed it or not; `BrokenBundle` where they cannot be read."""
    return Bundle.of({path: content for path, content in unpack(packed).items() if path not in OF_THE_FORMAT})
