"""`gateway policy status`: which revision is in force, since when, by whose signature and why; and those before it.

Exit status 1 where nothing is in force, or where the file that the gateway follows is not what was last published.
"""

import argparse

from gateway.cli._releases import open_releases, read_settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("status", help="what is in force, and what was", description=__doc__)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    from gateway.pdp.bundle import BrokenBundle
    from gateway.pdp.history import Step
    from gateway.workbench.screen import plain

    releases = open_releases(read_settings())
    history, active = releases.history(), None
    try:
        active = releases.active()
    except BrokenBundle as error:
        print(f"Let op: {releases.place} wordt niet aangenomen. {error.log}.")
        print("Een draaiende gateway houdt wat hij had; een nieuwe start niet. Zet een versie terug met `rollback`.")
    if active is None:
        print("Nu in werking volgens dat bestand: niets." if history else "Er is nog niets in werking gesteld.")
    else:
        print(f"In werking: {active.bundle.revision}")
        print(f"Getekend door: {active.signer}")
    words = {Step.PUBLISH: "in werking", Step.ROLLBACK: "teruggezet"}
    for entry in reversed(history):
        print(f"{entry.at}  {words[entry.step]}  {entry.revision}  {entry.signer}  {plain(entry.reason)}".rstrip())
    kept = releases.archive.known()
    print(f"Bewaarde beleidsversies: {len(kept)}")
    known = history[-1].revision if history else None
    if active is not None and active.bundle.revision != known:
        print("Let op: dit is niet de beleidsversie die het laatst is gepubliceerd.")
        return 1
    return 0 if active else 1
