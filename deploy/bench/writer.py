"""One process that writes a log in PostgreSQL as fast as its callers ask: `writer.py LOGS KEYS WAITING SECONDS STREAM`.

It says `ready`, begins at a line of input, and tells what it did as a line of JSON. `SLUIS_BENCH_KEY`: the log's key,
PKCS#8 in hexadecimal, the same for all who write it.
"""

import asyncio
import json
import os
import sys

import uvloop
from ledger import append_all, open_logs, small_record

from gateway.crypto.keys import PrivateKey
from gateway.store.postgres.database import read_both
from gateway.store.postgres.shelf import PostgresShelf


async def main(logs_url: str, keys_url: str, waiting: int, seconds: float, stream: str) -> None:
    shelf = PostgresShelf(*read_both(logs_url, keys_url, development=True))
    key = PrivateKey.from_pkcs8(bytes.fromhex(os.environ["SLUIS_BENCH_KEY"]), algorithm="Ed25519", kid="bench")
    async with open_logs(shelf, stream, key) as logs:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        rate = await append_all(logs, stream, small_record(), waiting, seconds)
    print(json.dumps({"per_second": rate}), flush=True)


uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]))
