"""`verify FILE|FOLDER`: the verdict on a receipt, on evidence or on a whole log, with the reader's own keys alone.

Rules:
- The verdict comes first and is always given, whatever is thrown at it; exit status 0 only if all that was asked held.
- 1: something did not hold, which is named with its place. 2: nothing could be judged: no key, or what was given, the
  reader's own keys and policy too, cannot be read. 130: interrupted.
- A checkpoint is kept (`--save`) only after a verdict that held.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from .archive.folder import ExportFolder
from .archive.judge import verify_log
from .archive.source import LogReader
from .command_text import TEXT, evidence_verdict, failure, log_verdict, receipt_verdict
from .errors import VerificationError
from .evidence import MAX_EVIDENCE_BYTES
from .evidence_verdict import verify_evidence
from .keys import VerifierKey
from .package import MANIFEST, read_folder
from .package_text import package_verdict
from .package_verdict import verify_package
from .policy import MAX_POLICY_BYTES, Policy
from .progress import Meter
from .receipt import HEADER, Receipt, verify_receipt
from .stamp import Roots
from .trust import Reader, as_seen, open_signed, require_quorum
from .zipped import MAGIC, MAX_BYTES, unpack

HELD, FAILED, UNREADABLE, INTERRUPTED = 0, 1, 2, 130
MAX_SMALL_BYTES = MAX_POLICY_BYTES
T = TypeVar("T")


class NothingToJudge(Exception):
    """What was given cannot be read: a path, and why."""


class Unasked(Exception):
    """Something was asked that what was given cannot be checked for: an option."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument("given", type=Path, metavar="FILE", help="ontvangstbewijs, bewijs of exportmap")
    parser.add_argument("--released", type=Path, metavar="FILE.jwe", help="het antwoord waar het bewijs bij moet horen")
    add_trust(parser)


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Declare whom the reader trusts, what they saw, and how they want to be told."""
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="controlesleutel: naam+id+sleutel")
    one_a_line = "bestand met een controlesleutel per regel; mag vaker"
    parser.add_argument("--keys", type=Path, action="append", default=[], metavar="FILE", help=one_a_line)
    parser.add_argument("--policy", type=Path, metavar="FILE", help="uw getuigenbeleid (tlog-policy): wie, en hoeveel")
    parser.add_argument(
        "--roots", type=Path, metavar="FILE.pem", help="wortels van tijdstempeldiensten die u vertrouwt"
    )
    parser.add_argument("--seen", type=Path, metavar="FILE", help="het zegel dat u eerder bewaarde")
    parser.add_argument("--save", type=Path, metavar="FILE", help="bewaar het zegel hier, als alles klopt")
    parser.add_argument("--previous", type=Path, metavar="FILE", help="het laatste zegel van het jaar ervoor")
    parser.add_argument("--origin", metavar="ORIGIN", help="het log dat u verwacht: host/tenant/jaar")
    parser.add_argument("--lang", choices=("nl", "en"), default="nl", help="taal van het oordeel")
    parser.add_argument("--progress", action="store_true", help="toon de voortgang, ook buiten een terminal")


def run(args: argparse.Namespace) -> int:
    """Print the verdict on what was given and return the exit status."""
    return _told(args, lambda reader: _judge(args, reader))


def run_on(log: LogReader, args: argparse.Namespace, *, alone: bool = False) -> int:
    """The same for a log in place; `args` as `add_trust` declares them; `alone`: in this process only."""
    return _told(args, lambda reader: _log(log, args, reader, processes=1 if alone else None))


def _told(args: argparse.Namespace, judge: Callable[[Reader], list[str]]) -> int:
    text = TEXT[args.lang]
    try:
        reader = _reader(args)
        if not reader.keys:
            _say([text["no_key"]])
            return UNREADABLE
        _say(judge(reader))
    except VerificationError as error:
        _say(failure(error, args.lang))
        return FAILED
    except NothingToJudge as error:
        _say([text["unreadable"].format(path=error.args[0], reason=error.args[1])])
        return UNREADABLE
    except Unasked as error:
        _say([text["unasked"].format(option=error)])
        return UNREADABLE
    except KeyboardInterrupt:
        _say([text["interrupted"]])
        return INTERRUPTED
    except (OSError, MemoryError, RecursionError) as error:
        _say([text["broke"].format(reason=f"{type(error).__name__}: {error}")])
        return UNREADABLE
    return HELD


def _judge(args: argparse.Namespace, reader: Reader) -> list[str]:
    if args.given.is_dir() and not (args.given / MANIFEST).is_file():
        _require_unasked(args, "released")
        return _log(ExportFolder(args.given), args, reader)
    given = b"" if args.given.is_dir() else _read(args.given, MAX_EVIDENCE_BYTES, packed=MAX_BYTES)
    released = None if args.released is None else _read(args.released, MAX_EVIDENCE_BYTES).rstrip(b"\r\n")
    if args.given.is_dir() or given.startswith(MAGIC):
        return _package(unpack(given) if given else read_folder(args.given), args, reader, released)
    if not given.startswith(HEADER.encode()) and given[:1] == b"{":
        _require_unasked(args, "previous")
        evidence = verify_evidence(given, reader, released=released, now=datetime.now(UTC))
        _save(args, evidence.note)
        return evidence_verdict(evidence, reader, args.lang)
    _require_unasked(args, "previous", "roots")
    receipt = verify_receipt(given, reader.keys, released=released, origin=reader.origin)
    note = Receipt.parse(given.decode()).checkpoint
    signed = open_signed(note, None, reader, reader.origin)
    quorum = require_quorum(note, reader, datetime.now(UTC))
    unseen = reader.seen is not None and not as_seen(reader, [receipt.checkpoint])
    _save(args, note)
    return receipt_verdict(receipt, signed, quorum, args.lang, unseen=unseen)


def _package(files: Mapping[str, bytes], args: argparse.Namespace, reader: Reader, released: bytes | None) -> list[str]:
    _require_unasked(args, "previous")
    package = verify_package(files, reader, released=released, now=datetime.now(UTC))
    if len(package.logs) > 1:
        _require_unasked(args, "save")
    _save(args, package.logs[0].note)
    return package_verdict(package, reader, args.lang)


def _require_unasked(args: argparse.Namespace, *names: str) -> None:
    """What was asked can be checked of what was given, or nothing is."""
    for name in names:
        if getattr(args, name) is not None:
            raise Unasked(f"--{name}")


def _log(log: LogReader, args: argparse.Namespace, reader: Reader, processes: int | None = None) -> list[str]:
    with Meter(sys.stderr, args.lang, shown=args.progress or sys.stderr.isatty()) as meter:
        verified = verify_log(log, reader, progress=meter, processes=processes)
    _save(args, verified.note)
    return log_verdict(verified, reader, args.lang)


def _reader(args: argparse.Namespace) -> Reader:
    keys = [_own("--key", VerifierKey.parse, each) for each in args.key]
    keys += [_own(path, VerifierKey.parse, line) for path in args.keys for line in _lines(_text(path))]
    policy = None if args.policy is None else _own(args.policy, Policy.parse, _read(args.policy, MAX_SMALL_BYTES))
    keys += policy.log_keys if policy else ()
    return Reader(
        keys=keys,
        policy=policy,
        roots=None if args.roots is None else _roots(args.roots),
        seen=None if args.seen is None else _text(args.seen),
        previous=None if args.previous is None else _text(args.previous),
        origin=args.origin,
    )


def _own(where: Path | str, parse: Callable[[Any], T], given: str | bytes) -> T:
    """What is the reader's own and cannot be read says nothing of what was to be judged."""
    try:
        return parse(given)
    except VerificationError as error:
        raise NothingToJudge(where, f"{error} [{error.code}]") from error


