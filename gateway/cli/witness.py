"""`gateway witness`: be a witness for the logs of another organisation: cosign what only grew, and nothing else.

A witness is one folder: its keys, sealed by a passphrase, and what it remembers. Never copy it back from a backup: a
witness that forgot what it cosigned must be made anew, under a new key.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("witness", help="witness the logs of another organisation", description=__doc__)
    steps = parser.add_subparsers(title="steps", metavar="STEP", required=True)
    init = _step(steps, "init", _init, "make the folder of a new witness and print its verifier keys")
    init.add_argument("--name", required=True, help="its name in cosignatures, like witness.example/sluis; for ever")
    following = _step(steps, "add-log", _add_log, "follow a log from now on; a running witness heeds it at once")
    following.add_argument("vkeys", metavar="VKEY", nargs="+", help="the log's verifier key: name+id+key")
    following.add_argument(
        "--every-year", action="store_true", help="its successors too: the same key under the names of later years"
    )
    serving = _step(steps, "serve", _serve, "answer add-checkpoint (C2SP tlog-witness)")
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    serving.add_argument("--port", type=int, default=8500, help="port (default %(default)s; 0: any that is free)")
    for step in (init, serving):
        step.add_argument("--passphrase-file", type=Path, required=True, metavar="FILE", help="opens its keys")
    showing = _step(
        steps, "show", _show, "print its keys, the logs it follows, what it cosigned, and any fork (exit status 1)"
    )
    showing.add_argument("--note", metavar="ORIGIN", help="print only the last note that it cosigned of this log")


def _step(
    steps: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    what: str,
) -> argparse.ArgumentParser:
    step = steps.add_parser(name, help=what)
    step.add_argument("folder", type=Path, metavar="DIR", help="the witness")
    step.set_defaults(run=run)
    return step


def _init(arguments: argparse.Namespace) -> int:
    from gateway.crypto.notes import system_clock
    from gateway.store.witness_folder import create
    from gateway.verify.errors import MalformedKey

    try:
        vkeys = create(arguments.folder, arguments.name, _passphrase(arguments), now=system_clock())
    except MalformedKey as error:
        return _wrong(f"--name: {error}")
    print(*vkeys, sep="\n")
    return 0


def _add_log(arguments: argparse.Namespace) -> int:
    from gateway.store.witness_folder import remembered
    from gateway.verify.errors import MalformedKey
    from gateway.verify.keys import VerifierKey
    from gateway.witness.judge import TrustedLog

    state = remembered(arguments.folder)
    try:
        logs = [TrustedLog(VerifierKey.parse(vkey), arguments.every_year) for vkey in arguments.vkeys]
    except (MalformedKey, ValueError) as error:
        return _wrong(f"nothing was added: {error}")
    for log in logs:
        state.follow(str(log.key), every_year=log.every_year)
        print(f"{log.key.name}: followed{' with every later year' if log.every_year else ''}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from gateway.store.witness_folder import remembered
    from gateway.verify.keys import VerifierKey

    state = remembered(arguments.folder)
    if arguments.note is not None:
        notes = [head.note for head in state.heads() if head.checkpoint.origin == arguments.note]
        print(*notes, sep="", end="")
        return 0 if notes else _wrong(f"nothing of {arguments.note} was cosigned")
    print(*(f"witness {vkey}" for vkey in state.vkeys()), sep="\n")
    for vkey, every_year in state.logs():
        key = VerifierKey.parse(vkey)
        print(f"follows {key.name} (key {key.id.hex()}, type {key.kind:#04x}){', every later year' * every_year}")
    for head in state.heads():
        print(
            f"cosigned {head.checkpoint.origin} size {head.checkpoint.size} at {head.at.isoformat(timespec='seconds')}"
        )
    forks = state.forks()
    for cosigned, other in forks:
        print(f"\nFORK: the log signed two histories of one size. Keep both notes:\n\n{cosigned}\n{other}", end="")
    return 1 if forks else 0


def _serve(arguments: argparse.Namespace) -> int:
    import socket

    from gateway.store.witness_folder import open_folder

    os.umask(0o077)
    folder = open_folder(arguments.folder, _passphrase(arguments))
    family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
    try:
        listener = socket.create_server((arguments.host, arguments.port), family=family)
    except OSError as error:
        return _wrong(f"{arguments.host}:{arguments.port} is not free: {error.strerror}")
    try:
        asyncio.run(_answer(folder, listener))
    finally:
        folder.state.close()
    return 0


async def _answer(folder, listener) -> None:
    import structlog
    import uvicorn

    from gateway.cli._serving import log_as_json
    from gateway.witness.server import SERVING, Witness, make_app

    log_as_json()
    host, port = listener.getsockname()[:2]
    config = uvicorn.Config(make_app(Witness(folder.cosigners, folder.state)), **SERVING)
    structlog.get_logger().info("witnessing", name=folder.cosigners[0].name, host=host, port=port)
    await uvicorn.Server(config).serve(sockets=[listener])


def _passphrase(arguments: argparse.Namespace) -> bytes:
    from gateway.crypto.passphrase import read_passphrase

    return read_passphrase(arguments.passphrase_file, state=arguments.folder, development=False)


def _wrong(sentence: str) -> int:
    print(f"witness: {sentence}", file=sys.stderr)
    return 2
