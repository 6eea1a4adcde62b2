"""What is said to a gateway and in which order, without input or output: generators that yield a request and are sent
its response.

A lost answer is asked for again with the same idempotency key, so that nothing is disclosed twice.
"""

import json
import time
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gateway.client.answer import Answer, read_answer
from gateway.client.errors import Faulted, Rejected, Untrustworthy
from gateway.client.partner import ASSERTION_TYPE, Partner
from gateway.client.witnessed import Witnessed, read_witnessed
from gateway.verify.policy import Policy

RETRIES = 2
PAUSE = 1.0
JUST_STARTED = ("dpop-before-start", "assertion-before-start")
RENEW_BEFORE = 30


@dataclass(frozen=True, slots=True)
class Request:
    """`after`: seconds to wait before it is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """`status` 0: no answer came."""

    status: int
    body: Any = field(default=None, repr=False)


Talk = Generator[Request, Response, Any]


class Conversation:
    """One partner's talk with one gateway. `log_keys`: the verifier keys of the logs that the partner trusts, got from
    their keepers.
    """

    def __init__(self, url: str, partner: Partner, log_keys: Sequence[str], language: str) -> None:
        self._url = url.rstrip("/")
        self._partner = partner
        self._log_keys = tuple(log_keys)
        self._language = language
        self._release_keys: Sequence[Mapping[str, Any]] = ()
        self._token: str | None = None
        self._token_until = 0.0

    def ask(
        self,
        *,
        basis: str,
        subject: str,
        actor: str,
        holder: tuple[str, str],
        fields: Mapping[str, tuple[str, str] | None],
        activity: str = "opvragen",
        case: str | None = None,
        recipient: str | None = None,
        declaration: Mapping[str, Any] | None = None,
        third_party: Mapping[str, Any] | None = None,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> Generator[Request, Response, Answer]:
        """Ask for a disclosure. `subject`: a BSN; `holder`: (OIN, source); `fields`: name → (task, reason), or None for
        no necessity.
        """
        question: dict[str, Any] = {
            "activity": activity,
            "basis": basis,
            "subject": {"bsn": subject},
            "actor": actor,
            "holder": {"oin": holder[0], "source": holder[1]},
            "fields": [
                {"name": name, "necessity": need and {"task": need[0], "reason": need[1]}}
                for name, need in fields.items()
            ],
        }
        said = {"case": case, "declaration": declaration, "third_party": third_party}
        question |= {name: value for name, value in said.items() if value is not None}
        question |= {"recipient": {"oin": recipient}} if recipient is not None else {}
        question |= {"dry_run": True} if dry_run else {}
        key = idempotency_key or str(uuid.uuid4())
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return (
            yield from self._answered(
                "POST", f"{self._url}/v1/disclosures", headers, json.dumps(question).encode(), key
            )
        )

    def fetch(self, id: str) -> Generator[Request, Response, Answer]:
        """Come for disclosure `id`, that another organisation sent to this one."""
        return (yield from self._answered("GET", f"{self._url}/v1/disclosures/{id}", {}, b"", id))

    def witnessed(self, id: str, policy: Policy) -> Generator[Request, Response, Witnessed]:
        """A receipt of disclosure `id` that the witnesses of `policy` vouch for; what was just recorded is waited for.

        `Untrustworthy` when too few of them have seen it.
        """
        for number in range(1 + RETRIES):
            url = f"{self._url}/v1/disclosures/{id}/receipt"
            response = yield from self._asked("GET", url, {}, b"", id, after=PAUSE if number else 0.0)
            if response.status != 200:
                raise self._failure(response, id)
            now = datetime.now(UTC)
            found = read_witnessed(response.body, id=id, log_keys=self._log_keys, policy=policy, now=now)
            if found.quorum.reached:
                return found
        raise Untrustworthy("too few witnesses have seen this record")

    def _answered(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes, key: str
    ) -> Generator[Request, Response, Answer]:
        response = yield from self._asked(method, url, headers, content, key)
        if response.status == 200 or (response.status == 403 and "receipt" in response.body):
            yield from self._know_release_keys(key)
            return read_answer(
                response.body,
                partner=self._partner,
                log_keys=self._log_keys,
                release_keys=self._release_keys,
                issuer=self._url,
            )
        raise self._failure(response, key)

    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes, key: str, *, after: float = 0.0
    ) -> Generator[Request, Response, Response]:
        """What the gateway says to this partner; `after`: seconds to wait first."""

        def attempt(pause: float) -> Generator[Request, Response, Response]:
            token = yield from self._authorised(key)
            proof = self._partner.proof(method, url, token)
            sent = {**headers, "Authorization": f"DPoP {token}", "DPoP": proof, "Accept-Language": self._language}
            return (yield Request(method, url, sent, content, pause or after))

        return (yield from _persist(attempt))

    def _authorised(self, key: str) -> Generator[Request, Response, str]:
        def attempt(after: float) -> Generator[Request, Response, Response]:
            form = (
                f"grant_type=client_credentials&client_id={self._partner.client_id}"
                f"&client_assertion_type={ASSERTION_TYPE}&client_assertion={self._partner.assertion(self._url)}"
            )
            headers = {"Content-Type": "application/x-www-form-urlencoded", "DPoP": self._partner.proof("POST", url)}
            return (yield Request("POST", url, headers, form.encode(), after))

        if self._token is None or time.monotonic() > self._token_until:
            url = f"{self._url}/oauth/token"
            response = yield from _persist(attempt)
            if response.status != 200:
                raise self._failure(response, key)
            self._token = str(response.body["access_token"])
            self._token_until = time.monotonic() + response.body["expires_in"] - RENEW_BEFORE
        return self._token

    def _know_release_keys(self, key: str) -> Generator[Request, Response, None]:
        if not self._release_keys:
            response = yield Request("GET", f"{self._url}/v1/release-keys")
            if response.status != 200:
                raise self._failure(response, key)
            self._release_keys = response.body["keys"]

    def _failure(self, response: Response, key: str) -> Rejected | Faulted:
        problem = response.body if isinstance(response.body, dict) else {}
        if 400 <= response.status < 500 and not _passes(response):
            return Rejected(response.status, problem)
        return Faulted(problem.get("code", "no-answer"), key)


def _persist(
    attempt: Callable[[float], Generator[Request, Response, Response]],
) -> Generator[Request, Response, Response]:
    """Try again what may pass by itself: no answer, a fault, our own request still in flight, a gateway that has just
    started.
    """
    response = Response(0)
    for number in range(1 + RETRIES):
        response = yield from attempt(PAUSE if number else 0.0)
        if not _passes(response):
            break
    return response


def _passes(response: Response) -> bool:
    """Whether what hinders passes by itself, so that the same request may be made again."""
    said = response.body.get("code") if isinstance(response.body, dict) else None
    return response.status in (0, 409, 503) or said in JUST_STARTED
