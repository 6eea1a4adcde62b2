"""The private keys of a gateway, and those by which its logs are known."""

from gateway.app.clock import SystemClock
from gateway.crypto.compact import decode
from gateway.crypto.keystore import KeyStore
from gateway.crypto.notes import Cosigner, NoteSigner
from gateway.crypto.passphrase import read_passphrase
from gateway.errors import Fault
from gateway.model.codes import Profile
from gateway.settings import Settings
from gateway.tlog.audit import PREFIX
from gateway.tlog.audit import STREAMS as AUDIT_STREAMS


def open_keys(settings: Settings) -> KeyStore:
    """The private keys, made at the first start in development alone."""
    folder, simulation = settings.state / "keys", settings.profile is Profile.SIMULATIE
    passphrase = read_passphrase(settings.passphrase_file, state=settings.state, development=settings.development)
    if settings.development and not folder.exists():
        return KeyStore.create(folder, passphrase, now=SystemClock().now(), simulation=simulation)
    return KeyStore.open(folder, passphrase, simulation=simulation)


def log_purpose(stream: str) -> str:
    """The purpose of the keys that sign a stream's logs."""
    return stream if stream in AUDIT_STREAMS else f"log-{stream}"


def log_signer(keys: KeyStore, stream: str, origin: str) -> NoteSigner:
    """Who signs a stream's log, under its origin: Ed25519."""
    return keys.note_signer(log_purpose(stream), origin)


def log_keys(keys: KeyStore, stream: str) -> list[bytes]:
    """The public keys that have signed this stream's logs, those that were destroyed too: what they signed stays."""
    purpose = log_purpose(stream)
    signed = (each for each in keys.describe() if each.purpose == purpose and each.state != "pending")
    return [decode(each.public["x"]) for each in signed if each.public]


def published_purpose(stream: str) -> str:
    """The purpose of the key that signs what is published of a stream's logs: a tenant has one, for the logs of who
    looked at its log too. What is signed begins with the log's own name.
    """
    return f"published-{stream.removeprefix(PREFIX)}"


def publisher(keys: KeyStore, stream: str, origin: str) -> Cosigner:
    """Who signs what is published of a stream's log, beside the log's own key: ML-DSA-44."""
    return keys.cosigner(published_purpose(stream), origin)


def published_key(keys: KeyStore, stream: str, origin: str) -> str | None:
    """The verifier key of who signs what is published, None where that key is missing."""
    try:
        return str(publisher(keys, stream, origin).verifier)
    except Fault:
        return None
