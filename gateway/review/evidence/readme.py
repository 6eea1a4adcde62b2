"""LEESMIJ.html: an evidence package in plain words, Dutch first and English below. It loads nothing, runs nothing, and
prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from gateway.catalogue.catalogue import LANGUAGES, LOADER
from gateway.model.amsterdam import AMSTERDAM
from gateway.review.checks.keeping import qr_code, short_note
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.evidence import Evidence
from gateway.verify.keys import VerifierKey
from gateway.verify.package import PackedLog

if TYPE_CHECKING:
    from gateway.review.evidence.packages import Contents, Order


class Readme:
    def __init__(self) -> None:
        text = (files("gateway.review.evidence") / "words.yaml").read_text("utf-8")
        self._words: Mapping[str, Mapping[str, str]] = yaml.load(text, LOADER)
        self._template = _template()

    def page(
        self,
        order: Order,
        contents: Contents,
        logs: Sequence[tuple[PackedLog, Evidence, Mapping[str, datetime]]],
        explained: Mapping[str, Sequence[Mapping[str, Any]]],
        names: Sequence[str],
    ) -> bytes:
        """`logs`: each with its evidence and the witnesses who cosigned it, with the moment of each; `explained`: by
        language, each record in words; `names`: the other files of the package.
        """
        seals = [_seal(*each) for each in logs]
        return self._template.render(
            order=order,
            contents=contents,
            seals=seals,
            explained=explained,
            names=names,
            languages=LANGUAGES,
            t={
                language: lambda key, language=language, **values: self._say(key, language, values)
                for language in LANGUAGES
            },
        ).encode()

    def _say(self, key: str, language: str, values: Mapping[str, Any]) -> str:
        said = self._words[key][language]
        return said.format(**values) if values else said


def _seal(log: PackedLog, evidence: Evidence, cosigned: Mapping[str, datetime]) -> dict[str, Any]:
    """What is shown of a seal. `qr`: SVG."""
    checkpoint = Checkpoint.of(evidence.checkpoint)
    note = short_note(evidence.checkpoint)
    return {
        "origin": log.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "records": len(log.records),
        "keys": [f"{key.name} ({key.id.hex()})" for key in map(VerifierKey.parse, evidence.keys)],
        "cosigned": sorted(cosigned.items()),
        "stamps": len(evidence.stamps),
        "note": note,
        "qr": qr_code(note, f"{log.origin}: {checkpoint.size}"),
    }


@cache
def _template() -> Template:
    """Compiled once in a process."""
    environment = Environment(
        loader=PackageLoader("gateway.review.evidence", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = _moment
    return environment.get_template("leesmij.html.j2")


def _moment(value: datetime) -> str:
    """`26-11-2026 09:00:00`, Amsterdam."""
    return f"{value.astimezone(AMSTERDAM):%d-%m-%Y %H:%M:%S}"
