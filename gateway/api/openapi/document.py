"""Putting the API description together: YAML parts, one language, examples that the running code makes.

Rules: what is published is what is enforced; every problem that an operation lists comes with an example that is the
real document for its code; a mapping of exactly `nl` and `en` is a text in two languages.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson
import yaml

from gateway.api.answers import Answers
from gateway.api.context import Context
from gateway.api.problems import Problems
from gateway.catalogue import Catalogue, Kind
from gateway.catalogue.catalogue import Language
from gateway.errors import BadRequest, Fault, SluisError, Unauthenticated, WrongMember
from gateway.model.disclosure import Answer

HERE = files("gateway.api.openapi")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RECEIPT = "c2sp.org/tlog-proof@v1\nextra …\nindex 48213\n…\n"
_ONE_OF: Mapping[Language, str] = {"nl": "Een van deze codes.", "en": "One of these codes."}
_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def components(language: Language) -> dict[str, Any]:
    """The `components` of the description: schemas, parameters, how to authenticate."""
    return {**_read("components.yaml", language), "schemas": _folder("schemas", language)}


def describe(catalogue: Catalogue, public_url: str, language: Language) -> dict[str, Any]:
    """The whole description for a gateway at `public_url`."""
    document = _fill(_read("document.yaml", language), public_url)
    examples = _Examples(catalogue, public_url, language)
    document["paths"] = _folder("paths", language)
    for operation in _operations(document["paths"]):
        examples.put_into(operation)
    return document | {"components": {**components(language), "examples": examples.problems()}}


class _Examples:
    def __init__(self, catalogue: Catalogue, public_url: str, language: Language) -> None:
        self._catalogue, self._context = catalogue, Context(_TRACE, "00f067aa0ba902b7", language)
        self._problems = Problems(catalogue, public_url, lambda: ["ES256"])
        self._told: set[str] = set()
        answers = Answers(catalogue, public_url)
        self._known = _read("examples/requests.yaml", language) | {
            name: orjson.loads(answers.of(Answer(document, RECEIPT), self._context).body)
            for name, document in _read("examples/answers.yaml", language).items()
        }

    def put_into(self, operation: dict[str, Any]) -> None:
        """Replace `x-examples` by examples and `x-problems` by responses."""
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (media for content in contents for media in content.get("content", {}).values()):
            if names := media.pop("x-examples", None):
                media["examples"] = {name: {"value": self._known[name]} for name in names}
        for code in self._listed(operation.pop("x-problems")):
            status, title = str(self._catalogue[code].status), self._catalogue[code].text(self._context.language).title
            response = operation["responses"].setdefault(status, {"description": title, "content": {}})
            if response["description"] != title:
                response["description"] = _ONE_OF[self._context.language]
            schema = {"$ref": "#/components/schemas/Problem"}
            media = response["content"].setdefault("application/problem+json", {"schema": schema})
            media.setdefault("examples", {})[code] = {"$ref": f"#/components/examples/{code}"}
            self._told.add(code)
        operation["responses"] = dict(sorted(operation["responses"].items()))

    def problems(self) -> dict[str, Any]:
        """An example for every problem that some operation lists."""
        return {code: {"value": self._problem(code)} for code in sorted(self._told)}

    def _listed(self, codes: list[str]) -> Iterator[str]:
        """`unauthenticated` stands for every code of 401, `fault` for every fault that an answer can meet."""
        for code in codes:
            if code == "unauthenticated":
                yield from (entry.code for entry in self._catalogue.of(Kind.PROBLEM) if entry.status == 401)
            elif code == "fault":
                faults = self._catalogue.of(Kind.FAULT)
                yield from (entry.code for entry in faults if entry.status == 503 and entry.code != "not-ready")
            else:
                yield code

    def _problem(self, code: str) -> dict[str, Any]:
        entry, error = self._catalogue[code], SluisError(code)
        if code == "request-invalid":
            error = BadRequest(
                code, WrongMember("/subject/bsn", "bsn-invalid"), WrongMember("/actor", "member-missing")
            )
        elif entry.status == 401:
            error = Unauthenticated(code)
        elif entry.kind is Kind.FAULT:
            error = Fault(code)
        return orjson.loads(self._problems.of(error, self._context).body)


def _operations(paths: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return (operation for path in paths.values() for operation in path.values())


@lru_cache(maxsize=64)
def _parsed(name: str) -> dict[str, Any]:
    return yaml.load((HERE / name).read_text("utf-8"), LOADER)


def _read(name: str, language: Language) -> dict[str, Any]:
    return _spoken(_parsed(name), language)


def _folder(name: str, language: Language) -> dict[str, Any]:
    names = sorted(part.name for part in (HERE / name).iterdir() if part.name.endswith(".yaml"))
    return {key: value for part in names for key, value in _read(f"{name}/{part}", language).items()}


def _spoken(value: Any, language: Language) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"nl", "en"}:
            return value[language]
        return {key: _spoken(each, language) for key, each in value.items()}
    return [_spoken(each, language) for each in value] if isinstance(value, list) else value


def _fill(value: Any, public_url: str) -> Any:
    if isinstance(value, dict):
        return {key: _fill(each, public_url) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, public_url) for each in value]
    return value.replace("{public_url}", public_url) if isinstance(value, str) else value
