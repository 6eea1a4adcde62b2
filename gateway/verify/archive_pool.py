"""Reading the stretches of a log in order, on every processor where that pays.

Rules:
- What is found does not depend on how many processes looked: stretches are judged in their order, and the first error
  of the first stretch is the one that is raised.
- No more stretches are under way than a few a process, so that memory does not grow with the log.
- Where processes cannot be started, or die, this one reads on by itself. None outlives this one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from .archive_scan import Read, Stretch, scan
from .archive_source import LogReader
from .archive_tiles import WIDTH

BUNDLES = 32
ALONE_BELOW = 100_000
AHEAD = 3


def read_in_order(reader: LogReader, size: int, root: bytes, tenant: str, processes: int | None) -> Iterator[Read]:
    """Read the whole log. `processes`: how many, None for as many as pay. Raises what `scan` raises."""
    stretches = _stretches(reader, size, root, tenant)
    if processes is None:
        processes = 1 if size < ALONE_BELOW else len(os.sched_getaffinity(0))
    if processes > 1:
        yield from _shared(stretches, processes)
    for stretch in stretches:
        yield scan(stretch)


def _stretches(reader: LogReader, size: int, root: bytes, tenant: str) -> Iterator[Stretch]:
    bundles = -(-size // WIDTH)
    for first in range(0, bundles, BUNDLES):
        yield Stretch(reader, first, min(BUNDLES, bundles - first), size, root, tenant)


def _shared(stretches: Iterator[Stretch], processes: int) -> Iterator[Read]:
    """Read until all is read, or the processes are gone: what they left undone is then read here."""
    under_way: deque[tuple[Stretch, Future[Read] | None]] = deque()
    try:
        pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin)
    except OSError:
        return
    try:
        for stretch in stretches:
            under_way.append((stretch, _submit(pool, stretch)))
            if len(under_way) > AHEAD * processes:
                yield _result(*under_way.popleft())
        while under_way:
            yield _result(*under_way.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, stretch: Stretch) -> Future[Read] | None:
    try:
        return pool.submit(scan, stretch)
    except (BrokenProcessPool, OSError):
        return None


def _result(stretch: Stretch, future: Future[Read] | None) -> Read:
    try:
        return scan(stretch) if future is None else future.result()
    except BrokenProcessPool:
        return scan(stretch)


def _begin() -> None:
    """A process of ours leaves interrupting to the first one, and goes when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
