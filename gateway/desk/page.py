"""What a handler gives back: a page, a file or the way to another page. Nothing is rendered before its look stands in
the audit stream, so each of them says what will be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody is about to see: `what` (the page), chosen by `filter`, of how many records (`count`).

    `filter` never holds an identifier of a person: it is kept, sealed.
    """

    what: str
    filter: str = field(default="", repr=False)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """`template`: below templates/; `title`: a key of the page's locale; `status`: of HTTP; `titled`: what the title
    has in it.
    """

    template: str
    title: str
    look: Seen
    context: Mapping[str, Any] = field(default_factory=dict, repr=False)
    titled: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep. `media_type`: with its charset where it has one."""

    content: bytes = field(repr=False)
    filename: str
    media_type: str
    look: Seen


@dataclass(frozen=True, slots=True)
class Redirect:
    """The way to another page (303). `path`: of this desk, with its query; `said`: a key of the locale, told there
    once, with what it has in it.
    """

    path: str
    said: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


Answer = Page | Download | Redirect
