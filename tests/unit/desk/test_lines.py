"""Verstrekkingen: the list, what it says of itself, and what it does with what it does not know."""

import re

import pytest

from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from tests.support.desk import OpenDesk, main_of

LIST = "/zvh/verstrekkingen"


async def test_the_list_shows_every_request_and_what_it_is_of(open_desk: OpenDesk) -> None:
    page = await open_desk.sign_in().get(LIST)
    assert page.status_code == 200, page.text
    text = main_of(page.text)
    print(text)
    assert "4 regels gevonden" in text
