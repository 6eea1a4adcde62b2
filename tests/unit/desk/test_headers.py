"""What every answer of the desk carries, and what the service log says of it."""

import json
import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.desk.headers import SIGNS, new_reference
from tests.support.desk import OpenDesk

pytestmark = pytest.mark.asyncio(loop_scope="module")

CSP = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/zvh", 200),
        ("/", 303),
        ("/afgemeld", 200),
        ("/zvh/nergens", 404),
        ("/aanmelden", 303),
        ("/static/x/theme.css", 200),
        ("/static/x/none", 404),
    ],
)
async def test_every_answer_is_shut(one_desk: OpenDesk, path: str, status: int) -> None:
    answer = await one_desk.sign_in().get(path)
    assert answer.status_code == status
    said = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in said["content-security-policy"].split(";"))
    assert policy == CSP
    assert said["strict-transport-security"].startswith("max-age=31536000")
    assert said["x-content-type-options"] == "nosniff"
    assert said["referrer-policy"] == "no-referrer"
    assert said["cross-origin-opener-policy"] == "same-origin"
    assert said["cross-origin-resource-policy"] == "same-origin"
    assert said["x-frame-options"] == "DENY"
    assert said["cache-control"] == (
        "public, max-age=31536000, immutable" if status == 200 and "static" in path else "no-store"
    )


async def test_the_service_log_has_the_route_and_nothing_of_the_place(one_desk: OpenDesk) -> None:
    person = one_desk.sign_in(who="fenna-fg")
    with capture_logs() as lines:
        await person.get("/zvh?casus=ZVH-2026-0417&betrokkene=abcdefgh")
        await person.get("/zvh/999993653/iets?casus=ZVH-2026-0417", headers={"user-agent": "somebody's browser"})
        await person.client.request("GEHEIM-WOORD", "/zvh")
    said = json.dumps(lines)
    assert [each["route"] for each in lines if each["event"] == "request"] == ["/{tenant}", "-", "-"]
    for secret in ("ZVH-2026", "999993653", "abcdefgh", "fenna", "browser", "GEHEIM"):
        assert secret not in said


async def test_what_nobody_foresaw_is_a_page_with_the_number_of_its_line(one_desk: OpenDesk) -> None:
    def broken(visit: Any) -> Any:
        raise RuntimeError("a value of somebody: 999993653")

    one_desk.desk.alarm = broken
    try:
        with capture_logs() as lines:
            page = await one_desk.sign_in().get("/zvh", headers={"accept-language": "en"})
    finally:
        del one_desk.desk.alarm
    assert page.status_code == 500
    assert "999993653" not in page.text + json.dumps(lines)
    assert "RuntimeError" not in page.text
    [told] = [each for each in lines if each["event"] == "unforeseen"]
    [number] = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{2}", page.text)
    assert told["reference"] == number
    assert [each["reference"] for each in lines if each["event"] == "request"] == [number]
    assert told["type"] == "RuntimeError"


async def test_a_number_can_be_said_over_a_telephone() -> None:
    numbers = {new_reference() for _ in range(200)}
    assert len(numbers) == 200
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{2}", each) for each in numbers)
    assert not set("01IO") & set(SIGNS)
