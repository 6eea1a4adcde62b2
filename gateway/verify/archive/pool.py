"""Reading the stretches of a log in order, on every processor where that pays.

Rules:
- What is found does not depend on how many processes looked: stretches are judged in their order, and the first error
  of the first stretch is the one that is raised.
- No more stretches are under way than a few a process, so that memory does not grow with the log.
- Where processes cannot be started, or die, this one reads on by itself. A process goes when its input ends, so none
  outlives this one; it knows of the program that called nothing but where modules are found.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from ..errors import VerificationError
from .scan import Read, Stretch, scan
from .source import LogReader
from .tiles import WIDTH

BUNDLES = 32
ALONE_BELOW = 100_000
AHEAD = 3
_BEGIN = "import sys; sys.path[:] = {path!r}; from {module} import serve; serve()"
_GONE = (OSError, EOFError, ValueError, pickle.PickleError, AttributeError, ImportError)


def read_in_order(reader: LogReader, size: int, root: bytes, tenant: str, processes: int | None) -> Iterator[Read]:
    """Read the whole log. `processes`: how many, None for as many as pay. Raises what `scan` raises."""
    stretches = _stretches(reader, size, root, tenant)
    if processes is None:
        processes = 1 if size < ALONE_BELOW else _processors()
    if processes == 1:
        yield from map(scan, stretches)
        return
    with _Pool(processes) as pool:
        under_way: deque[Future[Read]] = deque()
        for stretch in stretches:
            under_way.append(pool.submit(stretch))
            if len(under_way) > AHEAD * processes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def serve() -> None:
    """Read what is asked on the standard input until that ends; interrupting is for the process that asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        while True:
            stretch = pickle.load(sys.stdin.buffer)
            try:
                found: Read | VerificationError = scan(stretch)
            except VerificationError as error:
                found = error
            pickle.dump(found, answers)
            answers.flush()
    except (EOFError, BrokenPipeError):
        return


class _Pool:
    """Processes that read, each asked by a thread of its own. `idle` holds None for one that could not be had."""

    def __init__(self, processes: int) -> None:
        self._started = [_start() for _ in range(processes)]
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes] | None] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(processes)
        self._alone = threading.Lock()

    def __enter__(self) -> Self:
        for each in self._started:
            self._idle.put(each)
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._started:
            if each is not None:
                each.kill()
        self._threads.shutdown(cancel_futures=True)
        for each in self._started:
            if each is not None:
                each.communicate()

    def submit(self, stretch: Stretch) -> Future[Read]:
        return self._threads.submit(self._read, stretch)

    def _read(self, stretch: Stretch) -> Read:
        process = self._idle.get()
        try:
            found = None if process is None else _ask(process, stretch)
        except _GONE:
            process = found = None
        finally:
            self._idle.put(process)
        if isinstance(found, VerificationError):
            raise found
        if isinstance(found, Read):
            return found
        with self._alone:
            return scan(stretch)


def _start() -> subprocess.Popen[bytes] | None:
    begin = _BEGIN.format(path=sys.path, module=__name__)
    try:
        return subprocess.Popen([sys.executable, "-c", begin], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    except (OSError, TypeError, ValueError):
        return None


def _ask(process: subprocess.Popen[bytes], stretch: Stretch) -> Read | VerificationError:
    assert process.stdin is not None
    assert process.stdout is not None
    pickle.dump(stretch, process.stdin)
    process.stdin.flush()
    return pickle.load(process.stdout)  # what it read, if it is one of ours


def _processors() -> int:
    there = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(there(0)) if there else os.cpu_count() or 1


def _stretches(reader: LogReader, size: int, root: bytes, tenant: str) -> Iterator[Stretch]:
    bundles = -(-size // WIDTH)
    for first in range(0, bundles, BUNDLES):
        yield Stretch(reader, first, min(BUNDLES, bundles - first), size, root, tenant)
