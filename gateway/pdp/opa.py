"""OPA behind the port: opa-python-client over a unix socket.

Rules:
- The gateway never uploads. `load` compares what the server holds with the bundle, text by text and document by
  document, and refuses on any difference; policies in `system` are the server's own (who may ask it) and decide
  nothing here.
- A server with a signed bundle names its revision in every answer (`provenance`). It takes a new one by itself, some
  time before or after we do: an answer is stamped with the revision that it names, if that is the one that we compared
  or the one that we verified and are about to. For one that we do not know we wait `PATIENCE`, and then it is a fault.
- A server with plain files does not tell of a change: it must run without `--watch`, which would also verify nothing,
  and its authorization must forbid writing. Its answers are stamped with the revision that we compared.
- A server that does not tell a version that is known to be good is refused; where there is an examination, so is one
  that fails it. It takes no policies from us, so only what can be put to the law is asked.
- `strict-builtin-errors`: a builtin that fails is an error, as in the embedded engine, not an undefined value.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from gateway.errors import Fault
from gateway.pdp.bundle import Bundle, package_root
from gateway.pdp.conformance import Examination
from gateway.pdp.opa_http import UnixClient, faults
from gateway.pdp.port import ENTRYPOINT, Failure, Outcome

OLDEST = (1, 21, 3)
LOAD_TIMEOUT = 10.0
TAKE_TIMEOUT = 20.0
PING_TIMEOUT = 1.0
EXAM_TIMEOUT = 2.0
PATIENCE = 5.0
PAUSE = 0.02

_PACKAGE, _, _RULE = ENTRYPOINT.removeprefix("data.").rpartition(".")
_QUERY = {"strict-builtin-errors": "true", "provenance": "true"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a server tells of itself. `revision`: of its one bundle, None where it has plain files or nothing;
    `server`: the rest, its version among it.
    """

    revision: str | None
    server: Any

    @classmethod
    def of(cls, provenance: Any) -> Self:
        """Read the provenance of an answer; several bundles are refused."""
        if not isinstance(provenance, dict):
            return cls(None, provenance)
        bundles = provenance.get("bundles") or {}
        revisions = [each.get("revision") for each in bundles.values()]
        if len(revisions) > 1 or not all(isinstance(each, str) for each in revisions):
            raise Fault(Failure.POLICIES, log="the OPA server holds several bundles, or one without a revision")
        rest = {name: value for name, value in provenance.items() if name != "bundles"}
        return cls(revisions[0] if revisions else None, rest)


@dataclass(frozen=True, slots=True)
class Compared:
    """The revision of the policies that were compared, and what the server told then."""

    revision: str
    told: Told


