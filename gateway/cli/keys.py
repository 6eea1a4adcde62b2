"""`gateway keys`: make the private keys, show what anyone may know of them, and take the next step in their life.

Keys lie in the state folder under `keys`, encrypted under the passphrase of the settings. A running gateway reads
them when it starts: restart it after a step.
"""

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.crypto.keystore import KeyStore


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("keys", help="make, list and rotate the gateway's private keys")
    steps = parser.add_subparsers(title="steps", metavar="STEP", required=True)
    init = steps.add_parser("init", help="make a key store with one key for each purpose")
    init.set_defaults(run=_init)
    listing = steps.add_parser("list", help="show purpose, state, dates and name of every key; nothing private")
    listing.add_argument("--jwks", action="store_true", help="print the public keys as a key set (RFC 7517) instead")
    listing.set_defaults(run=_list)
    adding = steps.add_parser("add", help="make the first key of purposes that an older store does not know")
    adding.add_argument("purposes", metavar="PURPOSE", nargs="+", help="as `gateway keys list` shows it as missing")
    adding.set_defaults(run=_add)
    rotating = steps.add_parser(
        "rotate", help="take the step that is due: a new key, its turn, or the end of an old one"
    )
    rotating.add_argument("purpose", metavar="PURPOSE", help="as `gateway keys list` shows it, e.g. token")
    rotating.add_argument(
        "--leaked", action="store_true", help="destroy every key of the purpose and sign with a new one at once"
    )
    rotating.set_defaults(run=_rotate)


def _init(_: argparse.Namespace) -> int:
    store = _store(create=True)
    print(
        f"{len(store.describe())} keys made. `gateway keys list` shows them; keep the passphrase apart from the folder."
    )
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from gateway.crypto.keystore import PURPOSES

    store = _store()
    if arguments.jwks:
        print(json.dumps(store.jwks(*PURPOSES), indent=2))
        return 0
    print(f"{'purpose':<20} {'state':<10} {'made':<20} {'since':<20} {'algorithm':<9} kid")
    for key in store.describe():
        print(f"{key.purpose:<20} {key.state:<10} {key.created:<20} {key.since:<20} {key.algorithm:<9} {key.kid}")
    for purpose in store.missing():
        print(f"{purpose:<20} missing: what needs this key is refused (gateway keys add {purpose})")
    return 1 if store.missing() else 0


def _add(arguments: argparse.Namespace) -> int:
    from gateway.crypto.life import first

    store = _store()
    for purpose in arguments.purposes:
        key = first(store, purpose, now=datetime.now(UTC))
        print(f"{key.purpose}: {key.kid} is {key.state} since {key.since}. Restart the gateway.")
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    from gateway.crypto.life import replace, rotate

    step = replace if arguments.leaked else rotate
    key = step(_store(), arguments.purpose, now=datetime.now(UTC))
    print(f"{key.purpose}: {key.kid} is {key.state} since {key.since}. Restart the gateway.")
    return 0


def _store(*, create: bool = False) -> "KeyStore":
    from gateway.crypto.keystore import KeyStore
    from gateway.crypto.passphrase import read_passphrase
    from gateway.model.codes import Profile
    from gateway.settings import Settings

    settings = Settings()
    folder, simulation = settings.state / "keys", settings.profile is Profile.SIMULATIE
    passphrase = read_passphrase(settings.passphrase_file, state=settings.state, development=settings.development)
    if create:
        return KeyStore.create(folder, passphrase, now=datetime.now(UTC), simulation=simulation)
    return KeyStore.open(folder, passphrase, simulation=simulation)
