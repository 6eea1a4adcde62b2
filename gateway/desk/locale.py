"""The words on screen: of each page a file, in Dutch and in English, and `common.yaml` for what all pages say.

Rules: every key has both languages; a sentence that counts has `one` and `other`; a key that is not there is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gateway.catalogue.catalogue import LOADER, Language

COMMON = "common"
Words = Mapping[str, Mapping[str, Any]]


class Locale:
    """`pages`: file's name → key → language → text, or `{one, other}` of it."""

    def __init__(self, pages: Mapping[str, Words]) -> None:
        self._pages = pages

    @classmethod
    @cache
    def load(cls) -> Locale:
        """The words that come with the desk."""
        folder = files("gateway.desk") / "locale"
        return cls(
            {
                each.name.removesuffix(".yaml"): yaml.load(each.read_text("utf-8"), LOADER) or {}
                for each in folder.iterdir()
                if each.name.endswith(".yaml")
            }
        )

    def text(self, page: str, language: Language, key: str, **values: Any) -> str:
        """The words of a key, of the page or else of all pages, with `values` put in. `n` counts."""
        entry = self._pages.get(page, {}).get(key) or self._pages[COMMON].get(key)
        if entry is None:
            raise KeyError(f"{page}: {key}")
        said = entry[language]
        if isinstance(said, Mapping):
            said = said["one" if values["n"] == 1 else "other"]
        return said.format(**values) if values else said

    def keys(self, page: str, prefix: str) -> list[str]:
        """The keys of a page that begin like this, without it, in the order of the file."""
        return [key.removeprefix(prefix) for key in self._pages[page] if key.startswith(prefix)]
