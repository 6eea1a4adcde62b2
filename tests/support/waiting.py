"""Waiting for what happens elsewhere: in another task, thread or process."""

import asyncio
import time
from collections.abc import Callable

import pytest


async def until(said: Callable[[], bool], *, seconds: float = 20) -> None:
    """Return as soon as `said` holds; the test fails where it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not said():
        if time.monotonic() > end:
            pytest.fail("it never came so far")
        await asyncio.sleep(0.01)