class OpaEngine:
    """An OPA server that somebody else started and loaded. `token`: the bearer token that it asks for."""

    name = "opa"

    def __init__(self, socket: Path, *, token: str | None = None, examination: Examination | None = None) -> None:
        self._client = UnixClient(socket, token)
        self._examination = examination
        self._compared: Compared | None = None
        self._known: frozenset[str] = frozenset()

    async def load(self, bundle: Bundle) -> str:
        """Wait until a server with a bundle has taken this one, and compare; it must hold exactly this."""
        former = self._known
        self._known = former | {bundle.revision}
        try:
            compared = await self._compare(bundle)
            _refuse_old(compared.told.server)
            if self._examination is not None:
                await self._examination.policies(lambda facts: self._decide(facts, compared, EXAM_TIMEOUT))
        except BaseException:
            self._known = former
            raise
        self._compared, self._known = compared, frozenset({bundle.revision})
        return bundle.revision

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        if self._compared is None:
            raise Fault(Failure.UNAVAILABLE, log="no policies are loaded")
        return await self._decide(facts, self._compared, timeout)

    async def _decide(self, facts: bytes, compared: Compared, timeout: float) -> Outcome:
        known = self._known
        async with faults(timeout):
            answer = await self._query(orjson.Fragment(facts))
        told = Told.of(answer.get("provenance"))
        if told.server != compared.told.server or (told.revision is None) != (compared.told.revision is None):
            raise Fault(Failure.POLICIES, log="the OPA server changed since its policies were compared")
        if told.revision is not None and told.revision not in known:
            await self._learn(told.revision)
        if "result" not in answer:
            raise Fault(Failure.UNDEFINED, log="the policy gives no decision")
        if not isinstance(answer["result"], dict):
            raise Fault(Failure.ERROR, log="the answer is no object")
        return Outcome(answer["result"], told.revision or compared.revision)

    async def _learn(self, revision: str) -> None:
        """Wait until a revision is one that we verified; a fault where it does not become so."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while revision not in self._known:
            if asyncio.get_running_loop().time() > end:
                raise Fault(Failure.POLICIES, log="the OPA server decides by a revision that was not published here")
            await asyncio.sleep(PAUSE)

    async def _compare(self, bundle: Bundle) -> Compared:
        """What the server tells once it holds this bundle; a fault where it holds another, or none in time."""
        end = asyncio.get_running_loop().time() + TAKE_TIMEOUT
        while True:
            async with faults(LOAD_TIMEOUT):
                before = Told.of(await self._provenance())
                if before.revision in (None, bundle.revision):
                    policies, data = await self._client.policies(), (await self._client.get_data())["result"]
                    if before == Told.of(await self._provenance()) and not _is_awaiting(before, policies, data):
                        if _holds(bundle, policies, data):
                            return Compared(bundle.revision, before)
                        raise Fault(Failure.POLICIES, log="the OPA server holds other policies or data")
            if asyncio.get_running_loop().time() > end:
                raise Fault(Failure.POLICIES, log="the OPA server did not take this revision in time")
            await asyncio.sleep(PAUSE)

    async def healthy(self) -> bool:
        """Whether the server says that it is."""
        try:
            async with faults(PING_TIMEOUT):
                await self._client.connect()
                return await self._client.check_health()
        except Fault:
            return False

    async def ready(self) -> bool:
        """Whether the server is healthy and still what it was when its policies were compared."""
        if self._compared is None or not await self.healthy():
            return False
        try:
            async with faults(PING_TIMEOUT):
                told = Told.of(await self._provenance())
        except Fault:
            return False
        named = told.revision in self._known if self._compared.told.revision else told.revision is None
        return named and told.server == self._compared.told.server

    async def aclose(self) -> None:
        await self._client.close_connection()

    async def _provenance(self) -> object:
        return (await self._query({})).get("provenance")

    async def _query(self, facts: Any) -> dict[str, Any]:
        await self._client.connect()
        answer = await self._client.query_rule(facts, _PACKAGE, _RULE, query_params=_QUERY)
        if not isinstance(answer, dict):
            raise ValueError("no object")
        return answer


def _refuse_old(provenance: object) -> None:
    said = provenance.get("version") if isinstance(provenance, dict) else None
    version = re.match(r"(\d+)\.(\d+)\.(\d+)", said, re.ASCII) if isinstance(said, str) else None
    if version is None or tuple(map(int, version.groups())) < OLDEST:
        told = version.group() if version else "no version"
        raise Fault(Failure.UNPROVED, log=f"OPA says {told}; {'.'.join(map(str, OLDEST))} or newer is needed")


def _is_awaiting(told: Told, policies: list[str], data: Mapping[str, Any]) -> bool:
    """Whether a server holds nothing but what is its own: its bundle has not come yet."""
    return told.revision is None and not data.keys() - {"system"} and all(map(_is_its_own, policies))


def _is_its_own(policy: str) -> bool:
    return package_root(policy) == "system"


def _holds(bundle: Bundle, policies: list[str], data: Mapping[str, Any]) -> bool:
    own = sorted(text for text in policies if not _is_its_own(text))
    documents = {key: value for key, value in data.items() if key not in bundle.roots}
    return own == sorted(bundle.policies.values()) and documents == orjson.loads(bundle.data)
