"""The challenge that the gateway really sends with a 401, for the tests that judge it."""

from gateway.api.context import Context
from gateway.api.problems import Problems
from gateway.catalogue import Catalogue
from gateway.errors import Unauthenticated
from gateway.oauth.server.metadata import metadata


def challenge(error: Unauthenticated) -> str:
    """Its `WWW-Authenticate` (RFC 9449 section 7.1)."""
    algorithms = metadata("https://sluis.example")["dpop_signing_alg_values_supported"]
    problems = Problems(Catalogue.load(), "https://sluis.example", lambda: algorithms)
    return problems.of(error, Context("0" * 32, "0" * 16, "en")).headers["www-authenticate"]
