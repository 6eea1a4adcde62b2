"""One process of the embedded engine: reads frames on standard input, a socket, and answers each on the same socket.

It is run by path, not imported, and imports regorus and the standard library alone, so that it starts in some 20 ms
and inherits nothing.

Rules:
- A frame in is `kind, milliseconds, length` (`!cII`) and a payload: `P` a policy (path, NUL, text), `D` data, `L`
  loaded, `F` facts, `M` many facts (a line each), `?` a ping, `A` a policy of which the syntax tree is wanted. `P` and
  `D` are not answered. A frame out is `kind, length` (`!cI`) and a payload: `R` result, `U` undefined, `E` error, `!`
  ready, `X` rejected, `M` the frames of many.
- Every evaluation starts from a clone of what was loaded: nothing of one request reaches another (2 µs).
- What an engine says of an error may quote the facts; only the place in the policies leaves this process. Standard
  error goes nowhere.
- It ends with the gateway: at the end of its input, or, in the middle of an evaluation, by the alarm that is set for
  each frame.
- Only these calls of the binding are used; others crash or differ: add_policy, add_data_json, set_input_json,
  eval_rule_as_json, clone; get_ast_as_json of a policy that is looked into before it is loaded.
- `worker.py ENTRYPOINT MEMORY`: at most so many bytes of address space, of which the allocator reserves what
  `MIMALLOC_ARENA_RESERVE` says, or 1 GiB.
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
UNDEFINED = '"<undefined>"'

_PLACE = re.compile(r"^--> (\S+:\d+:\d+)$", re.MULTILINE)


def confine(memory: int) -> None:
    """No core file that would hold facts, a bound on memory, and no end but the gateway's."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
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


def parse(path: str, text: str) -> tuple[bytes, str]:
    """The syntax tree of one policy, by an engine of its own."""
    engine = regorus.Engine()
    try:
        engine.add_policy(path, text)
        return b"R", engine.get_ast_as_json()
    except RuntimeError as error:
        return b"X", str(error).partition("\n\nStack backtrace:")[0].strip()


def evaluate(engine: regorus.Engine, entrypoint: str, facts: str) -> tuple[bytes, str]:
    try:
        engine.set_input_json(facts)
        answer = engine.eval_rule_as_json(entrypoint)
    except RuntimeError as error:
        place = _PLACE.search(str(error))
        return b"E", place.group(1) if place else ""
    return (b"U", "") if answer == UNDEFINED else (b"R", answer)


def framed(kind: bytes, answer: bytes) -> bytes:
    return FRAME_OUT.pack(kind, len(answer)) + answer


def serve(requests: BinaryIO, channel: socket.socket, entrypoint: str) -> None:
    loader = Loader()
    while header := requests.read(FRAME_IN.size):
        kind, milliseconds, length = FRAME_IN.unpack(header)
        payload = requests.read(length).decode()
        signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
        if kind in b"PD":
            loader.add(kind, payload)
            continue
        if kind in b"FM":
            asked = payload.split("\n") if kind == b"M" else [payload]
            answers = [evaluate(loader.engine.clone(), entrypoint, facts) for facts in asked]
            frames = b"".join(framed(kind, text.encode()) for kind, text in answers)
            answer = framed(b"M", frames) if kind == b"M" else frames
        elif kind == b"A":
            said, text = parse(*payload.split("\0", 1))
            answer = framed(said, text.encode())
        else:
            said, text = loader.finish(entrypoint) if kind == b"L" else (b"!", "")
            answer = framed(said, text.encode())
        signal.setitimer(signal.ITIMER_REAL, 0)
        channel.sendall(answer)


if __name__ == "__main__":
    confine(int(sys.argv[2]))
    with socket.socket(fileno=0) as channel, channel.makefile("rb") as requests:
        serve(requests, channel, sys.argv[1])
