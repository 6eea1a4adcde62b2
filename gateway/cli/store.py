"""`gateway store migrate`: bring the PostgreSQL databases of the settings to the version of this program, forward only.

Safe to run twice, also at once; each step is a transaction of its own. Stop the gateways first: a gateway serves one
version of the schema, and refuses to start on any other.
Run it as the role that owns the tables; `--role` grants the one that gateways use what they need. With SQLite there is
nothing to do: a gateway brings its own files forward when it opens them.
"""

import argparse


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("store", help="bring the store up to date")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    migrating = actions.add_parser("migrate", help="bring PostgreSQL to this version", description=__doc__)
    migrating.add_argument("--check", action="store_true", help="change nothing: exit 1 where there is something to do")
    migrating.add_argument("--role", metavar="NAME", help="the role that gateways use, granted what they need")
    migrating.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.app import databases
    from gateway.settings import Settings
    from gateway.store.postgres.database import told
    from gateway.store.postgres.schema import migrate, newest, version

    settings, behind = Settings(), False
    if settings.database is None:
        print("store: SQLite; a gateway brings its files forward when it opens them")
        return 0
    for database in databases(settings):
        if arguments.check:
            with told("store-unavailable"), database.connect() as connection:
                found = version(connection)
            behind |= found != newest(database.schema)
            print(f"{database.schema}: version {found}, this program needs {newest(database.schema)}")
        else:
            before, after = migrate(database, role=arguments.role)
            print(f"{database.schema}: version {after}" + (f", from {before}" if after != before else ", as it was"))
    return 1 if behind else 0
