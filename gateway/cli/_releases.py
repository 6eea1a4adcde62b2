"""What the commands that put policies into force share: which files, which signers, and how a refusal is told."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pdp.history import Entry
    from gateway.settings import Settings
    from gateway.workbench.publish.releases import Releases

REFUSED, WRONG_USAGE = 1, 2


def read_settings() -> "Settings":
    """The settings; these commands listen to nobody, so the rule on `public_url` has no object."""
    from gateway.settings import Settings

    return Settings(development=True)


def open_releases(settings: "Settings") -> "Releases":
    """The archive of the state folder, and the file that the gateway follows: where the setting names a folder, one
    beside the archive.
    """
    from gateway.pdp.signed import read_signers
    from gateway.workbench.publish.releases import FOLLOWED, Releases

    folder = settings.state / "policies"
    place = folder / FOLLOWED if settings.policies.is_dir() else settings.policies
    return Releases(folder, place, read_signers(settings.policy_signers))


def read_bundle(file: Path) -> bytes:
    """The bytes of a bundle file, or of standard input for `-`; a sentence and the end where there is none."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read()
        return file.read_bytes()
    except OSError as error:
        print(f"{file} is niet te lezen: {error.strerror}.", file=sys.stderr)
        raise SystemExit(WRONG_USAGE) from None


def refusing(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """A command that tells of a bundle that is not accepted, and ends with 1."""

    def guarded(arguments: argparse.Namespace) -> int:
        from gateway.pdp.bundle import BrokenBundle

        try:
            return run(arguments)
        except BrokenBundle as error:
            print(f"Geweigerd. {error.log}. Er is niets veranderd.", file=sys.stderr)
            return REFUSED

    return guarded


def now() -> datetime:
    return datetime.now(UTC)


def tell(entry: "Entry", settings: "Settings", releases: "Releases") -> None:
    """What is in force from now on, and what the operator must do where no gateway would follow it."""
    print(f"In werking: {entry.revision}")
    print(f"Getekend door: {entry.signer}")
    print(f"Hiervoor: {entry.former or 'geen'}")
    if settings.policies.is_dir():
        print(f"Let op: de gateway leest nu een map. Start hem met SLUIS_POLICIES={releases.place}")
    else:
        print("Een draaiende gateway neemt dit binnen een seconde over.")
