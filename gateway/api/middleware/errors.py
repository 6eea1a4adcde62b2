"""Every error becomes a problem document; what nobody foresaw also becomes a line in the service log.

That line says where it happened and of which type it was, not what it said: a message could hold a value of a person.
"""

import traceback
from pathlib import PurePath

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api import context
from gateway.api.problems import Problems
from gateway.errors import Fault, SluisError


class ErrorsToProblems:
    def __init__(self, app: ASGIApp, *, problems: Problems) -> None:
        self._app, self._problems = app, problems
        self._log = structlog.get_logger("gateway.errors")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noticed)
        except ClientDisconnect:
            return
        except Exception as error:  # the one place where everything is caught: nothing may leave as a stack trace
            current = context.of(scope)
            response = self._problems.of(error, current)
            if not begun:
                await response(scope, receive, send)
            self._tell(error, current)

    def _tell(self, error: Exception, current: context.Context) -> None:
        if not isinstance(error, SluisError):
            frames = traceback.extract_tb(error.__traceback__)[-5:]
            places = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]
            self._log.error("unforeseen", trace_id=current.trace_id, type=type(error).__name__, at=places)
        elif isinstance(error, Fault):
            self._log.warning("fault", trace_id=current.trace_id, code=error.code, why=error.log)
        elif error.log:
            self._log.info("rejected", trace_id=current.trace_id, code=error.code, why=error.log)
