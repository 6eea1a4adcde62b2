"""Which engine decides, and what partners add."""

from gateway.directory import Directory
from gateway.pdp.both import BothEngines
from gateway.pdp.conformance import Examination
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.opa import OpaEngine
from gateway.pdp.overlays import Overlays
from gateway.pdp.port import PolicyEngine
from gateway.settings import Settings


def open_engine(settings: Settings) -> PolicyEngine:
    examination = Examination.read()
    embedded = EmbeddedEngine(workers=settings.engine_workers, examination=examination)
    if settings.engine == "embedded":
        return embedded
    assert settings.opa_socket is not None
    opa = OpaEngine(settings.opa_socket, token=settings.opa_token, examination=examination)
    return opa if settings.engine == "opa" else BothEngines(embedded, opa)


def open_overlays(settings: Settings, directory: Directory) -> Overlays | None:
    """The partners' own policies, where the operator has a folder of them."""
    if settings.overlays is None:
        return None
    how = {"development": settings.development, "timeout": settings.overlay_timeout}
    return Overlays(settings.overlays, settings.state / "overlays", keys=directory.signing_keys, **how)
