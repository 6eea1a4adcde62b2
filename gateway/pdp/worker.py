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
from collections.abc import Mapping
from typing import BinaryIO

import regorus

FRAME_IN = struct.Struct("!cII")
FRAME_OUT = struct.Struct("!cI")
UNDEFINED = '"<undefined>"'

_PLACE = re.compile(r"^--> (.+):(\d+):(\d+)$", re.MULTILINE)
_HEAD = re.compile(r"(?:[ \t]*(?:#.*)?\n)*package (\S+)\n(?:[ \t]*(?:#.*)?\n)*import rego\.v1\n")


def confine(memory: int) -> None:
    """No core file that would hold facts, a bound on memory, and no end but the gateway's."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


class Joined:
    """The files of one package as one text, in which a line keeps its place.

    regorus looks through every file whenever it meets a rule or data for the first time in an evaluation, 0.1 µs each.
    A file with other lines at its head than comments, its package and `import rego.v1` stays as it is.
    """

    def __init__(self, policies: Mapping[str, str]) -> None:
        self.texts: dict[str, str] = {}
        self._starts: dict[str, list[tuple[int, str]]] = {}
        for path, text in policies.items():
            head = _HEAD.match(text)
            name = f"package {head[1]}" if head and "\nimport " not in text[head.end() - 1 :] else path
            before = self.texts.get(name, f"{name}\nimport rego.v1\n" if name != path else "")
            self._starts.setdefault(name, []).append((before.count("\n"), path))
            rest = "\n" * head[0].count("\n") + text[head.end() :] if head and name != path else text
            self.texts[name] = before + rest + ("" if rest.endswith("\n") else "\n")

    def place(self, name: str, line: int, column: int) -> str:
        """`path:line:column` in the files as they were read."""
        start, path = max((each for each in self._starts.get(name, []) if each[0] < line), default=(0, name))
        return f"{path}:{line - start}:{column}"


class Loader:
    """Takes policies and data in, and gives an engine out.

    What is refused joined is loaded again file by file, so that the engine's words are about the files as they are.
    """

    def __init__(self) -> None:
        self.engine = regorus.Engine()
        self._policies: dict[str, str] = {}
        self._data: list[str] = []
        self._joined = Joined({})

    def add(self, kind: bytes, payload: str) -> None:
        if kind == b"D":
            self._data.append(payload)
        else:
            path, text = payload.split("\0", 1)
            self._policies[path] = text

    def finish(self, entrypoint: str) -> tuple[bytes, str]:
        """Evaluate once, since regorus resolves names no earlier; no facts are in it, so its message may be told."""
        self._joined = Joined(self._policies)
        if self._load(self._joined.texts, entrypoint):
            self._joined = Joined({})
            if wrong := self._load(self._policies, entrypoint):
                return b"X", wrong.partition("\n\nStack backtrace:")[0].strip()
        return b"!", ""

    def evaluate(self, entrypoint: str, facts: str) -> tuple[bytes, str]:
        """What the policies say of facts; of an error the place alone."""
        engine = self.engine.clone()
        try:
            engine.set_input_json(facts)
            answer = engine.eval_rule_as_json(entrypoint)
        except RuntimeError as error:
            place = _PLACE.search(str(error))
            return b"E", self._joined.place(place[1], int(place[2]), int(place[3])) if place else ""
        return (b"U", "") if answer == UNDEFINED else (b"R", answer)

    def _load(self, policies: Mapping[str, str], entrypoint: str) -> str:
        """The first thing that is wrong; empty where nothing is."""
        self.engine = regorus.Engine()
        try:
            for path, text in policies.items():
                self.engine.add_policy(path, text)
            for data in self._data:
                self.engine.add_data_json(data)
            self.engine.set_input_json("{}")
            self.engine.eval_rule_as_json(entrypoint)
        except RuntimeError as error:
            return str(error) or "rejected"
        return ""


def parse(path: str, text: str) -> tuple[bytes, str]:
    """The syntax tree of one policy, by an engine of its own."""
    engine = regorus.Engine()
    try:
        engine.add_policy(path, text)
        return b"R", engine.get_ast_as_json()
    except RuntimeError as error:
        return b"X", str(error).partition("\n\nStack backtrace:")[0].strip()


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
            answers = [loader.evaluate(entrypoint, facts) for facts in asked]
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
