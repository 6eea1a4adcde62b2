"""The line to PostgreSQL: it can be cut, held, slowed down, and made to lose a COMMIT or the answer to one."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

SOCKET = ".s.PGSQL.5432"
COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""CommandComplete of a COMMIT (https://www.postgresql.org/docs/15/protocol-message-formats.html)."""
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
PIECE = 1 << 16


class Line:
    """A unix socket in `folder` before the one in `server`. `refusing`: nobody gets through; `slow`: seconds that each
    piece takes; `unanswered` and `unasked`: so many commits of which the answer, or the question, gets lost.
    """

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder, self._server = folder, str(server / SOCKET)
        self.refusing, self.slow = False, 0.0
        self.unanswered = self.unasked = self.lost = 0
        self._open = threading.Event()
        self._open.set()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.release()
        self.cut()

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def cut(self) -> None:
        """Break every connection, in the middle of whatever goes over it."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            _end(*pair)

    def hold(self) -> None:
        """Let nothing through, and nobody know, until `release`."""
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = socket.socket(socket.AF_UNIX)
                try:
                    if self.refusing:
                        raise ConnectionRefusedError
                    there.connect(self._server)
                except OSError:
                    _end(here, there)
                    continue
                with self._lock:
                    self._pairs.add((here, there))
                threading.Thread(target=self._pass, args=(here, there, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(there, here, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(PIECE):
                self._open.wait()
                if self.slow:
                    time.sleep(self.slow)
                if self._loses(data, answers):
                    break
                target.sendall(data)
        _end(source, target)

    def _loses(self, data: bytes, answers: bool) -> bool:
        with self._lock:
            if answers and self.unanswered and COMMITTED in data:
                self.unanswered -= 1
            elif not answers and self.unasked and COMMIT in data:
                self.unasked -= 1
            else:
                return False
            self.lost += 1
            return True


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
