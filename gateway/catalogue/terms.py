"""What is named by one word of the contract and has no sentence of its own: kinds of organisation, categories of data,
roles in a case, purposes, circumstances. Data: `terms.yaml`.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from gateway.catalogue.catalogue import LOADER, Language


def term(code: str, language: Language) -> str:
    """The words for it; a code that has none stands for itself."""
    said = _terms().get(code)
    return code if said is None else said[language]


@cache
def _terms() -> Mapping[str, Mapping[Language, str]]:
    return yaml.load((files("gateway.catalogue") / "terms.yaml").read_text("utf-8"), LOADER)
