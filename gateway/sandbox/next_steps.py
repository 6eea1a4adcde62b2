"""What `gateway run` tells at its end: what to try next, and who to be at the desk."""

import os
import shlex

from gateway.sandbox.people import PEOPLE
from gateway.sandbox.witness import SandboxWitness
from gateway.settings import Settings


def next_steps(settings: Settings, desk_url: str) -> str:
    """What to try next, to copy and paste."""
    sandbox = settings.state / "sandbox"
    receipt = f"$(ls -t {sandbox}/receipts/* | head -1)"
    policy = f" --policy {SandboxWitness(sandbox).policy}" if settings.witnesses is None else ""
    said = {name: os.environ[name] for name in ("SLUIS_PORT", "SLUIS_STATE") if name in os.environ}
    own = "".join(f"{name}={shlex.quote(value)} " for name, value in said.items())
    return f"""
[bold]Try next[/] (in another terminal)

  {own}.venv/bin/gateway demo --once
  .venv/bin/gateway verify --keys {sandbox}/log.vkeys --keys {sandbox}/published.vkeys{policy} {receipt}
  {own}.venv/bin/gateway log status
  curl -s {settings.public_url}/readyz

  API      {settings.public_url}/docs
  codes    {settings.public_url}/codes

[bold]The desk of the FG[/] is at {desk_url}; sign in as

{_who_signs_in()}

Serving until Ctrl-C; the service log is {settings.state}/gateway.log."""


def _who_signs_in() -> str:
    """A line a role: who has it, at which log."""
    rows = zip(*PEOPLE.values(), strict=True)
    return "\n".join(f"  {one.told:<38} {one.name} (ZVH) or {other.name} (municipality)" for one, other in rows)
