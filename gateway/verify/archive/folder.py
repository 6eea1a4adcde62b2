"""An export as a folder: reading it, and that nothing else lies in it.

    checkpoint                         the signed note
    tile/<L>/<N>[.p/<W>]               hashes, tile/entries/<N>[.p/<W>] records (C2SP tlog-tiles)
    bodies/<N>[.p/<W>]                 sealed bodies, where they were asked for
    statements                         a JSON line for each act and tombstone: {"index":N,"statement":"…"}
    keys                               a verifier key a line: whoever signed anything here
    policy                             which witnesses the exporter went by (C2SP tlog-policy): advice, never trusted
    stamps/<day>.tsr, .checkpoint      time stamps and the notes that were stamped
    sums                               `sha256sum` lines, by path, for every file that no hash of the tree covers

Rules:
- Only plain files count: no links, devices, pipes; nothing is waited for.
- A file has one place and one form; one that does not belong is named, and so is an empty folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import BinaryIO

from ..encoding import decode_decimal
from ..errors import VerificationError
from ..keys import VerifierKey
from .errors import FileChanged, MalformedEntries, StrayFile, Unreadable, WrongStatement
from .source import KeptStamp
from .tiles import MAX_BODY, SealedBody, belongs, file_name, split_bodies, split_entries

MAX_TEXT = 1 << 20
_FLAGS = os.O_RDONLY  # with these, where a system has them
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)
_SINGLE = ("checkpoint", "keys", "policy", "statements", "sums")
_STAMP = re.compile(r"stamps/[0-9]{4}-[0-9]{2}-[0-9]{2}\.(?:tsr|checkpoint)")
_SUM = re.compile(r"([0-9a-f]{64})  ([a-z0-9./-]+)\n")
_STATEMENT = re.compile(r'\{"index":([0-9]{1,19}),"statement":(".*")\}\n')


class ExportFolder:
    """`source.LogReader` on a folder."""

    holds_keys = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def checkpoint(self) -> str:
        return self._text("checkpoint")

    def entries(self, bundle: int, width: int) -> Sequence[bytes]:
        name = file_name("entries", bundle, width)
        data = self._read(name, width * (2 + 0xFFFF))
        try:
            return split_entries(data, width)
        except MalformedEntries as error:
            raise error.at(file=name) from None

    def tile(self, level: int, index: int, width: int) -> bytes:
        return self._read(file_name(level, index, width), width * 32 + 1)

    def bodies(self, bundle: int, width: int) -> Sequence[SealedBody] | None:
        if not (self.folder / "bodies").exists():
            return None
        name = file_name("bodies", bundle, width)
        data = self._read(name, width * MAX_BODY)
        try:
            return split_bodies(data, width)
        except MalformedEntries as error:
            raise error.at(file=name) from None

    def statements(self) -> Iterator[tuple[int, bytes]]:
        if not os.path.lexists(self.folder / "statements"):
            return
        with self._open("statements") as file:
            while line := file.readline(MAX_TEXT):
                yield _statement(line)

    def stamps(self) -> Iterator[KeptStamp]:
        if not os.path.lexists(self.folder / "stamps"):
            return
        for name in sorted({each.rpartition(".")[0] for each in self._walk("stamps")}):
            yield KeptStamp(name, self._text(f"{name}.checkpoint"), self._read(f"{name}.tsr", MAX_TEXT))

    def erased_elsewhere(self) -> Set[bytes]:
        return frozenset()

    def named_keys(self) -> Sequence[VerifierKey] | None:
        if not os.path.lexists(self.folder / "keys"):
            return None
        text = self._text("keys")
        try:
            if not text.endswith("\n"):
                raise MalformedEntries("the last line does not end")
            return tuple(VerifierKey.parse(line) for line in text[:-1].split("\n"))
        except VerificationError as error:
            raise error.at(file="keys") from None

    def require_nothing_else(self, size: int) -> None:
        for name in self._walk(""):
            if name not in _SINGLE and not _STAMP.fullmatch(name) and not belongs(name, size):
                raise StrayFile(f"{name} is not a file of a log of {size}").at(file=name)

    def require_sums(self) -> bool:
        names = sorted(name for name in self._walk("") if not name.startswith("tile/"))
        if "sums" not in names:
            return False
        self._compare_sums([name for name in names if name not in ("checkpoint", "sums")])
        return True

    def _compare_sums(self, names: Sequence[str]) -> None:
        expected = iter(names)
        with self._open("sums") as file:
            while line := file.readline(MAX_TEXT):
                match = _SUM.fullmatch(line.decode("ascii", "replace"))
                if match is None:
                    raise FileChanged("a line does not read '<sha256>  <path>'").at(file="sums")
                if match[2] != (name := next(expected, None)):
                    raise FileChanged(f"a sum of {match[2]} where one of {name} was expected").at(file="sums")
                if self._digest(name) != match[1]:
                    raise FileChanged("it, or its line in sums, is not what was written").at(file=name)
        for name in expected:
            raise FileChanged(f"no sum of {name}").at(file="sums")

    def _digest(self, name: str) -> str:
        with self._open(name) as file:
            digest = hashlib.sha256()
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()

    def _walk(self, start: str) -> Iterator[str]:
        """Every file below `start`, as paths within the export."""
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(self.folder / folder) as found:
                    entries = sorted(found, key=lambda each: each.name, reverse=True)
            except OSError as error:
                raise _unreadable(folder or ".", error) from error
            if folder and not entries:
                raise StrayFile("an empty folder").at(file=folder)
            for entry in entries:
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif not entry.is_file(follow_symlinks=False):
                    raise StrayFile("a link, a pipe or a device").at(file=name)
                else:
                    yield name

    def _text(self, name: str) -> str:
        try:
            return self._read(name, MAX_TEXT).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Unreadable("not UTF-8").at(file=name) from error

    def _read(self, name: str, limit: int) -> bytes:
        with self._open(name) as file:
            try:
                data = file.read(limit + 1)
            except OSError as error:
                raise _unreadable(name, error) from error
        if len(data) > limit:
            raise Unreadable(f"larger than {limit} bytes").at(file=name)
        return data

    def _open(self, name: str) -> BinaryIO:
        try:
            descriptor = os.open(self.folder / name, _FLAGS)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise Unreadable("not a plain file").at(file=name)
            return os.fdopen(descriptor, "rb")
        except OSError as error:
            raise _unreadable(name, error) from error


def _statement(line: bytes) -> tuple[int, bytes]:
    try:
        text = line.decode("utf-8")
        match = _STATEMENT.fullmatch(text)
        if match is None:
            raise ValueError("not a line of statements")
        index, statement = decode_decimal(match[1]), json.loads(match[2])
        if json.dumps(statement, ensure_ascii=False) != match[2]:
            raise ValueError("not the one spelling")
        return index, statement.encode()
    except (ValueError, RecursionError) as error:
        raise WrongStatement(f"a line cannot be read: {error}").at(file="statements") from error


def _unreadable(name: str, error: OSError) -> Unreadable:
    return Unreadable(error.strerror or type(error).__name__).at(file=name)
