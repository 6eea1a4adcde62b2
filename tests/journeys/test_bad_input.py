"""Bad input over HTTP: every wrong member at once, in the caller's language, nothing echoed, and nobody given away."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from gateway.catalogue import Catalogue
from tests.faults.caller import Caller, assert_closed, assert_rejected
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES

Body = dict[str, Any]
CATALOGUE = Catalogue.load()
ORDINARY = EXAMPLES["the ordinary case"].document
SECRET = "Zeldzaamsma"
"""What is sent where it does not belong, and must not come back."""


def without(*names: str) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        for name in names:
            del body[name]

    return change


def put(**members: Any) -> Callable[[Body], None]:
    return lambda body: body.update(members)


def everything(body: Body) -> None:
    """Wrong in ten places."""
    body.update(activity=SECRET, subject={"bsn": "123456789"}, actor="", extra=SECRET, dry_run=SECRET)
    body["holder"] = {"oin": SECRET, "more": SECRET}
    body["fields"] = [{"name": SECRET}, {"name": "naam"}, {"name": "naam"}, SECRET]
    del body["basis"]


WRONG: dict[str, tuple[Callable[[Body], None], dict[str, str]]] = {
    "members missing": (
        without("activity", "subject", "holder"),
        {"/activity": "member-missing", "/subject": "member-missing", "/holder": "member-missing"},
    ),
    "wrong types": (
        put(subject=[], actor=7, fields={}),
        {"/subject": "member-wrong-type", "/actor": "member-wrong-type", "/fields": "member-wrong-type"},
    ),
    "a register's knowledge": (
        put(role="casusregisseur", at="2020-01-01", profile="simulatie"),
        {"": "member-unknown"},
    ),
    "a number that is none": (put(subject={"bsn": "999993654"}), {"/subject/bsn": "bsn-invalid"}),
    "no field": (put(fields=[]), {"/fields": "fields-none"}),
    "too many fields": (put(fields=[{"name": "naam", "necessity": None}] * 65), {"/fields": "fields-too-many"}),
    "a field that is none": (put(fields=[{"name": SECRET}]), {"/fields/0/name": "field-unknown"}),
    "an organisation that is none": (
        put(holder={"oin": "00000001800000099000", "source": "toezicht"}, recipient={"oin": "00000001800000098000"}),
        {"/holder/oin": "organisation-unknown", "/recipient/oin": "organisation-unknown"},
    ),
    "a source that is none": (
        put(holder={"oin": "00000001800000002000", "source": "bestaat-niet"}),
        {"/holder/source": "source-unknown"},
    ),
    "wrong in ten places": (
        everything,
        {
            "": "member-unknown",
            "/activity": "member-not-listed",
            "/actor": "member-empty",
            "/basis": "member-missing",
            "/dry_run": "member-wrong-type",
            "/fields/0/name": "field-unknown",
            "/fields/2/name": "field-repeated",
            "/fields/3": "member-wrong-type",
            "/holder": "member-unknown",
            "/holder/oin": "member-wrong-form",
            "/holder/source": "member-missing",
            "/subject/bsn": "bsn-invalid",
        },
    ),
}


@pytest.fixture(autouse=True)
def _nothing_is_recorded(request: pytest.FixtureRequest, town: FragileTown) -> Iterator[None]:
    before = [town.leaves(tenant) for tenant in ("zvh", "gemeente")]
    yield
    if "refusal" not in request.node.name:
        assert [town.leaves(tenant) for tenant in ("zvh", "gemeente")] == before


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("change", "expected"), WRONG.values(), ids=WRONG)
async def test_every_wrong_member_is_named_at_once(
    town: FragileTown, caller: Caller, change: Callable[[Body], None], expected: dict[str, str], language: str
):
    body = copy.deepcopy(dict(ORDINARY))
    change(body)
    response = await caller.ask(body, Accept_Language=language)
    problem = assert_rejected(response, 400, "request-invalid", town.log)
    named = {error["pointer"]: error["code"] for error in problem["errors"]}
    assert expected.items() <= named.items()
    assert set(named) - set(expected) <= {f"/fields/{n}/name" for n in range(1, 65)}, "no member that is not wrong"
    assert response.headers["content-language"] == language
    for error in problem["errors"]:
        assert error["detail"] == CATALOGUE[error["code"]].text(language).sentence
    assert problem["title"] == CATALOGUE["request-invalid"].text(language).title
    assert not_echoed(response, body)


def not_echoed(response: httpx.Response, body: Body) -> bool:
    sent = {SECRET, "123456789", "999993654", "00000001800000099000", body.get("case")}
    return not [value for value in sent if value and value in response.text]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"[" * 5000,
        b'{"naam": "Zeldzaamsma"',
    ],
    ids=["nothing", "cut off", "a list cut off", "no UTF-8", "NaN", "half a surrogate", "a mark", "deep", "a name"],
)
async def test_what_is_no_json_is_told_so(town: FragileTown, caller: Caller, content: bytes):
    response = await caller.ask(content)
    assert_rejected(response, 400, "body-not-json", town.log)
    assert SECRET not in response.text


@pytest.mark.parametrize("content", [b"null", b"[]", b'"Zeldzaamsma"', b"7", b"{}", b'{"a": 1, "a": 2}'])
async def test_json_that_is_no_request_is_told_so(town: FragileTown, caller: Caller, content: bytes):
    response = await caller.ask(content)
    problem = assert_rejected(response, 400, "request-invalid", town.log)
    assert problem["errors"]
    assert SECRET not in response.text


async def test_the_envelope_of_a_request_is_looked_at_too(town: FragileTown, caller: Caller):
    ask = caller.ask
    assert_rejected(await ask(ORDINARY, Idempotency_Key=""), 400, "idempotency-key-missing", town.log)
    assert_rejected(await ask(ORDINARY, Idempotency_Key="kort"), 400, "idempotency-key-invalid", town.log)
    assert_rejected(await ask(ORDINARY, Content_Type="text/plain"), 415, "media-type-unsupported", town.log)
    assert_rejected(await ask(b" " * (64 << 10) + b"{}"), 413, "body-too-large", town.log)


async def test_nobody_hears_what_is_wrong_before_it_proved_who_it_is(town: FragileTown, caller: Caller):
    response = await caller.ask({"subject": SECRET}, Authorization="", DPoP="")
    problem = assert_rejected(response, 401, "token-missing", town.log)
    assert "errors" not in problem
    assert response.headers["www-authenticate"].startswith("DPoP ")


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        ("known, but not in this case", "known to nobody"),
        ("a life in danger", "a life in danger, of somebody unknown"),
    ],
)
async def test_a_refusal_or_a_grant_never_tells_whether_somebody_exists(town: FragileTown, known: str, unknown: str):
    said = []
    for name in (known, unknown):
        document = copy.deepcopy(dict(EXAMPLES[name].document))
        document["fields"] = document["fields"][:1]
        async with Caller(town, EXAMPLES[name].client) as caller:
            response = await caller.ask(document)
        assert_closed(response, town.log)
        headers = {key: value for key, value in response.headers.items() if key not in ("traceparent", "date")}
        said.append((response.status_code, headers | {"content-length": None}, anonymous(response.json())))
    assert said[0] == said[1]


def anonymous(document: Body) -> str:
    """An answer without what makes it this one; of what is sealed, whether it is there."""
    own = {"id": "", "record": 0, "at": "", "receipt": "", "trace_id": "", "instance": ""}
    assert own.keys() - document.keys() <= {"instance"}
    return json.dumps(document | {**own, "sealed": document["sealed"] is not None})
