"""What anyone may read of the logs."""

from gateway.model.codes import Tenant
from gateway.model.log import Published
from gateway.tlog.public import PublicLogs

ENGINES = ("sqlite", "postgresql")


async def test_what_is_there_and_what_is_not(bench, logs, log):
    await bench.append(logs)
    await bench.append(logs)
    public, zvh = PublicLogs(logs), (Tenant.ZVH, 2026)
    [gemeente, mine] = await public.origins()
    assert mine == {
        "origin": "log.example/zvh/2026",
        "tenant": "zvh",
        "year": 2026,
        "size": 2,
        "verifier_key": str(log.verifier),
        "verifier_keys": [str(log.verifier)],
        "published_key": None,
    }
    assert (gemeente["origin"], gemeente["size"]) == ("log.example/gemeente/2026", 0)
    assert await public.checkpoint(*zvh) == log.checkpoint
    published = Published(1, "what was published", None)
    await log.publish(published)
    assert await public.checkpoint(*zvh) == "what was published"
    assert await public.tile(*zvh, "0/000.p/2") == log.tile(0, 0, 2)
    assert await public.tile(*zvh, "entries/000.p/1") == log.entry_bundle(0, 1)
    assert await public.inclusion(*zvh, 0, 2) == log.inclusion(0, 2)
    assert await public.consistency(*zvh, 1, 2) == log.consistency(1, 2)


async def test_there_is_no_such_thing(bench, logs):
    public, zvh, other = PublicLogs(logs), (Tenant.ZVH, 2026), (Tenant.ZVH, 2025)
    for asked in (
        public.checkpoint(*other),
        public.tile(*other, "0/000.p/1"),
        public.tile(*zvh, "0/000.p/1"),
        public.tile(*zvh, "0/000"),
        public.tile(*zvh, "../../secret"),
        public.tile(*zvh, "entries/000.p/1"),
        public.inclusion(*zvh, 0, 1),
        public.inclusion(*other, 0, 1),
        public.consistency(*zvh, 0, 1),
        public.consistency(*other, 0, 1),
    ):
        assert await asked is None
