"""The decision by itself: the embedded engine beside OPA, on the complete facts of the disclosure that is measured.

Rules: "bare" is the evaluation alone, in this process, from the clone that a worker makes; "as asked" is what the
gateway waits for, schemas included. OPA is the one of this machine, started for this run on a unix socket; bare it is
asked over one connection by a client that does nothing else. Where there is none, that is said.
"""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from timing import Extent, Probe, interleave
from wire import Wire, message

from gateway.errors import Fault
from gateway.model.facts import Facts
from gateway.pdp.bundle import Bundle
from gateway.pdp.opa import OpaEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.port import ENTRYPOINT
from gateway.pdp.schema import Schemas
from gateway.pdp.worker import Loader

PATIENCE = 500
TARGET = "/v1/" + ENTRYPOINT.replace(".", "/") + "?strict-builtin-errors=true"


async def measure(point: DecisionPoint, facts: Facts, policies: Path, folder: Path, extent: Extent) -> dict[str, Any]:
    """`embedded_bare`, the same `_first` for the facts without the holder's word, `embedded_as_asked`, and where there
    is OPA `opa_bare` and `opa_as_asked`; `opa` is its version.
    """
    loader, encoded, bundle = Loader(), facts.encode(), Bundle.read(policies)
    for path, text in bundle.policies.items():
        loader.add(b"P", f"{path}\0{text}")
    loader.add(b"D", bundle.data.decode())
    assert loader.finish(ENTRYPOINT) == (b"!", "")
    first = {name: value for name, value in facts.document.items() if name != "holder_statement"}

    async def bare(document: str) -> None:
        kind, _ = loader.evaluate(ENTRYPOINT, document)
        assert kind == b"R"

    probes = [
        Probe("embedded_bare", bare, encoded.decode),
        Probe("embedded_bare_first", bare, Facts(first).encode().decode),
        Probe("embedded_as_asked", lambda _: point.decide(facts)),
    ]
    told: dict[str, Any] = {"facts_bytes": len(encoded), "opa": _version()}
    if told["opa"] is None:
        return told | {name: times.told() for name, times in (await interleave(probes, extent)).items()}
    with opa_server(policies, folder / "opa.sock") as socket:
        other = DecisionPoint(OpaEngine(socket), Schemas.read(), timeout=5)
        await loaded(other, bundle)
        wire = await Wire.open_unix(socket)
        asked = message("POST", TARGET, {"Content-Type": "application/json"}, b'{"input":' + encoded + b"}")

        async def bare_opa(_: None) -> None:
            status, _body = await wire.ask(asked)
            assert status == 200

        probes += [Probe("opa_bare", bare_opa), Probe("opa_as_asked", lambda _: other.decide(facts))]
        assert (await other.decide(facts)).document == (await point.decide(facts)).document
        told |= {name: times.told() for name, times in (await interleave(probes, extent)).items()}
        wire.close()
        await other.aclose()
    return told


async def loaded(point: DecisionPoint, bundle: Bundle) -> None:
    """Wait until OPA holds the policies."""
    for attempt in range(PATIENCE):
        try:
            await point.load(bundle)
            return
        except Fault:
            if attempt == PATIENCE - 1:
                raise
            await asyncio.sleep(0.02)


@contextmanager
def opa_server(policies: Path, socket: Path) -> Iterator[Path]:
    """OPA with these policies on a unix socket; it may not answer yet."""
    command = ["opa", "run", "--server", "--addr", f"unix://{socket}", "--skip-version-check", "--log-level", "error"]
    process = subprocess.Popen([*command, str(policies)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield socket
    finally:
        process.terminate()
        process.wait(10)


def _version() -> str | None:
    if shutil.which("opa") is None:
        return None
    said = subprocess.run(["opa", "version"], capture_output=True, text=True, timeout=10, check=True).stdout
    return said.split("\n", 1)[0].removeprefix("Version: ")
