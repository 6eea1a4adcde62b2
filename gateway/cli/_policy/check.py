"""`gateway policy check`: everything that can be known of a working copy before anyone signs it, with file and line.

Exit status: 0 nothing found, 1 something to mend, 2 there is no such folder.
"""

import argparse
import shutil
import time
from pathlib import Path

from gateway.cli._workbench import add_policies, mending, policies_folder


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("check", help="check a working copy of the policies", description=__doc__)
    add_policies(parser)
    parser.set_defaults(run=mending(run))


def run(arguments: argparse.Namespace) -> int:
    from gateway.workbench.check import check

    begun = time.monotonic()
    folder = policies_folder(arguments)
    binary = shutil.which("opa")
    report = check(folder, opa_binary=Path(binary) if binary else None)
    for finding in report.findings:
        print(finding)
    for sentence in report.left_out:
        print(f"Niet bekeken. {sentence}")
    seconds = f"{time.monotonic() - begun:.1f}".replace(".", ",")
    looked_at = f"{report.policies} bestanden, {report.bases} grondslagen, {report.cases} gevallen"
    found = "1 bevinding" if len(report.findings) == 1 else f"{len(report.findings) or 'Geen'} bevindingen"
    print(f"{found} ({looked_at}, {report.lines} geraakte regels; {seconds} s).")
    return 1 if report.findings else 0
