"""Pages for people, and the description for machines. No script, nothing from elsewhere, at home at 320 px."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.api import context, respond
from gateway.api.pages.codes import code_page, index_page
from gateway.api.pages.docs import docs_page
from gateway.api.pages.frame import CSP
from gateway.api.pages.home import home_page
from gateway.api.routes.table import Table
from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import LANGUAGES, Language
from gateway.errors import NotFound

STYLE = (files("gateway.api.pages") / "style.css").read_bytes()


class Pages:
    """Everything is rendered when the gateway starts: a page is the same for everybody."""

    def __init__(self, catalogue: Catalogue, descriptions: Mapping[Language, Mapping[str, Any]]) -> None:
        self._descriptions = {language: orjson.dumps(descriptions[language]) for language in LANGUAGES}
        self._pages: dict[tuple[str, Language], bytes] = {}
        for language in LANGUAGES:
            pages = [home_page(language), docs_page(descriptions[language], language), index_page(catalogue, language)]
            pages += [code_page(code, language) for code in catalogue.values()]
            self._pages |= {(page.path, language): page.html().encode() for page in pages}

    def register(self, table: Table) -> None:
        table.get("/", self.page)
        table.get("/docs", self.page)
        table.get("/codes", self.page)
        table.get("/codes/{code}", self.page)
        table.get("/style.css", self.style)
        table.get("/openapi.json", self.description)

    async def page(self, request: Request) -> Response:
        language = _language(request)
        content = self._pages.get((request.scope["path"], language))
        if content is None:
            raise NotFound("not-found")
        headers = respond.spoken(language) | {"content-security-policy": CSP}
        return Response(content, media_type="text/html", headers=headers)

    async def style(self, _: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    async def description(self, request: Request) -> Response:
        language = _language(request)
        open_to_all = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
        headers = respond.spoken(language) | open_to_all
        return Response(self._descriptions[language], media_type="application/json", headers=headers)


def _language(request: Request) -> Language:
    """`?lang=` where it names one of ours, else what the browser prefers."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else context.of(request.scope).language
