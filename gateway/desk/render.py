"""Pages out of templates: what every template may call, and nothing that could reach further.

Rules: everything is escaped; what a template names and nobody gave is an error, not an empty place; no template makes
a URL but by `url`, which keeps within the tenant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import Language, Text
from gateway.catalogue.terms import term
from gateway.desk import dates
from gateway.desk.locale import Locale
from gateway.desk.menu import menu
from gateway.desk.visit import Visit

Asset = Callable[[str], str]


class Renderer:
    """`organisations`: OIN → name; `asset`: the URL of a static file."""

    def __init__(self, catalogue: Catalogue, locale: Locale, organisations: Callable[[str], str], asset: Asset) -> None:
        self._catalogue, self._locale, self._organisations = catalogue, locale, organisations
        self._asset = asset

    def text(self, page: str, language: Language, key: str, **values: Any) -> str:
        return self._locale.text(page, language, key, **values)

    def keys(self, page: str, prefix: str) -> list[str]:
        """The keys of a page's words that begin like this, without it."""
        return self._locale.keys(page, prefix)

    def page(self, template: str, language: Language, now: datetime, visit: Visit | None, **context: Any) -> str:
        """`template`: `lines/list.html.j2`, whose words stand in locale/lines.yaml. `visit`: None before sign-in."""
        base = f"/{visit.tenant}" if visit else ""
        helpers = {
            "t": partial(self._locale.text, template.partition("/")[0].removesuffix(".html.j2"), language),
            "code": partial(self._code, language),
            "term": lambda code: term(code, language),
            "org": self._organisations,
            "static": self._asset,
            "when": partial(_when, language, now),
            "day": partial(_day, language),
            "number": partial(_number, language),
            "url": partial(_url, base),
            "language": language,
            "now": now,
            "visit": visit,
            "may": visit.may if visit else lambda _: False,
            "csrf": _csrf(visit),
            "menu": menu(visit) if visit else [],
            "here": visit.url.removeprefix(base) if visit else "",
            "said": None,
            "alarm": None,
            "tenants": [],
        }
        return _templates().get_template(template).render(helpers | context)

    def _code(self, language: Language, code: str) -> Text:
        """Title and sentence of a code; one that the catalogue does not know stands for itself."""
        return self._catalogue[code].text(language) if code in self._catalogue else Text(code, code)


@cache
def _templates() -> Environment:
    """The templates of this process, each compiled once."""
    return Environment(
        loader=PackageLoader("gateway.desk", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.loopcontrols"],
    )


def _when(language: Language, now: datetime, value: datetime, *, seconds: bool = False) -> Markup:
    said = dates.moment(value, language, seconds=seconds)
    return Markup('<time datetime="{}">{}</time> <span class="sluis-relative">({})</span>').format(
        value.isoformat(), said, dates.relative(value, now, language)
    )


def _day(language: Language, value: date) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), dates.day(value, language))


def _number(language: Language, value: int) -> Markup:
    return Markup('<span class="sluis-number">{}</span>').format(dates.number(value, language))


def _url(base: str, path: str, **query: Any) -> str:
    """A place of this tenant. `query`: names and values; None leaves one out."""
    given = [(name.rstrip("_"), value) for name, value in query.items() if value is not None]
    return f"{base}{path}" + (f"?{urlencode(given, doseq=True)}" if given else "")


def _csrf(visit: Visit | None) -> Markup:
    """The hidden field that every form has."""
    if visit is None:
        return Markup("")
    return Markup('<input type="hidden" name="csrf" value="{}">').format(escape(visit.session.csrf))
