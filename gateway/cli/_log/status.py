"""`gateway log status`: how every log stands, who saw it last, and whether somebody must do something.

It runs beside a gateway. How many records wait, only the gateway itself knows: that is asked where `SLUIS_METRICS_PORT`
is set, and unknown otherwise. A signing key is replaced within two years: `gateway keys rotate`.

Exit status: 0 all is well, 1 somebody must look (each reason is a line), 3 the log cannot be used.
"""

import argparse
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gateway.cli._log._logs import all_logs, open_keys, open_logs, read_settings, records

if TYPE_CHECKING:
    from gateway.crypto.keystore import KeyStore
    from gateway.errors import Fault
    from gateway.settings import Settings
    from gateway.tlog.standing import Standing

STAMP_LATE = timedelta(days=2)
ERASE_LATE = timedelta(days=2)
MOST = 10_000
_STATES = {"active": "in gebruik", "pending": "klaargezet"}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("status", help="how the logs stand, and what needs somebody", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings, now = read_settings(), datetime.now(UTC)
    found = gather(settings, now)
    found["problems"] = problems(found, settings, now)
    if arguments.json:
        print(json.dumps(found, indent=1, default=str, ensure_ascii=False))
    else:
        print(*as_text(found, now), sep="\n")
    return 1 if found["problems"] else 0


def gather(settings: "Settings", now: datetime) -> dict[str, Any]:
    """Everything that can be seen from here: plain values, moments and days."""
    import shutil
    from dataclasses import asdict

    from gateway.app import log_purpose
    from gateway.app.vouching import read_policy
    from gateway.cli._log._running import queues, running
    from gateway.store.reports import Reports
    from gateway.tlog.standing import standing

    policy, keys, logs = read_policy(settings), _keys_of(settings), []
    waiting, today = queues(settings.metrics_port), now.date()
    with open_logs(settings) as shelf:
        for stream, year in all_logs(shelf):
            log = shelf.storage(stream, year)
            try:
                told: Standing = standing(log, stream, year, policy, now)
            finally:
                log.close()
            signer = told.origin and _signer(keys, log_purpose(stream), told.origin)
            logs.append(asdict(told) | {"waiting": waiting.get((stream, year)), "signer": signer or None})
        overdue = {stream: _overdue(shelf, stream, today - ERASE_LATE) for stream in {each["stream"] for each in logs}}
    return {
        "at": now,
        "logs": logs,
        "overdue": {stream: count for stream, count in sorted(overdue.items()) if count},
        "retention": Reports(settings.state).newest(),
        "keys": _keys(keys),
        "disk_free": shutil.disk_usage(settings.state).free if settings.state.exists() else None,
        "gateway": running(settings.host, settings.port),
    }


def problems(found: dict[str, Any], settings: "Settings", now: datetime) -> list[str]:
    """What needs somebody: sentences in Dutch."""
    from gateway.tlog.audit import PREFIX

    said = []
    if not found["logs"]:
        said.append("Er is nog geen log. Start de gateway.")
    newest = {log["stream"]: log["year"] for log in found["logs"] if log["size"]}
    for log in found["logs"]:
        name, year = f"{log['stream']}/{log['year']}", newest.get(log["stream"], log["year"])
        current = log["year"] >= year and not log["closed"]
        demanded, aside = current and log["cosigned"], log["stream"].startswith(PREFIX)
        age = None if log["witnessed_at"] is None else (now - log["witnessed_at"]).total_seconds()
        if demanded and (age is None or age > settings.witness_max_age):
            seen = "nog door te weinig getuigen gezien" if age is None else f"{_ago(age)} door genoeg getuigen gezien"
            after = "vrijgeven gaat door" if aside else "er wordt niets vrijgegeven"
            said.append(f"{name} is {seen}: {after} (witness-stale).")
        stamped = log["stamped"]
        if settings.tsa_url and current and log["size"] and (stamped is None or now.date() - stamped > STAMP_LATE):
            said.append(f"{name} heeft {'geen' if stamped is None else f'sinds {stamped} geen'} tijdstempel.")
        if log["year"] < year and not log["closed"] and log["size"]:
            said.append(f"{name} is niet gesloten, terwijl er een log van {year} is.")
    for stream, count in found["overdue"].items():
        said.append(f"{stream}: van {count} sleutels is de bewaartermijn voorbij; zie gateway log retention.")
    said += [key["problem"] for key in found["keys"] if key["problem"]]
    if found["disk_free"] is not None and found["disk_free"] < settings.min_free_disk << 20:
        said.append(f"De schijf is vol: minder dan {settings.min_free_disk} MiB vrij (disk-full).")
    down = [name for name, state in (found["gateway"]["checks"] or {}).items() if state != "up"]
    if down:
        said.append(f"De gateway is niet gereed: {', '.join(down)}.")
    return said


def as_text(found: dict[str, Any], now: datetime) -> list[str]:
    lines = []
    for log in found["logs"]:
        shut = ", gesloten" if log["closed"] else ""
        lines.append(f"{log['stream']}/{log['year']}: {records(log['size'])}{shut}  ({log['origin'] or 'nog leeg'})")
        if log["recorded_at"]:
            lines.append(f"  nieuwste regel:   {_since(log['recorded_at'], now)}")
        if log["published"] is not None:
            lines.append(f"  gepubliceerd:     {records(log['published'])}")
        for name, moment in sorted(log["cosigned"].items()):
            seen = "niet gezien" if moment is None else _since(moment, now)
            lines.append(f"  {f'getuige {name}:':17} {seen}")
        lines += [f"  sleutel voor getuigen: {log['signer']}"] if log["signer"] else []
        lines.append(f"  tijdstempels:     {log['stamps']}" + (f", laatste {log['stamped']}" if log["stamped"] else ""))
        for label, other in (("vorig jaar", log["previous"]), ("volgend jaar", log["next"])):
            lines += [f"  {label + ':':18}{other}"] if other else []
        lines.append(f"  wacht op opslag:  {'onbekend' if log['waiting'] is None else log['waiting']}")
    for key in found["keys"]:
        if said := _STATES.get(key["state"]):
            lines.append(f"sleutel {key['purpose']}: {said} sinds {key['since']}, te vervangen voor {key['until']}")
    for run in found["retention"]:
        count, failed = run["keys"], run["outcome"].partition("failed: ")[2]
        said = f"{count} {'sleutel' if count == 1 else 'sleutels'}" if count else "niets"
        said += f", en daarna mislukt ({failed})," if failed else ""
        lines.append(f"gewist in {run['stream']}: {said} tot en met {run['day']} ({run['at']})")
    if found["disk_free"] is not None:
        lines.append(f"schijf: {found['disk_free'] >> 20} MiB vrij")
    checks = found["gateway"]["checks"]
    lines.append(
        "gateway: " + ("niet bereikt" if checks is None else "gereed" if found["gateway"]["ready"] else "stil")
    )
    return [*lines, "", *(f"Let op: {each}" for each in found["problems"])] if found["problems"] else lines


def _keys_of(settings: "Settings") -> "KeyStore | Fault":
    """The private keys, or why they cannot be read."""
    from gateway.errors import Fault

    try:
        return open_keys(settings)
    except Fault as fault:
        return fault


def _signer(store: "KeyStore | Fault", purpose: str, origin: str) -> str | None:
    """The verifier key by which a witness follows this log; None where there is none."""
    from gateway.errors import Fault
    from gateway.verify.keys import VerifierKey

    try:
        return None if isinstance(store, Fault) else str(VerifierKey(origin, store.note_signer(purpose, origin).public))
    except Fault:
        return None


def _keys(store: "KeyStore | Fault") -> list[dict[str, Any]]:
    """The keys that sign logs and what is published of them; one line that says why where they cannot be read."""
    from gateway.crypto.keystore import PURPOSES
    from gateway.crypto.life import KEY_LIFE
    from gateway.errors import Fault

    if isinstance(store, Fault):
        gone = f"De sleutels zijn niet te lezen: {store}."
        return [{"purpose": "?", "state": "onbekend", "since": "?", "until": "?", "problem": gone}]
    today, told = datetime.now(UTC).date(), []
    for key in store.describe():
        if key.state not in ("active", "pending") or not key.purpose.startswith(("log-", "audit-", "published-")):
            continue
        until = (datetime.fromisoformat(key.created) + KEY_LIFE).date()
        late = f"{key.purpose} moest voor {until} zijn vervangen." if key.state == "active" and until < today else None
        told.append(
            {"purpose": key.purpose, "state": key.state, "since": key.since[:10], "until": until, "problem": late}
        )
    for purpose in PURPOSES:
        if purpose in store.missing():
            gone = f"Er is geen sleutel voor {purpose} (key-missing)."
            told.append({"purpose": purpose, "state": "ontbreekt", "since": "-", "until": "-", "problem": gone})
    return told


def _overdue(shelf: Any, stream: str, day: Any) -> int:
    keys = shelf.keys(stream)
    try:
        return len(keys.due(day, MOST))
    finally:
        keys.close()


def _since(moment: datetime, now: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC ({_ago((now - moment).total_seconds())})"


def _ago(seconds: float) -> str:
    for size, name in ((86_400, "dagen"), (3_600, "uur"), (60, "minuten")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name} geleden"
    return f"{max(seconds, 0):.0f} seconden geleden"
