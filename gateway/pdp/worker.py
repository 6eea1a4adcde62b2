"""One process of the embedded engine: reads frames on standard input, a socket, and answers each on the same socket.

It is run by path, not imported, and imports regorus and the standard library alone, so that it starts in some 20 ms
and inherits nothing.

Rules:
- A frame in is `kind, milliseconds, length` (`!cII`) and a payload: `P` a policy (path, NUL, text), `D` data, `L`
  loaded, `F` facts, `?` a ping. `P` and `D` are not answered. A frame out is `kind, length` (`!cI`) and a payload:
  `R` result, `U` undefined, `E` error, `!` ready, `X` rejected.
- Every evaluation starts from a clone of what was loaded: nothing of one request reaches another (2 µs).
- What an engine says of an error may quote the facts; only the place in the policies leaves this process. Standard
  error goes nowhere.
- It ends with the gateway: at the end of its input, or, in the middle of an evaluation, by the alarm that is set for
  each frame.
- Only these calls of the binding are used; others crash or differ: add_policy, add_data_json, set_input_json,
  eval_rule_as_json, clone.
"""

import re
import resource
import signal
import socket
import struct
import sys
from typing import BinaryIO

import regorus

FRAME_IN = struct.Struct("!cII")
FRAME_OUT = struct.Struct("!cI")
MEMORY = 2 << 30  # the allocator reserves half of it
UNDEFINED = '"<undefined>"'

_PLACE = re.compile(r"^--> (\S+:\d+:\d+)$", re.MULTILINE)


def confine() -> None:
    """No core file that would hold facts, a bound on memory, and no end but the gateway's."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


class Loader:
    """Takes policies and data in, and gives an engine out; remembers the first thing that was wrong."""

    def __init__(self) -> None:
        self.engine = regorus.Engine()
        self.wrong = ""

    def add(self, kind: bytes, payload: str) -> None:
        try:
            if kind == b"D":
                self.engine.add_data_json(payload)
            else:
                self.engine.add_policy(*payload.split("\0", 1))
        except RuntimeError as error:
            self.wrong = self.wrong or str(error)

    def finish(self, entrypoint: str) -> tuple[bytes, str]:
        """Evaluate once, since regorus resolves names no earlier; no facts are in it, so its message may be told."""
        if not self.wrong:
            try:
                self.engine.set_input_json("{}")
                self.engine.eval_rule_as_json(entrypoint)
            except RuntimeError as error:
                self.wrong = str(error)
        return (b"X", self.wrong.partition("\n\nStack backtrace:")[0].strip()) if self.wrong else (b"!", "")


def evaluate(engine: regorus.Engine, entrypoint: str, facts: str) -> tuple[bytes, str]:
    try:
        engine.set_input_json(facts)
        answer = engine.eval_rule_as_json(entrypoint)
    except RuntimeError as error:
        place = _PLACE.search(str(error))
        return b"E", place.group(1) if place else ""
    return (b"U", "") if answer == UNDEFINED else (b"R", answer)


def serve(requests: BinaryIO, channel: socket.socket, entrypoint: str) -> None:
    loader = Loader()
    while header := requests.read(FRAME_IN.size):
        kind, milliseconds, length = FRAME_IN.unpack(header)
        payload = requests.read(length).decode()
        signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
        if kind in b"PD":
            loader.add(kind, payload)
            continue
        if kind == b"F":
            kind, text = evaluate(loader.engine.clone(), entrypoint, payload)
        else:
            kind, text = loader.finish(entrypoint) if kind == b"L" else (b"!", "")
        answer = text.encode()
        signal.setitimer(signal.ITIMER_REAL, 0)
        channel.sendall(FRAME_OUT.pack(kind, len(answer)) + answer)


if __name__ == "__main__":
    confine()
    with socket.socket(fileno=0) as channel, channel.makefile("rb") as requests:
        serve(requests, channel, sys.argv[1])
