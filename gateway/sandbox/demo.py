"""The main job before your eyes: a granted, a partial and a refused request, against a running gateway and its own
policies.

Rules: every scene says what must come out, and fails when it does not; the receipt is verified with the log's key
alone; values are counted, never shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gateway.client import Answer, Gateway, Partner
from gateway.model.codes import Outcome
from gateway.sandbox.witness import SandboxWitness

COLLEGE, PROBATION = "00000001800000001000", "00000001800000002000"
COLOURS = {Outcome.TOEGESTAAN: "green", Outcome.GEDEELTELIJK: "yellow", Outcome.GEWEIGERD: "red"}


@dataclass(frozen=True, slots=True)
class Scene:
    """One request and what must come of it. `client`: a partner's system in the region."""

    title: str
    client: str
    question: Mapping[str, Any]
    outcome: Outcome
    granted: frozenset[str]


SCENES = (
    Scene(
        title="The municipality asks the probation service about a person in a running ZVH case",
        client="voorbeeldstad",
        question={
            "basis": "wgs.zvh.casusoverleg",
            "case": "ZVH-2026-0417",
            "subject": "999993653",
            "actor": "m-17",
            "holder": (PROBATION, "toezicht"),
            "fields": {
                "adres_huidig": ("Wmo 2.3.2", "bepalen of terugkeer naar de woning veilig is"),
                "toezicht_voorwaarden": ("Wmo 2.3.2", "begeleiding afstemmen op de voorwaarden"),
            },
        },
        outcome=Outcome.TOEGESTAAN,
        granted=frozenset({"adres_huidig", "toezicht_voorwaarden"}),
    ),
    Scene(
        title="The municipality re-uses Participatiewet data for a Wmo inquiry; consent covers two of the three fields",
        client="voorbeeldstad",
        question={
            "basis": "wmo.hergebruik_sociaal_domein",
            "case": "WMO-2026-0088",
            "subject": "999990846",
            "actor": "w-5",
            "holder": (COLLEGE, "participatiewet"),
            "fields": dict.fromkeys(
                ("maandinkomen", "schulden_totaal", "voorzieningen"),
                ("Wmo 2.3.2", "bepalen van passende ondersteuning"),
            ),
        },
        outcome=Outcome.GEDEELTELIJK,
        granted=frozenset({"maandinkomen", "schulden_totaal"}),
    ),
    Scene(
        title="A coordinator asks under the Wams, which is not law yet",
        client="voorbeeldstad",
        question={
            "basis": "wams.gecoordineerde_aanpak",
            "case": "WAMS-2026-0003",
            "subject": "999993331",
            "actor": "c-3",
            "holder": (COLLEGE, "wmo"),
            "fields": {"voorzieningen": ("Wams", "plan afstemmen")},
        },
        outcome=Outcome.GEWEIGERD,
        granted=frozenset(),
    ),
)


def perform(console: Console, url: str, sandbox: Path) -> bool:
    """Play every scene; True when all held. `sandbox`: the folder with partners' keys, the log's verifier keys and the
    policy of the witness, where one was started.
    """
    log_keys = (sandbox / "log.vkeys").read_text().split("\n")
    policy = SandboxWitness(sandbox).policy
    receipts = sandbox / "receipts"
    receipts.mkdir(mode=0o700, exist_ok=True)
    held = []
    for number, scene in enumerate(SCENES, start=1):
        partner = Partner.load(sandbox / "partners" / f"{scene.client}.json")
        with Gateway(url, partner, log_keys=[key for key in log_keys if key], language="en") as gateway:
            answer = gateway.ask(**scene.question)
            file = receipts / f"{answer.id}.tlog-proof"
            file.write_text(answer.receipt)
            held.append(_held(scene, answer))
            console.print(_show(number, scene, answer, held[-1], file))
            if number == len(SCENES) and policy.exists():
                held.append(_witnessed(console, gateway, answer, policy.read_text(), receipts))
    return all(held)


def _witnessed(console: Console, gateway: Gateway, answer: Answer, policy: str, receipts: Path) -> bool:
    """Get a receipt of the last record that the witness vouches for, and keep it."""
    found = gateway.witnessed(answer.id, policy)
    file = receipts / f"{answer.id}.witnessed.tlog-proof"
    file.write_text(found.receipt)
    seen = ", ".join(f"{name} {moment:%H:%M:%S}" for name, moment in found.quorum.cosigned.items())
    same = found.proof.index == answer.proof.index and found.proof.leaf == answer.proof.leaf
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("log", f"{found.proof.checkpoint.origin}, {found.proof.checkpoint.size} records")
    table.add_row("seen by", f"{seen} UTC; cosignatures verified ✔")
    table.add_row("receipt", str(file))
    verdict = "as it should be" if same else "[red]NOT as it should be[/]"
    console.print(Panel(table, title="Witnessed", subtitle=verdict, title_align="left", border_style="green"))
    return same


def _held(scene: Scene, answer: Answer) -> bool:
    if answer.outcome != scene.outcome or frozenset(answer.granted) != scene.granted:
        return False
    return not scene.granted or answer.open().keys() == scene.granted


def _show(number: int, scene: Scene, answer: Answer, held: bool, file: Path) -> Panel:
    document, colour = answer.document, COLOURS[answer.outcome]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row(
        "who",
        f"{scene.client} ({scene.question['actor']}) asks {scene.question['holder'][1]} in {scene.question['case']}",
    )
    table.add_row("basis", f"{document['basis']['id']} · {', '.join(document['basis']['articles'])}")
    table.add_row("outcome", f"[{colour}]{answer.outcome}[/]")
    for field in document["fields"]:
        reasons = ", ".join(f"{reason['code']}: {reason['detail']}" for reason in field["reasons"])
        table.add_row("", f"{'[green]✔[/]' if field['granted'] else '[red]✕[/]'} {field['name']}  [dim]{reasons}[/]")
    for reason in document["reasons"]:
        table.add_row("why", f"{reason['code']}: {reason['detail']}")
    for hint in document["hints"]:
        table.add_row("instead", f"{hint['code']}: {hint['title']}")
    table.add_row(
        "duties", ", ".join(f"{o['code']}{' ' + o['on'] if 'on' in o else ''}" for o in document["obligations"])
    )
    sealed = document["sealed"]
    table.add_row(
        "sealed", f"{len(sealed)} bytes, opened by the recipient: {len(answer.open())} values" if sealed else "nothing"
    )
    table.add_row("record", f"number {answer.proof.index} in {answer.proof.checkpoint.origin}; receipt verified ✔")
    table.add_row("receipt", str(file))
    verdict = "as it should be" if held else "[red]NOT as it should be[/]"
    heading = Text(f"{scene.title}.\n", style="bold")
    return Panel(
        Group(heading, table), title=f"Request {number}", subtitle=verdict, title_align="left", border_style=colour
    )
