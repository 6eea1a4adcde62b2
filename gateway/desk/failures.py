"""What went wrong, as a page: in words, with a number to report, and without a word of what was sent.

Rules: whatever is raised becomes a page, and nothing was shown then; what nobody foresaw also becomes a line in the
service log that says where it happened and of which type it was, not what it said: a message could hold a value.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.catalogue.catalogue import Language
from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.headers import CODE, REFERENCE
from gateway.desk.roles import who_may
from gateway.errors import BadRequest, Fault, NotFound, SluisError, TooLarge

STATUSES = (400, 401, 403, 404, 405, 413, 422, 500, 503)
BODY_LIMIT = 4 << 20
"""Bytes of a form, with what is uploaded in it."""
_REJECTED = {BadRequest: 400, NotFound: 404, TooLarge: 413}


class Failures:
    """The pages of what went wrong."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._log = structlog.get_logger("gateway.desk.errors")

    async def of_the_router(self, request: Request, error: Exception) -> Response:
        """No such place, or not by this method."""
        return self.page(request.scope, error)

    def page(self, scope: Scope, error: Exception) -> Response:
        """The page of an error, and its line in the service log."""
        status, language = status_of(error), spoken(scope)
        text, reference = self._desk.renderer.text, scope[REFERENCE]
        context: dict[str, Any] = {
            "title": text("errors", language, f"title.{status}"),
            "sentence": text("errors", language, f"sentence.{status}"),
            "reason": text("errors", language, f"why.{error.why}") if isinstance(error, Refused) and error.why else "",
            "roles": who_may(error.permission) if isinstance(error, Refused) and error.permission else (),
            "reference": reference,
        }
        page = self._desk.renderer.page("errors/error.html.j2", language, self._desk.clock.now(), None, **context)
        headers = {}
        if isinstance(error, Fault):
            headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, HTTPException) and "Allow" in (error.headers or {}):
            headers["Allow"] = ", ".join(sorted(error.headers["Allow"].split(", ")))
        self._tell(scope, error)
        return HTMLResponse(page, status, headers)

    def _tell(self, scope: Scope, error: Exception) -> None:
        reference = scope[REFERENCE]
        if isinstance(error, SluisError):
            scope[CODE] = error.code
            self._log.warning("fault", reference=reference, code=error.code, why=error.log)
        elif isinstance(error, Refused):
            scope[CODE] = error.why or (error.permission and f"no-{error.permission}")
        elif not isinstance(error, HTTPException):
            frames = traceback.extract_tb(error.__traceback__)[-5:]
            places = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]
            self._log.error("unforeseen", reference=reference, type=type(error).__name__, at=places)


class ErrorsToPages:
    def __init__(self, app: ASGIApp, *, failures: Failures) -> None:
        self._app, self._failures = app, failures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, size = False, 0

        async def send_noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > BODY_LIMIT:
                raise Refused(413)
            return message

        try:
            await self._app(scope, receive_counted, send_noticed)
        except ClientDisconnect:
            return
        except Exception as error:  # the one place where everything is caught: nothing may leave as a stack trace
            response = self._failures.page(scope, error)
            if not begun:
                await response(scope, receive, send)


def status_of(error: Exception) -> int:
    """The status of HTTP that an error is told by."""
    if isinstance(error, Refused):
        status = error.status
    elif isinstance(error, HTTPException):
        status = error.status_code
    elif isinstance(error, Fault):
        status = 503
    else:
        status = _REJECTED.get(type(error), 500)
    return status if status in STATUSES else 500


def spoken(scope: Scope) -> Language:
    """The language of whoever asks, as their session says; Dutch before there is one."""
    return scope.get("sluis.language", "nl")
