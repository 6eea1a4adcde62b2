"""To which addresses a partner's URL may lead us: public ones alone.

Rules:
- A name is resolved once, every address that it has must be public, and the connection goes to an address that was
  checked: no second look-up between the check and the use (DNS rebinding).
- IPv6 forms that carry an IPv4 address (mapped, 6to4, Teredo, NAT64) are refused: a router may make a
  private one of them.
"""

import ipaddress
import socket
from collections.abc import Awaitable, Callable

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Lookup = Callable[[str], Awaitable[list[str]]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(OSError):
    """A name that leads to an address where no partner can be."""


def is_public(address: str) -> bool:
    """Whether an address is reachable from the whole internet (IANA special-purpose registries, by `ipaddress`)."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in _NAT64):
        return False
    return ip.is_global and not ip.is_multicast


async def lookup(host: str) -> list[str]:
    """The addresses of a name, as the system resolves it."""
    resolver = ThreadedResolver()
    return [found["host"] for found in await resolver.resolve(host, family=socket.AF_UNSPEC)]


class CheckedResolver(AbstractResolver):
    """What aiohttp connects by: only addresses that were found acceptable, all of them or none."""

    def __init__(self, find: Lookup = lookup, acceptable: Callable[[str], bool] = is_public) -> None:
        self._find = find
        self._acceptable = acceptable

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._find(host)
        if not addresses or not all(self._acceptable(address) for address in addresses):
            raise AddressRefused("the name leads to an address that is not public")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""
