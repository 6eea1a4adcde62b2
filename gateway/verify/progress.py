"""How far the judge is, on the error stream: for whoever waits, never a part of the verdict.

Rules: on a terminal one line that is written over; elsewhere a line for each tenth. What cannot be shown is not shown.
"""

from __future__ import annotations

from typing import Self, TextIO

_WHAT = {
    "nl": {"files": "bestanden", "records": "logregels", "tiles": "tegels", "stamps": "tijdstempels"},
    "en": {"files": "files", "records": "records", "tiles": "tiles", "stamps": "time stamps"},
}


class Meter:
    """The `progress` of `archive.verify_log`."""

    def __init__(self, stream: TextIO, lang: str, *, shown: bool) -> None:
        self._stream, self._lang, self._shown = stream, lang, shown
        self._over = stream.isatty()
        self._last: tuple[str, int] = ("", -1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._over and self._last[0]:
            self._write("\r\x1b[K")

    def __call__(self, done: int, total: int, what: str) -> None:
        step = (what, done * (100 if self._over else 10) // max(total, 1))
        if self._shown and step != self._last:
            self._last = step
            line = f"{_WHAT[self._lang][what]}: {done} / {total}"
            self._write(f"\r\x1b[K{line}" if self._over else f"{line}\n")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._shown = False