def _roots(path: Path) -> Roots:
    try:
        return Roots.parse(_read(path, MAX_SMALL_BYTES))
    except ValueError as error:
        raise NothingToJudge(path, "PEM") from error


def _save(args: argparse.Namespace, note: str) -> None:
    """Keep the checkpoint, whole or not at all."""
    if args.save is None:
        return
    made = args.save.with_name(f".{args.save.name}.{os.getpid()}")
    try:
        with made.open("w", encoding="utf-8", newline="") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        made.replace(args.save)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise NothingToJudge(args.save, error.strerror or type(error).__name__) from error


def _read(path: Path, limit: int, *, packed: int | None = None) -> bytes:
    """The file, of at most `limit` bytes, or `packed` where it is a zip."""
    try:
        with path.open("rb") as file:
            if packed is not None and file.peek(len(MAGIC)).startswith(MAGIC):
                limit = packed
            data = file.read(limit + 1)
    except OSError as error:
        raise NothingToJudge(path, error.strerror or type(error).__name__) from error
    if len(data) > limit:
        raise NothingToJudge(path, f"> {limit} bytes")
    return data


def _text(path: Path) -> str:
    try:
        return _read(path, MAX_SMALL_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NothingToJudge(path, "UTF-8") from error


def _lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _say(lines: list[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    print("\n".join(lines).encode(encoding, "backslashreplace").decode(encoding))
