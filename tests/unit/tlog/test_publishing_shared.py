"""Two processes that write and publish one log, before the same witnesses."""

import asyncio

from gateway.model.codes import Tenant
from gateway.tlog import Logs
from tests.unit.tlog.publication import ORIGIN, ZVH, Press
from tests.unit.tlog.test_publishing import publishing, until

ENGINES = ("postgresql",)


async def test_both_are_fresh_and_what_is_published_never_shrinks(bench, logs: Logs):
    press, other = Press(bench), await bench.logs()
    try:
        async with publishing(press, logs) as one, publishing(press, other) as two:
            await until(lambda: one.fresh and two.fresh)

            async def write(mine: Logs) -> list[int]:
                sizes = []
                for _ in range(25):
                    await bench.append(mine)
                    one.grew(Tenant.ZVH)
                    two.grew(Tenant.ZVH)
                    published = await asyncio.to_thread(logs.opened[ZVH].published)
                    sizes.append(published.size if published else 0)
                return sizes

            for seen in await asyncio.gather(write(logs), write(other)):
                assert seen == sorted(seen)
                assert len(set(seen)) > 1
            await until(lambda: press.witnesses[0].seen[ORIGIN][0] == 50)
            await until(lambda: logs.opened[ZVH].published().size == 50)
            assert one.fresh
            assert two.fresh
    finally:
        other.close()
    assert logs.failure is None
