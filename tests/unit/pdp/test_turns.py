"""Nobody starves, and nothing is lost."""

import asyncio

import pytest

from gateway.pdp.turns import Turns


async def test_whoever_asks_again_at_once_comes_after_those_who_wait() -> None:
    turns: Turns[str] = Turns()
    turns.give("x")
    seen: list[int] = []

    async def use(number: int) -> None:
        for _ in range(3):
            thing = await turns.take()
            await asyncio.sleep(0)
            seen.append(number)
            turns.give(thing)

    await asyncio.gather(use(1), use(2), use(3))
    assert seen == [1, 2, 3] * 3


async def test_what_was_given_last_is_taken_first() -> None:
    turns: Turns[int] = Turns()
    for number in (1, 2, 3):
        turns.give(number)
    assert [await turns.take() for _ in range(3)] == [3, 2, 1]


@pytest.mark.parametrize("given_first", [True, False])
async def test_a_waiter_that_gives_up_loses_nothing(given_first: bool) -> None:
    turns: Turns[str] = Turns()
    gone, stays = (asyncio.create_task(turns.take()) for _ in range(2))
    await asyncio.sleep(0)
    if given_first:
        turns.give("x")
    gone.cancel()
    if not given_first:
        turns.give("x")
    assert await asyncio.wait_for(stays, 1) == "x"
    with pytest.raises(asyncio.CancelledError):
        await gone
