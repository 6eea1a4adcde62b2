"""Things that wait for whoever is first, and whoever waits for a thing.

Rule: what is given goes to whoever has waited longest, before anybody who comes later. `asyncio.Queue` does not
promise that: who asks again at once takes what was put for a waiter that has not run yet, and waiters starve.
"""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Of one event loop. What was given last is taken first."""

    def __init__(self) -> None:
        self._free: list[T] = []
        self._waiting: deque[asyncio.Future[T]] = deque()

    def give(self, thing: T) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(thing)
                return
        self._free.append(thing)

    async def take(self) -> T:
        if self._free:
            return self._free.pop()
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.give(waiter.result())
            raise
