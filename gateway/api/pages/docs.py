"""The API description as a page: what OpenAPI says, for people. Rendered here: no viewer comes from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from gateway.api.pages.frame import Page, table, text
from gateway.catalogue.catalogue import Language

Node = Mapping[str, Any]
_WORDS: dict[Language, dict[str, str]] = {
    "nl": {
        "parameters": "Parameters",
        "body": "Inhoud",
        "answers": "Antwoorden",
        "name": "Naam",
        "where": "Waar",
        "type": "Vorm",
        "means": "Betekenis",
        "required": "verplicht",
        "status": "Status",
        "example": "Voorbeeld",
        "contents": "Inhoudsopgave",
        "shapes": "Vormen",
    },
    "en": {
        "parameters": "Parameters",
        "body": "Body",
        "answers": "Answers",
        "name": "Name",
        "where": "Where",
        "type": "Form",
        "means": "Meaning",
        "required": "required",
        "status": "Status",
        "example": "Example",
        "contents": "Contents",
        "shapes": "Shapes",
    },
}


def docs_page(description: Node, language: Language) -> Page:
    return Page("/docs", language, "API", _Docs(description, _WORDS[language]).body())


class _Docs:
    def __init__(self, description: Node, words: Mapping[str, str]) -> None:
        self._description, self._words = description, words

    def body(self) -> str:
        info, parts, contents = self._description["info"], [], []
        for tag in self._description["tags"]:
            parts.append(f"<h2>{text(tag['description'])}</h2>")
            for path, method, operation in self._operations(tag["name"]):
                contents.append(f'<li><a href="#{operation["operationId"]}">{text(operation["summary"])}</a></li>')
                parts.append(self._operation(path, method, operation))
        shapes = self._description["components"]["schemas"].items()
        parts.append(f"<h2>{self._words['shapes']}</h2>")
        parts += [self._shape(name, schema) for name, schema in shapes if "properties" in schema or "allOf" in schema]
        lead = (
            f'<p class="lead">{text(info["summary"])} {escape(info["version"])}</p><p>{text(info["description"])}</p>'
        )
        toc = f'<nav aria-label="{self._words["contents"]}"><ul>{"".join(contents)}</ul></nav>'
        return f"{lead}{toc}{''.join(parts)}"

    def _operations(self, tag: str) -> Iterator[tuple[str, str, Node]]:
        for path, methods in self._description["paths"].items():
            yield from ((path, method, operation) for method, operation in methods.items() if tag in operation["tags"])

    def _operation(self, path: str, method: str, operation: Node) -> str:
        parts = [
            f'<section id="{operation["operationId"]}"><h3>{text(operation["summary"])}</h3>',
            f"<p><code>{method.upper()} {escape(path)}</code></p>",
        ]
        if "description" in operation:
            parts.append(f"<p>{text(operation['description'])}</p>")
        if given := [self._resolve(each) for each in operation.get("parameters", ())]:
            rows = [
                [
                    f"<code>{escape(each['name'])}</code>{self._required(each.get('required'))}",
                    escape(each["in"]),
                    self._form(each["schema"]),
                    text(each.get("description", "")),
                ]
                for each in given
            ]
            head = [self._words[word] for word in ("name", "where", "type", "means")]
            parts.append(f"<h4>{self._words['parameters']}</h4>{table(self._words['parameters'], head, rows)}")
        if body := operation.get("requestBody"):
            parts.append(f"<h4>{self._words['body']}</h4>{self._contents(body)}")
        parts.append(f"<h4>{self._words['answers']}</h4>")
        for status, answer in operation["responses"].items():
            parts.append(f"<h5>{status}</h5><p>{text(answer['description'])}</p>{self._contents(answer)}")
        return "".join(parts) + "</section>"

    def _contents(self, holder: Node) -> str:
        parts = []
        for media_type, media in holder.get("content", {}).items():
            parts.append(f"<p><code>{escape(media_type)}</code> {self._form(media['schema'])}</p>")
            named = media.get("examples", {})
            parts += [self._example(name, example["value"]) for name, example in named.items() if "value" in example]
            codes = [
                f'<li><a href="/codes/{code}">{code}</a></li>' for code, example in named.items() if "$ref" in example
            ]
            parts.append(f"<ul>{''.join(codes)}</ul>" if codes else "")
        return "".join(parts)

    def _example(self, name: str, value: Any) -> str:
        label = f"{self._words['example']}: {escape(name)}"
        shown = escape(json.dumps(value, indent=2, ensure_ascii=False))
        return f'<details><summary>{label}</summary><pre tabindex="0"><code>{shown}</code></pre></details>'

    def _shape(self, name: str, schema: Node) -> str:
        needed = set(schema.get("required", ()))
        rows = [
            [
                f"<code>{escape(key)}</code>{self._required(key in needed)}",
                self._form(value),
                text(self._resolve(value).get("description", "")),
            ]
            for key, value in schema.get("properties", {}).items()
        ]
        parts = [f'<section id="shape-{name}"><h3>{escape(schema.get("title", name))} <code>{name}</code></h3>']
        if "description" in schema:
            parts.append(f"<p>{text(schema['description'])}</p>")
        parts += [f"<p>+ {self._form(each)}</p>" for each in schema.get("allOf", ()) if "$ref" in each]
        if rows:
            parts.append(table(name, [self._words[word] for word in ("name", "type", "means")], rows))
        return "".join(parts) + "</section>"

    def _form(self, schema: Node) -> str:
        """A schema in a few words."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            shaped = {"properties", "allOf"} & self._resolve(schema).keys()
            return f'<a href="#shape-{name}">{name}</a>' if shaped else self._form(self._resolve(schema))
        if "const" in schema or "enum" in schema:
            return " | ".join(f"<code>{escape(str(each))}</code>" for each in schema.get("enum", [schema.get("const")]))
        kinds = schema.get("type", "object")
        made = escape(" | ".join(kinds) if isinstance(kinds, list) else kinds)
        if "items" in schema:
            made += f" [{self._form(schema['items'])}]"
        if "properties" in schema:
            made += f" {{{', '.join(f'<code>{escape(name)}</code>' for name in schema['properties'])}}}"
        rules = [
            f"{key} {schema[key]}"
            for key in ("format", "minLength", "maxLength", "maxItems", "minimum")
            if key in schema
        ]
        return f"{made} <small>{escape(', '.join(rules))}</small>" if rules else made

    def _required(self, needed: Any) -> str:
        return f" <small>{self._words['required']}</small>" if needed else ""

    def _resolve(self, node: Node) -> Node:
        if "$ref" not in node:
            return node
        found: Any = self._description
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found
