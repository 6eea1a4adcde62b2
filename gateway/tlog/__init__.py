"""Writes the disclosure log: an RFC 6962 tree with signed checkpoints, from which no record is ever lost or changed.

Rules: a record is durable before its receipt exists; a receipt is made here alone; a log that failed records nothing
until it was opened anew and is what it signed.
`tlog` uses what `verify` knows, and never the other way round.
"""

from gateway.tlog.log import Log
from gateway.tlog.logs import Logs
from gateway.tlog.tiles import TilePath

__all__ = ["Log", "Logs", "TilePath"]
