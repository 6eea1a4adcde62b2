"""The state folder of a sandbox, made whole before anything starts: keys, registers with the region, and the verifier
keys of the logs, for whoever tries.
"""

from collections.abc import Sequence
from contextlib import closing, nullcontext

from gateway.app import SystemClock, log_purpose, open_keys, open_registers, published_purpose
from gateway.crypto.errors import CryptoError
from gateway.crypto.keystore import KeyStore
from gateway.crypto.life import first
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.errors import Fault
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.region import seed
from gateway.settings import Settings
from gateway.store.sqlite.shelf import SharedShelf, SqliteShelf
from gateway.tlog.audit import STREAMS
from gateway.verify import VerifierKey


class CannotStart(Exception):
    """A sentence for whoever started it."""


def prepare(settings: Settings, holder_url: str) -> None:
    """Make the state folder whole: keys, registers with the region, the sandbox's own keys, the log's verifier keys.

    `CannotStart` where it is another's: one that is being served is left as it is.
    """
    try:
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(SqliteShelf(settings.state)) if settings.database is None else nullcontext():
            _fill(settings, holder_url)
    except (Fault, CryptoError, OSError, ValueError, KeyError) as error:
        if isinstance(error, Fault) and error.code == "state-in-use":
            raise CannotStart(f"{error.log}; stop it, or take another folder: SLUIS_STATE=.other make run") from error
        raise CannotStart(
            f"the state in {settings.state} is half-made or another's ({error}); "
            f"keep what you need of it, then: rm -r {settings.state}"
        ) from error


def _fill(settings: Settings, holder_url: str) -> None:
    keys, sandbox = open_keys(settings), SandboxKeys(settings.state / "sandbox")
    for purpose in keys.missing():  # of a folder that an earlier version made
        first(keys, purpose, now=SystemClock().now())
    with closing(open_registers(settings)) as registers:
        seed(registers, HmacPseudonyms(keys).of, sandbox, holder_url)
    sandbox.trust(settings.public_url, keys.jwks("request"))
    tell_keys(settings, keys)


def tell_keys(settings: Settings, keys: KeyStore | None = None) -> None:
    """Write down the verifier keys of the logs that there are, and of this year's."""
    keys = keys or open_keys(settings)
    now = day_of(SystemClock().now()).year
    there = SharedShelf(settings.state).years if settings.database is None else lambda _: ()
    origins = [
        (stream, f"{settings.log_host}/{stream}/{year}")
        for stream in (*Tenant, *STREAMS)
        for year in sorted({*there(stream), now}, reverse=True)
    ]
    for name, streams in (("log.vkeys", tuple(Tenant)), ("audit.vkeys", STREAMS)):
        signers = [keys.note_signer(log_purpose(each), origin) for each, origin in origins if each in streams]
        _write_vkeys(settings, name, [VerifierKey(signer.name, signer.public) for signer in signers])
    published = [
        keys.cosigner(published_purpose(each), origin).verifier for each, origin in origins if each in tuple(Tenant)
    ]
    _write_vkeys(settings, "published.vkeys", published)


def _write_vkeys(settings: Settings, name: str, keys: Sequence[VerifierKey]) -> None:
    (settings.state / "sandbox" / name).write_text("".join(f"{key}\n" for key in keys))
