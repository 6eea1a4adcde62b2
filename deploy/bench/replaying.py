"""Replay: recorded decisions, read out of a log, decided again on all cores, and compared with what was recorded.

Rules: what is measured is what `gateway policy diff` does with a record: its keys and body are read and opened, its
facts decided, the decision compared byte for byte. One log holds the facts of the disclosure that is measured elsewhere
in this run, all granted; the other those of the case files, most of which are refused and slower. OPA is asked the same
facts over its unix socket in the same rounds: by the same replay, and bare, over as many connections as keep it busy.
"""

import asyncio
import itertools
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

from deciding import TARGET, loaded, opa_server
from ledger import STREAM, open_logs
from timing import Extent
from wire import Wire, message

from gateway.app import SystemClock, Uuid7
from gateway.crypto.keys import PrivateKey
from gateway.model.canonical import canonical
from gateway.model.decision import Decision
from gateway.model.facts import Facts
from gateway.model.record import NewRecord, RecordClass
from gateway.pdp.bundle import Bundle
from gateway.pdp.opa import OpaEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.schema import Schemas
from gateway.store.sqlite.log_folder import LogFolder
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.workbench.cases import shipped
from gateway.workbench.diff.comparison import Comparison, play
from gateway.workbench.judging import CORES, deciding_by
from gateway.workbench.records import Records

CONNECTIONS, TOGETHER = 4 * CORES, 64
EMBEDDED, OPA, OPA_BARE = "embedded", "opa", "opa_bare"
Rate = Callable[[], Awaitable[float]]


async def measure(facts: Facts, policies: Path, folder: Path, extent: Extent) -> dict[str, Any]:
    """Replays a second, by workload (`granted`, `cases`) and by who decides, and what each log holds."""
    bundle, told = Bundle.read(policies), {}

    async with AsyncExitStack() as opened:
        point = await opened.enter_async_context(deciding_by(bundle))
        other = await opened.enter_async_context(_opa(bundle, policies, folder / "replay.sock"))
        workloads = {"granted": [facts.encode()], "cases": [canonical(case.facts) for case in shipped().cases()]}
        for name, documents in workloads.items():
            state = folder / f"replay-{name}"
            documents = list(itertools.islice(itertools.cycle(documents), max(len(documents), extent.samples * 10)))
            refused = await _record(state, point, documents)
            rates: dict[str, Rate] = {EMBEDDED: lambda state=state: _replay(state, point)}
            if other is not None:
                rates[OPA] = lambda state=state: _replay(state, other)
                socket = folder / "replay.sock"
                rates[OPA_BARE] = lambda documents=documents, socket=socket: _bare(socket, documents)
            taken: dict[str, list[float]] = {who: [] for who in rates}
            for _ in range(extent.rounds):
                for who, rate in rates.items():
                    taken[who].append(await rate())
            told[name] = {"records": len(documents), "refused": refused} | {
                f"{who}_per_second": round(median(each)) for who, each in taken.items()
            }
    return {"cores": CORES, "connections": CONNECTIONS, **told}


async def _replay(state: Path, point: DecisionPoint) -> float:
    told, records, begun = Comparison("", "", []), Records(LogFolder(state)), time.perf_counter()
    await play(told, point, point, (), records.each())
    taken = time.perf_counter() - begun
    assert told.records, "there is nothing to replay"
    assert not told.otherwise, "a decision came out otherwise than it was recorded"
    assert not records.skipped
    return told.records / taken


async def _bare(socket: Path, documents: Sequence[bytes]) -> float:
    left = iter([message("POST", TARGET, {}, b'{"input":' + each + b"}") for each in documents])
    wires = [await Wire.open_unix(socket) for _ in range(CONNECTIONS)]

    async def ask(wire: Wire) -> None:
        for asked in left:
            status, _ = await wire.ask(asked)
            assert status == 200

    begun = time.perf_counter()
    await asyncio.gather(*map(ask, wires))
    taken = time.perf_counter() - begun
    for wire in wires:
        wire.close()
    return len(documents) / taken


async def _record(state: Path, point: DecisionPoint, documents: Sequence[bytes]) -> int:
    """Decide and record them, each about a person of its own; how many were refused."""
    unlike = list(dict.fromkeys(documents))
    decisions = dict(zip(unlike, await point.judge_many(unlike), strict=True))
    identifiers, now, refused = Uuid7(), SystemClock().now(), 0
    async with open_logs(SqliteShelf(state), STREAM, PrivateKey.generate("Ed25519")) as logs:

        def made(document: bytes) -> NewRecord:
            decision, request = decisions[document], identifiers.new()
            assert isinstance(decision, Decision)
            body = {"version": 1, "facts": document.decode(), "decision": decision.encoded.decode(), "overlays": []}
            kind = RecordClass.WEIGERING if decision.refused else RecordClass.VERSTREKKING
            return NewRecord(kind, request, decision.revision, decision.simulation, canonical(body), subject=request)

        for begin in range(0, len(documents), TOGETHER):
            new = [made(document) for document in documents[begin : begin + TOGETHER]]
            refused += sum(each.kind is RecordClass.WEIGERING for each in new)
            await asyncio.gather(*(logs.append(STREAM, now, each) for each in new))
    return refused


@asynccontextmanager
async def _opa(bundle: Bundle, policies: Path, socket: Path) -> AsyncIterator[DecisionPoint | None]:
    """A decision point on the OPA of this machine; None where there is none."""
    if shutil.which("opa") is None:
        yield None
        return
    with opa_server(policies, socket):
        point = DecisionPoint(OpaEngine(socket), Schemas.read(), timeout=10)
        try:
            await loaded(point, bundle)
            yield point
        finally:
            await point.aclose()
