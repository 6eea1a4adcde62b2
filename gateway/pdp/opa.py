"""OPA behind the port: opa-python-client over a unix socket.

Rules:
- The gateway never uploads. `load` compares what the server holds with the bundle, text by text and document by
  document, and refuses on any difference; policies in `system` are the server's own (who may ask it) and decide
  nothing here.
- The revision that is stamped is that of the comparison, so an answer after the server's bundles changed is a fault.
  A server without bundles does not tell of a change: it must run without `--watch`, and its authorization must forbid
  writing.
- A server that does not tell a version that is known to be good is refused; where there is an examination, so is one
  that fails it. It takes no policies from us, so only what can be put to the law is asked.
- The client's retries are off and its path is constant; a deadline is kept around it.
- `strict-builtin-errors`: a builtin that fails is an error, as in the embedded engine, not an undefined value.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from opa_client.errors import PolicyNotFoundError
from opa_client.opa_async import AsyncOpaClient

from gateway.errors import Fault
from gateway.pdp.bundle import Bundle, package_root
from gateway.pdp.conformance import Examination
from gateway.pdp.port import ENTRYPOINT, Failure, Outcome

OLDEST = (1, 21, 3)
LOAD_TIMEOUT = 10.0
PING_TIMEOUT = 1.0
EXAM_TIMEOUT = 2.0

_PACKAGE, _, _RULE = ENTRYPOINT.removeprefix("data.").rpartition(".")
_QUERY = {"strict-builtin-errors": "true", "provenance": "true"}


class UnixClient(AsyncOpaClient):
    """The client, over a unix socket; facts that are canonical JSON already are sent as they are."""

    def __init__(self, path: Path, token: str | None) -> None:
        super().__init__(token=token, retries=0)
        self._path = path

    async def connect(self) -> None:
        """Make the session, which needs a running loop, where there is none yet."""
        if self._session is None:
            await self._init_session()

    async def _init_session(self) -> None:
        self._session = aiohttp.ClientSession(
            headers=self.headers,
            connector=aiohttp.UnixConnector(str(self._path)),
            json_serialize_bytes=orjson.dumps,
            timeout=aiohttp.ClientTimeout(total=None),
        )

    async def policies(self) -> list[str]:
        """The text of every policy that the server holds."""
        async with self._request("GET", f"{self.root_url}/policies") as response:
            response.raise_for_status()
            return [policy["raw"] for policy in (await response.json())["result"]]


class OpaEngine:
    """An OPA server that somebody else started and loaded. `token`: the bearer token that it asks for."""

    name = "opa"

    def __init__(self, socket: Path, *, token: str | None = None, examination: Examination | None = None) -> None:
        self._client = UnixClient(socket, token)
        self._examination = examination
        self._loaded: tuple[str, object] | None = None

    async def load(self, bundle: Bundle) -> str:
        """Compare; the server must hold exactly this bundle."""
        async with _faults(LOAD_TIMEOUT):
            before = await self._provenance()
            policies = await self._client.policies()
            data = (await self._client.get_data())["result"]
            after = await self._provenance()
        if before != after or not _holds(bundle, policies, data):
            raise Fault(Failure.POLICIES, log="the OPA server holds other policies or data")
        _refuse_old(after)
        loaded = bundle.revision, after
        if self._examination is not None:
            await self._examination.policies(lambda facts: self._decide(facts, loaded, EXAM_TIMEOUT))
        self._loaded = loaded
        return bundle.revision

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        if self._loaded is None:
            raise Fault(Failure.UNAVAILABLE, log="no policies are loaded")
        return await self._decide(facts, self._loaded, timeout)

    async def _decide(self, facts: bytes, loaded: tuple[str, object], timeout: float) -> Outcome:
        revision, provenance = loaded
        async with _faults(timeout):
            answer = await self._query(orjson.Fragment(facts))
        if answer.get("provenance") != provenance:
            raise Fault(Failure.POLICIES, log="the OPA server changed since its policies were compared")
        if "result" not in answer:
            raise Fault(Failure.UNDEFINED, log="the policy gives no decision")
        if not isinstance(answer["result"], dict):
            raise Fault(Failure.ERROR, log="the answer is no object")
        return Outcome(answer["result"], revision)

    async def healthy(self) -> bool:
        """Whether the server says that it is."""
        try:
            async with _faults(PING_TIMEOUT):
                await self._client.connect()
                return await self._client.check_health()
        except Fault:
            return False

    async def ready(self) -> bool:
        """Whether the server is healthy and still what it was when its policies were compared."""
        if self._loaded is None or not await self.healthy():
            return False
        try:
            async with _faults(PING_TIMEOUT):
                return await self._provenance() == self._loaded[1]
        except Fault:
            return False

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


@asynccontextmanager
async def _faults(timeout: float) -> AsyncIterator[None]:
    """Turn whatever the client raises, or too long a wait, into one of the faults of the port."""
    try:
        async with asyncio.timeout(timeout):
            yield
    except TimeoutError:
        raise Fault(Failure.TIMEOUT, log="no answer in time") from None
    except aiohttp.ClientResponseError as error:
        raise Fault(_failure(error.status), log=f"OPA answered {error.status}") from None
    except (aiohttp.ClientError, OSError) as error:
        raise Fault(Failure.UNAVAILABLE, log=type(error).__name__) from None
    except (PolicyNotFoundError, ValueError, KeyError) as error:
        raise Fault(Failure.ERROR, log=f"not an answer of OPA: {type(error).__name__}") from None


def _refuse_old(provenance: object) -> None:
    said = provenance.get("version") if isinstance(provenance, dict) else None
    version = re.match(r"(\d+)\.(\d+)\.(\d+)", said, re.ASCII) if isinstance(said, str) else None
    if version is None or tuple(map(int, version.groups())) < OLDEST:
        told = version.group() if version else "no version"
        raise Fault(Failure.UNPROVED, log=f"OPA says {told}; {'.'.join(map(str, OLDEST))} or newer is needed")


def _failure(status: int) -> Failure:
    if status == 500:
        return Failure.ERROR
    return Failure.REJECTED if 400 <= status < 500 else Failure.UNAVAILABLE


def _holds(bundle: Bundle, policies: list[str], data: Mapping[str, Any]) -> bool:
    own = sorted(text for text in policies if package_root(text) != "system")
    documents = {key: value for key, value in data.items() if key not in bundle.roots}
    return own == sorted(bundle.policies.values()) and documents == orjson.loads(bundle.data)
