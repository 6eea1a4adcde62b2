"""Somebody who can write the log's files, and does: one byte, somewhere. It knows SQLite alone."""

from collections.abc import Callable
from pathlib import Path

import apsw

LOG = "log/zvh-{year}.sqlite"


def flip(data: bytes, place: int = -1) -> bytes:
    """The same with one bit of one byte changed."""
    at = place % len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def change(file: Path, table: str, column: str, where: str, by: Callable[[bytes], bytes]) -> None:
    """Change one value in place. Raises `LookupError` where there is none."""
    connection = apsw.Connection(str(file))
    try:
        row = connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchone()
        if row is None or row[0] is None:
            raise LookupError(f"{table}: {where}")
        [value] = row
        changed = by(value.encode()).decode() if isinstance(value, str) else by(value)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (changed,))
    finally:
        connection.close()
