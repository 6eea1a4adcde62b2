"""Who is being answered: what is to be closed closes when nobody is left."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Visitors:
    """Counts visits of one event loop."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def visit(self) -> Iterator[None]:
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def gone(self) -> None:
        """Return when nobody is there."""
        await self._none.wait()
