"""The directory: what the registers say of a party, with its keys resolved.

Rules:
- Keys by value count in development alone; elsewhere they are as absent.
- A simulation knows sandbox sources alone: to it a real holder does not exist (exchange.md, tenants and profiles).
- A source without a P-256 key to seal a BSN to, or without a key that signs, is not asked: a fault.
- A key says its `use` (RFC 7517 section 4.2), or is not used. Of several keys the first published counts for sealing;
  all count for verifying.
"""

from typing import Protocol

from gateway.crypto.errors import CryptoError
from gateway.directory.jwks import KeySets, read_key_set
from gateway.errors import Fault
from gateway.model.codes import Profile
from gateway.model.parties import Actor, Client, Organisation, Parties, PublicKey, Requester, Source


class KeyEntry(Protocol):
    """Where the keys of a party are: a JWK set as JSON, or the address where it is published."""

    @property
    def jwks(self) -> str | None: ...
    @property
    def uri(self) -> str | None: ...


class ClientEntry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def oin(self) -> str: ...
    @property
    def profile(self) -> str: ...
    @property
    def keys(self) -> KeyEntry: ...


class SourceEntry(Protocol):
    @property
    def oin(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def secrecy_bound(self) -> bool: ...
    @property
    def sandbox(self) -> bool: ...
    @property
    def keys(self) -> KeyEntry: ...


class PartyEntries(Protocol):
    @property
    def holder(self) -> Organisation | None: ...
    @property
    def source(self) -> SourceEntry | None: ...
    @property
    def recipient(self) -> Organisation | None: ...
    @property
    def actor(self) -> Actor | None: ...


class Register(Protocol):
    """What the directory needs from storage."""

    async def requester(self, client: str) -> Requester | None: ...
    async def client(self, id: str) -> ClientEntry | None: ...
    async def parties(
        self, *, holder: str, source: str, recipient: str, requester: str, actor: str
    ) -> PartyEntries: ...
    async def recipient_keys(self, oin: str) -> KeyEntry | None: ...


class Directory:
    def __init__(self, register: Register, key_sets: KeySets, *, profile: Profile, development: bool) -> None:
        self._register = register
        self._key_sets = key_sets
        self._profile = profile
        self._development = development

    async def requester(self, client: str) -> Requester | None:
        """Who stands behind a system, once that is proved."""
        return await self._register.requester(client)

    async def client(self, id: str, *, kid: str | None = None) -> Client | None:
        """A partner's system with the keys that sign for it; `kid`: the key that a caller is looking for."""
        entry = await self._register.client(id)
        if entry is None:
            return None
        return Client(entry.id, entry.oin, _of_use(await self._keys(entry.keys, kid), "sig"), entry.profile)

    async def parties(self, *, holder: str, source: str, recipient: str, requester: str, actor: str) -> Parties:
        """Those of one request, by what it names. `actor`: of the requester."""
        found = await self._register.parties(
            holder=holder, source=source, recipient=recipient, requester=requester, actor=actor
        )
        return Parties(found.holder, await self._source(found.source), found.recipient, found.actor)

    async def _source(self, entry: SourceEntry | None) -> Source | None:
        if entry is None or (self._profile is Profile.SIMULATIE and not entry.sandbox):
            return None
        keys = await self._keys(entry.keys)
        signing, sealing = _of_use(keys, "sig"), _sealing(keys)
        if not signing or sealing is None:
            raise Fault("partner-keys-unavailable", log="a source lacks a key that signs or one to seal to")
        return Source(entry.oin, entry.name, entry.label, entry.url, entry.secrecy_bound, signing, sealing)

    async def encryption_key(self, oin: str) -> PublicKey | None:
        """The key to which data for this organisation is sealed; None where it published none that we use."""
        entry = await self._register.recipient_keys(oin)
        return None if entry is None else _sealing(await self._keys(entry))

    async def signing_keys(self, oin: str) -> tuple[PublicKey, ...]:
        """The keys by which this organisation signs what it publishes itself, of the set with the key to seal to."""
        entry = await self._register.recipient_keys(oin)
        return () if entry is None else _of_use(await self._keys(entry), "sig")

    async def _keys(self, entry: KeyEntry, kid: str | None = None) -> tuple[PublicKey, ...]:
        if entry.uri is not None:
            return await self._key_sets.keys(entry.uri, kid=kid)
        if entry.jwks is None or not self._development:
            return ()
        try:
            return read_key_set(entry.jwks)
        except CryptoError as error:
            raise Fault("partner-keys-unavailable", log=str(error)) from None


def _of_use(keys: tuple[PublicKey, ...], use: str) -> tuple[PublicKey, ...]:
    return tuple(key for key in keys if key.jwk.get("use") == use)


def _sealing(keys: tuple[PublicKey, ...]) -> PublicKey | None:
    return next((key for key in _of_use(keys, "enc") if key.jwk.get("crv") == "P-256"), None)
