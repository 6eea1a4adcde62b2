"""Which addresses a partner's URL may lead to."""

import socket

import pytest

from gateway.directory.address import AddressRefused, CheckedResolver, is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "2a00:1450:400e:80c::200e"])
def test_what_the_internet_reaches_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.215.14",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::1",
    ],
)
def test_what_it_does_not_reach_or_hides_another_address_is_not(address):
    assert not is_public(address)


def finding(*addresses: str):
    async def find(_: str) -> list[str]:
        return list(addresses)

    return find


async def test_gives_the_addresses_that_were_checked_and_no_other():
    found = await CheckedResolver(finding("93.184.215.14", "2a00:1450:400e:80c::200e")).resolve("partner.example", 443)
    assert [(one["host"], one["port"], one["family"]) for one in found] == [
        ("93.184.215.14", 443, socket.AF_INET),
        ("2a00:1450:400e:80c::200e", 443, socket.AF_INET6),
    ]
    assert {one["hostname"] for one in found} == {"partner.example"}
    assert {one["flags"] for one in found} == {socket.AI_NUMERICHOST}


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.215.14", "10.0.0.1"), ()])
async def test_one_address_that_is_not_public_refuses_the_name(addresses):
    with pytest.raises(AddressRefused):
        await CheckedResolver(finding(*addresses)).resolve("partner.example", 443)
