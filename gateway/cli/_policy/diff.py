"""`gateway policy diff A B`: which cases and which recorded requests are decided otherwise by B than by A, and how.

A and B are each a folder of rules, a bundle file, or (the beginning of) a revision that this gateway has used. The log
of the state folder is read beside a gateway that may be running; no value of a fact is shown. Before anything is, it is
recorded who looked; the gateway's own settings and passphrase are needed for that, if requests were recorded.

Exit status: 0 all is the same, 1 something is not, 2 wrong usage, 3 the policies or the log cannot be used.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from gateway.cli._audit import in_files, record_look
from gateway.cli._log._logs import open_logs
from gateway.cli._workbench import WRONG_USAGE, add_engine, mending, there


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("diff", help="what a change of policy changes", description=__doc__)
    parser.add_argument("before", metavar="A", help="the policies as they were")
    parser.add_argument("after", metavar="B", help="the policies as they would be")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page too")
    parser.add_argument("--cases", type=Path, metavar="DIR", help="folder of cases (default: beside B, or as shipped)")
    parser.add_argument("--state", type=Path, metavar="DIR", help="state folder of the gateway (default: configured)")
    add_engine(parser)
    parser.set_defaults(run=mending(run))


def run(arguments: argparse.Namespace) -> int:
    from gateway.settings import Settings
    from gateway.workbench.cases import SHIPPED, CaseBook
    from gateway.workbench.diff.comparison import compare_policies
    from gateway.workbench.diff.html import as_html
    from gateway.workbench.diff.text import as_text
    from gateway.workbench.folders import WorkingCopy
    from gateway.workbench.records import Records
    from gateway.workbench.sources import UnknownPolicies, open_policies

    at = Settings(development=True) if there(arguments.state) is None else in_files(arguments.state)
    try:
        before, after = (open_policies(name, at.state) for name in (arguments.before, arguments.after))
    except UnknownPolicies as error:
        print(f"gateway policy diff: {error}", file=sys.stderr)
        return WRONG_USAGE
    beside = WorkingCopy.at(Path(arguments.after)).cases
    cases = CaseBook.read(there(arguments.cases) or (beside if beside.is_dir() else SHIPPED)).cases()
    with open_logs(at) as logs:
        records = Records(logs)
        told = asyncio.run(compare_policies(before, after, cases, records.each(), arguments.engine))
    told.skipped = records.skipped
    record_look(at, "policy diff", f"{before.revision} {after.revision}", records.opened)
    if arguments.html:
        try:
            arguments.html.write_text(as_html(told), "utf-8")
        except OSError as error:
            print(f"gateway policy diff: {arguments.html}: {error.strerror}", file=sys.stderr)
            return WRONG_USAGE
    print(*as_text(told), sep="\n")
    return 1 if told.changed or told.otherwise else 0
