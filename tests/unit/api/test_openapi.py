"""The description: valid, complete, true, in two languages, with examples that fit their own schemas."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from jsonschema_rs import Draft202012Validator

from gateway.api.openapi import describe
from gateway.api.reading import read_ask
from gateway.catalogue.catalogue import LANGUAGES, Language
from gateway.model.bsn import is_bsn

from .conftest import CATALOGUE

DOCUMENTS = {language: describe(CATALOGUE, "https://sluis.example", language) for language in LANGUAGES}
UNDESCRIBED = {"/", "/docs", "/codes", "/codes/{code}", "/style.css"}
"""Pages for people."""


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def media(operation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from holder.get("content", {}).values()


def nodes(value: Any) -> Iterator[Any]:
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(each)


def resolve(document: Mapping[str, Any], reference: str) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def validator(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Draft202012Validator:
    whole = {**schema, "components": {"schemas": document["components"]["schemas"]}}
    formats = {"bsn": is_bsn, "dictionary-field": lambda name: name.islower()}
    return Draft202012Validator(whole, validate_formats=True, formats=formats)


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_shape_is_openapi(language: Language) -> None:
    """The demands of OpenAPI 3.1 and of the API Design Rules on a description, clause by clause."""
    document = DOCUMENTS[language]
    assert document["openapi"].startswith("3.1.")
    assert {"title", "version", "description", "contact", "license"} <= document["info"].keys()
    assert {"name", "url", "email"} <= document["info"]["contact"].keys()
    assert document["servers"] == [{"url": "https://sluis.example"}]
    tags, ids = {tag["name"] for tag in document["tags"]}, []
    for path, method, operation in operations(document):
        ids.append(operation["operationId"])
        assert set(operation["tags"]) <= tags
        assert operation["summary"]
        assert method in ("get", "post")
        assert not path.endswith("/")
        named = [
            resolve(document, each["$ref"]) if "$ref" in each else each for each in operation.get("parameters", ())
        ]
        in_path = {each["name"] for each in named if each["in"] == "path"}
        assert {part[1:-1] for part in path.split("/") if part.startswith("{")} == in_path
        assert all(each["required"] for each in named if each["in"] == "path")
        assert all(each["schema"] for each in named)
        for each in named:
            if each["in"] == "query":
                assert each["name"][0].islower()
                assert each["name"].isalnum()
        for status, response in operation["responses"].items():
            assert response["description"]
            if status >= "400" and path != "/oauth/token":
                assert list(response["content"]) == ["application/problem+json"]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reference_leads_somewhere(language: Language) -> None:
    document = DOCUMENTS[language]
    references = [node["$ref"] for node in nodes(document) if isinstance(node, dict) and "$ref" in node]
    assert references
    for reference in references:
        assert resolve(document, reference)
    used = {reference.rpartition("/")[2] for reference in references}
    assert set(document["components"]["schemas"]) <= used


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_schema_is_a_schema(language: Language) -> None:
    for schema in DOCUMENTS[language]["components"]["schemas"].values():
        validator(DOCUMENTS[language], schema)


def test_nothing_is_left_to_fill_in() -> None:
    for language in LANGUAGES:
        for node in nodes(DOCUMENTS[language]):
            if isinstance(node, dict):
                assert node.keys() != {"nl", "en"}
                assert not [name for name in node if name.startswith("x-")]
            assert not (isinstance(node, str) and "{public_url}" in node)


def test_both_languages_describe_the_same() -> None:
    def skeleton(value: Any) -> Any:
        if isinstance(value, dict):
            words = ("description", "summary", "title", "value")
            return {
                key: skeleton(each)
                for key, each in value.items()
                if key not in words or (isinstance(each, dict) and key != "value")
            }
        return [skeleton(each) for each in value] if isinstance(value, list) else value

    assert skeleton(DOCUMENTS["nl"]) == skeleton(DOCUMENTS["en"])
    assert DOCUMENTS["nl"]["info"]["description"] != DOCUMENTS["en"]["info"]["description"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_fit_their_schemas(language: Language) -> None:
    document, seen = DOCUMENTS[language], 0
    for _, _, operation in operations(document):
        for each in media(operation):
            for example in each.get("examples", {}).values():
                value = (resolve(document, example["$ref"]) if "$ref" in example else example)["value"]
                assert [str(error) for error in validator(document, each["schema"]).iter_errors(value)] == []
                seen += 1
    assert seen > 60


def test_an_example_that_does_not_fit_is_seen() -> None:
    document = DOCUMENTS["nl"]
    refusal = document["paths"]["/v1/disclosures"]["post"]["responses"]["403"]["content"]["application/problem+json"]
    value = refusal["examples"]["refused"]["value"]
    for wrong in (
        {**value, "status": 200},
        {**value, "sealed": "a.b.c.d.e"},
        {**value, "trace_id": "x"},
        {"code": "x"},
    ):
        assert not validator(document, refusal["schema"]).is_valid(wrong)


def test_examples_of_requests_are_read() -> None:
    body = DOCUMENTS["nl"]["paths"]["/v1/disclosures"]["post"]["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        names = frozenset(field["name"] for field in example["value"]["fields"])
        assert read_ask(orjson.dumps(example["value"]), field_names=names)


def test_what_is_described_is_what_is_there(build: Callable[..., FastAPI]) -> None:
    there = {
        (route.path.replace(":path}", "}"), "get" if "GET" in route.methods else "post") for route in build().routes
    }
    described = {(path, method) for path, method, _ in operations(DOCUMENTS["nl"])}
    assert described == {(path, method) for path, method in there if path not in UNDESCRIBED}


async def test_it_is_published(http: httpx.AsyncClient) -> None:
    dutch, english = await http.get("/openapi.json"), await http.get("/openapi.json?lang=en")
    assert dutch.headers["content-type"] == "application/json"
    assert dutch.headers["access-control-allow-origin"] == "*"
    assert (dutch.headers["content-language"], english.headers["content-language"]) == ("nl", "en")
    assert dutch.json() == describe(CATALOGUE, "http://127.0.0.1:8400", "nl")
    assert english.json()["info"]["version"] == dutch.headers["api-version"]
