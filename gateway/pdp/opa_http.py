"""Talking to an OPA server over a unix socket: the client, and what it says when that fails.

Rules: the client's retries are off and its path is constant; a deadline is kept around it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson
from opa_client.errors import PolicyNotFoundError
from opa_client.opa_async import AsyncOpaClient

from gateway.errors import Fault
from gateway.pdp.port import Failure


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


@asynccontextmanager
async def faults(timeout: float) -> AsyncIterator[None]:
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


def _failure(status: int) -> Failure:
    if status == 500:
        return Failure.ERROR
    return Failure.REJECTED if 400 <= status < 500 else Failure.UNAVAILABLE
