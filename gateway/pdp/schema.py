"""The two JSON Schemas at the seam (draft 2020-12), as validators.

Rules: what a check tells are places (RFC 6901) and the keyword that failed, never a value. A schema refers to nothing
outside itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn, Self

import jsonschema_rs
import orjson

from gateway.settings import ROOT

FOLDER = ROOT / "policies" / "schema"
MOST_TOLD = 10


class Schema:
    """One schema."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._validator = jsonschema_rs.validator_for(dict(document), validate_formats=True, retriever=_refuse)

    def accepts(self, document: Any) -> bool:
        return self._validator.is_valid(document)

    def objections(self, document: Any) -> str:
        """Where a document is wrong and by which keyword, for the log: `/case/state enum, /at pattern`."""
        errors = islice(self._validator.iter_errors(document), MOST_TOLD)
        return ", ".join(f"{_pointer(error.instance_path)} {error.schema_path[-1]}" for error in errors)


@dataclass(frozen=True, slots=True)
class Schemas:
    facts: Schema
    decision: Schema

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Self:
        """Read `facts.schema.json` and `decision.schema.json`."""
        return cls(
            *(Schema(orjson.loads((folder / f"{name}.schema.json").read_bytes())) for name in ("facts", "decision"))
        )


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{part}" for part in path) or "/"


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"a schema refers to {uri}")
