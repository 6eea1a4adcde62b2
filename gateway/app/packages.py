"""Evidence packages, with what they are made of in this deployment."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from gateway.app.keys import log_signer
from gateway.app.trust import Trust
from gateway.catalogue import Catalogue
from gateway.crypto.keystore import KeyStore
from gateway.pdp.archive import Archive
from gateway.review.evidence.explained import Explainer
from gateway.review.evidence.packages import Packages, witnesses_of
from gateway.review.records.reading import Reading
from gateway.settings import Settings
from gateway.tlog.at_rest import LogsAtRest


def make_packages(
    settings: Settings,
    keys: KeyStore,
    logs: LogsAtRest,
    reading: Reading,
    trust: Trust,
    catalogue: Catalogue,
    organisations: Callable[[str], str],
) -> Packages:
    """Signed by the keys of the logs themselves."""
    archive, witnesses = Archive(settings.state / "policies"), settings.witnesses
    written = partial(witnesses_of, witnesses.read_bytes) if isinstance(witnesses, Path) else lambda: None
    signer, explainer = partial(log_signer, keys), Explainer(catalogue, organisations)
    return Packages(logs, reading, archive, trust, signer, explainer, written)
