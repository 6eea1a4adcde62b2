"""The letter as files: PDF/UA-1 by Typst, a page that stands by itself, and JSON.

Rules:
- The same letter gives the same bytes: its moment is that of the second look, and no font of this machine is used.
- The page loads nothing and runs nothing: its style is in it, and its own policy (CSP) allows that style alone.
- Typst reads its template and nothing else: no other file, no package.

Specification: ISO 14289-1 (PDF/UA-1), as Typst checks it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
import typst
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway.model.canonical import canonical
from gateway.review.subject.letter import Letter

_FOLDER = files("gateway.desk") / "letters"


def pdf(said: Mapping[str, Any], at: datetime) -> bytes:
    """`said`: of `text.text`; `at`: the moment (aware) that stands in the file."""
    found = typst.compile(
        (_FOLDER / "letter.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letter": orjson.dumps(said).decode()},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    assert isinstance(found, bytes)
    return found


def page(said: Mapping[str, Any]) -> bytes:
    """One HTML document that opens and prints anywhere."""
    style = (_FOLDER / "letter.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template().render(letter=said, style=Markup(style), digest=digest).encode()


def document(letter: Letter, said: Mapping[str, Any]) -> bytes:
    """For another program: codes and OINs beside the words."""
    return canonical({**letter.document(), "letter": dict(said)})


@cache
def _template() -> Any:
    loader = PackageLoader("gateway.desk", "letters")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.get_template("letter.html.j2")
