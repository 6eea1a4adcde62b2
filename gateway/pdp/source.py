"""Where policies come from: a signed bundle, or in development a plain folder.

Rules:
- A file is a signed bundle, verified by the keys of the file of signers as these are now.
- A folder is unsigned: whoever can write in it decides who is exposed. In production it is refused.
"""

from dataclasses import dataclass, field
from pathlib import Path

from gateway.errors import Fault
from gateway.pdp.bundle import POLICIES_REJECTED, Bundle
from gateway.pdp.signed import SignedBundle, read_signers


@dataclass(frozen=True, slots=True)
class Policies:
    """What was read. `signer`: the `kid` of who signed it, `packed`: the file as it came; None where nobody signed."""

    bundle: Bundle
    signer: str | None = None
    packed: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """`place`: a bundle or a folder; `signers`: a JWK set; `development`: whether a folder will do."""

    place: Path
    signers: Path
    development: bool

    def read(self) -> Policies:
        """Read and verify; a `Fault` where it is not there, not signed by one who is known, or broken."""
        if self.place.is_dir():
            if not self.development:
                raise Fault(POLICIES_REJECTED, log="a folder is not signed: SLUIS_POLICIES must name a signed bundle")
            return Policies(Bundle.read(self.place))
        try:
            packed = self.place.read_bytes()
        except FileNotFoundError:
            raise Fault(POLICIES_REJECTED, log=f"there is nothing at {self.place}: gateway policy publish") from None
        except OSError as error:
            raise Fault(POLICIES_REJECTED, log=f"{self.place} cannot be read: {error.strerror}") from error
        signed = SignedBundle.verify(packed, read_signers(self.signers))
        return Policies(signed.bundle, signed.signer, packed)

    def mark(self) -> object:
        """Something that is another value once the bundle or the signers were replaced; of a folder nothing is told."""
        return None if self.place.is_dir() else (_mark(self.place), _mark(self.signers))


def _mark(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
