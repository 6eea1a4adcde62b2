"""`gateway decide`: facts on standard input, one decision a line on standard output.

Rules:
- The input is one document, or one a line. It is one document where its first line is no whole JSON and the whole of
  it is one object; in any other case each line is one, ended by a line feed or the end of the input. An empty line is
  a line that is no JSON: it is refused like any other.
- Every line that goes in gives one line, in order: canonical JSON, with the revision. Refused facts do not change the
  exit status.
- An engine that fails is a fault: a message on standard error, exit status 3, and no decision for that line or a
  later one.
- Lines are read as they come, so a program at both ends of this one may wait for each answer; several are in flight
  at a time.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gateway.cli._documents import UnreadableInput, cut, read_chunks

if TYPE_CHECKING:
    from gateway.pdp.port import PolicyEngine
    from gateway.settings import Settings

STANDARD_INPUT = 0
WRONG_USAGE = 2
IN_FLIGHT = 16
DEADLINE = 30.0


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "decide",
        help="judge facts by the policies",
        description="Reads facts as JSON on standard input, one document or one a line; prints one decision a line.",
    )
    parser.add_argument(
        "--engine", choices=["embedded", "opa", "both"], help="which engine decides (default: as configured)"
    )
    parser.add_argument(
        "--policies", type=Path, metavar="PLACE", help="folder or signed bundle (default: as configured)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from gateway.settings import Settings

    try:
        settings = Settings(development=True)  # this command listens to nobody: the rule on `public_url` has no object
    except ValidationError as error:
        for wrong in error.errors(include_input=False):
            print(f"gateway decide: setting {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}", file=sys.stderr)
        return WRONG_USAGE
    try:
        asyncio.run(_run(arguments, settings))
    except UnreadableInput as error:
        print(f"gateway decide: standard input: {error.strerror}", file=sys.stderr)
        return WRONG_USAGE
    return 0


async def _run(arguments: argparse.Namespace, settings: "Settings") -> None:
    import structlog

    from gateway.pdp.point import DecisionPoint
    from gateway.pdp.schema import Schemas
    from gateway.pdp.source import Source

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # decisions alone on standard output
    engine = _engine(arguments.engine or settings.engine, settings)
    point = DecisionPoint(engine, Schemas.read(), timeout=DEADLINE)
    try:
        source = Source(arguments.policies or settings.policies, settings.policy_signers, settings.development)
        await point.load(source.read().bundle)

        async def judge(line: bytes) -> bytes:
            return (await point.judge(line)).encoded

        await _each(cut(read_chunks(STANDARD_INPUT)), judge, sys.stdout.buffer)
    finally:
        await point.aclose()


def _engine(name: str, settings: "Settings") -> "PolicyEngine":
    if name == "embedded":
        from gateway.pdp.embedded import EmbeddedEngine

        return EmbeddedEngine(workers=settings.engine_workers)
    if name == "both":
        from gateway.pdp.both import BothEngines

        return BothEngines(_engine("embedded", settings), _engine("opa", settings))
    if settings.opa_socket is not None:
        from gateway.pdp.opa import OpaEngine

        return OpaEngine(settings.opa_socket, token=settings.opa_token)
    if binary := shutil.which("opa"):
        from gateway.pdp.private_opa import PrivateOpa

        return PrivateOpa(Path(binary))
    from gateway.errors import Fault

    raise Fault("engine-unavailable", log="there is no `opa` on the PATH, and SLUIS_OPA_SOCKET is not set")


async def _each(
    documents: AsyncIterator[bytes], judge: Callable[[bytes], Coroutine[None, None, bytes]], output: BinaryIO
) -> None:
    """Judge documents as they come and write the answers in order; the first fault ends it, after what came before."""
    answers: asyncio.Queue[asyncio.Task[bytes] | None] = asyncio.Queue(IN_FLIGHT)
    running: set[asyncio.Task[bytes]] = set()

    async def read() -> None:
        try:
            async for document in documents:
                task = asyncio.create_task(judge(document))
                running.add(task)
                task.add_done_callback(running.discard)
                await answers.put(task)
        except UnreadableInput:
            await answers.put(None)
            raise
        await answers.put(None)

    reading = asyncio.create_task(read())
    try:
        while answer := await answers.get():
            output.write(await answer + b"\n")
            if answers.empty():
                output.flush()
        await reading
    finally:
        left = [reading, *running]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        output.flush()
