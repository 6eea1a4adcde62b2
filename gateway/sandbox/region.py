"""The region of `region.yaml`: what the registers hold of it, and what its holders have.

Rules: it is read from the package and never written anywhere; the registers take it through the same door as any
file of registers, so a BSN becomes a pseudonym on the way in; names, addresses and values are the holders' alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import yaml

from gateway.sandbox.keys import SandboxKeys
from gateway.store.registers.both import Registers
from gateway.store.registers.file import Pseudonym, enter_document

NO_OBJECTION: Mapping[str, Any] = {
    "serious_reasons": False,
    "conditions": [],
    "competent_authority_agreed": None,
    "secrecy_exception": None,
    "consents_to_onward": None,
}
"""What a holder has recorded where it recorded nothing in particular, also on somebody whom it does not know."""

_OF_A_PERSON = ("bsn", "born", "can_consent", "objection", "consents")


@dataclass(frozen=True, slots=True)
class Holding:
    """What one source has on one person. `statement`: None where it has not assessed yet; `slow`: it never answers in
    time."""

    statement: Mapping[str, Any] | None = field(default_factory=lambda: NO_OBJECTION)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """`document`: as it stands in the file. Treat it as immutable."""

    document: Mapping[str, Any] = field(repr=False)

    @classmethod
    def load(cls) -> "Region":
        return cls(yaml.safe_load(files(__package__).joinpath("region.yaml").read_text("utf-8")))

    def sources(self) -> tuple[tuple[str, str], ...]:
        """OIN and name of every source."""
        return tuple((o["oin"], source["name"]) for o in self.document["organisations"] for source in o["sources"])

    def clients(self) -> Mapping[str, str]:
        """Client id → OIN."""
        return {o["client"]: o["oin"] for o in self.document["organisations"]}

    def holdings(self, oin: str, source: str) -> Mapping[str, Holding]:
        """What a source has: BSN → holding."""
        key = f"{oin}/{source}"
        return {
            person["bsn"]: _holding(person["holders"][key])
            for person in self.document["people"]
            if key in person["holders"]
        }

    def registers(self, keys: SandboxKeys, holder_url: str) -> dict[str, Any]:
        """A document of registers, with the sandbox's public keys by value and every source at `holder_url`."""
        return {
            "organisations": [_organisation(one, keys, holder_url) for one in self.document["organisations"]],
            "cases": self.document["cases"],
            "people": [{name: one[name] for name in _OF_A_PERSON if name in one} for one in self.document["people"]],
        }


def seed(registers: Registers, pseudonym: Pseudonym, keys: SandboxKeys, holder_url: str) -> tuple[int, int, int]:
    """Enter the region into the registers; return how many organisations, people and cases it has."""
    return enter_document(registers, Region.load().registers(keys, holder_url), pseudonym)


def _holding(one: Mapping[str, Any]) -> Holding:
    said = one.get("statement", {})
    return Holding(None if said is None else {**NO_OBJECTION, **said}, one.get("values", {}), one.get("slow", False))


def _organisation(one: Mapping[str, Any], keys: SandboxKeys, holder_url: str) -> dict[str, Any]:
    partner = keys.partner(one["client"], one["oin"])
    return {
        "oin": one["oin"],
        "name": one["name"],
        "kind": one["kind"],
        "public": one["public"],
        "jwks": {"keys": [partner.decryption]},
        "actors": one["actors"],
        "clients": [{"id": one["client"], "jwks": {"keys": [partner.signing]}}],
        "sources": [_source(one["oin"], source, keys, holder_url) for source in one["sources"]],
    }


def _source(oin: str, source: Mapping[str, Any], keys: SandboxKeys, holder_url: str) -> dict[str, Any]:
    public = keys.holder(oin, source["name"])
    return {
        **source,
        "url": f"{holder_url}/{oin}/{source['name']}",
        "sandbox": True,
        "jwks": {"keys": [public.signing, public.decryption]},
    }
